"""The score on the rows whose labels have arrived, beside the score on the test rows."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..batch import spelling
from ..signature import Predictions, Signature
from .blocks import Block
from .settings import Resampling, Settings

KEPT = 200_000
"""Labelled rows that are scored: the last ones, so that memory is bounded."""

SEED = 1
"""The same rows have the same interval."""


@dataclass(frozen=True)
class Judged:
    """What metrics.py and evaluation.py ask of a schema."""

    task: str
    classes: tuple[str, ...]
    positive: str | None
    time: str | None


@dataclass(frozen=True)
class Performance:
    """The model's main metric in the window. reference: on the test rows, both with intervals."""

    metric: str
    rows: int
    value: float
    low: float
    high: float
    reference: dict[str, float]
    is_worse: bool

    def to_json(self) -> dict[str, Any]:
        """As results/drift.json holds it."""
        return asdict(self) | {"sentence": self.explain()}

    def explain(self) -> str:
        """In a sentence."""
        return (
            f"{self.metric} is {self.value:.3g} ({self.low:.3g} to {self.high:.3g}) on {self.rows} "
            f"labelled rows, it was {self.reference['value']:.3g} on the test rows"
        )


class Labelled:
    """Gathers the labelled rows of a window."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self.truth: deque[NDArray[Any]] = deque()
        self.values: deque[NDArray[Any]] = deque()
        self.shares: deque[NDArray[np.float32]] = deque()
        self.rows = self.kept = 0

    def add(self, block: Block) -> None:
        """Keep the rows of a block that have a label and a prediction."""
        names = [f"probability {label}" for label in self.signature.classes]
        wanted = ["prediction", *names]
        if block.truth is None or block.truth.null_count == len(block.truth):
            return  # what follows is slow
        if any(name not in block.predictions for name in wanted):
            return
        columns = [self.read(block.truth), self.read(block.predictions["prediction"])]
        columns += [spelling.to_numbers(block.predictions[name])[0] for name in names]
        good = pc.and_(*[pc.is_valid(column) for column in columns[:2]])
        for column in columns[2:]:
            good = pc.and_(good, pc.is_valid(column))
        truth, value, *shares = [to_numpy(column.filter(good)) for column in columns]
        if len(truth):
            self.keep(truth, value, np.array(shares, dtype=np.float32).T)

    def keep(self, truth: NDArray[Any], value: NDArray[Any], shares: NDArray[np.float32]) -> None:
        """Add rows, and let go of the oldest where there are enough."""
        self.truth.append(truth)
        self.values.append(value)
        self.shares.append(shares)
        self.rows += len(truth)
        self.kept += len(truth)
        while self.kept - len(self.truth[0]) >= KEPT:
            self.kept -= len(self.truth.popleft())
            self.values.popleft()
            self.shares.popleft()

    def read(self, column: pa.Array) -> pa.Array:
        """Labels as text, or numbers."""
        if not self.signature.classes:
            return spelling.to_numbers(column)[0]
        words = [spelling.to_category(value) for value in column.to_pylist()]
        return pa.array([word if word in self.signature.classes else None for word in words])

    def score(
        self, found: dict[str, Any], resampling: Resampling, settings: Settings, time: str | None
    ) -> Performance | None:
        """The main metric with its interval; None where too little is known of it.

        found: metrics.json of the package.
        """
        if self.kept < settings.labelled_rows:
            return None
        truth = np.concatenate(self.truth)
        if self.signature.classes and len(np.unique(truth)) < 2:
            return None
        # Reading labels is rare, and scikit-learn takes long to import.
        from .. import evaluation, metrics  # noqa: PLC0415

        shares = np.concatenate(self.shares) if self.signature.classes else None
        predictions = Predictions(np.concatenate(self.values), shares)
        judged: Any = Judged(
            self.signature.task, self.signature.classes, self.signature.positive, time
        )
        drawn = min(len(truth), resampling.resample_rows)
        draws = evaluation.resample(judged, truth, drawn, resampling.resamples, SEED)
        samples = [np.arange(len(truth)), *draws]
        name, reference = found["metric"], found["scores"][found["metric"]]
        spread = evaluation.Spread(resampling.confidence, (drawn / len(truth)) ** 0.5)
        values = evaluation.measure_samples(judged, [name], truth, predictions, samples)[name]
        score = spread.summarise(values)
        worse = is_worse(asdict(score), reference, metrics.sign(name), settings.worse)
        return Performance(name, len(truth), score.value, score.low, score.high, reference, worse)


def to_numpy(column: pa.Array) -> NDArray[Any]:
    """Text as text, numbers as float32."""
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values.astype(str) if spelling.is_text(column.type) else values.astype(np.float32)


def is_worse(now: dict[str, float], before: dict[str, float], sign: int, least: float) -> bool:
    """Whether the score fell by more than both intervals explain, and by a share that matters."""
    fall = (before["value"] - now["value"]) * sign
    best, worst = ("high", "low") if sign > 0 else ("low", "high")
    noise = np.hypot(now[best] - now["value"], before["value"] - before[worst])
    return bool(fall > noise and fall > least * abs(before["value"]))
