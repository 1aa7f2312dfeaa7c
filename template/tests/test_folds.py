import numpy as np
import pandas as pd
import pytest
from toy import make_schema, make_table, make_timed_schema

from {= cookiecutter.package_name =} import features, folds
from {= cookiecutter.package_name =}.folds import FoldError


def test_folds_respect_time():
    times = pd.to_datetime(["2024-01-01"] * 3 + ["2024-01-02"] * 3 + ["2024-01-03"] * 3)
    for fit, score in folds.split_by_time(pd.Series(times), folds=2):
        assert times[fit].max() < times[score].min()
    with pytest.raises(FoldError, match="3 moments are too few"):
        list(folds.split_by_time(pd.Series(times), folds=3))


def test_folds_keep_the_shares_of_classes():
    schema, table = make_schema("binary"), make_table("binary")
    target = features.to_target(schema, table)
    for fit, score in folds.choose(schema, table, target, folds=3, seed=1):
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
    target = features.to_target(timed, table)
    with pytest.raises(FoldError, match="holds one class of answer only"):
        list(folds.choose(timed, table, target, folds=2, seed=1))


def make_grouped(task: str):
    """The toy table with 12 groups of 10 rows, and its schema."""
    columns = {
        "size": {"type": "number", "nullable": True},
        "home": {"type": "identifier"},
        "answer": {"type": "category", "categories": ["no", "yes"]},
    }
    if task == "regression":
        columns["answer"] = {"type": "number"}
    table = make_table(task).assign(home=[f"h{row % 12}" for row in range(120)])
    return make_schema(task, columns=columns, group="home"), table


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_no_group_is_on_both_sides_of_a_fold(task):
    schema, table = make_grouped(task)
    target = features.to_target(schema, table)
    for fit, score in folds.choose(schema, table, target, folds=3, seed=1):
        assert not set(table["home"].iloc[fit]) & set(table["home"].iloc[score])
    with pytest.raises(FoldError, match="12 groups of home are too few"):
        list(folds.choose(schema, table, target, folds=13, seed=1))


def test_a_small_table_is_searched_whole():
    table = make_table("binary")
    assert len(folds.sample(make_schema("binary"), table, limit=120, seed=1)) == 120


def test_a_sample_is_random_rows_in_their_order():
    rows = folds.sample(make_schema("binary"), make_table("binary"), limit=50, seed=1)
    assert len(rows) == len(set(rows)) == 50
    assert list(rows) == sorted(rows)
    assert np.diff(rows).max() > 1


def test_a_sample_of_groups_holds_whole_groups():
    schema, table = make_grouped("binary")
    sample = table.iloc[folds.sample(schema, table, limit=60, seed=1)]
    assert set(sample.groupby("home").size()) == {10}
    assert 10 <= len(sample) <= 60


def test_a_sample_of_rows_in_time_spreads_over_all_of_it():
    schema = make_timed_schema()
    table = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=100)})
    rows = folds.sample(schema, table, limit=10, seed=1)
    assert (rows[0], rows[-1], len(rows)) == (0, 99, 10)
