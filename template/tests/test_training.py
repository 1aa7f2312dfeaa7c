import pytest
from toy import CONFIG, TASKS, make_schema, make_table, recipe

from {= cookiecutter.package_name =} import features, training
from {= cookiecutter.package_name =}.training import TrainingError


@pytest.mark.parametrize("task", TASKS)
def test_the_best_of_all_trials_is_fitted(task):
    seen = []
    found = training.train(make_schema(task), make_table(task), recipe("linear", task), seen.append)
    assert len(seen) == CONFIG["training"]["trials"]
    assert found.score == max(trial["score"] for trial in seen)
    assert hasattr(found.pipeline, "n_features_in_")


def test_the_same_seed_finds_the_same_model():
    config = recipe("boosting", "binary")
    arguments = (make_schema("binary"), make_table("binary"), config)
    one, other = (training.train(*arguments, lambda trial: None) for _ in range(2))
    assert one.trials == other.trials


def test_a_class_without_a_training_row_is_named():
    table = make_table("multiclass").query("answer != 'low'")
    with pytest.raises(TrainingError, match="no training row is of class low"):
        training.train(
            make_schema("multiclass"), table, recipe("linear", "multiclass"), lambda trial: None
        )


def test_a_score_that_is_no_number_stops_the_search():
    with pytest.raises(TrainingError, match="no finite score"):
        training.search(lambda p: float("nan"), {}, 1, seed=1, on_trial=lambda trial: None)


def test_a_space_holds_integers_floats_and_choices():
    space = {
        "depth": {"low": 2, "high": 8, "log": True},
        "rate": {"low": 0.1, "high": 1.0},
        "kind": {"choices": ["a", "b"]},
    }
    trials = training.search(lambda p: p["rate"], space, 8, seed=1, on_trial=lambda trial: None)
    for parameters in (trial["parameters"] for trial in trials):
        assert isinstance(parameters["depth"], int)
        assert 0.1 <= parameters["rate"] <= 1.0
        assert parameters["kind"] in ("a", "b")


def test_a_sample_is_searched_and_all_rows_are_fitted():
    schema, table = make_schema("binary"), make_table("binary")
    every = features.to_inputs(schema.signature({}), table), features.to_target(schema, table)
    found = training.train(
        schema, table.head(60), recipe("linear", "binary"), lambda trial: None, lambda: every
    )
    steps = found.pipeline["features"].named_transformers_
    assert steps["number"]["scale"].n_samples_seen_ == len(table)


WRONG = ["sklearn.ensemble.Foo", "absent.Foo", "sklearn.dummy.DummyClassifier"]


@pytest.mark.parametrize("estimator", WRONG)
def test_an_estimator_that_can_not_be_made_is_named(estimator):
    config = recipe("linear", "binary")
    wrong = {"estimator": estimator, "fixed": {"depht": 1}, "search": {}}
    config["model"] = config["model"] | {"classifier": wrong}
    with pytest.raises(TrainingError, match=f"{estimator} with .* can't be made"):
        training.train(make_schema("binary"), make_table("binary"), config, lambda trial: None)
