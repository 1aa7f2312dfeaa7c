"""Predictions of training rows by models that did not see them.

A model is surer of the rows it learnt from than of any other: next to its answers to those, the
answers in service would look like a drift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline

from . import features, folds, metrics
from .config import TrainingSettings
from .schema import Schema
from .signature import Predictions


@dataclass(frozen=True)
class Unseen:
    """Some rows of the training table, in their order, and what was predicted for them."""

    rows: NDArray[np.int_]
    predictions: Predictions


def predict(
    schema: Schema, pipeline: Pipeline, table: pd.DataFrame, settings: TrainingSettings, seed: int
) -> Unseen:
    """Fit the pipeline's like on all folds but one, predict that one; so for every fold.

    Of a large table, the rows that the search looked at.
    """
    chosen = folds.sample(schema, table, settings["search_rows"], seed)
    some = table.iloc[chosen]
    frame = features.to_frame(features.to_inputs(schema.signature(example={}), some))
    target = features.to_target(schema, some)
    if schema.time is not None:  # whole stretches of time: neighbours are alike
        parts = list(KFold(settings["folds"]).split(target))
    else:
        parts = list(folds.choose(schema, some, target, settings["folds"], seed))
    if schema.task != "regression":
        parts = [part for part in parts if len(set(target[part[0]])) > 1]
    answers = [
        metrics.predict(schema, clone(pipeline).fit(frame.iloc[fit], target[fit]), frame.iloc[rows])
        for fit, rows in parts
    ]
    rows = np.concatenate([rows for _, rows in parts])
    order = np.argsort(rows)
    joined = Predictions(np.concatenate([answer.value for answer in answers])[order])
    if schema.task != "regression":
        shares = [answer.probabilities for answer in answers if answer.probabilities is not None]
        joined = replace(joined, probabilities=np.concatenate(shares)[order])
    return Unseen(chosen[rows[order]], joined)
