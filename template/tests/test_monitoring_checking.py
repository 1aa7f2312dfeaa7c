"""Windows in memory beside a reference: what is a drift, and what is none."""

import json

import numpy as np
import pandas as pd
import pytest
from windows import Frame, check, draw, make_baseline

from {= cookiecutter.package_name =}.monitoring.report import EXIT_CODES


@pytest.fixture(scope="module")
def baseline():
    return make_baseline(draw(0))


def drifts(report):
    return {name for part in report.drifts.values() for name in part}


def test_rows_of_the_same_kind_are_fine(baseline):
    report = check(baseline, Frame(draw(1)))
    assert report.state == "fine"
    assert EXIT_CODES[report.state] == 0
    assert report.sentences == []


def test_a_column_that_moved_is_named_with_what_follows_from_it(baseline):
    report = check(baseline, Frame(draw(1, shift=1)))
    assert EXIT_CODES[report.state] == 1
    assert drifts(report) == {"size", "prediction", "probability yes"}
    assert any("median" in sentence for sentence in report.sentences)


@pytest.mark.parametrize(
    ("spoil", "column", "said"),
    [
        (lambda t: t.assign(size=t["size"].mask(t.index % 5 == 0)), "size", "20.0% missing"),
        (lambda t: t.assign(size=t["size"].where(t.index % 9 > 0, 77)), "size", "out of range"),
        (
            lambda t: t.assign(colour=t["colour"].where(t.index % 30 > 0, "<i>")),
            "colour",
            "new categories <i> (34)",
        ),
        (lambda t: t.assign(colour="red"), "colour", "above all"),
        (lambda t: t.assign(flag=True), "flag", "of the values are elsewhere"),
        (lambda t: t.assign(size=np.nan), "size", "100.0% missing"),
    ],
)
def test_a_broken_column_is_told_in_a_sentence(baseline, spoil, column, said):
    report = check(baseline, Frame(spoil(draw(1))))
    assert column in drifts(report)
    assert said in "\n".join(report.sentences)


def test_many_rows_make_no_drift_of_a_small_difference(baseline):
    report = check(baseline, Frame(draw(1, rows=50_000, shift=0.1)))
    test = report.to_json()["columns"]["size"]["tests"]["values"]
    assert test["p_corrected"] < 0.01 < test["effect"] < test["least"]
    assert "size" not in drifts(report)


@pytest.mark.parametrize("rows", [0, 1, 24])
def test_few_rows_tell_nothing(baseline, rows):
    report = check(baseline, Frame(draw(1, rows=rows, shift=5)))
    assert EXIT_CODES[report.state] == 3
    assert json.dumps(report.to_json(), allow_nan=False)


@pytest.fixture(scope="module")
def seasonal():
    """Two years of days: warm in July, cold in January."""
    times = pd.Series(pd.date_range("2022-01-01", periods=730), name="day")
    table = draw(0, rows=730)
    table["size"] -= 3 * np.cos((times.dt.dayofyear - 15) / 365 * 2 * np.pi)
    return make_baseline(table, times)


def test_a_winter_is_compared_with_winters(seasonal):
    cold = Frame(draw(1, rows=200, shift=-3), months=0)
    assert "size" not in drifts(check(seasonal, cold))
    assert "size" in drifts(check(seasonal, Frame(draw(1, rows=200, shift=-3))))


def test_a_winter_that_is_a_summer_is_a_drift(seasonal):
    warm = draw(1, rows=200, shift=3)
    assert "size" in drifts(check(seasonal, Frame(warm, months=0)))
    report = check(seasonal, Frame(warm, months=0), month=7)
    assert "size" not in drifts(report)
    assert report.to_json()["window"]["months"][6] == 200


def test_a_month_with_few_training_rows_is_joined_by_its_neighbours(seasonal):
    months = np.zeros(12)
    months[0] = 10
    (alone,) = np.flatnonzero(seasonal.mixture(months, 30)[0])
    assert alone == 0
    assert np.flatnonzero(seasonal.mixture(months, 100)[0]).tolist() == [0, 1, 11]
    assert (seasonal.mixture(months, 10_000)[0] > 0).all()


def test_labels_tell_how_good_the_model_still_is(baseline):
    table = draw(1)
    report = check(baseline, Frame(table, labelled=True))
    assert report.performance.rows == 1000
    assert report.performance.low < report.performance.value < report.performance.high
    assert report.state == "fine"
    flipped = table.assign(answer=np.where(table["answer"] == "yes", "no", "yes"))
    worse = check(baseline, Frame(flipped, labelled=True))
    assert worse.state == "drift"
    assert drifts(worse) == set()
    assert "was 0.8 on the test rows" in worse.sentences[-1]


def test_labels_of_one_class_alone_give_no_score(baseline):
    table = draw(1).assign(answer="yes")
    assert check(baseline, Frame(table, labelled=True)).performance is None


@pytest.mark.parametrize("rows", [60, 1000])
def test_false_alarms_are_rare_and_drifts_are_found(baseline, rows):
    """As often as conf/ says at most, in 100 windows; docs of the template have more of them."""
    alarms = sum(check(baseline, Frame(draw(seed, rows))).state != "fine" for seed in range(100))
    assert alarms <= 5
    shift = 8 / rows**0.5
    found = sum(
        "size" in drifts(check(baseline, Frame(draw(seed, rows, shift)))) for seed in range(20)
    )
    assert found >= 18
