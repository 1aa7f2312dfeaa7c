import numpy as np
import pytest
from test_metrics import PERFECT
from toy import TASKS, make_schema

from {= cookiecutter.package_name =} import figures
from {= cookiecutter.package_name =}.signature import Predictions

KINDS = {
    "binary": {"confusion", "roc", "precision_recall", "calibration"},
    "multiclass": {"confusion", "roc", "precision_recall", "calibration"},
    "regression": {"predictions", "residuals"},
}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_its_pictures(task, tmp_path):
    truth, predictions = PERFECT[task]
    drawn = figures.draw(make_schema(task), truth, predictions)
    assert set(drawn) == KINDS[task]
    for name, figure in drawn.items():
        figure.savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_only_the_most_frequent_classes_get_a_curve():
    truth = np.array([f"class {number}" for number in range(9) for _ in range(number + 1)])
    assert figures.frequent(truth) == [f"class {number}" for number in (8, 7, 6, 5, 4)]


def test_many_classes_are_a_picture_without_words():
    truth = np.array([f"class {number}" for number in range(200)])
    figure = figures.draw_confusion(truth, Predictions(truth))
    assert not figure.axes[0].texts
    assert figure.axes[0].get_xticks().size == 0
