"""What one field may hold, and the words for what it may not."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime
from itertools import islice
from math import nan
from typing import Any

from ..signature import MISSING, Field

FLOAT32 = 3.4028234663852886e38
"""The largest number that the model can read."""

SHOWN_CHARACTERS, SHOWN_NAMES = 40, 12
"""How much of a value, and how many categories or fields, a message shows."""

Convert = Callable[[Any], Any]


class RefusedError(Exception):
    """The value can't be used; `explain` has the words."""


def converter(field: Field) -> Convert:
    """A function that turns a JSON value into what the model reads, or raises RefusedError."""
    return CONVERTERS[field.type](field)


def number_converter(field: Field) -> Convert:
    """Numbers in the field's range; NaN is in no range."""
    low, high = limits(field)

    def convert(value: Any) -> float:
        kind = type(value)  # isinstance() would let True pass as a number
        if (kind is float or kind is int) and low <= value <= high:
            return value  # type: ignore[no-any-return]  # an int stays one: NumPy converts faster
        if value is None and field.nullable:
            return nan
        raise RefusedError

    return convert


def limits(field: Field) -> tuple[float, float]:
    """The smallest and the largest number that is not refused."""
    if field.outside == "flag":
        return -FLOAT32, FLOAT32
    low = -FLOAT32 if field.minimum is None else max(field.minimum, -FLOAT32)
    return low, FLOAT32 if field.maximum is None else min(field.maximum, FLOAT32)


def boolean_converter(field: Field) -> Convert:
    """True and false as 1 and 0."""

    def convert(value: Any) -> float:
        if value is True or value is False:
            return float(value)
        if value is None and field.nullable:
            return nan
        raise RefusedError

    return convert


def category_converter(field: Field) -> Convert:
    """Known categories; any text where the signature lists none."""
    known = frozenset(field.categories)
    lenient = field.unknown == "missing"

    def convert(value: Any) -> str:
        if type(value) is str and (value in known or (not known and is_text(value))):
            return value
        if (value is None and field.nullable) or (lenient and is_whole(value)):
            return MISSING
        raise RefusedError

    return convert


def datetime_converter(field: Field) -> Convert:
    """ISO 8601 text without a time zone; the model knows one clock only."""

    def convert(value: Any) -> str | None:
        if value is None and field.nullable:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise RefusedError from None
        if moment.tzinfo is not None or not value.isascii():  # Python takes any sign for the T
            raise RefusedError
        return moment.isoformat()

    return convert


CONVERTERS = {
    "number": number_converter,
    "boolean": boolean_converter,
    "category": category_converter,
    "datetime": datetime_converter,
}


def is_text(value: str) -> bool:
    """Whether the model can read it."""
    return value != MISSING and is_whole(value)


def is_whole(value: Any) -> bool:
    """Whether it is text in whole characters: JSON may hold halves of them, UTF-8 may not."""
    return type(value) is str and not any("\ud800" <= half <= "\udfff" for half in value)


def explain(field: Field, value: Any) -> str:
    """Why a value was refused."""
    size = f" between ±{FLOAT32:.2g}" if is_too_large(field, value) else ""
    return f"{field.name} must be {describe(field, size)}, not {show(value)}"


def is_too_large(field: Field, value: Any) -> bool:
    """Whether a number without a limit of its own is beyond what the model can read."""
    if field.type != "number" or type(value) not in (int, float):
        return False
    low, high = limits(field)
    return (high == FLOAT32 and value > high) or (low == -FLOAT32 and value < low)


def describe(field: Field, size: str = "") -> str:
    """What a field may hold, in words."""
    return f"{DESCRIPTIONS[field.type](field)}{size}{' or null' if field.nullable else ''}"


def describe_number(field: Field) -> str:
    """The range, with the unit."""
    unit = f" {field.unit}" if field.unit else ""
    if field.outside == "flag":
        return f"a number in {field.unit}" if field.unit else "a number"
    if field.minimum is not None and field.maximum is not None:
        return f"a number from {field.minimum:.10g} to {field.maximum:.10g}{unit}"
    if field.minimum is not None:
        return f"a number of at least {field.minimum:.10g}{unit}"
    if field.maximum is not None:
        return f"a number of at most {field.maximum:.10g}{unit}"
    return f"a number in {field.unit}" if field.unit else "a number"


def describe_category(field: Field) -> str:
    """The known categories."""
    if field.unknown == "missing" or not field.categories:
        return "text"
    return f"one of {enumerate_names(field.categories)}"


DESCRIPTIONS: dict[str, Callable[[Field], str]] = {
    "number": describe_number,
    "boolean": lambda _: "true or false",
    "category": describe_category,
    "datetime": lambda _: "a date such as 2026-01-31 or 2026-01-31T10:00",
}


def enumerate_names(names: Collection[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - SHOWN_NAMES
    return ", ".join(islice(names, SHOWN_NAMES)) + (f" and {more} more" if more > 0 else "")


def show(value: Any) -> str:
    """A value as JSON, short; what is inside a list or an object doesn't matter."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, str):
        value = shorten(value)
    return shorten(json.dumps(value, ensure_ascii=False))


def shorten(text: str) -> str:
    """The beginning of a long text, without the halves of characters that JSON may hold."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
