"""The prediction log in an SQLite file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from .records import LOGGED, SCHEMA, Answered, Feedback, StoreError, to_rows, to_text

BUSY_SECONDS = 1.0
"""How long to wait for another process that writes; the recorder tries again later."""

CHUNK = 500
"""Rows of one INSERT: SQLite works through it without holding up Python's other threads."""

CREATE = """
CREATE TABLE IF NOT EXISTS predictions (
    request_id TEXT NOT NULL, row INTEGER NOT NULL, time TEXT NOT NULL,
    model TEXT NOT NULL, version TEXT NOT NULL, route TEXT NOT NULL,
    features TEXT NOT NULL, prediction NOT NULL, probabilities TEXT, latency_ms REAL NOT NULL,
    label, labelled TEXT
);
CREATE INDEX IF NOT EXISTS predictions_request ON predictions (request_id);
"""
INDEX = "CREATE INDEX IF NOT EXISTS predictions_time ON predictions (time)"
"""For readers; a log from before there was one gets it when the service starts."""

ROW = f"({', '.join('?' * len(LOGGED))})"
INSERT = f"INSERT INTO predictions ({', '.join(LOGGED)}) VALUES "  # noqa: S608


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
            self.prepare()

    def prepare(self) -> None:
        """Make the table where it is missing; refuse one of another version."""
        (found,) = self.connection.execute("PRAGMA user_version").fetchone()
        if found not in (0, SCHEMA):
            raise StoreError(
                f"{self.path} holds version {found} of the prediction log, this code writes "
                f"{SCHEMA}: move the file away, or set PREDICTIONS to another one"
            )
        if not found:
            self.connection.executescript(f"BEGIN; {CREATE} PRAGMA user_version={SCHEMA}; COMMIT;")
        self.connection.execute(INDEX)

    def add(self, requests: Sequence[Answered]) -> None:
        """Keep all of these or none."""
        rows = list(chain.from_iterable(map(to_rows, requests)))
        with self.writing():
            for begin in range(0, len(rows), CHUNK):
                chunk = rows[begin : begin + CHUNK]
                sql = INSERT + ", ".join([ROW] * len(chunk))
                self.connection.execute(sql, list(chain.from_iterable(chunk)))

    def count_rows(self, request_ids: set[str]) -> dict[str, int]:
        """Request id → number of its rows, for the requests that are in the log."""
        sql = "SELECT count(*) FROM predictions WHERE request_id = ?"
        with explained(self.path):
            counts = {name: self.fetch_number(sql, name) for name in request_ids}
        return {name: count for name, count in counts.items() if count}

    def fetch_number(self, sql: str, *values: Any) -> int:
        """The one number that a query answers."""
        return int(self.connection.execute(sql, values).fetchone()[0])

    def label(self, labels: Sequence[Feedback]) -> None:
        """Write true labels beside the predictions; the last one told counts."""
        now = to_text(time.time())
        sql = "UPDATE predictions SET label=?, labelled=? WHERE request_id=? AND row=?"
        with self.writing():
            self.connection.executemany(
                sql, [(given.label, now, given.request_id, given.row) for given in labels]
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

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say which file could not be used, and why."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the prediction log {path} can't be used: {error}") from error
