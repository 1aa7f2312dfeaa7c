"""Moments as numbers: the parts of a calendar date that a model can learn from.

Light on purpose (NumPy): training and service compute the same parts with this code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.datetime64]
Numbers = NDArray[np.float64]
HOUR, DAY = 3_600, 86_400  # seconds


def since(moments: Moments, unit: str) -> Numbers:
    """Seconds since the last whole `unit` (Y, M or D) began."""
    passed = moments - moments.astype(f"datetime64[{unit}]")
    return np.asarray(passed.astype("timedelta64[s]"), dtype=float)


def count_months(moments: Moments) -> Numbers:
    """Whole months since the year began."""
    months = moments.astype("datetime64[M]").astype(int)
    return np.asarray(months % 12, dtype=float)


def count_weekdays(moments: Moments) -> Numbers:
    """Days since Monday, with their fraction; 1970 began on a Thursday."""
    days = moments.astype("datetime64[s]").astype(float) / DAY
    return np.asarray((days + 3) % 7)


def turn(share: Numbers) -> list[Numbers]:
    """A share of a cycle as a point on the circle: its end is its beginning."""
    return [np.sin(2 * np.pi * share), np.cos(2 * np.pi * share)]


PARTS: dict[str, Callable[[Moments], list[Numbers]]] = {
    "year": lambda moments: [1970 + moments.astype("datetime64[Y]").astype(float)],
    "month": lambda moments: [1 + count_months(moments)],
    "day": lambda moments: [1 + np.floor(since(moments, "M") / DAY)],
    "weekday": lambda moments: [np.floor(count_weekdays(moments))],
    "hour": lambda moments: [since(moments, "D") / HOUR],
    "year_cycle": lambda moments: turn(since(moments, "Y") / (366 * DAY)),
    "week_cycle": lambda moments: turn(count_weekdays(moments) / 7),
    "day_cycle": lambda moments: turn(since(moments, "D") / DAY),
}
"""Part → one column of numbers, two for a cycle. Weekdays count from Monday, 0."""


def width(parts: Sequence[str]) -> int:
    """How many columns the parts have."""
    return sum(2 if part.endswith("_cycle") else 1 for part in parts)


def expand(moments: Moments, parts: Sequence[str]) -> NDArray[np.float32]:
    """The parts of moments (datetime64[s], shape (rows,)), shape (rows, width); NaN where NaT."""
    known = np.where(np.isnat(moments), np.datetime64(0, "s"), moments)
    columns = [column for part in parts for column in PARTS[part](known)]
    numbers = np.array(columns, dtype=np.float32).T
    numbers[np.isnat(moments)] = np.nan
    return numbers


def parse(texts: Sequence[str | None]) -> Moments:
    """ISO 8601 text without a time zone, or None, as moments; ValueError for anything else."""
    return np.array(["NaT" if text is None else text for text in texts], dtype="datetime64[s]")
