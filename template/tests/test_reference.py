import numpy as np
import pandas as pd
import pytest
from toy import make_dated_schema, make_dated_table, make_schema, make_table

from {= cookiecutter.package_name =} import features, reference
from {= cookiecutter.package_name =}.season import Season
from {= cookiecutter.package_name =}.signature import Predictions
from {= cookiecutter.package_name =}.unseen import Unseen

ALL = Season.find(None, 100)


def describe(task="binary", times=None):
    signature = make_schema(task).signature({})
    inputs = features.to_inputs(signature, make_table(task))
    shares = None if task == "regression" else np.full((60, len(signature.classes)), 0.5)
    value = np.arange(60.0) if task == "regression" else np.full(60, signature.classes[-1])
    answers = Unseen(np.arange(60), Predictions(value, shares))
    return reference.describe(signature, inputs, answers, times)


def test_every_field_and_the_predictions_are_described():
    found = describe()
    assert found["rows"] == 120
    assert list(found["columns"]) == ["size", "colour", "flag"]
    assert list(found["predictions"]) == ["prediction", "probability yes"]
    assert found["predictions"]["prediction"]["counts"] == {"all": [60, 0]}
    assert list(describe("regression")["predictions"]) == ["prediction"]
    assert len(describe("multiclass")["predictions"]) == 4


def test_a_histogram_counts_every_known_value_up_to_its_edge():
    values = np.append(np.linspace(0, 1, 99, dtype=np.float32), np.nan)
    found = reference.describe_numbers(values, ALL)
    assert found["missing"] == {"all": [99, 1]}
    assert sum(found["counts"]["all"]) == 99
    assert found["counts"]["all"][0] == found["counts"]["all"][-1] == 0
    assert found["edges"][0] < 0 == found["minimum"]
    assert found["edges"][-1] == found["maximum"] == 1


def test_a_value_that_many_rows_share_has_a_bin_of_its_own():
    values = np.concatenate([np.zeros(50), np.linspace(-1, 1, 50)]).astype(np.float32)
    found = reference.describe_numbers(values, ALL)
    place = found["edges"].index(0.0)
    assert found["counts"]["all"][place] == 50


def test_a_constant_and_an_empty_column_can_be_described():
    assert sum(reference.describe_numbers(np.ones(100), ALL)["counts"]["all"]) == 100
    empty = reference.describe_numbers(np.full(100, np.nan), ALL)
    assert empty == {"type": "number", "missing": {"all": [0, 100]}}


def test_missing_and_rare_categories_are_counted_apart(monkeypatch):
    monkeypatch.setattr(reference, "LEVELS", 2)
    words = np.array(["a"] * 50 + ["b"] * 30 + ["c"] * 15 + ["__missing__"] * 5, object)
    found = reference.describe_categories(words, ALL)
    assert found["labels"] == ["a", "b"]
    assert found["counts"] == {"all": [50, 30, 15]}
    assert found["missing"] == {"all": [95, 5]}
    assert not found["complete"]


def test_of_a_date_only_the_gaps_are_counted():
    signature = make_dated_schema("regression").signature({})
    table = make_dated_table("regression")
    inputs = features.to_inputs(signature, table)
    answers = Unseen(np.arange(120), Predictions(np.arange(120.0)))
    found = reference.describe(signature, inputs, answers)["columns"]["day"]
    assert found == {"type": "datetime", "missing": {"all": [109, 11]}}


@pytest.mark.parametrize(("hours", "periods"), [(80, 12), (7, 1)])
def test_months_are_told_apart_where_the_rows_cover_a_year(hours, periods):
    times = pd.Series(pd.date_range("2024-01-01", periods=120, freq=f"{hours}h"), name="when")
    found = describe(times=times)
    assert len(found["periods"]) == periods
    assert found["time"] == "when"
    counts = found["columns"]["flag"]["counts"]
    assert sum(map(sum, counts.values())) == 120


def test_rows_that_follow_each_other_tell_less_than_as_many_others():
    season = Season.find(np.datetime64("2024-01-01") + np.arange(2000), 2000)
    random = np.random.default_rng(0)
    noise = random.normal(size=2000).astype(np.float32)
    slow = np.convolve(noise, np.ones(10), "same").astype(np.float32)
    assert reference.describe_numbers(noise, season)["dependence"] < 1.2
    assert reference.describe_numbers(slow, season)["dependence"] > 5
    assert reference.describe_numbers(slow, Season.find(None, 2000))["dependence"] == 1
