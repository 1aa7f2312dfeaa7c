"""Columns that give the target away: what is known only afterwards, or is the target itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..columns.found import Found
from .target import Target

SAMPLE = 20_000
BINS = 64
NEARLY = 0.98
"""The share of a guess's errors that one column alone must avoid to be suspected."""
FEWEST = 50
Codes: TypeAlias = NDArray[np.int_]


@dataclass(frozen=True)
class Leak:
    """A column and the evidence against it."""

    column: str
    evidence: str


def find(target: Target, columns: Iterable[Found]) -> Iterator[Leak]:
    """Columns that alone tell the target. Judged on rows that the guess was not learnt from."""
    rows = np.random.default_rng(0).permutation(len(target.found.codes))[:SAMPLE]
    if len(rows) < FEWEST:
        return
    truth = ranks(target.found, rows) if target.task == "regression" else None
    classes = target.found.codes[rows].astype(int)
    for column in columns:
        evidence = find_copy(target, column) or (
            explain_ranks(truth, cut(column, rows))
            if truth is not None
            else explain_classes(classes, cut(column, rows))
        )
        if evidence:
            yield Leak(column.name, evidence)


def find_copy(target: Target, column: Found) -> str | None:
    """Whether a column is the target under another name: value by value."""
    if column.distinct != target.found.distinct:
        return None
    both = column.codes.astype(np.int64) * (target.found.distinct + 2) + target.found.codes
    if len(np.unique(both[target.found.codes >= 0])) != column.distinct:
        return None
    if target.task == "regression" and target.found.distinct > 0.9 * len(column.codes):
        return None  # two columns of numbers that all differ are paired by chance
    return f"each of its {column.distinct:,} values goes with one value of {target.name}: a copy"


def ranks(found: Found, rows: Codes) -> NDArray[np.float64]:
    """Places in the order of size, so that no far value outweighs all others."""
    values = numbers(found, rows)
    return values.argsort(kind="stable").argsort().astype(float)


def numbers(found: Found, rows: Codes) -> NDArray[np.float64]:
    """Some rows of a column of numbers, dates or truths as floats, NaN where missing."""
    some = found.values.take(pa.array(rows))
    if pa.types.is_timestamp(some.type):
        some = some.cast(pa.int64())
    return np.asarray(pc.cast(some, pa.float64(), safe=False), dtype=np.float64)


def cut(found: Found, rows: Codes) -> Codes:
    """Each row's category, or the interval that its number lies in."""
    if found.type not in ("number", "datetime"):
        return found.codes[rows].astype(int)
    values = numbers(found, rows)
    edges = np.unique(np.nanquantile(values, np.linspace(0, 1, min(BINS, len(rows) // 10) + 1)))
    places = np.searchsorted(edges[1:-1], values, side="right")
    return np.where(np.isnan(values), -1, places)


def halves(rows: int) -> tuple[slice, slice]:
    """To learn from, and to judge on; the rows are in random order."""
    return slice(0, rows // 2), slice(rows // 2, rows)


def explain_ranks(truth: NDArray[np.float64], groups: Codes) -> str | None:
    """For numbers: the share of the variance of ranks that the column's groups explain."""
    learn, judge = halves(len(truth))
    groups = groups + 1
    size = int(np.max(groups)) + 1
    count = np.bincount(groups[learn], minlength=size)
    total = np.bincount(groups[learn], truth[learn], minlength=size)
    guess = np.where(count > 0, total / np.maximum(count, 1), truth[learn].mean())
    rest = ((truth[judge] - guess[groups[judge]]) ** 2).mean() / max(truth[judge].var(), 1e-12)
    return (
        f"alone it explains {1 - rest:.1%} of the order of the target"
        if rest < 1 - NEARLY
        else None
    )


def explain_classes(classes: Codes, groups: Codes) -> str | None:
    """For classes: how many more rows are right than by naming the most frequent class."""
    learn, judge = halves(len(classes))
    groups = groups + 1
    table: NDArray[Any] = np.zeros((np.max(groups) + 1, np.max(classes) + 1), int)
    np.add.at(table, (groups[learn], classes[learn]), 1)
    common = int(np.argmax(table.sum(axis=0)))
    guess = np.where(table.sum(axis=1) > 0, np.argmax(table, axis=1), common)
    naive = (classes[judge] != common).mean()
    wrong = (classes[judge] != guess[groups[judge]]).mean()
    if naive == 0 or wrong > naive * (1 - NEARLY):
        return None
    return (
        f"alone it tells the class of {1 - wrong:.1%} of the rows (the commonest: {1 - naive:.1%})"
    )
