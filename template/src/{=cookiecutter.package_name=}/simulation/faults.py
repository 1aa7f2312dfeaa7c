"""What goes wrong with data, done on purpose: to see whether the loop notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..errors import LineError
from ..schema import Column, Schema
from .future import Month


@dataclass(frozen=True)
class Fault:
    """A kind of FAULTS; the column that it hits, for all kinds but `flip`."""

    kind: str
    column: str = ""

    @classmethod
    def parse(cls, text: str, schema: Schema) -> Fault:
        """From KIND or KIND:COLUMN; without a column, the first that the kind can hit."""
        kind, _, name = text.partition(":")
        if kind not in FAULTS:
            raise LineError(f"{kind} is no fault that is known: {', '.join(FAULTS)}")
        fitting = [column.name for column in schema.features if column.type in HITS[kind]]
        if kind == "flip":
            return cls(kind)
        if not fitting or (name and name not in fitting):
            raise LineError(f"{kind} can hit one of these columns: {', '.join(fitting) or 'none'}")
        return cls(kind, name or fitting[0])

    def hit(self, schema: Schema, month: Month) -> Month:
        """The month with the fault in it."""
        name = self.column or schema.target
        column = schema.column(name)
        values = FAULTS[self.kind](month.table[name], column)
        return replace(month, table=month.table.assign(**{name: values}))


def change_unit(values: pd.Series, _: Column) -> pd.Series:
    """Somebody sends Fahrenheit, or feet."""
    return values * 1.8 + 32


def add_category(values: pd.Series, _: Column) -> pd.Series:
    """Every third row has a category that nobody knew."""
    return values.mask(np.arange(len(values)) % 3 == 0, "a new one")


def break_sensor(values: pd.Series, _: Column) -> pd.Series:
    """The same value again and again."""
    return pd.Series([values.median()] * len(values), values.index, values.dtype)


def flip(values: pd.Series, column: Column) -> pd.Series:
    """The world turns: what led to one answer now leads to the next one."""
    if column.type == "number":
        return values.max() + values.min() - values
    labels = list(column.categories)
    return values.map(dict(zip(labels, [*labels[1:], labels[0]], strict=True))).astype(values.dtype)


FAULTS: dict[str, Callable[[pd.Series, Column], pd.Series]] = {
    "unit": change_unit,
    "category": add_category,
    "sensor": break_sensor,
    "flip": flip,
}
HITS = {"unit": ["number"], "category": ["category"], "sensor": ["number"], "flip": []}
"""The types of columns that each kind can hit."""
