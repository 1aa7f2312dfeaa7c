"""A column of a known kind: its values, range, categories, and why it may be no feature."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..schema import ColumnType
from . import dates, missing, numbers
from .found import Found
from .levels import Levels
from .reading import Reading

CLOSED = 50
"""Up to so many categories are listed; with more, values that are not known yet may come."""
OPEN = 10_000
"""With more levels than this a category tells rows apart, not kinds of rows."""
PROSE = 4
"""Texts of more words than this, on average, are prose."""
PLAIN = ("category", "text", "identifier")
PAIRS = (("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("off", "on"), ("0", "1"))
NAMED_ID = re.compile(
    r"(?i:(^|[\W_])(id|ids|key|uuid|guid|index|idx|nr|no|num|number|row|rownum)$|^unnamed|^column_1$)"
    r"|[a-z](Id|ID|Key|Index)$"
)
NAMED_TIME = re.compile(r"(?i)year|month|week|day|date|time|quarter|hour")


class Meaning(NamedTuple):
    """What each text means, and whether it was understood."""

    values: NDArray[Any]
    understood: NDArray[np.bool_]
    unit: str | None = None
    ambiguous: str | None = None


def understand(kind: ColumnType, texts: pa.Array, reading: Reading) -> Meaning:
    """Texts as values of a kind."""
    if kind == "number":
        return Meaning(*numbers.understand(texts, reading.decimal))
    if kind == "datetime":
        found = dates.understand(texts, reading.dayfirst)
        return Meaning(found.values, found.understood, None, found.ambiguous)
    return understand_booleans(texts)


def understand_booleans(texts: pa.Array) -> Meaning:
    """Yes and no, in one of the pairs that people write."""
    words = [text.lower().removesuffix(".0") for text in texts[:3].to_pylist()]
    for no, yes in PAIRS:
        if len(texts) <= 2 and {*words} <= {no, yes}:
            values = np.array([word == yes for word in words], bool)
            return Meaning(values, np.ones(len(words), bool))
    return Meaning(np.zeros(len(texts), bool), np.zeros(len(texts), bool))


def from_typed(name: str, levels: Levels, present: Collection[str], *, guess: bool) -> Found:
    """A column whose values have a type already."""
    values = levels.values.to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(levels.values.type):
        return make_plain(name, levels, "boolean", values.astype(bool))
    if pa.types.is_timestamp(levels.values.type):
        return make_plain(name, levels, "datetime", values)
    return make_number(name, levels, values, None, present, guess=guess)


def make(  # noqa: PLR0913
    name: str,
    levels: Levels,
    kind: ColumnType,
    meaning: Meaning,
    present: Collection[str],
    *,
    guess: bool,
) -> Found:
    """A column of texts that all were understood."""
    if kind == "number":
        return make_number(name, levels, meaning.values, meaning.unit, present, guess=guess)
    if kind == "boolean" and guess and len(levels) == 1 and levels.values[0].as_py() in "01":
        return make_number(name, levels, meaning.values.astype(float), None, present, guess=guess)
    return make_plain(name, levels, kind, meaning.values)


def make_plain(name: str, levels: Levels, kind: ColumnType, values: NDArray[Any]) -> Found:
    """Dates, or yes and no."""
    found = Found(name, kind, levels.spread(values), levels.codes, len(np.unique(values)))
    return leave_out_constant(found)


def make_number(  # noqa: PLR0913
    name: str,
    levels: Levels,
    values: NDArray[np.float64],
    unit: str | None,
    present: Collection[str],
    *,
    guess: bool,
) -> Found:
    """Numbers; what is not finite or stands for no value is missing."""
    values = np.where(np.isfinite(values), values, np.nan)
    sentinels = missing.find_sentinels(values, levels.counts) if guess else []
    sentinels = [number for number in sentinels if f"{number:g}" not in present]
    counts = {f"{n:g}": int(levels.counts[values == n].sum()) for n in sentinels}
    infinite = int(levels.counts[np.isnan(values)].sum())
    gone = np.isnan(values) | np.isin(values, sentinels)
    levels, values = levels.without(gone), values[~gone]
    if not len(values):
        return make_empty(name, levels, "number")
    different = np.unique(values)
    if guess and unit is None:
        if np.array_equal(different, [0, 1]):
            return make_plain(name, levels, "boolean", values.astype(bool))
        if dates.are_compact(different):
            texts = pa.array(values.astype(np.int64).astype(str).tolist())
            moments = dates.from_compact(texts)
            return make_plain(name, levels, "datetime", moments)
    whole = bool((values == np.floor(values)).all() and np.abs(values).max() < 2**53)
    found = Found(
        name=name,
        type="number",
        values=levels.spread(values.astype(np.int64) if whole else values),
        codes=levels.codes,
        distinct=len(different),
        unit=unit,
        minimum=float(different[0]),
        maximum=float(different[-1]),
        marks=counts | ({"infinite": infinite} if infinite else {}),
        sentinels=tuple(sentinels),
    )
    if guess and whole and names_rows(name, levels, different):
        found = replace(make_words(name, write(levels), "identifier"), note=is_number_of_row(name))
    return leave_out_constant(found)


def is_number_of_row(name: str) -> str:
    """Why whole numbers that all differ are left out."""
    return "numbers the rows, says nothing about them" if name else ""


def names_rows(name: str, levels: Levels, different: NDArray[np.float64]) -> bool:
    """Whether whole numbers only tell rows apart: all differ, and count or are called so."""
    rows = len(levels.codes) - levels.missing
    if len(different) < rows or rows < 10 or NAMED_TIME.search(name):
        return False
    counts_on = different[-1] - different[0] == rows - 1
    return bool(counts_on or NAMED_ID.search(name))


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


def make_empty(name: str, levels: Levels, kind: ColumnType) -> Found:
    """A column without any value."""
    types = {"number": pa.float64(), "boolean": pa.bool_(), "datetime": pa.timestamp("us")}
    values = pa.nulls(len(levels.codes), types.get(kind, pa.string()))
    return Found(name, kind, values, levels.codes, 0).left_out("it holds no value")


def make_mixed(name: str, levels: Levels, note: str) -> Found:
    """A column that is of no single type."""
    return replace(make_words(name, levels, "text"), note=note)


def make_words(name: str, levels: Levels, kind: ColumnType | None = None) -> Found:
    """A column of texts: categories, or names of rows, or prose."""
    found = Found(
        name=name,
        type=kind or "category",
        values=spread_words(levels),
        codes=levels.codes,
        distinct=len(levels),
    )
    if kind is None:
        found = replace(found, **dict(zip(("type", "note"), judge_words(levels), strict=True)))
    if found.type == "category" and len(levels) <= CLOSED:
        found = replace(found, categories=tuple(sorted(levels.values.to_pylist())))
    return leave_out_constant(found)


def spread_words(levels: Levels) -> pa.Array:
    """The text of each row."""
    codes = pa.array(np.where(levels.codes < 0, 0, levels.codes), mask=levels.codes < 0)
    return levels.values.take(codes) if len(levels) else pa.nulls(len(codes), pa.string())


def judge_words(levels: Levels) -> tuple[ColumnType, str]:
    """Whether texts are categories, names of rows or prose, and in the last two cases why."""
    rows = len(levels.codes) - levels.missing
    words = pc.mean(pc.add(pc.count_substring_regex(levels.values, r"\s+"), 1)).as_py()
    if len(levels) > max(CLOSED, rows / 2) and words > PROSE:
        return "text", f"free text, {words:.0f} words on average"
    if len(levels) == rows and rows >= 10 or len(levels) > max(CLOSED, 0.9 * rows):
        return "identifier", "nearly every row has a value of its own: it names rows"
    if len(levels) > OPEN:
        return "identifier", f"{len(levels):,} different values: it names rows, not kinds of rows"
    return "category", ""


def leave_out_constant(found: Found) -> Found:
    """One value in every row tells nothing."""
    if found.distinct == 1 and not found.missing and found.use:
        return found.left_out("it holds the same value in every row")
    return found
