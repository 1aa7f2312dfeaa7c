"""The rows that are in data/raw already."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..data import find_reader
from ..schema import Schema
from . import blocks, checks
from .cells import Spelling
from .identity import Rows
from .sums import Sum

FEEDBACK = "feedback.parquet"
"""In the table's folder: rows whose true labels the service was told. `retrain` writes it anew."""


@dataclass(frozen=True)
class There:
    """What names them and what they say; their moments and groups."""

    rows: Rows
    sum: Sum


def read_tables(
    schema: Schema, folder: Path, leave_out: Container[str] = ()
) -> Iterator[pd.DataFrame]:
    """Block by block, with the schema's types; without feedback and some other files."""
    for path in sorted(folder.glob("[!.]*")):
        if path.name == FEEDBACK or path.name in leave_out or not find_reader(path):
            continue
        for raw in blocks.read(path, Spelling().reading):
            yield checks.read_types(schema, raw, Spelling())[0]


def collect(schema: Schema, folder: Path, unfinished: set[str]) -> There:
    """The rows of the table, without those of files that are not done yet."""
    parts, total = [], Sum()
    for table in read_tables(schema, folder, {f"{stem}.parquet" for stem in unfinished}):
        parts.append(Rows.of(schema, table))
        total.add(schema, table)
    return There(Rows.join(parts), total)


def extend(there: There, rows: Rows, found: Sum) -> There:
    """What is there with the rows of a file that was taken."""
    moments = np.union1d(there.sum.moments, found.moments)
    groups = np.union1d(there.sum.groups, found.groups)
    return There(Rows.join([there.rows, rows]), Sum(moments=moments, groups=groups))
