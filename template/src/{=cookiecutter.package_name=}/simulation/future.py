"""The months to come: rows that the line has not seen yet, in the order of their time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from .. import data
from ..errors import LineError
from ..schema import Schema


@dataclass(frozen=True)
class Month:
    """The rows of one calendar month, with their truth."""

    period: pd.Period
    table: pd.DataFrame

    @property
    def name(self) -> str:
        """Such as 2014-01."""
        return str(self.period)

    def to_rows(self, schema: Schema) -> list[dict[str, Any]]:
        """What a client sends: the features as JSON has them."""
        names = [column.name for column in schema.features]
        return list(json.loads(self.table[names].to_json(orient="records", date_format="iso")))

    def times(self, schema: Schema) -> list[datetime]:
        """When each row was, in UTC."""
        moments = self.table[str(schema.time)]
        return [moment.to_pydatetime().replace(tzinfo=UTC) for moment in moments]


def read(schema: Schema, folder: Path) -> list[Month]:
    """All months of the files in `folder`; LineError where there is no future."""
    if schema.time is None:
        raise LineError("conf/data.yaml names no time column: rows without an order have no future")
    if not folder.is_dir():
        raise LineError(
            f"there is no {folder}: put a file with later rows there, with the table's columns"
        )
    table = data.read(schema, folder).sort_values(schema.time, kind="stable", ignore_index=True)
    return list(split(schema, table))


def split(schema: Schema, table: pd.DataFrame) -> Iterator[Month]:
    """The rows by calendar month."""
    periods = table[str(schema.time)].dt.to_period("M")
    for period, rows in table.groupby(periods):
        yield Month(period, rows.reset_index(drop=True))
