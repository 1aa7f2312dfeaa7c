"""Single values of any type as columns and as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa


def concat(tables: Sequence[pa.Table]) -> pa.Table:
    """One table; a column whose types can't be brought together becomes text."""
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException:
        text = [
            pa.table([to_text(column) for column in table.columns], table.column_names)
            for table in tables
        ]
        return pa.concat_tables(text)


def to_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any column as text."""
    texts = [None if value is None else write(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def to_column(values: Iterable[Any]) -> pa.Array:
    """Python values as one column: of their type, or as text where they have several."""
    cells = [None if value == "" else value for value in values]
    try:
        return pa.array(cells)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if cell is None else write(cell) for cell in cells], pa.string())


def write(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
