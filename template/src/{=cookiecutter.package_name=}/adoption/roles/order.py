"""Which columns order or group the rows, and which are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ..columns import kinds, recognition, words
from ..columns.found import Found
from ..reading import AdoptionError, Reading

MOMENTS = 20
"""Rows are ordered by a date only if it has so many different moments."""
NAMED_TIME = re.compile(r"(?i)date|time|day|month|year|period|stamp|when|created|_at$|^(ds|ts)$")
NAMED_BIRTH = re.compile(r"(?i)birth|dob|born|expir")
PLAUSIBLE = (1800, 2200)
"""Years between which dates are believed."""
GROUP_SIZE = 1.2
"""An id groups rows if a value comes back so often on average."""


def choose_time(found: Mapping[str, Found]) -> tuple[str | None, str]:
    """The column that orders the rows, and why; by itself only where one can be meant."""
    dated = [c for c in found.values() if c.type == "datetime" and c.use]
    able = [c for c in dated if not c.missing and c.distinct >= MOMENTS]
    able = [c for c in able if not NAMED_BIRTH.search(c.name)]
    if len(able) > 1:
        able = [c for c in able if NAMED_TIME.search(c.name)] if len(dated) > 1 else able
    if len(able) == 1:
        return able[0].name, "the only column of dates that can order the rows (--time none if not)"
    if able:
        names = ", ".join(column.name for column in able)
        return None, f"several could order the rows ({names}): say --time COLUMN if one does"
    return None, "no column of dates orders the rows"


def doubt_dates(found: Mapping[str, Found]) -> list[str]:
    """A sentence about each column with dates that lie far from all that can be meant."""
    doubts = []
    for column in found.values():
        if column.type != "datetime" or not column.use:
            continue
        years = pc.year(column.values)
        far = pc.or_(pc.less(years, PLAUSIBLE[0]), pc.greater(years, PLAUSIBLE[1]))
        some = column.values.filter(far)
        if len(some):
            example = some[0].as_py().date()
            doubts.append(
                f"{column.name}: {len(some):,} dates are not of {PLAUSIBLE[0]} to {PLAUSIBLE[1]}, "
                f"such as {example}: mend them, or name what stands for no date with --missing"
            )
    return doubts


def make_time(found: Found, column: pa.ChunkedArray, reading: Reading) -> Found:
    """The column that was named, as dates; years as numbers become their first day."""
    if found.type == "number" and found.minimum is not None:
        if not (found.minimum >= 1000 and (found.maximum or 0) <= 2999):
            raise AdoptionError(f"--time: {found.name} holds numbers that are no years")
        texts = found.values.cast(pa.int64(), safe=False).cast(pa.string())
        years = [None if year is None else f"{year}-01-01" for year in texts.to_pylist()]
        column = pa.chunked_array([pa.array(years, pa.string())])
    return recognition.find(found.name, column, reading, "datetime")


def choose_group(found: Mapping[str, Found], target: str) -> tuple[str | None, str]:
    """The id whose rows belong together, and why."""
    able = [c for c in found.values() if c.name != target and c.use and repeats(c)]
    if len(able) == 1:
        column = able[0]
        often = (len(column.codes) - column.missing) / column.distinct
        return column.name, f"its {column.distinct:,} ids come back {often:.1f} times each"
    if able:
        names = ", ".join(column.name for column in able)
        return (
            None,
            f"several ids come back ({names}): say --group COLUMN if rows of one belong together",
        )
    return None, "no id comes back"


def repeats(found: Found) -> bool:
    """Whether a column is called an id, and its many values come back."""
    if not kinds.NAMED_ID.search(found.name) or found.type in ("boolean", "datetime", "text"):
        return False
    whole = found.type != "number" or pa.types.is_integer(found.values.type)
    rows = len(found.codes) - found.missing
    return whole and found.distinct > words.CLOSED and rows >= GROUP_SIZE * found.distinct


def make_group(found: Found) -> Found:
    """The group's column: it names rows and is no feature."""
    if found.missing:
        raise AdoptionError(f"--group: {found.name} is missing in {found.missing} rows")
    texts = recognition.find(
        found.name, pa.chunked_array([found.values]), Reading(), "identifier", ("na", "?", "-")
    )
    return replace(texts, note="rows that share it stay on one side of every split", use=True)
