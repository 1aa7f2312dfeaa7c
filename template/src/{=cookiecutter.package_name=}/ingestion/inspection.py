"""Look at a file from its first row to its last, before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..schema import Schema
from . import blocks, checks
from .cells import Spelling
from .identity import Rows, compare, compare_within
from .sums import Sum
from .table import There

REPEATED = "it repeats a row of the same file"
THERE = "it is there already"
TORN = "rows of the same file with the same {key} contradict each other"
CONTRADICTS = "a row with the same {key} and other values is there already"
HARMLESS = (checks.UNLABELLED, REPEATED, THERE)
"""Reasons that say nothing against the file."""


@dataclass
class Inspection:
    """Every row of a file: its place among the reasons (0: it is good), its number, its hashes.

    numbers: of the rows that have all their values, counted from 1 below the header.
    """

    names: list[str]
    reasons: list[str]
    codes: NDArray[np.int32]
    numbers: NDArray[np.int_]
    rows: Rows
    odd: list[blocks.Odd]
    sum: Sum

    @property
    def total(self) -> int:
        """Rows of the file."""
        return len(self.codes) + len(self.odd)

    @property
    def good(self) -> NDArray[np.bool_]:
        """Which rows can be taken."""
        return np.asarray(self.codes == 0)

    def count(self) -> dict[str, int]:
        """Reason → rows, without the good ones."""
        found = Counter({self.reasons[code]: int((self.codes == code).sum()) for code in self.used})
        found.update(row.reason for row in self.odd)
        return dict(found)

    @property
    def used(self) -> list[int]:
        """The reasons that some row has."""
        return [int(code) for code in np.unique(self.codes) if code]

    @property
    def bad(self) -> int:
        """Rows that speak against the file."""
        return sum(rows for reason, rows in self.count().items() if reason not in HARMLESS)


def inspect(schema: Schema, path: Path, spelling: Spelling, there: There) -> Inspection:
    """Read the whole file once."""
    opened = blocks.read(path, spelling.reading)
    total, rows, codes = Sum(), [], [np.zeros(0, np.int32)]
    reasons = {"": 0}
    for raw in opened:
        checked = checks.check(schema, raw, spelling)
        total.add(schema, checked.table)
        for fault in checked.faults:
            total.broken[fault.column, fault.rule] += len(fault.rows)
        rows.append(Rows.of(schema, checked.table))
        codes.append(encode(checked, reasons))
    every = np.concatenate(codes)
    numbers = np.arange(1, len(every) + len(opened.odd) + 1)
    numbers = np.delete(numbers, [row.number - 1 for row in opened.odd])
    found = Inspection(
        opened.names, list(reasons), every, numbers, Rows.join(rows), opened.odd, total
    )
    relate(schema, found, there.rows)
    return found


def encode(checked: checks.Checked, reasons: dict[str, int]) -> NDArray[np.int32]:
    """Each row's reason as a number; new reasons join the others."""
    texts: dict[int, list[str]] = {}
    for fault in checked.faults:
        for row in fault.rows.tolist():
            texts.setdefault(row, []).append(fault.reason)
    codes = np.zeros(len(checked.table), np.int32)
    for row, said in texts.items():
        codes[row] = reasons.setdefault("; ".join(said), len(reasons))
    return codes


def relate(schema: Schema, found: Inspection, there: Rows) -> None:
    """Tell repeated and contradicting rows from the others."""
    key = " and ".join(schema.key)
    good = np.flatnonzero(found.codes == 0)
    known = compare(found.rows.take(found.good), there)
    mark(found, good[known.repeats], THERE)
    mark(found, good[known.contradicts], CONTRADICTS.format(key=key))
    good = np.flatnonzero(found.codes == 0)
    within = compare_within(found.rows.take(found.good))
    mark(found, good[within.repeats], REPEATED)
    mark(found, good[within.contradicts], TORN.format(key=key))


def mark(found: Inspection, rows: NDArray[np.int_], reason: str) -> None:
    """Give some rows a reason."""
    if len(rows):
        found.reasons.append(reason)
        found.codes[rows] = len(found.reasons) - 1
