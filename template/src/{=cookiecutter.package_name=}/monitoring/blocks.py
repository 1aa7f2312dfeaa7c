"""Rows and predictions, as the counting takes them, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .. import dates
from ..batch import spelling
from ..errors import LineError

Months = NDArray[np.int_]
NOBODY = -1
"""The month of a row that doesn't tell one."""


class WindowError(LineError):
    """The rows can't be compared; the message says what to do."""


@dataclass(frozen=True)
class Block:
    """Some rows: columns of one length, by their names.

    predictions: `prediction` and `probability <class>`, as far as they are known.
    months: of each row, from 0. truth: the label, null where it hasn't arrived.
    """

    rows: int
    columns: Mapping[str, pa.Array]
    predictions: Mapping[str, pa.Array]
    months: Months
    truth: pa.Array | None


class Rows(Protocol):
    """A window. `name` tells where it is from, `since` and `until` what it spans."""

    name: str
    since: str | None
    until: str | None

    def blocks(self) -> Iterator[Block]:
        """All its rows; WindowError or another LineError where they can't be read."""


def read_months(moments: pa.Array) -> Months:
    """The month of each moment, which may be a date, a timestamp or text in ISO 8601."""
    if spelling.is_text(moments.type):
        moments = parse(moments)
    if not (pa.types.is_timestamp(moments.type) or pa.types.is_date(moments.type)):
        return np.full(len(moments), NOBODY)
    months = spelling.to_array(pc.month(in_utc(moments))).astype(int)
    return np.asarray(np.maximum(months - 1, NOBODY))


def in_utc(moments: pa.Array) -> pa.Array:
    """As the training data has them: those of a time zone in UTC, the others as they are."""
    zone = getattr(moments.type, "tz", None)
    return moments.cast(pa.timestamp(moments.type.unit)) if zone else moments


def parse(texts: pa.Array) -> pa.Array:
    """Text as moments, quickly where it is plain, else one by one; null where it is no moment."""
    try:
        return pc.cast(texts, pa.timestamp("s"))
    except pa.ArrowInvalid:
        words = [spelling.to_date(text) for text in texts.to_pylist()]
        return pa.array(dates.parse([word if is_moment(word) else None for word in words]))


def is_moment(word: Any) -> bool:
    """Whether text is what `to_date` makes of a date."""
    try:
        return word is not None and not np.isnat(np.datetime64(word, "s"))
    except ValueError:
        return False
