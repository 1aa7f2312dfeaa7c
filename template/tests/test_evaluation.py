from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from toy import CONFIG, TASKS, make_schema, make_table, make_timed_schema

from {= cookiecutter.package_name =} import evaluation, features
from {= cookiecutter.package_name =}.signature import Predictions


@cache
def evaluate(task: str, skill: float) -> evaluation.Evaluation:
    """An evaluation of predictions that are right for a share of the rows, by chance elsewhere."""
    schema, table = make_schema(task), make_table(task)
    truth = features.to_target(schema, table)
    generator = np.random.default_rng(1)
    known = generator.random(len(truth)) < skill
    value = np.where(known, truth, generator.permutation(truth))
    probabilities = None
    if task != "regression":
        probabilities = np.float32(np.array(schema.classes) == value[:, None]) * 0.8 + 0.1
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    baseline = evaluation.naive(schema, truth, len(truth))
    predictions = Predictions(value, probabilities)
    return evaluation.evaluate(schema, truth, predictions, baseline, table, CONFIG)


@pytest.mark.parametrize("task", TASKS)
def test_every_value_lies_in_its_interval(task):
    for name, score in evaluate(task, skill=0.7).scores.items():
        assert score.low <= score.value <= score.high, name


def test_an_evaluation_survives_its_json():
    found = evaluate("binary", skill=0.7)
    assert evaluation.Evaluation.from_json(found.to_json()) == found


def test_resamples_keep_both_classes():
    truth = np.array(["no"] * 30 + ["yes"])
    for rows in evaluation.resample(make_schema("binary"), truth, 31, times=20, seed=1):
        assert set(truth[rows]) == {"no", "yes"}


def test_intervals_of_smaller_resamples_are_as_wide():
    truth = np.random.default_rng(1).normal(size=4000).astype(np.float32)
    schema, table = make_schema("regression"), pd.DataFrame(index=range(4000))
    schema = replace(schema, columns=schema.columns[-1:])
    predictions, widths = Predictions(np.zeros_like(truth)), []
    for drawn in (4000, 1000):
        settings = CONFIG["evaluation"] | {"resamples": 400, "resample_rows": drawn}
        config = CONFIG | {"evaluation": settings}
        found = evaluation.evaluate(schema, truth, predictions, predictions, table, config)
        widths.append(found.scores["rmse"].high - found.scores["rmse"].low)
    assert widths[0] == pytest.approx(widths[1], rel=0.25)


def test_neighbours_in_time_are_drawn_together():
    rows = next(evaluation.resample(make_timed_schema(), np.arange(1000.0), 1000, times=1, seed=1))
    assert len(rows) == 1000
    assert (np.diff(rows) == 1).mean() > 0.8


def test_a_model_that_equals_the_baseline_gains_nothing():
    schema, table = make_schema("binary"), make_table("binary")
    truth = features.to_target(schema, table)
    baseline = evaluation.naive(schema, truth, len(truth))
    found = evaluation.evaluate(schema, truth, baseline, baseline, table, CONFIG)
    assert (found.gain.low, found.gain.value, found.gain.high) == (0, 0, 0)


def test_numbers_are_sliced_by_thirds_and_categories_by_value():
    thirds = dict(evaluation.cut(pd.Series(np.arange(9.0))))
    assert [len(rows) for rows in thirds.values()] == [3, 3, 3]
    values = dict(evaluation.cut(pd.Series(["a", "b", None, "a"])))
    assert values["a"].tolist() == [0, 3]
    assert values["missing"].tolist() == [2]


def test_a_slice_with_few_rows_is_not_scored():
    schema, table = make_schema("binary"), make_table("binary")
    truth = features.to_target(schema, table)
    predictions = evaluation.naive(schema, truth, len(truth))
    scored = evaluation.score_slices(schema, truth, predictions, table, "roc_auc", 50, ["colour"])
    assert scored["colour: missing"] == {"rows": 18, "value": None}
    assert scored["colour: red"]["value"] == 0.5
