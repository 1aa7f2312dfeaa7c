"""The rows of a table: enough of them, which are kept, which repeat, which classes have few."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..columns.found import Found
from ..reading import AdoptionError
from .target import Target

FEWEST = 20
"""Fewer rows can't be split into parts to learn from and parts to test on."""
FEW = 10
"""A class with fewer rows is reported."""


def refuse_few(rows: int) -> None:
    """There must be enough to split."""
    if rows < FEWEST:
        raise AdoptionError(
            f"{rows} rows are too few to learn from and to test on: {FEWEST} at least"
        )


def keep(columns: dict[str, pa.ChunkedArray], needed: Found) -> None:
    """Without the rows that lack a value they need."""
    there = needed.values.is_valid()
    columns |= {name: column.filter(there) for name, column in columns.items()}


def count_rare(target: Target) -> list[str]:
    """A sentence about classes with few rows."""
    if target.task == "regression":
        return []
    rare = [name for name, count in target.counts.items() if count < FEW]
    few = ", ".join(rare[:5]) + (" …" if len(rare) > 5 else "")
    return [f"{len(rare)} classes have fewer than {FEW} rows: {few}"] if rare else []


def count_duplicates(found: Mapping[str, Found]) -> int:
    """Rows that repeat an earlier one in every column."""
    total: NDArray[np.uint64] = np.zeros(len(next(iter(found.values())).codes), np.uint64)
    for column in found.values():
        total = (total ^ (column.codes + 1).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return len(total) - int(pc.count_distinct(pa.array(total)).as_py())
