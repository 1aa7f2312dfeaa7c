"""A table of a database as output: written in one transaction, so it is whole or not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from .sources import BatchError
from .targets import Blocks, refuse_nested

TYPES = [
    (pa.types.is_boolean, sa.Boolean),
    (pa.types.is_integer, sa.BigInteger),
    (pa.types.is_floating, sa.Double),
    (pa.types.is_date, sa.Date),
    (pa.types.is_timestamp, sa.DateTime),
]
"""Other types become text."""


class TableTarget:
    """A table; `existing`, of EXISTING, is for one of this name that is there already."""

    typed = True

    def __init__(self, url: str, table: str, existing: str, source: Path) -> None:
        self.parts = source.with_name(f".{source.name}.{table}.parts")
        self.table, self.existing = table, existing
        with explained(f"--output {url.partition(':')[0]}"):
            self.engine = connect(url)

    def __str__(self) -> str:
        return f"table {self.table} of {self.engine.url.render_as_string(hide_password=True)}"

    def check(self, schema: pa.Schema) -> None:
        """The table must not be there, or may be replaced, or has every column."""
        refuse_nested(schema, "A table")
        if self.engine.dialect.name == "sqlite":
            refuse_twins(schema)
        with explained(str(self)):
            inspector = sa.inspect(self.engine)
            if not inspector.has_table(self.table):
                return
            known = {column["name"] for column in inspector.get_columns(self.table)}
        if self.existing == "refuse":
            raise BatchError(f"{self} is there already: give --existing append, or replace")
        unknown = [name for name in schema.names if name not in known]
        if self.existing == "append" and unknown:
            raise BatchError(f"{self} has no column {', '.join(unknown)}: give another --table")

    def write(self, schema: pa.Schema, blocks: Blocks) -> None:
        """All rows in one transaction."""
        columns = [sa.Column(field.name, to_type(field.type)) for field in schema]
        table = sa.Table(self.table, sa.MetaData(), *columns)
        with explained(str(self)), self.engine.begin() as connection:
            if self.existing == "replace":
                table.drop(connection, checkfirst=True)
            table.create(connection, checkfirst=True)
            for block in blocks:
                if block.num_rows:
                    connection.execute(table.insert(), block.to_pylist())


def refuse_twins(schema: pa.Schema) -> None:
    """SQLite takes a and A for one name."""
    counts = Counter(name.encode().lower() for name in schema.names)
    twins = [name for name in schema.names if counts[name.encode().lower()] > 1]
    if twins:
        raise BatchError(
            f"SQLite can't tell the columns {', '.join(twins)} apart: write a file, or rename them"
        )


def connect(url: str) -> sa.Engine:
    """An engine; Python's sqlite3 would leave CREATE TABLE out of the transaction."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def to_type(kind: pa.DataType) -> sa.types.TypeEngine[Any]:
    """The database's type for a column."""
    return next((column() for fits, column in TYPES if fits(kind)), sa.Text())


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Errors of databases and of their drivers in a sentence."""
    try:
        yield
    except (SQLAlchemyError, ImportError) as error:
        reason = getattr(error, "orig", None) or error
        raise BatchError(f"{where} can't be written: {reason}") from error
