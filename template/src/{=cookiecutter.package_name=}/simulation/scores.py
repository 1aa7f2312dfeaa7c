"""How good three ways are over time: the loop, the first model frozen, blind retraining."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from .. import features, metrics
from ..metrics import Truth
from ..package import Package
from ..schema import Schema
from ..signature import Predictions

WAYS = ("loop", "frozen", "blind")
MONTHS = 6
"""The score at a month is that of so many months up to it: one month alone is mostly chance."""


@dataclass
class Scores:
    """Truth and predictions of every way, month by month."""

    schema: Schema
    metric: str
    truth: list[Truth] = field(default_factory=list)
    predictions: dict[str, list[Predictions]] = field(
        default_factory=lambda: {way: [] for way in WAYS}
    )

    def add(self, truth: Truth, **ways: Predictions) -> None:
        """One month more; the same rows for every way."""
        self.truth.append(truth)
        for way, predictions in ways.items():
            self.predictions[way].append(predictions)

    def measure(self, way: str, months: int | None = None) -> float | None:
        """Over the last months, or all; None where the metric has no meaning."""
        truth = np.concatenate(self.truth[-months:] if months else self.truth)
        parts = self.predictions[way][-months:] if months else self.predictions[way]
        if len(truth) == 0 or (self.schema.classes and len(np.unique(truth)) < 2):
            return None
        return metrics.measure(self.schema, self.metric, truth, join(parts))


def join(parts: list[Predictions]) -> Predictions:
    """One after the other."""
    shares = [part.probabilities for part in parts if part.probabilities is not None]
    values = np.concatenate([part.value for part in parts])
    return Predictions(values, np.concatenate(shares) if shares else None)


def ask(package: Package, table: pd.DataFrame) -> Predictions:
    """What a packaged model says, whoever serves it."""
    return package.predict(features.to_inputs(package.signature, table))


class Blind:
    """The champion's recipe, fitted anew every month on all rows there are, whatever they hold."""

    def __init__(self, schema: Schema, pipeline: Pipeline, table: pd.DataFrame) -> None:
        self.schema, self.pipeline, self.table = schema, pipeline, table

    def ask(self, table: pd.DataFrame) -> Predictions:
        """Predict rows, knowing those that were learnt."""
        return metrics.predict(self.schema, self.pipeline, self.to_frame(table))

    def learn(self, table: pd.DataFrame) -> None:
        """Take in rows, and fit on all."""
        self.table = pd.concat([self.table, table], ignore_index=True)
        target = features.to_target(self.schema, self.table)
        self.pipeline = clone(self.pipeline).fit(self.to_frame(self.table), target)

    def to_frame(self, table: pd.DataFrame) -> pd.DataFrame:
        """As the pipeline reads them."""
        return features.to_frame(features.to_inputs(self.schema.signature(example={}), table))
