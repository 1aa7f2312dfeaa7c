"""A column as its type.

A value that does not fit stays as it is, for validation to report.
"""

from __future__ import annotations

from sys import intern

import numpy as np
import pandas as pd
import pyarrow as pa

COMPACT = pd.StringDtype("pyarrow", na_value=np.nan)
"""Texts that mostly differ: end to end in one buffer."""


def to_number(values: pd.Series) -> pd.Series:
    """Numbers as 64-bit floats; text that is no number stays."""
    try:
        return pd.to_numeric(values).astype("float64")
    except (TypeError, ValueError):
        return values


def to_boolean(values: pd.Series) -> pd.Series:
    """True and false with room for missing values; anything else stays."""
    try:
        return values.astype("boolean")
    except (TypeError, ValueError):
        return values


def to_category(values: pd.Series) -> pd.Series:
    """Text, with None for a missing value; equal texts are one object."""
    if values.dtype == "object":
        values = values.map(str, na_action="ignore")
    codes, levels = pd.factorize(values)
    texts = np.array([*map(intern, map(str, levels)), None], dtype=object)
    return pd.Series(texts[codes], values.index, "object", values.name)


def to_text(values: pd.Series) -> pd.Series:
    """Text that no model reads."""
    return values.astype(COMPACT)


def to_datetime(values: pd.Series) -> pd.Series:
    """ISO 8601 dates, those of a time zone in UTC; anything else stays."""
    try:
        moments = pd.to_datetime(from_arrow(values), format="ISO8601")
    except (TypeError, ValueError):
        return values
    return moments if moments.dt.tz is None else moments.dt.tz_convert(None)


def from_arrow(values: pd.Series) -> pd.Series:
    """The column as NumPy has it."""
    if not isinstance(values.dtype, pd.ArrowDtype):
        return values
    return pa.array(values.array).to_pandas().set_axis(values.index).rename(values.name)


CASTS = {
    "number": to_number,
    "boolean": to_boolean,
    "category": to_category,
    "datetime": to_datetime,
    "text": to_text,
    "identifier": to_text,
}
