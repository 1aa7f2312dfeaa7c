import numpy as np
import pytest
import skops.io
from numpy.testing._private.utils import runstring
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from {= cookiecutter.package_name =} import trained
from {= cookiecutter.package_name =}.errors import LineError


def test_a_saved_pipeline_predicts_the_same(tmp_path):
    frame = np.arange(6.0).reshape(3, 2)
    pipeline = Pipeline([("model", LinearRegression())]).fit(frame, [1, 2, 3])
    trained.save(pipeline, tmp_path / "new" / "model.skops")
    loaded = trained.load(tmp_path / "new" / "model.skops")
    np.testing.assert_array_equal(loaded.predict(frame), pipeline.predict(frame))


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "model.skops").write_bytes(b"PK")
    with pytest.raises(LineError, match=r"model\.skops is damaged"):
        trained.load(tmp_path / "model.skops")


class Attack:
    """An object whose file would run code of its maker's choice, with a function of NumPy."""

    def __reduce__(self):
        return runstring, ("open('attacked', 'w')", {})


def test_a_file_that_would_run_code_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    skops.io.dump(Attack(), tmp_path / "model.skops")
    with pytest.raises(trained.UntrustedError, match="does not list"):
        trained.load(tmp_path / "model.skops")
    assert not (tmp_path / "attacked").exists()
