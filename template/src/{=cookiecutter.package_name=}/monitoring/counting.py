"""A window's values, counted in the reference's bins: memory is bounded, whatever its size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..batch import spelling
from ..batch.columns import distinguish
from ..signature import Field
from .column import Column

NAMED = 1_000
"""New categories that are counted by name."""


class Tally(Protocol):
    """What is known of one column of the window.

    bins: rows of each bin of the reference. missing: rows without a value.
    outside: values that are out of range, or none of the column's type. new: new categories.
    """

    bins: NDArray[np.int_]
    missing: int
    outside: int
    new: Counter[str]

    def add(self, column: pa.Array) -> None:
        """Count some rows."""


class Numbers:
    """Numbers and booleans."""

    def __init__(self, column: Column, field: Field | None) -> None:
        self.edges = column.edges
        self.bins = np.zeros(len(column.edges) + 1, dtype=int)
        self.missing = self.outside = 0
        self.new: Counter[str] = Counter()
        self.is_boolean = field is not None and field.type == "boolean"
        low, high = find_range(column, field)
        self.low, self.high = np.float32(low), np.float32(high)

    def add(self, column: pa.Array) -> None:
        """Count some rows."""
        values, readable = read_booleans(column) if self.is_boolean else read_numbers(column)
        with np.errstate(over="ignore"):
            values = values.astype(np.float32)  # as the model reads them
        known = values[np.isfinite(values)]
        bins = np.searchsorted(self.edges, known)
        self.bins += np.bincount(bins, minlength=len(self.bins))
        self.missing += int((np.isnan(values) & readable).sum())
        self.outside += int(((known < self.low) | (known > self.high)).sum())
        self.outside += int((~readable | np.isinf(values)).sum())


def find_range(column: Column, field: Field | None) -> tuple[float, float]:
    """What conf/data.yaml allows; where it says nothing, what there was in training."""
    low, high = (None, None) if field is None else (field.minimum, field.maximum)
    moments = column.moments
    return (
        moments.get("minimum", -np.inf) if low is None else low,
        moments.get("maximum", np.inf) if high is None else high,
    )


def read_numbers(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Numbers, NaN where there is none; and False where something else is."""
    numbers, readable = spelling.to_numbers(column)
    return spelling.to_array(numbers), readable


def read_booleans(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Booleans as 0 and 1."""
    different, places = distinguish(column)
    words = [spelling.to_boolean(value) for value in different] + [None]
    readable = np.array([word is None or isinstance(word, bool) for word in words])
    usable = [word if right else None for word, right in zip(words, readable, strict=True)]
    return np.array(usable, dtype=float)[places], readable[places]


class Categories:
    """Categories; those that are not the reference's by name are in the last bin."""

    def __init__(self, column: Column, _: Field | None = None) -> None:
        self.places = {label: place for place, label in enumerate(column.labels)}
        self.bins = np.zeros(len(column.labels) + 1, dtype=int)
        self.missing = self.outside = 0
        self.complete = column.complete
        self.new: Counter[str] = Counter()

    def add(self, column: pa.Array) -> None:
        """Count some rows."""
        different, places = distinguish(column)
        words = [spelling.to_category(value) for value in different]
        counts = np.bincount(places, minlength=len(words) + 1)
        for word, count in zip([*words, None], counts.tolist(), strict=True):
            if word is None:
                self.missing += count
                continue
            place = self.places.get(str(word), len(self.places))
            self.bins[place] += count
            if place == len(self.places) and count:
                self.name(str(word), count)

    def name(self, word: str, count: int) -> None:
        """Count a category that has no bin; a new one only where the reference has them all."""
        if self.complete:
            known = word in self.new or len(self.new) < NAMED
            self.new[word if known else "others"] += count


class Moments:
    """Dates move on: of them only the gaps are compared."""

    def __init__(self, *_: Any) -> None:
        self.bins = np.zeros(1, dtype=int)
        self.missing = self.outside = 0
        self.new: Counter[str] = Counter()

    def add(self, column: pa.Array) -> None:
        """Count some rows."""
        gaps = column.null_count
        if spelling.is_text(column.type) and gaps < len(column):
            different, places = distinguish(column)
            blank = np.array([spelling.to_date(value) is None for value in different] + [True])
            gaps = int(blank[places].sum())
        self.missing += gaps
        self.bins[0] += len(column) - gaps


KINDS: Mapping[str, Any] = {"number": Numbers, "category": Categories, "datetime": Moments}


def make(column: Column, field: Field | None = None) -> Any:
    """A tally for a column of the reference."""
    return KINDS[column.type](column, field)
