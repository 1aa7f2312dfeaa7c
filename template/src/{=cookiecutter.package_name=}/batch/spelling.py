"""How files spell values: text in CSV, and types that Parquet has beside those of a field.

data.py reads the training data with the same spelling.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import isnan
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..signature import BOOLEANS, MISSING_MARKS

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"

WHOLE = 2**53
"""Below it, floats tell all whole numbers apart, and are shown as such."""


def to_numbers(column: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Float64, null where a value is missing or no number; and where it is missing or one."""
    kind = column.type
    if is_text(kind):
        return parse_numbers(column)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64(), safe=False), np.ones(len(column), bool)
    missing = to_array(column.is_null())
    return pa.nulls(len(column), pa.float64()), missing


def to_array(column: pa.Array) -> NDArray[Any]:
    """Numbers or booleans as NumPy has them; what is missing becomes NaN, or -1 of whole numbers.

    Arrow's own `to_numpy` imports pandas, which takes longer than the rows of a small file.
    """
    if pa.types.is_boolean(column.type):
        return np.from_dlpack(column.cast(pa.uint8())).astype(bool)
    if column.null_count == 0:
        return np.from_dlpack(column)
    _, data = column.buffers()
    bare = pa.Array.from_buffers(column.type, len(column), [None, data], offset=column.offset)
    missing = -1 if pa.types.is_integer(column.type) else np.nan
    return np.where(to_array(column.is_valid()), np.from_dlpack(bare), missing)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column's values are text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def parse_numbers(column: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Text as numbers, with blanks around and marks for missing ones."""
    numbers = parse_plain_numbers(column)
    if numbers is not None:
        return numbers, np.ones(len(column), bool)
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    text = pc.if_else(pc.is_in(text, pa.array(MISSING_MARKS)), None, text)
    is_number = pc.match_substring_regex(text, NUMBER)
    numbers = pc.cast(pc.if_else(is_number, text, None), pa.float64())
    return numbers, to_array(pc.fill_null(is_number, True))


def parse_plain_numbers(column: pa.Array) -> pa.Array | None:
    """The quick way, for a column of nothing but finite numbers."""
    try:
        numbers = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return None
    return numbers if pc.all(pc.is_finite(numbers)).as_py() is not False else None


def to_boolean(value: Any) -> Any:
    """True and false, however a file spells them; None for a missing one."""
    text = str(value).strip()
    return None if text in MISSING_MARKS else BOOLEANS.get(text.lower(), to_json(value))


def to_category(value: Any) -> Any:
    """The text that is written. 3.0 is 3: whole numbers with a gap are floats."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | dict):
        return value
    return str(to_json(value))


def to_date(value: Any) -> Any:
    """ISO 8601 text, of a time zone in UTC as in the training data; None for a missing one."""
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str):
        return to_json(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None if text.strip() in MISSING_MARKS else text
    return (moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment).isoformat()


def to_json(value: Any) -> Any:
    """A value as a request would hold it, for the words of a message."""
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return int(value)
    is_json = value is None or isinstance(value, bool | int | float | str | list | dict)
    return value if is_json else str(value)
