"""What one row of the prediction log holds: the contract with everyone who reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol

import orjson

from ..errors import LineError

SCHEMA = 1
"""Version of the contract: it grows with every change to `Prediction`."""

Route = Literal["champion", "challenger", "shadow"]
Label = str | float


class StoreError(LineError):
    """The log can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One row of the table `predictions`; `request_id` and `row` together name it."""

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
    prediction: Label
    probabilities: str | None
    """Class → probability as JSON; null for a regression."""
    latency_ms: float
    """Time to answer the whole request."""
    label: Label | None = None
    """What was true, as /feedback told it."""
    labelled: str | None = None
    """When that was told: UTC, ISO 8601."""


LOGGED = tuple(field.name for field in fields(Prediction))[:-2]
"""The columns that are known when a request is answered; the label comes later."""


class Answered(NamedTuple):
    """One answered request, as the service hands it over: cheap to make."""

    request_id: str
    time: float
    model: str
    version: str
    route: Route
    rows: Sequence[dict[str, Any]]
    predictions: Sequence[dict[str, Any]]
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

    def close(self) -> None:
        """Let go of it."""


def to_rows(request: Answered) -> list[tuple[Any, ...]]:
    """The values of LOGGED for every row of a request."""
    request_id, seconds, model, version, route, rows, answers, latency = request
    time, milliseconds = to_text(round(seconds, 3)), round(latency * 1000, 4)
    features = [dump(row) for row in rows]
    shares = [to_json(answer.get("probabilities")) for answer in answers]
    return [
        (
            request_id,
            row,
            time,
            model,
            version,
            route,
            features[row],
            answer["prediction"],
            shares[row],
            milliseconds,
        )
        for row, answer in enumerate(answers)
    ]


def to_json(shares: dict[str, float] | None) -> str | None:
    """Probabilities as text; a regression has none."""
    return None if shares is None else orjson.dumps(shares).decode()


def dump(row: dict[str, Any]) -> str:
    """A row as JSON, whatever a request may hold: numbers beyond 64 bits, halves of characters."""
    try:
        return orjson.dumps(row).decode()
    except TypeError:
        return json.dumps(row)


@lru_cache(maxsize=16)  # many are answered in the same millisecond
def to_text(time: float) -> str:
    """Seconds since 1970 as UTC in ISO 8601."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")
