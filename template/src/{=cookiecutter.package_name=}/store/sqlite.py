"""The prediction log in an SQLite file.

A request is one record, whatever it holds: a hundred rows cost little more than one. The view
`predictions` shows them row by row, with the labels that came later beside them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from .records import SCHEMA, Answered, Feedback, StoreError, to_text

BUSY_SECONDS = 1.0
"""How long to wait for another process that writes; the recorder tries again later."""

CHUNK = 500
"""Requests of one INSERT: SQLite works through it without holding up Python's other threads."""

COLUMNS = (
    "request_id",
    "time",
    "model",
    "version",
    "route",
    "rows",
    "features",
    "answers",
    "latency_ms",
)
CREATE = """
CREATE TABLE requests (
    request_id TEXT NOT NULL, time TEXT NOT NULL,
    model TEXT NOT NULL, version TEXT NOT NULL, route TEXT NOT NULL,
    rows INTEGER NOT NULL, features TEXT NOT NULL, answers TEXT NOT NULL, latency_ms REAL NOT NULL
);
CREATE INDEX requests_id ON requests (request_id);
CREATE INDEX requests_time ON requests (time, request_id, route);
CREATE TABLE labels (
    request_id TEXT NOT NULL, row INTEGER NOT NULL, label NOT NULL, labelled TEXT NOT NULL,
    PRIMARY KEY (request_id, row)
) WITHOUT ROWID;
CREATE VIEW predictions AS
    SELECT requests.request_id, each.key AS row, time, model, version, route,
        each.value AS features,
        json_extract(answers, '$[' || each.key || '].prediction') AS prediction,
        json_extract(answers, '$[' || each.key || '].probabilities') AS probabilities,
        latency_ms, label, labelled
    FROM requests JOIN json_each(requests.features) AS each
    LEFT JOIN labels ON labels.request_id = requests.request_id AND labels.row = each.key;
"""
MIGRATE = f"""
ALTER TABLE predictions RENAME TO before;
{CREATE}
INSERT INTO requests
    SELECT request_id, time, model, version, route, count(*), json_group_array(json(features)),
        json_group_array(
            CASE WHEN probabilities IS NULL THEN json_object('prediction', prediction) ELSE
            json_object('prediction', prediction, 'probabilities', json(probabilities)) END
        ), latency_ms
    FROM (SELECT * FROM before ORDER BY request_id, row) GROUP BY request_id;
INSERT INTO labels
    SELECT request_id, row, label, labelled FROM before WHERE label IS NOT NULL;
DROP TABLE before;
"""  # noqa: S608
"""From version 1, which had a record for every row."""

RECORD = f"({', '.join('?' * len(COLUMNS))})"
INSERT = f"INSERT INTO requests ({', '.join(COLUMNS)}) VALUES "  # noqa: S608


class SQLiteStore:
    """The log in one file, which several processes may write in turn (WAL)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")
            found = self.fetch_number("PRAGMA user_version")
            self.identity = path.stat().st_ino
        if found > SCHEMA:
            raise StoreError(
                f"{path} holds version {found} of the prediction log, this code writes {SCHEMA}: "
                "move the file away, or set PREDICTIONS to another one"
            )
        if found < SCHEMA:
            self.prepare()

    def prepare(self) -> None:
        """Make the tables, or take over those of an older version."""
        with self.writing():
            found = self.fetch_number("PRAGMA user_version")  # another worker may have been faster
            if found < SCHEMA:
                for statement in (MIGRATE if found else CREATE).split(";"):
                    self.connection.execute(statement)
                self.connection.execute(f"PRAGMA user_version={SCHEMA}")

    def add(self, requests: Sequence[Answered]) -> None:
        """Keep all of these or none."""
        records = [to_record(request) for request in requests]
        with self.writing():
            for begin in range(0, len(records), CHUNK):
                chunk = records[begin : begin + CHUNK]
                sql = INSERT + ", ".join([RECORD] * len(chunk))
                self.connection.execute(sql, list(chain.from_iterable(chunk)))

    def count_rows(self, request_ids: set[str]) -> dict[str, int]:
        """Request id → number of its rows, for the requests that are in the log."""
        sql = "SELECT coalesce(max(rows), 0) FROM requests WHERE request_id = ?"
        with explained(self.path):
            counts = {name: self.fetch_number(sql, name) for name in request_ids}
        return {name: count for name, count in counts.items() if count}

    def fetch_number(self, sql: str, *values: Any) -> int:
        """The one number that a query answers."""
        return int(self.connection.execute(sql, values).fetchone()[0])

    def label(self, labels: Sequence[Feedback]) -> None:
        """Keep true labels, all or none; the last one told of a row counts."""
        now = to_text(time.time())
        with self.writing():
            self.connection.executemany(
                "REPLACE INTO labels (request_id, row, label, labelled) VALUES (?, ?, ?, ?)",
                [(*given, now) for given in labels],
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that happens inside is kept, or nothing."""
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has already ended it
                    self.connection.execute("ROLLBACK")
                raise

    def is_gone(self) -> bool:
        """Whether the file was removed, or another one is in its place."""
        try:
            return self.path.stat().st_ino != self.identity
        except OSError:
            return True

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def to_record(request: Answered) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    request_id, seconds, model, version, route, rows, features, answers, latency = request
    return (
        request_id,
        to_text(round(seconds, 3)),
        model,
        version,
        route,
        rows,
        features.decode(),
        answers.decode(),
        round(latency * 1000, 4),
    )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say which file could not be used, and why."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the prediction log {path} can't be used: {error}") from error
