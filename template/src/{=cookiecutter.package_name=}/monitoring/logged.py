"""A window of the prediction log: the rows that one version of the model answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from ..store.history import History, Window, key_of
from ..store.records import Prediction
from .baseline import Baseline
from .blocks import Block, WindowError, read_months

PAGE = 5_000
"""Rows that are looked through at a time for where the newest ones begin."""


class LoggedRows:
    """Rows of the log that the package's version answered, whatever its route."""

    def __init__(self, history: History, window: Window, baseline: Baseline) -> None:
        self.history, self.baseline = history, baseline
        self.window = replace(window, version=baseline.manifest.version)
        self.name = str(history.path)
        self.since, self.until = window.since, window.until

    def newest(self, rows: int | None) -> LoggedRows:
        """The window cut to its newest rows; those of one moment stay together."""
        if rows is None or self.history.count(self.window) <= rows:
            return self
        since, before = self.window.since, None
        while rows > 0 and (page := self.history.page(self.window, min(rows, PAGE), before)):
            since, before, rows = page[-1].time, key_of(page[-1]), rows - len(page)
        return LoggedRows(self.history, replace(self.window, since=since), self.baseline)

    def blocks(self) -> Iterator[Block]:
        """Every row, in order of time."""
        for rows in self.history.stream(self.window):
            yield self.to_block(rows)

    def to_block(self, rows: Sequence[Prediction]) -> Block:
        """Some rows of the log as columns."""
        features = parse([row.features for row in rows])
        columns = {
            name: to_column([row.get(name) for row in features]) for name in self.baseline.columns
        }
        timed = self.baseline.time in columns  # a row that tells its own time is of that time
        times = columns[str(self.baseline.time)] if timed else pa.array([row.time for row in rows])
        return Block(
            rows=len(rows),
            columns=columns,
            predictions=self.read_predictions(rows),
            months=read_months(times),
            truth=to_column([row.label for row in rows]),
        )

    def read_predictions(self, rows: Sequence[Prediction]) -> dict[str, pa.Array]:
        """The predictions, and each class's probability."""
        found = {"prediction": to_column([row.prediction for row in rows])}
        if self.baseline.signature.classes:
            shares = parse([row.probabilities or "{}" for row in rows])
            for label in self.baseline.signature.classes:
                values = np.array([row.get(label, np.nan) for row in shares], dtype=float)
                found[f"probability {label}"] = pa.array(values, from_pandas=True)
        return found


def parse(texts: Sequence[str]) -> list[dict[str, Any]]:
    """JSON objects, all in one go."""
    try:
        found = orjson.loads(f"[{','.join(texts)}]")
    except orjson.JSONDecodeError as error:
        raise WindowError(f"the prediction log holds rows that are no JSON: {error}") from error
    return [row if isinstance(row, dict) else {} for row in found]


def to_column(values: list[Any]) -> pa.Array:
    """Values of JSON as a column; those of several types as text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])
