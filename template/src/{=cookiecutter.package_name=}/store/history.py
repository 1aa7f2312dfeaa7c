"""Reads the prediction log: what was predicted when, by whom, and what turned out to be true."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote

from .records import SCHEMA, Prediction, Route, StoreError
from .sqlite import BUSY_SECONDS, explained

STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""

Key = tuple[str, str, int, Route]
"""The place of a prediction in the log's order: by time, request, row, and who answered."""

COLUMNS = ", ".join(field.name for field in fields(Prediction))
ORDER = ("time", "request_id", "row", "route")


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
        truth = {None: [], True: ["label IS NOT NULL"], False: ["label IS NULL"]}[self.labelled]
        return " AND ".join([*known, *truth]), list(known.values())


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
        sql = f"SELECT count(*) FROM (SELECT 1 FROM predictions WHERE {condition} LIMIT ?)"  # noqa: S608
        with self.open() as connection:
            return int(connection.execute(sql, [*values, most]).fetchone()[0])

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
    sign, direction = ("<", "DESC") if newest_first else (">", "ASC")
    condition, values = window.to_sql()
    if key is not None:
        condition += f" AND ({', '.join(ORDER)}) {sign} (?, ?, ?, ?)"
    order = ", ".join(f"{column} {direction}" for column in ORDER)
    sql = f"SELECT {COLUMNS} FROM predictions WHERE {condition} ORDER BY {order} LIMIT ?"  # noqa: S608
    return [Prediction(*row) for row in connection.execute(sql, [*values, *(key or ()), limit])]


def key_of(prediction: Prediction) -> Key:
    """Its place in the order of the log."""
    return prediction.time, prediction.request_id, prediction.row, prediction.route
