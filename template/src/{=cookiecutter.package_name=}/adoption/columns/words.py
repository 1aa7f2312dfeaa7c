"""A column of texts: categories, names of rows, prose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...schema import ColumnType
from .found import Found
from .levels import Levels

CLOSED = 50
"""Up to so many categories are listed; with more, values that are not known yet may come."""
OPEN = 10_000
"""With more levels than this a category tells rows apart, not kinds of rows."""
PROSE = 4
"""Texts of more words than this, on average, are prose."""


def make_mixed(name: str, levels: Levels, note: str) -> Found:
    """A column that is of no single type."""
    return replace(make(name, levels, "text"), note=note)


def make(name: str, levels: Levels, kind: ColumnType | None = None) -> Found:
    """A column of texts: categories, or names of rows, or prose."""
    found = Found(
        name=name,
        type=kind or "category",
        values=spread(levels),
        codes=levels.codes,
        distinct=len(levels),
    )
    if kind is None:
        judged, note = judge(levels)
        found = replace(found, type=judged, note=note)
    if found.type == "category" and len(levels) <= CLOSED:
        found = replace(found, categories=tuple(sorted(levels.values.to_pylist())))
    return found.left_out_if_constant()


def spread(levels: Levels) -> pa.Array:
    """The text of each row."""
    codes = pa.array(np.where(levels.codes < 0, 0, levels.codes), mask=levels.codes < 0)
    return levels.values.take(codes) if len(levels) else pa.nulls(len(codes), pa.string())


def judge(levels: Levels) -> tuple[ColumnType, str]:
    """Whether texts are categories, names of rows or prose, and in the last two cases why."""
    rows = len(levels.codes) - levels.missing
    words = pc.mean(pc.add(pc.count_substring_regex(levels.values, r"\s+"), 1)).as_py()
    if len(levels) > max(CLOSED, rows / 2) and words > PROSE:
        return "text", f"free text, {words:.0f} words on average"
    if (len(levels) == rows and rows >= 10) or len(levels) > max(CLOSED, 0.9 * rows):
        return "identifier", "nearly every row has a value of its own: it names rows"
    if len(levels) > OPEN:
        return "identifier", f"{len(levels):,} different values: it names rows, not kinds of rows"
    return "category", ""


def write(levels: Levels) -> Levels:
    """Typed values as the text that a person would write: 3 for 3.0, true for True."""
    values = levels.values
    if pa.types.is_floating(values.type):
        numbers_ = values.to_numpy(zero_copy_only=False)
        texts = [str(int(n)) if np.isfinite(n) and n == int(n) else str(n) for n in numbers_]
        return Levels(pa.array(texts, pa.string()), levels.codes)
    if pa.types.is_timestamp(values.type):
        return Levels(pc.strftime(values, "%Y-%m-%dT%H:%M:%S"), levels.codes)
    return Levels(pc.cast(values, pa.string()), levels.codes)
