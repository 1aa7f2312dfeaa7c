import json

import numpy as np
import pandas as pd
import pytest
from toy import make_dated_table, make_schema, make_timed_schema

from {= cookiecutter.package_name =}.errors import LineError
from {= cookiecutter.package_name =}.signature import Predictions
from {= cookiecutter.package_name =}.simulation import (
    future,
    picture,
    scores,
)
from {= cookiecutter.package_name =}.simulation.faults import Fault


@pytest.fixture
def month():
    table = make_dated_table("binary")
    return future.Month(pd.Period("2024-01"), table)


def test_the_future_comes_month_by_month_in_order(tmp_path):
    days = pd.date_range("2024-01-30", periods=40, freq="D")
    table = pd.DataFrame({"size": range(40), "day": days, "answer": range(40)})
    table.sample(frac=1, random_state=0).to_csv(tmp_path / "later.csv", index=False)
    schema = make_timed_schema()
    months = future.read(schema, tmp_path)
    assert [(month.name, len(month.table)) for month in months] == [
        ("2024-01", 2),
        ("2024-02", 29),
        ("2024-03", 9),
    ]
    assert months[1].to_rows(schema)[0]["size"] == 2
    assert json.dumps(months[0].to_rows(schema))
    assert months[1].times(schema)[0].isoformat().startswith("2024-02-01")


def test_without_a_future_the_words_say_what_to_do(tmp_path):
    with pytest.raises(LineError, match="put a file with later rows there"):
        future.read(make_timed_schema(), tmp_path / "absent")
    with pytest.raises(LineError, match="no time column"):
        future.read(make_schema("binary"), tmp_path)


@pytest.mark.parametrize(
    ("words", "column"), [("unit:size", "size"), ("category", "colour"), ("sensor", "size")]
)
def test_a_fault_hits_its_column_and_no_other(month, words, column):
    schema = make_schema("binary")
    hit = Fault.parse(words, schema).hit(schema, month).table
    assert not hit[column].equals(month.table[column])
    assert hit.drop(columns=column).equals(month.table.drop(columns=column))


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_a_flip_turns_the_truth_and_leaves_the_rows(task):
    schema, table = make_schema(task), make_dated_table(task)
    hit = Fault.parse("flip", schema).hit(schema, future.Month(pd.Period("2024-01"), table)).table
    assert (hit["answer"] != table["answer"]).mean() > 0.9
    assert set(hit["answer"]) <= set(table["answer"]) or task == "regression"
    assert hit.drop(columns="answer").equals(table.drop(columns="answer"))


@pytest.mark.parametrize(
    ("words", "answer"),
    [("rust", "unit, category"), ("unit:colour", "size"), ("category:none", "colour")],
)
def test_a_fault_that_cannot_be_is_told_with_those_that_can(words, answer):
    with pytest.raises(LineError, match=answer):
        Fault.parse(words, make_schema("binary"))


def test_scores_are_of_the_same_rows_for_every_way_and_drawn():
    schema = make_schema("binary")
    found = scores.Scores(schema, "accuracy")
    assert schema.classes == ("no", "yes")
    truth = np.array(["no", "yes"])
    right, wrong = Predictions(truth), Predictions(truth[::-1])
    for _ in range(3):
        found.add(truth, loop=right, frozen=wrong, blind=right)
    found.add(truth, loop=wrong, frozen=wrong, blind=right)
    assert found.measure("loop") == 0.75
    assert found.measure("loop", 2) == 0.5
    assert (found.measure("frozen"), found.measure("blind")) == (0, 1)
    months = [
        {"name": "2024-01", "promoted": True, "drift": False, "scores": dict.fromkeys(scores.WAYS)},
        {
            "name": "2024-02",
            "promoted": False,
            "drift": True,
            "scores": dict.fromkeys(scores.WAYS, 1.0),
        },
    ]
    assert picture.draw("accuracy", months).axes
