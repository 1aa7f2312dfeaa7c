import numpy as np
import pytest
from toy import TASKS, make_schema

from {= cookiecutter.package_name =} import metrics
from {= cookiecutter.package_name =}.signature import Predictions

PERFECT = {
    "binary": (
        np.array(["no", "yes", "yes"]),
        Predictions(np.array(["no", "yes", "yes"]), np.float32([[1, 0], [0, 1], [0, 1]])),
    ),
    "multiclass": (
        np.array(["high", "low", "middle"]),
        Predictions(np.array(["high", "low", "middle"]), np.eye(3, dtype=np.float32)),
    ),
    "regression": (np.float32([1, 2, 3]), Predictions(np.float32([1, 2, 3]))),
}


@pytest.mark.parametrize("task", TASKS)
def test_perfect_predictions_get_the_best_value_of_every_metric(task):
    truth, predictions = PERFECT[task]
    for name in metrics.METRICS[task]:
        best = 0 if name in metrics.LOWER_IS_BETTER else 1
        value = metrics.measure(make_schema(task), name, truth, predictions)
        assert value == pytest.approx(best, abs=1e-5), name


def test_higher_goodness_is_better_for_errors_too():
    schema, truth = make_schema("regression"), np.float32([1, 2])
    near, far = Predictions(np.float32([1, 3])), Predictions(np.float32([9, 9]))
    better = metrics.goodness(schema, "mae", truth, near)
    assert better > metrics.goodness(schema, "mae", truth, far)


def test_a_class_the_model_never_saw_has_probability_0():
    class Model:
        classes_ = np.array(["high", "middle"])

        def predict_proba(self, frame):
            return np.full((len(frame), 2), 0.5)

        def predict(self, frame):
            return np.full(len(frame), "high")

    predictions = metrics.predict(make_schema("multiclass"), Model(), np.zeros((2, 1)))
    np.testing.assert_array_equal(predictions.of_class(1), [0, 0])


def test_a_regression_has_no_classes():
    with pytest.raises(TypeError, match="no classes"):
        Predictions(np.float32([1])).of_class(0)
