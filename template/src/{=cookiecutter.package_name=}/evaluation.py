"""How good a model is: metrics with intervals, against a naive baseline, by slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.dummy import DummyClassifier, DummyRegressor

from .config import Config
from .metrics import METRICS, Truth, measure, predict, sign
from .schema import Schema
from .signature import Predictions

SLICES = 20
"""How many categories of a column make a slice of their own: the most frequent ones."""


@dataclass(frozen=True)
class Score:
    """A metric on the test rows, with the bootstrap interval around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """All that is known of a model's quality; `gain` is the main metric over the baseline's."""

    metric: str
    rows: int
    scores: dict[str, Score]
    baseline: dict[str, float]
    gain: Score
    confidence: float
    slices: dict[str, dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """As results/evaluation.json holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Evaluation:
        """Read what `to_json` wrote."""
        scores = {name: Score(**score) for name, score in found["scores"].items()}
        return cls(**found | {"scores": scores, "gain": Score(**found["gain"])})


@dataclass(frozen=True)
class Spread:
    """How resamples become an interval.

    narrow: the root of the share of rows that a resample draws. Fewer rows scatter that much more,
    so the interval is that much narrower than their scatter (Bickel, Götze and van Zwet 1997).
    """

    confidence: float
    narrow: float

    def summarise(self, values: NDArray[np.float64]) -> Score:
        """The value on all rows, which comes first, and the interval of those on the resamples."""
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(values[1:], [tail, 1 - tail]) - values[0]
        value = float(values[0])
        return Score(value, float(value + low * self.narrow), float(value + high * self.narrow))


def naive(schema: Schema, train_truth: Truth, rows: int) -> Predictions:
    """The baseline that knows only the target: class shares, or the median."""
    kind = DummyRegressor(strategy="median") if schema.task == "regression" else DummyClassifier()
    blank = np.zeros((len(train_truth), 1))
    return predict(schema, kind.fit(blank, train_truth), np.zeros((rows, 1)))


def evaluate(
    schema: Schema,
    truth: Truth,
    predictions: Predictions,
    baseline: Predictions,
    table: pd.DataFrame,
    config: Config,
) -> Evaluation:
    """Score test rows. `table` holds the same rows as `truth`, for the slices."""
    name, settings = config["metric"][schema.task], config["evaluation"]
    every = np.arange(len(truth))
    drawn = min(len(truth), settings["resample_rows"])
    samples = [every, *resample(schema, truth, drawn, settings["resamples"], config["seed"])]
    spread = Spread(settings["confidence"], (drawn / len(truth)) ** 0.5)
    names = list(METRICS[schema.task])
    sliced = list(dict.fromkeys([*(c.name for c in schema.features), *schema.sensitive]))
    # Many calls on checked input: checking it again would take most of the time.
    with config_context(skip_parameter_validation=True, assume_finite=True):
        ours = measure_samples(schema, names, truth, predictions, samples)
        theirs = measure_samples(schema, [name], truth, baseline, samples)
        return Evaluation(
            metric=name,
            rows=len(truth),
            scores={metric: spread.summarise(ours[metric]) for metric in names},
            baseline={metric: measure(schema, metric, truth, baseline) for metric in names},
            gain=spread.summarise((ours[name] - theirs[name]) * sign(name)),
            confidence=settings["confidence"],
            slices=score_slices(
                schema, truth, predictions, table, name, settings["slice_rows"], sliced
            ),
        )


def measure_samples(
    schema: Schema, names: list[str], truth: Truth, predictions: Predictions, samples: list[Any]
) -> dict[str, NDArray[np.float64]]:
    """Each metric on each sample of rows, shape (samples,)."""
    parts = [(truth[rows], take(predictions, rows)) for rows in samples]
    return {name: np.array([measure(schema, name, *part) for part in parts]) for name in names}


def take(predictions: Predictions, rows: Any) -> Predictions:
    """Some rows of the predictions."""
    probabilities = predictions.probabilities
    return Predictions(
        predictions.value[rows], None if probabilities is None else probabilities[rows]
    )


def resample(
    schema: Schema, truth: Truth, drawn: int, times: int, seed: int
) -> Iterator[NDArray[np.int_]]:
    """Row numbers of bootstrap resamples, `drawn` in each.

    Where rows have an order in time, neighbours are alike: blocks of them are drawn, as long as the
    cube root of the number of rows (Künsch 1989). A draw of one class is drawn again: most
    metrics would have no meaning.
    """
    generator = np.random.default_rng(seed)
    length = round(drawn ** (1 / 3)) if schema.time else 1
    blocks = -(-drawn // length)
    needed = 1 if schema.task == "regression" else min(2, len(np.unique(truth)))
    for _ in range(times):
        rows = truth[:0]
        while len(rows) == 0 or (needed > 1 and len(np.unique(truth[rows])) < needed):
            starts = generator.integers(0, len(truth) - length + 1, blocks)
            rows = (starts[:, None] + np.arange(length)).ravel()[:drawn]
        yield rows


def score_slices(
    schema: Schema,
    truth: Truth,
    predictions: Predictions,
    table: pd.DataFrame,
    name: str,
    minimum: int,
    columns: Sequence[str],
) -> dict[str, dict[str, Any]]:
    """The main metric for each slice of these columns; None where it has no meaning."""
    slices: dict[str, dict[str, Any]] = {}
    for column in columns:
        for label, rows in cut(table[column].reset_index(drop=True)):
            enough = len(rows) >= minimum and (
                schema.task == "regression" or len(np.unique(truth[rows])) > 1
            )
            value = measure(schema, name, truth[rows], take(predictions, rows)) if enough else None
            slices[f"{column}: {label}"] = {"rows": len(rows), "value": value}
    return slices


def cut(values: pd.Series) -> Iterator[tuple[str, NDArray[np.int_]]]:
    """Name and row numbers of each slice: frequent categories, thirds of a number or of time."""
    if values.dtype.kind in "fM" and values.nunique() > 1:
        values = pd.qcut(values, 3, duplicates="drop").astype("object")
    frequent = values.value_counts().index[:SLICES]
    values = values.where(values.isna() | values.isin(frequent), "others")
    for label, group in values.groupby(values.astype("object").where(values.notna(), "missing")):
        yield str(label), group.index.to_numpy()
