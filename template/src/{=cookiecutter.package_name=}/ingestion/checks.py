"""The rows of a block, each with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from .. import validation
from ..schema import Column, Schema
from . import blocks
from .cells import Spelling, convert

UNLABELLED = "what is to be predicted is not known yet"


class Fault(NamedTuple):
    """A rule of a column and the rows of the block that break it."""

    column: str
    rule: str
    rows: NDArray[np.int_]

    @property
    def reason(self) -> str:
        """For people."""
        return self.rule if self.rule == UNLABELLED else say(self.column, self.rule)


def say(column: str, rule: str) -> str:
    """A rule that does not hold; one across columns begins with its first column."""
    across = rule.startswith(f"{column} ")
    return f"{rule} does not hold" if across else f"{column}: not {rule}"


class Checked(NamedTuple):
    """A block with the schema's columns and types, and what is wrong in it."""

    table: pd.DataFrame
    faults: list[Fault]


def find_lost(schema: Schema, names: list[str]) -> list[str]:
    """Columns that a file must have and has not; without the target its rows wait."""
    needed = {schema.time, schema.group, *schema.key}
    return [
        column.name
        for column in schema.columns
        if column.name not in names
        and column.name != schema.target
        and (not column.nullable or column.name in needed)
    ]


def find_unknown(schema: Schema, names: list[str]) -> list[str]:
    """Columns that conf/data.yaml does not know."""
    known = {column.name for column in schema.columns}
    return [name for name in names if name not in known and not name.startswith(blocks.OWN)]


def check(schema: Schema, raw: pa.Table, spelling: Spelling) -> Checked:
    """Types first, then ranges, categories and rules across columns where the types are right."""
    table, faults = read_types(schema, raw, spelling)
    sound = np.ones(len(table), bool)
    for fault in faults:
        sound[fault.rows] = False
    blank = np.flatnonzero(table[schema.target].isna().to_numpy() & sound)
    if len(blank):
        faults.append(Fault(schema.target, UNLABELLED, blank))
        sound[blank] = False
    faults += find_broken(schema, table[sound])
    return Checked(table, faults)


def read_types(
    schema: Schema, raw: pa.Table, spelling: Spelling
) -> tuple[pd.DataFrame, list[Fault]]:
    """The columns with their types, and the cells that are of another one."""
    columns, faults = {}, []
    for column in schema.columns:
        cells = convert(column, find_column(column, raw), spelling)
        columns[column.name] = cells.values
        strange = np.flatnonzero(~cells.understood)
        if len(strange):
            faults.append(Fault(column.name, validation.WORDS[column.type], strange))
    return pd.DataFrame(columns), faults


def find_column(column: Column, raw: pa.Table) -> pa.ChunkedArray:
    """The file's, or a missing value in every row."""
    if column.name in raw.column_names:
        return raw[column.name]
    return pa.chunked_array([pa.nulls(raw.num_rows, pa.string())])


def find_broken(schema: Schema, table: pd.DataFrame) -> Iterator[Fault]:
    """The rules of the line's first step, row by row."""
    if table.empty:
        return
    broken = list(validation.find_contradictions(schema, table, leave_out=set()))
    for column in schema.columns:
        broken += validation.find_broken(schema, column, table[[column.name]])
    for name, rule, values in broken:
        yield Fault(name, rule, np.unique(values.index.to_numpy(int)))
