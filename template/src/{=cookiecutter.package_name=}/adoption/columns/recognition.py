"""Find out what a column is: numbers, dates, yes and no, categories, names of rows, prose."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...schema import ColumnType
from ..reading import AdoptionError, Reading
from ..sources.cells import to_text
from . import kinds, missing, words
from .found import Found
from .levels import Levels

MOMENT = pa.timestamp("us")
PROBE = 1000
"""Values that are looked at before all are."""
SIMPLER: tuple[tuple[Callable[[Any], bool], list[Any]], ...] = (
    (pa.types.is_boolean, []),
    (pa.types.is_null, [pa.string()]),
    (lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind), [pa.string()]),
    (lambda kind: pa.types.is_integer(kind) or pa.types.is_floating(kind), [pa.float64()]),
    (pa.types.is_decimal, [pa.float64()]),
    (lambda kind: pa.types.is_timestamp(kind) and kind.tz, [pa.timestamp("us", "UTC"), MOMENT]),
    (lambda kind: pa.types.is_timestamp(kind) or pa.types.is_date(kind), [MOMENT]),
)
"""The kinds of Arrow that need a change, and its steps."""
INTERPRETED: tuple[ColumnType, ...] = ("boolean", "number", "datetime")


def find(
    name: str,
    column: pa.ChunkedArray,
    reading: Reading,
    wanted: ColumnType | None = None,
    present: Collection[str] = (),
) -> Found:
    """What a column is. `wanted`: the type it must have. `present`: texts that are no marks."""
    levels = Levels.of(simplify(column))
    if pa.types.is_string(levels.values.type):
        return find_text(name, levels, reading, wanted, {text.lower() for text in present})
    typed = kinds.from_typed(name, levels, present, guess=wanted is None)
    if wanted in (None, typed.type):
        return typed
    written = words.write(levels)
    return find_text(name, written, reading, wanted, {text.lower() for text in present})


def simplify(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """One of few Arrow types: text, boolean, 64-bit float, timestamp in UTC without a zone."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return simplify(column.cast(kind.value_type))
    if pa.types.is_duration(kind):
        return pc.divide(column.cast(pa.duration("us"), safe=False).cast(pa.int64()), 1e6)
    for is_kind, steps in SIMPLER:
        if is_kind(kind):
            for step in steps:
                column = column.cast(step, safe=False)
            return column
    return to_text(column)


def find_text(
    name: str, levels: Levels, reading: Reading, wanted: ColumnType | None, present: set[str]
) -> Found:
    """What a column of texts is."""
    always = ({*missing.ALWAYS} | {text.lower() for text in reading.missing}) - present
    levels, gone = missing.drop(levels, always)
    if not len(levels):
        kind = wanted or "text"
        return kinds.make_empty(name, levels, kind)
    if wanted in kinds.PLAIN:
        return replace(words.make(name, levels, wanted), marks=gone)
    for kind in INTERPRETED if wanted is None else (wanted,):
        usable, beside = missing.drop(levels, missing.BESIDE_NUMBERS - present)
        found = interpret(name, usable, reading, kind, present, must=wanted is not None)
        if found is not None:
            return replace(found, marks=gone | beside)
    return replace(words.make(name, levels), marks=gone)


def interpret(
    name: str, levels: Levels, reading: Reading, kind: ColumnType, present: set[str], *, must: bool
) -> Found | None:
    """The column as of this type, if all its texts can be; prose if only most can."""
    probe = kinds.understand(kind, levels.values[:PROBE], reading).understood
    if not len(levels) or (not must and probe.mean() < 0.5):
        return None
    meaning = kinds.understand(kind, levels.values, reading)
    strange = levels.values.filter(pa.array(~meaning.understood))
    examples = ", ".join(repr(text) for text in strange[:3].to_pylist())
    if len(strange) and must:
        raise AdoptionError(f"{name} should be a {kind}; {len(strange)} values are not: {examples}")
    if kind == "datetime":
        refuse_unknown_order(name, meaning)
    if not len(strange):
        return kinds.make(name, levels, kind, meaning, present, guess=not must)
    if len(levels) <= words.CLOSED:
        return None
    called = {"number": "numbers", "datetime": "dates"}[kind]
    note = f"{len(levels) - len(strange)} of its values are {called} and {len(strange)} are not"
    return words.make_mixed(name, levels, f"{note}: {examples} (mend them, or say --missing)")


def refuse_unknown_order(name: str, meaning: kinds.Meaning) -> None:
    """01/02/2020 may be a day of January or of February; a guess would spoil half the rows."""
    if meaning.ambiguous:
        raise AdoptionError(
            f"{name}: {meaning.ambiguous!r} may have the day or the month first, and no value of "
            "the column tells: say --dayfirst or --monthfirst"
        )
