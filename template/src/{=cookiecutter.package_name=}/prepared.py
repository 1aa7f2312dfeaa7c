"""The rows that prepare.py hands on to train, to test and to package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from .data import assemble, open_file, take_columns, to_series
from .schema import Schema

BLOCK = 50_000
"""Rows that are written or read at once."""
ARROW = {
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "category": pa.string(),
    "datetime": pa.timestamp("us"),
    "text": pa.string(),
    "identifier": pa.string(),
}


def write(schema: Schema, table: pd.DataFrame, rows: NDArray[np.int_], file: Path) -> None:
    """Some rows of a valid table, block by block; columns that nobody declared are left out."""
    shape = pa.schema([(column.name, ARROW[column.type]) for column in schema.columns])
    table = table[shape.names]
    shape = to_arrow(table.head(0), shape).schema  # with what pandas wants to know
    with parquet.ParquetWriter(file, shape) as writer:
        for start in range(0, len(rows), BLOCK):
            writer.write_table(to_arrow(table.iloc[rows[start : start + BLOCK]], shape))


def to_arrow(table: pd.DataFrame, shape: pa.Schema) -> pa.Table:
    """A table as Arrow has it."""
    return pa.Table.from_pandas(table, shape, preserve_index=False)


def read(
    schema: Schema,
    path: Path,
    names: Sequence[str] = (),
    rows: NDArray[np.int_] | None = None,
) -> pd.DataFrame:
    """What `write` wrote: all columns, or some; all rows, or some."""
    file = open_file(path, {})

    def take(name: str) -> pd.Series:
        column = file.take(name)
        return column if rows is None else column.iloc[rows].reset_index(drop=True)

    chosen = replace(file, names=list(names or file.names), take=take)
    return assemble(schema, take_columns([chosen], {}))


def read_blocks(schema: Schema, path: Path, names: Sequence[str]) -> Iterator[pd.DataFrame]:
    """The same, block by block as they were written; Arrow's threads would read ahead."""
    file = parquet.ParquetFile(path)
    for group in range(file.num_row_groups):
        block = file.read_row_group(group, columns=[*names], use_threads=False)
        yield assemble(schema, ((name, to_series(block.column(name))) for name in names))


def count(path: Path) -> int:
    """How many rows a file holds."""
    return int(parquet.read_metadata(path).num_rows)
