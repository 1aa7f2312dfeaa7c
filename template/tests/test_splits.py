import pandas as pd
import pytest
from toy import make_schema, make_table, make_timed_schema

from {= cookiecutter.package_name =} import splits
from {= cookiecutter.package_name =}.data import DataError


def split(schema, table, share=0.25):
    """Training and test rows of a table."""
    return [table.iloc[rows] for rows in splits.split(schema, table, share, seed=1)]


def test_test_rows_are_all_later_than_training_rows():
    schema = make_timed_schema()
    days = pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02", "2024-01-03"])
    table = pd.DataFrame({"day": days, "size": range(4), "answer": range(4)})
    train, test = split(schema, table)
    assert train["day"].max() < test["day"].min()
    assert len(train) + len(test) == len(table)


def test_rows_of_one_moment_can_not_be_split():
    schema = make_timed_schema()
    table = pd.DataFrame({"day": [pd.Timestamp("2024-01-01")] * 4, "size": 1, "answer": 1})
    with pytest.raises(DataError, match="set time to null"):
        split(schema, table)


def test_without_time_classes_keep_their_shares():
    table = make_table("binary", rows=200)
    train, test = split(make_schema("binary"), table)
    assert not set(train.index) & set(test.index)
    shares = [(part["answer"] == "yes").mean() for part in (train, test)]
    assert shares[0] == pytest.approx(shares[1], abs=0.1)


def test_rows_of_a_group_stay_on_one_side():
    columns = {"size": {"type": "number"}, "home": {"type": "identifier"}}
    columns["answer"] = {"type": "number"}
    schema = make_schema("regression", columns=columns, group="home")
    table = make_table("regression").assign(home=[f"h{row % 12}" for row in range(120)])
    train, test = split(schema, table)
    assert not set(train["home"]) & set(test["home"])
    assert len(test) == 30
    with pytest.raises(DataError, match="set group to null"):
        split(schema, table.assign(home="one"))


def test_equal_rows_stay_on_one_side():
    table = pd.concat([make_table("binary", rows=60)] * 2, ignore_index=True)
    schema = make_schema("binary")
    train, test = split(schema, table)
    assert not set(splits.mark_alike(schema, train)) & set(splits.mark_alike(schema, test))
    assert len(test) == 30


def test_a_single_row_is_not_enough_to_test_on():
    schema, table = make_timed_schema(), pd.DataFrame({"size": 1.0, "answer": range(20)})
    table["day"] = pd.date_range("2024-01-01", periods=20)
    with pytest.raises(DataError, match=r"1 rows to test on.*split.test_share"):
        split(schema, table, share=0.01)


def test_rows_of_one_class_are_not_enough_to_test_on():
    columns = {"day": {"type": "datetime"}, "size": {"type": "number"}}
    columns["answer"] = {"type": "category", "categories": ["no", "yes"]}
    schema = make_schema("binary", columns=columns, time="day")
    table = make_table("binary").sort_values("answer")
    table["day"] = pd.date_range("2024-01-01", periods=len(table))
    with pytest.raises(DataError, match="are of one class of answer"):
        split(schema, table, share=0.1)
