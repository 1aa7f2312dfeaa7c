"""Rows of the prediction log whose truth is known, as rows of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa

from .. import prepared
from ..adoption.sources.cells import to_column
from ..ingestion import checks
from ..ingestion.cells import Spelling
from ..ingestion.identity import NONE, Hashes, hash_rows
from ..ingestion.table import read_tables
from ..schema import Column, Schema
from ..store.records import Prediction


@dataclass(frozen=True)
class Feedback:
    """The rows, and how many were left out for which reason."""

    rows: pd.DataFrame
    left_out: dict[str, int]


def collect(
    schema: Schema, log: Iterable[Sequence[Prediction]], raw: Path, *, only_new: bool
) -> Feedback:
    """The labelled rows of the log that fit the table.

    only_new: without those that equal a row of the table in all that the model reads and in the
    truth: the same observation may arrive by both ways.
    """
    names = [column.name for column in schema.features] + [schema.target]
    known = hash_table(schema, raw, names) if only_new else NONE
    parts, left_out = [], dict[str, int]()
    for predictions in log:
        table, faults = read(schema, list(fitting(schema, predictions)))
        good = np.ones(len(table), bool)
        for fault in faults:
            left_out[fault.reason] = left_out.get(fault.reason, 0) + len(fault.rows)
            good[fault.rows] = False
        parts.append(table[good & ~np.isin(hash_rows(table, names), known)])
    rows = pd.concat(parts, ignore_index=True) if parts else read(schema, [])[0]
    return Feedback(rows, left_out)


def hash_table(schema: Schema, raw: Path, names: Sequence[str]) -> Hashes:
    """The rows of the table by what the model reads and what is true."""
    return np.concatenate([NONE, *(hash_rows(table, names) for table in read_tables(schema, raw))])


def fitting(schema: Schema, predictions: Iterable[Prediction]) -> Iterator[dict[str, Any]]:
    """Rows of this table's models that somebody saw the answer of; a shadow's are the same again.

    After another table was adopted, the log still holds rows of the one before.
    """
    needed = {column.name for column in schema.features if not column.nullable}
    for found in predictions:
        if found.model != schema.name or found.route == "shadow" or found.label is None:
            continue
        row = orjson.loads(found.features)
        if needed <= row.keys():
            yield complete(schema, row, found)


def complete(schema: Schema, row: dict[str, Any], found: Prediction) -> dict[str, Any]:
    """What nobody sends: the truth, when it was asked, and a name of its own for the row."""
    name = f"{found.request_id}/{found.row}"
    names = {column.name: name for column in schema.columns if takes_names(schema, column)}
    times = {schema.time: found.time} if schema.time else {}
    return names | times | row | {schema.target: found.label}


def takes_names(schema: Schema, column: Column) -> bool:
    """Whether any text may stand in a column that nobody sends."""
    is_group = column.name == schema.group and not column.categories
    return column.type in ("identifier", "text") or (is_group and column.type == "category")


def read(schema: Schema, rows: list[dict[str, Any]]) -> tuple[pd.DataFrame, list[checks.Fault]]:
    """Rows with the table's types, and all that is wrong with them."""
    columns = {column.name: read_values(column, rows) for column in schema.columns}
    checked = checks.check(schema, pa.table(columns), Spelling())
    return checked.table, checked.faults


def read_values(column: Column, rows: list[dict[str, Any]]) -> pa.Array:
    """One column of rows as JSON has them."""
    found = to_column(row.get(column.name) for row in rows)
    return found.cast(pa.string()) if pa.types.is_null(found.type) else found


def write(schema: Schema, rows: pd.DataFrame, path: Path, draft: Path) -> None:
    """Put the rows in the place of those of the time before, by way of a draft."""
    if rows.empty:
        path.unlink(missing_ok=True)
        return
    prepared.write(schema, rows, np.arange(len(rows)), draft)
    draft.replace(path)
