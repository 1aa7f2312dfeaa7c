"""Reads the prediction log: what was predicted when, by whom, and what turned out to be true."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from .records import SCHEMA, Prediction, Route, StoreError, dump
from .sqlite import BUSY_SECONDS, explained

STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""

Key = tuple[str, str, str, int]
"""Time, request id, route and row: the place of a prediction in the order of the log."""

READ = """
SELECT request_id, time, model, version, route, features, answers, latency_ms, (
    SELECT json_group_array(json_array(row, label, labelled))
    FROM labels WHERE labels.request_id = requests.request_id
) FROM requests WHERE {} ORDER BY time {order}, request_id {order}, route {order}
"""
COUNT = "SELECT coalesce(sum(rows), 0) FROM (SELECT rows FROM requests WHERE {} LIMIT ?)"
VOLUMES = """
SELECT substr(time, 1, 10), version, route, sum(rows), count(*), sum(latency_ms)
FROM requests WHERE {} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
COUNT_LABELS = """
SELECT count(*) FROM (SELECT 1 FROM requests JOIN labels USING (request_id) WHERE {} LIMIT ?)
"""


COUNT_UNKNOWN = """
SELECT coalesce(sum(unknown), 0) FROM (
    SELECT rows - (
        SELECT count(*) FROM labels WHERE labels.request_id = requests.request_id
    ) AS unknown FROM requests WHERE {} AND unknown > 0 LIMIT ?
)
"""
COUNTS = {None: COUNT, True: COUNT_LABELS, False: COUNT_UNKNOWN}


class Volume(NamedTuple):
    """What one version answered by one route on one day, in UTC."""

    day: str
    version: str
    route: Route
    rows: int
    requests: int
    latency_ms: float
    """Of all requests together."""


@dataclass(frozen=True)
class Window:
    """Which predictions are meant: all of them, unless a field says less."""

    since: str | None = None
    """The earliest time, as the log writes it; a beginning such as 2026-01-31 will do."""
    until: str | None = None
    """The time from which on they are left out."""
    version: str | None = None
    route: Route | None = None
    labelled: bool | None = None
    """Only those whose truth is known, or only those where it isn't."""
    request_id: str | None = None

    def to_sql(self) -> tuple[str, list[str]]:
        """A condition and its values; the time is always there: SQLite goes by its index."""
        given = {
            "time >= ?": self.since or "",
            "time < ?": self.until,
            "version = ?": self.version,
            "route = ?": self.route,
            "request_id = ?": self.request_id,
        }
        known = {text: value for text, value in given.items() if value is not None}
        return " AND ".join(known), list(known.values())

    def takes(self, prediction: Prediction) -> bool:
        """Whether one row of a request belongs to it."""
        return self.labelled in (None, prediction.label is not None)


EVERYTHING = Window()


