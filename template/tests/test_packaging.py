import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline
from toy import (
    TASKS,
    make_dated_schema,
    make_dated_table,
    make_schema,
    make_table,
    recipe,
)

from {= cookiecutter.package_name =} import (
    features,
    packaging,
    runtimes,
    trained,
    training,
)
from {= cookiecutter.package_name =}.package import Package, PackageError
from {= cookiecutter.package_name =}.serving.rows import RowReader
from {= cookiecutter.package_name =}.signature import Predictions

MODELS = ["boosting", "forest", "linear"]


EVERY_STEP = {
    "number": {
        "impute": "end_of_tail",
        "arbitrary": -1,
        "indicator": True,
        "cap": True,
        "transform": "power",
    },
    "category": {"missing": "most_frequent", "rare": 0.1, "one_hot": 1},
}


def make_package(path, task: str, kind: str = "linear", **changes) -> Package:
    """A package of a model trained on the toy table."""
    schema, table = make_schema(task), make_table(task)
    found = training.train(schema, table, recipe(kind, task) | changes, lambda trial: None)
    trained.save(found.pipeline, path.with_suffix(".skops"))
    signature = schema.signature({"size": 1.0, "colour": "red", "flag": True})
    contents = packaging.Contents(signature, {}, {"gate": {}}, "# card", {"git_commit": None})
    inputs = features.to_inputs(signature, table)
    model = trained.load(path.with_suffix(".skops"))
    return packaging.make(path, schema, model, contents, inputs, tolerance=1e-5)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("model", MODELS)
def test_every_kind_of_model_is_packaged_exactly(tmp_path, task, model):
    package = make_package(tmp_path / "package", task, model)
    inputs = features.to_inputs(package.signature, make_table(task))
    assert len(package.predict(inputs).value) == len(inputs)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("model", MODELS)
def test_every_feature_step_is_packaged_exactly(tmp_path, task, model):
    package = make_package(tmp_path / "package", task, model, features=EVERY_STEP)
    assert package.path.is_dir()


@pytest.mark.parametrize("task", TASKS)
def test_a_date_in_a_row_is_read_as_in_the_table(tmp_path, task):
    schema, table = make_dated_schema(task), make_dated_table(task)
    found = training.train(schema, table, recipe("linear", task), lambda trial: None)
    signature = schema.signature({})
    inputs = features.to_inputs(signature, table)
    contents = packaging.Contents(signature, {}, {"gate": {}}, "# card", {})
    package = packaging.make(
        tmp_path / "package", schema, found.pipeline, contents, inputs, tolerance=1e-5
    )
    names = [field.name for field in package.signature.fields]
    rows = json.loads(table[names].to_json(orient="records", date_format="iso"))
    np.testing.assert_array_equal(RowReader(package.signature).read(rows).number, inputs.number)


def test_the_same_training_gives_the_same_version(tmp_path):
    one, other = (make_package(tmp_path / name, "binary", "boosting") for name in ("one", "other"))
    assert one.version == other.version


def test_a_package_that_answers_differently_is_not_made(tmp_path, monkeypatch):
    answers = packaging.predict

    def wrong(schema, model, frame):
        predictions = answers(schema, model, frame)
        return Predictions(predictions.value, np.roll(predictions.probabilities, 1, axis=1))

    monkeypatch.setattr(packaging, "predict", wrong)
    with pytest.raises(PackageError, match="differs from the trained one on test row 0"):
        make_package(tmp_path / "package", "binary")
    assert [path.name for path in tmp_path.iterdir()] == ["package.skops"]


def test_labels_that_do_not_follow_from_the_probabilities_are_noticed():
    shares = np.float32([[0.2, 0.8], [0.5, 0.5]])
    right = Predictions(np.array(["yes", "yes"]), shares)
    wrong = Predictions(np.array(["no", "no"]), shares)
    tied = Predictions(np.array(["yes", "no"]), shares)
    assert packaging.first_difference(right, wrong, 1e-5) == 0
    assert packaging.first_difference(right, tied, 1e-5) is None


