"""A column of a file as values of the type that it must have, cell by cell.

One cell that can't be understood spoils no other: it is marked, and its row goes to quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..adoption.columns import dates, kinds, missing, numbers, recognition, words
from ..adoption.columns.levels import Levels
from ..adoption.reading import Reading
from ..schema import Column

WORDS = {word: place for pair in kinds.PAIRS for place, word in enumerate(pair)}
"""How people write no (0) and yes (1)."""


@dataclass(frozen=True)
class Spelling:
    """How the files are written: as the project itself writes, or as the adopted source did.

    sentinels: by column, what stands for a missing value beside the usual marks.
    """

    reading: Reading = Reading()  # noqa: RUF009 (it is frozen)
    adopted: bool = False
    sentinels: dict[str, list[str]] | None = None

    def marks(self, column: Column) -> set[str]:
        """Texts that stand for no value in this column, in small letters."""
        own = {*self.reading.missing, *(self.sentinels or {}).get(column.name, [])}
        if column.type in kinds.PLAIN:
            marks = (missing.ALWAYS if self.adopted else {""}) | own
            return {mark.lower() for mark in marks} - {text.lower() for text in column.categories}
        return {mark.lower() for mark in missing.ALWAYS | missing.BESIDE_NUMBERS | own}


class Cells(NamedTuple):
    """A column's values, missing where nothing is known, and which of them were understood."""

    values: pd.Series
    understood: NDArray[np.bool_]


class Meaning(NamedTuple):
    """What different values mean, and which of them mean anything."""

    values: NDArray[Any]
    understood: NDArray[np.bool_]


def convert(column: Column, raw: pa.ChunkedArray, spelling: Spelling) -> Cells:
    """The column with the type that conf/data.yaml says."""
    levels = Levels.of(recognition.simplify(raw))
    if column.type in kinds.PLAIN and not pa.types.is_string(levels.values.type):
        levels = words.write(levels)
    if pa.types.is_string(levels.values.type):
        levels = levels.without(levels.find(spelling.marks(column)))
    meaning = understand(column, levels.values, spelling)
    absent = levels.codes < 0
    understood = absent | np.append(meaning.understood, True)[levels.codes]
    values = meaning.values[np.where(absent, 0, levels.codes)] if len(levels) else None
    return Cells(fill(column, values, absent | ~understood), understood)


def fill(column: Column, values: NDArray[Any] | None, blank: NDArray[np.bool_]) -> pd.Series:
    """A series of the column's type, missing where it is blank."""
    kind, nothing = DTYPES.get(column.type, ("object", None))
    if values is None:
        return pd.Series([nothing] * len(blank), dtype=kind)
    series = pd.Series(values).astype(kind)
    return series.mask(pd.Series(blank), nothing).astype(kind)


DTYPES: dict[str, tuple[str, Any]] = {
    "number": ("float64", np.nan),
    "boolean": ("boolean", pd.NA),
    "datetime": ("datetime64[us]", pd.NaT),
}


def understand(column: Column, values: pa.Array, spelling: Spelling) -> Meaning:
    """What each of the different values means in this column."""
    if column.type in kinds.PLAIN:
        return Meaning(values.to_numpy(zero_copy_only=False), np.ones(len(values), bool))
    if pa.types.is_string(values.type):
        return UNDERSTAND[column.type](values, spelling.reading)
    sentinels = [float(text) for text in (spelling.sentinels or {}).get(column.name, [])]
    return from_typed(column.type, values, sentinels)


def from_typed(kind: str, values: pa.Array, sentinels: list[float]) -> Meaning:
    """Values that have a type in their file; numbers may be yes and no, and the other way round."""
    found = values.to_numpy(zero_copy_only=False)
    moments = found.dtype.kind == "M"
    if moments or kind == "datetime":
        return Meaning(found, np.full(len(found), moments and kind == "datetime"))
    found = found.astype(np.float64)
    if kind == "boolean":
        return Meaning(found == 1, np.isin(found, [0, 1]))
    found = np.where(np.isin(found, sentinels), np.nan, found)
    return Meaning(found, ~np.isinf(found))


def to_numbers(texts: pa.Array, reading: Reading) -> Meaning:
    """Numbers as people write them; where their decimal marks contradict, as they were told."""
    padded = np.asarray(pc.match_substring_regex(texts, numbers.CODE))
    texts = pc.if_else(pa.array(padded), pc.utf8_ltrim(texts, "0"), texts)
    texts = pc.if_else(pc.equal(texts, ""), "0", texts)  # it was nothing but zeros
    found = numbers.understand(texts, reading.decimal)
    if not found.understood.any():
        plain = numbers.swap(texts) if reading.decimal == "," else texts
        valid = pc.match_substring_regex(plain, numbers.PLAIN)
        plain = pc.if_else(valid, plain, pa.scalar(None, pa.string()))
        found = numbers.finish(pc.cast(plain, pa.float64()), valid)
    return Meaning(found.values, found.understood & np.isfinite(found.values))


def to_dates(texts: pa.Array, reading: Reading) -> Meaning:
    """Dates in any form; where day and month can't be told apart, only ISO 8601."""
    found = dates.understand(texts, reading.dayfirst)
    if found.contradictory or found.ambiguous:
        iso = dates.matches(texts, dates.YEAR_FIRST)
        found = dates.understand(pc.if_else(pa.array(iso), texts, ""), reading.dayfirst)
    return Meaning(found.values, found.understood)


def to_booleans(texts: pa.Array, _: Reading) -> Meaning:
    """Yes and no in any of the words that people write."""
    said = [WORDS.get(text.lower().removesuffix(".0"), -1) for text in texts.to_pylist()]
    places = np.array(said, int)
    return Meaning(places == 1, places >= 0)


UNDERSTAND = {"number": to_numbers, "datetime": to_dates, "boolean": to_booleans}


def read_spelling(reading: Reading, sentinels: dict[str, list[str]]) -> Spelling:
    """The adopted source's."""
    texts = {name: [str(text) for text in found] for name, found in sentinels.items()}
    return Spelling(replace(reading, missing=tuple(map(str, reading.missing))), True, texts)
