"""A column of a known kind: its values, range, categories, and why it may be no feature."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ...schema import ColumnType
from ..reading import Reading
from . import dates, missing, numbers, words
from .found import Found
from .levels import Levels

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
    said = [text.lower().removesuffix(".0") for text in texts[:3].to_pylist()]
    for no, yes in PAIRS:
        if len(texts) <= 2 and {*said} <= {no, yes}:
            values = np.array([word == yes for word in said], bool)
            return Meaning(values, np.ones(len(said), bool))
    return Meaning(np.zeros(len(texts), bool), np.zeros(len(texts), bool))


def from_typed(name: str, levels: Levels, present: Collection[str], *, guess: bool) -> Found:
    """A column whose values have a type already."""
    values = levels.values.to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(levels.values.type):
        return make_plain(name, levels, "boolean", values.astype(bool))
    if pa.types.is_timestamp(levels.values.type):
        return make_plain(name, levels, "datetime", values)
    return make_number(name, levels, values, None, present, guess=guess)


def make(
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
    return found.left_out_if_constant()


def make_number(
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
        named = words.make(name, words.write(levels), "identifier")
        return replace(named, note="numbers the rows, says nothing about them")
    return found.left_out_if_constant()


def names_rows(name: str, levels: Levels, different: NDArray[np.float64]) -> bool:
    """Whether whole numbers only tell rows apart: all differ, and count or are called so."""
    rows = len(levels.codes) - levels.missing
    if len(different) < rows or rows < 10 or NAMED_TIME.search(name):
        return False
    counts_on = different[-1] - different[0] == rows - 1
    return bool(counts_on or NAMED_ID.search(name))


def make_empty(name: str, levels: Levels, kind: ColumnType) -> Found:
    """A column without any value."""
    types = {"number": pa.float64(), "boolean": pa.bool_(), "datetime": pa.timestamp("us")}
    values = pa.nulls(len(levels.codes), types.get(kind, pa.string()))
    return Found(name, kind, values, levels.codes, 0).left_out("it holds no value")
