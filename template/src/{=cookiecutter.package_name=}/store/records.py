"""What one row of the prediction log holds: the contract with everyone who reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol

import orjson

from ..errors import LineError

SCHEMA = 2
"""Version of the contract: it grows with every change to what the log holds."""

Route = Literal["champion", "challenger", "shadow"]
Label = str | float


class StoreError(LineError):
    """The log can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One predicted row, as the view `predictions` shows it; id, row and route together name it."""

    request_id: str
    row: int
    """Its place in the request, from 0."""
    time: str
    """When it was answered: UTC, ISO 8601 with milliseconds."""
    model: str
    version: str
    route: Route
    """Who answered: the champion, the challenger, or a shadow whose answer nobody saw."""
    features: str
    """The row as it was sent, as JSON."""
    prediction: Label | None
    """Null where a challenger had no answer."""
    probabilities: str | None
    """Class → probability as JSON; null for a regression."""
    latency_ms: float
    """Time to answer the whole request."""
    label: Label | None = None
    """What was true, as /feedback told it."""
    labelled: str | None = None
    """When that was told: UTC, ISO 8601."""


class Answered(NamedTuple):
    """One answered request, as the service hands it over: cheap to make and to keep."""

    request_id: str
    time: float
    """Seconds since 1970."""
    model: str
    version: str
    route: Route
    rows: int
    features: bytes
    """A list of the rows as they were sent, as JSON."""
    answers: bytes
    """A list with `prediction`, and for classes `probabilities`, of each row, as JSON."""
    seconds: float


class Feedback(NamedTuple):
    """The true label of one predicted row."""

    request_id: str
    row: int
    label: Label


class Store(Protocol):
    """Where the log is kept. One thread at a time uses a store."""

    def add(self, requests: Sequence[Answered]) -> None:
        """Keep all of these or none; StoreError where that can't be done now."""

    def count_rows(self, request_ids: set[str]) -> dict[str, int]:
        """Request id → number of its rows, for the requests that are in the log."""

    def label(self, labels: Sequence[Feedback]) -> None:
        """Write true labels beside the predictions, all or none."""

    def is_gone(self) -> bool:
        """Whether somebody removed it: what is written now, nobody would find."""

    def close(self) -> None:
        """Let go of it."""


def dump(content: Any) -> bytes:
    """JSON of whatever a request may hold: numbers beyond 64 bits, halves of characters too."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return json.dumps(content).encode()


@lru_cache(maxsize=16)  # many are answered in the same millisecond
def to_text(time: float) -> str:
    """Seconds since 1970 as UTC in ISO 8601."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")
