import pandas as pd
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


def test_folds_respect_time():
    times = pd.to_datetime(["2024-01-01"] * 3 + ["2024-01-02"] * 3 + ["2024-01-03"] * 3)
    for fit, score in training.split_by_time(pd.Series(times), folds=2):
        assert times[fit].max() < times[score].min()
    with pytest.raises(TrainingError, match="3 moments are too few"):
        list(training.split_by_time(pd.Series(times), folds=3))


def test_folds_keep_the_shares_of_classes():
    schema, table = make_schema("binary"), make_table("binary")
    target = features.to_target(schema, table)
    for fit, score in training.choose_folds(schema, table, target, folds=3, seed=1):
        shares = [(target[rows] == "yes").mean() for rows in (fit, score)]
        assert shares[0] == pytest.approx(shares[1], abs=0.05)


def test_a_fold_with_one_class_is_refused_in_words():
    table = make_table("binary").sort_values("answer").assign(day=pd.Timestamp("2024-01-01"))
    table["day"] += pd.to_timedelta(range(len(table)), unit="D")
    schema = make_schema("binary")
    columns = {column.name: {"type": column.type} for column in schema.columns}
    columns |= {"day": {"type": "datetime"}}
    columns["answer"]["categories"] = ["no", "yes"]
    timed = make_schema("binary", columns=columns, time="day")
    with pytest.raises(TrainingError, match="holds one class of answer only"):
        training.train(timed, table, recipe("linear", "binary"), lambda trial: None)


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