class History:
    """The log in one file, for reading only: nothing is created, changed or kept from the writer.

    seconds: how long one question may take; StoreError afterwards. None: as long as it does.
    """

    def __init__(self, path: Path, seconds: float | None = None) -> None:
        self.path, self.seconds = path, seconds

    def count(self, window: Window = EVERYTHING, most: int = 2**62) -> int:
        """How many predictions there are; counting ends at `most`."""
        condition, values = window.to_sql()
        with self.open() as connection:

            def ask(sql: str, most: int) -> int:
                found = connection.execute(sql.format(condition), [*values, most])
                return min(int(found.fetchone()[0]), most)

            return ask(COUNTS[window.labelled], most)

    def volumes(self, window: Window = EVERYTHING) -> list[Volume]:
        """How much each version answered by each route, day by day, oldest first."""
        condition, values = window.to_sql()
        with self.open() as connection:
            return [Volume(*row) for row in connection.execute(VOLUMES.format(condition), values)]

    def page(
        self, window: Window = EVERYTHING, limit: int = 50, before: Key | None = None
    ) -> list[Prediction]:
        """The newest `limit` predictions, or those that come before the one with that key."""
        with self.open() as connection:
            return fetch(connection, window, limit, before, newest_first=True)

    def stream(self, window: Window = EVERYTHING, rows: int = 5_000) -> Iterator[list[Prediction]]:
        """Lists of up to `rows` predictions, oldest first.

        Every list is a question of its own, so that a slow reader doesn't keep the writer from
        emptying its journal.
        """
        after: Key | None = None
        while True:
            with self.open() as connection:
                found = fetch(connection, window, rows, after, newest_first=False)
            if not found:
                return
            yield found
            after = key_of(found[-1])

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """The file, opened for reading; StoreError where it can't be read, or not in time."""
        if not self.path.is_file():
            raise StoreError(f"there is no prediction log at {self.path}: the service makes it")
        with explained(self.path), closing(self.connect()) as connection:
            try:
                self.refuse_other_version(connection)
                yield connection
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
                raise StoreError(
                    f"reading {self.path} took more than {self.seconds:g} s: ask for less of it"
                ) from None
            except (ValueError, TypeError, AttributeError) as error:
                raise StoreError(
                    f"{self.path} holds a request that the service didn't write ({error})"
                ) from error

    def connect(self) -> sqlite3.Connection:
        """A connection that can't write, and gives up in time."""
        address = f"file:{quote(str(self.path.resolve()))}?mode={mode_for(self.path)}"
        connection = sqlite3.connect(address, BUSY_SECONDS, uri=True, check_same_thread=False)
        if self.seconds is not None:
            end = time.monotonic() + self.seconds
            connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        return connection

    def refuse_other_version(self, connection: sqlite3.Connection) -> None:
        """What another version of the contract means is not known here."""
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found != SCHEMA:
            raise StoreError(f"{self.path} is a log of version {found}, this code reads {SCHEMA}")


def mode_for(path: Path) -> str:
    """How to open it: where SQLite can't share it with a writer there is none."""
    journal = path.with_name(f"{path.name}-wal")
    return "ro" if journal.exists() or os.access(path.parent, os.W_OK) else "ro&immutable=1"


def fetch(
    connection: sqlite3.Connection, window: Window, limit: int, key: Key | None, newest_first: bool
) -> list[Prediction]:
    """Some predictions in the order of the log, beyond a key where one is given."""
    condition, values = window.to_sql()
    sign, order = ("<=", "DESC") if newest_first else (">=", "ASC")
    if key is not None:
        condition += f" AND (time, request_id, route) {sign} (?, ?, ?)"
    if window.labelled:
        condition += " AND request_id IN (SELECT request_id FROM labels)"
    requests = connection.execute(READ.format(condition, order=order), [*values, *(key or ())[:3]])
    found = (
        prediction
        for request in requests
        for prediction in expand(request)[:: -1 if newest_first else 1]
        if window.takes(prediction) and is_beyond(key, key_of(prediction), newest_first)
    )
    return list(islice(found, limit))


def is_beyond(key: Key | None, place: Key, newest_first: bool) -> bool:
    """Whether a place comes after the key, in the direction of reading."""
    return key is None or (place < key if newest_first else place > key)


def expand(request: tuple[Any, ...]) -> list[Prediction]:
    """The rows of one request."""
    request_id, moment, model, version, route, features, answers, latency, labels = request
    known = {row: truth for row, *truth in orjson.loads(labels)}
    return [
        Prediction(
            request_id,
            row,
            moment,
            model,
            version,
            route,
            text,
            answer.get("prediction"),
            to_text(answer.get("probabilities")),
            latency,
            *known.get(row, ()),
        )
        for row, (text, answer) in enumerate(
            zip(to_texts(features), orjson.loads(answers), strict=True)
        )
    ]


def to_text(shares: dict[str, float] | None) -> str | None:
    """Probabilities as JSON; a regression has none."""
    return None if shares is None else dump(shares).decode()


def to_texts(features: str) -> list[str]:
    """A list of rows as JSON, as the JSON of every row."""
    try:
        rows = orjson.loads(features)
    except ValueError:  # halves of characters, which the standard library lets through
        rows = json.loads(features)
    return [dump(row).decode() for row in rows]


def key_of(prediction: Prediction) -> Key:
    """Its place in the order of the log."""
    return prediction.time, prediction.request_id, prediction.route, prediction.row
