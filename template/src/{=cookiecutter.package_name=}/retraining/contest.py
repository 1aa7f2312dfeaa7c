"""The recipe beside the champion, on rows that neither had seen when it was asked.

A model that is tested on the latest rows has not learnt from them, and what is new is in them. So
it is not one model that is compared but the recipe: again and again it is fitted on all that came
before, and asked about what came next. What wins is then fitted on all rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from .. import comparison, features, metrics
from ..comparison import Comparison
from ..config import Config
from ..package import Package
from ..schema import Schema
from ..signature import Predictions


@dataclass(frozen=True)
class Contest:
    """The best of the histories: how much of the rows, the newest, the recipe learns from.

    test: the rows that were compared; predictions: the recipe's.
    """

    history: float
    comparison: Comparison
    test: pd.DataFrame
    predictions: Predictions


def hold(
    schema: Schema, table: pd.DataFrame, pipeline: Pipeline, champion: Package, config: Config
) -> Contest | None:
    """Compare on the latest rows. `table`: all rows in time's order. None where there are too few.

    What the champion has learnt from is left out.
    """
    begin = find_begin(schema, table, champion, config["retrain"]["test_share"])
    test = table.iloc[begin:].reset_index(drop=True)
    several = schema.task == "regression" or test[schema.target].nunique() > 1
    if len(test) < config["retrain"]["test_rows"] or begin == 0 or not several:
        return None
    theirs = champion.predict(features.to_inputs(champion.signature, test))
    found = []
    for history in config["retrain"]["histories"]:
        ours = forecast(schema, table, begin, pipeline, history, config)
        beside = comparison.compare_answers(
            schema, ours, theirs, test, config, config["retrain"]["confidence"]
        )
        found.append(Contest(history, beside, test, ours))
    return max(found, key=lambda contest: contest.comparison.gain.low)


def find_begin(schema: Schema, table: pd.DataFrame, champion: Package, share: float) -> int:
    """The first of the latest rows, that is not of the same moment as one before."""
    times = table[schema.time].to_numpy()
    begin = int(len(table) * (1 - share))
    until = champion.trained_until
    if until is not None:
        begin = max(begin, int(np.searchsorted(times, np.datetime64(until), side="right")))
    return int(np.searchsorted(times, times[begin], side="left")) if begin < len(times) else begin


def forecast(
    schema: Schema,
    table: pd.DataFrame,
    begin: int,
    pipeline: Pipeline,
    history: float,
    config: Config,
) -> Predictions:
    """What the recipe says to the rows from `begin` on, part by part, knowing those before each."""
    frame = features.to_frame(features.to_inputs(schema.signature(example={}), table))
    target = features.to_target(schema, table)
    places = np.linspace(begin, len(table), config["retrain"]["folds"] + 1).astype(int)
    answers = []
    for start, end in pairwise(np.unique(places)):
        rows = choose_rows(schema, target[:start], history, config["retrain"]["test_rows"])
        fitted = clone(pipeline).fit(frame.iloc[rows], target[rows])
        answers.append(metrics.predict(schema, fitted, frame.iloc[start:end]))
    return join(answers)


def choose_rows(
    schema: Schema, target: NDArray[np.object_], history: float, least: int
) -> NDArray[np.int_]:
    """The newest rows, as many as the history holds; all where these are of one class."""
    first = max(0, len(target) - max(least, round(history * len(target))))
    if schema.task != "regression" and set(target[first:]) != set(target):
        first = 0
    return np.arange(first, len(target))


def join(answers: list[Predictions]) -> Predictions:
    """Parts as one."""
    shares = [answer.probabilities for answer in answers if answer.probabilities is not None]
    values = np.concatenate([answer.value for answer in answers])
    return Predictions(values, np.concatenate(shares) if shares else None)


def refit(
    schema: Schema, table: pd.DataFrame, pipeline: Pipeline, history: float, config: Config
) -> tuple[Pipeline, NDArray[np.int_]]:
    """The recipe fitted on the newest rows there are, and which these are."""
    target = features.to_target(schema, table)
    rows = choose_rows(schema, target, history, config["retrain"]["test_rows"])
    some = table.iloc[rows]
    frame = features.to_frame(features.to_inputs(schema.signature(example={}), some))
    return clone(pipeline).fit(frame, target[rows]), rows