def test_a_difference_on_an_edge_row_alone_is_noticed(tmp_path, monkeypatch):
    answers = packaging.predict

    def wrong(schema, model, frame):
        predictions = answers(schema, model, frame)
        if (frame["x2"] == "never seen").any():
            return replace(predictions, probabilities=predictions.probabilities + 0.1)
        return predictions

    monkeypatch.setattr(packaging, "predict", wrong)
    with pytest.raises(PackageError, match="on edge row"):
        make_package(tmp_path / "package", "binary")


def test_edge_rows_hold_missing_extreme_and_unseen_values():
    schema = make_schema("binary")
    signature = schema.signature({})
    edges = packaging.edge_rows(signature, features.to_inputs(signature, make_table("binary")))
    assert np.isnan(edges.number).any()
    assert {-10.0, 10.0} <= set(edges.number[:, 0].tolist())
    assert "never seen" in edges.category


def test_thresholds_fit_into_32_bits_and_part_the_same_numbers():
    values = np.arange(0, 20, 0.02).round(2).astype(np.float32).reshape(-1, 1)
    model = HistGradientBoostingRegressor(max_iter=20).fit(values, np.sin(values.ravel()))
    exact = Pipeline([("model", model)])
    rounded = packaging.with_float32_thresholds(exact)
    between = np.arange(0, 20, 0.01).round(2).astype(np.float32).reshape(-1, 1)
    assert np.array_equal(exact.predict(between), rounded.predict(between))
    nodes = [tree.nodes for trees in rounded.named_steps["model"]._predictors for tree in trees]
    thresholds = np.concatenate([node["num_threshold"] for node in nodes])
    assert np.array_equal(thresholds, thresholds.astype(np.float32))


@pytest.fixture
def uncompiled(monkeypatch):
    """`uncompiled(...)`: as `make_package`, of a pipeline that has no conversion."""

    def refuse(*_):
        raise packaging.ConversionError("there is no conversion to ONNX: of this")

    def make(*arguments):
        with monkeypatch.context() as patch:
            patch.setattr(packaging, "convert", refuse)
            return make_package(*arguments)

    return make


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("model", ["boosting", "linear"])
def test_what_cannot_be_compiled_is_served_by_scikit_learn_with_the_same_answers(
    tmp_path, task, model, uncompiled
):
    compiled = make_package(tmp_path / "compiled", task, model)
    package = uncompiled(tmp_path / "package", task, model)
    assert (compiled.manifest.runtime, package.manifest.runtime) == ("onnx", "scikit-learn")
    assert package.manifest.reason == "there is no conversion to ONNX: of this"
    assert not (package.path / "model.onnx").exists()
    test = features.to_inputs(package.signature, make_table(task))
    for inputs in (test, packaging.edge_rows(package.signature, test)):
        answers = compiled.predict(inputs), package.predict(inputs)
        assert packaging.first_difference(*answers, tolerance=1e-5) is None


def test_a_model_that_is_compiled_wrongly_is_served_by_scikit_learn(tmp_path, monkeypatch):
    convert = packaging.convert
    other = training.train(
        make_schema("binary"), make_table("binary"), recipe("boosting", "binary"), lambda _: None
    )
    monkeypatch.setattr(packaging, "convert", lambda sign, _: convert(sign, other.pipeline))
    package = make_package(tmp_path / "package", "binary")
    assert package.manifest.runtime == "scikit-learn"
    assert "differs from the trained one on test row" in package.manifest.reason


@pytest.mark.parametrize("found", [None, "0.1"])
def test_without_its_libraries_such_a_model_is_refused_in_words(
    tmp_path, monkeypatch, uncompiled, found
):
    package = uncompiled(tmp_path / "package", "binary")
    monkeypatch.setattr(runtimes, "find", lambda _: found)
    with pytest.raises(PackageError, match=r"needs pandas .*, scikit-learn .*install the train"):
        Package.load(package.path)


def test_an_unknown_runtime_is_refused(tmp_path):
    package = make_package(tmp_path / "package", "binary")
    manifest = package.manifest.to_json() | {"runtime": "pickle"}
    (package.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(PackageError, match="'pickle', which is unknown"):
        Package.load(package.path)
