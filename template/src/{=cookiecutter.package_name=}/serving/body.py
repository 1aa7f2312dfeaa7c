"""A request's bytes as JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import orjson


class BodyError(Exception):
    """The body is no JSON; the message says where."""


class Repeated(dict[str, Any]):
    """An object that names some keys more than once. JSON parsers would keep the last, silently."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs)
        self.repeated = [key for key, count in counts.items() if count > 1]


def parse(body: bytes) -> Any:
    """Parse JSON: fast where all is well, carefully where there is something to say."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return parse_carefully(body)
    return parsed if has_one_colon_a_key(parsed, body) else parse_carefully(body)


def has_one_colon_a_key(parsed: Any, body: bytes) -> bool:
    """Whether no key can be repeated: every key has a colon, so a lost one leaves one too many."""
    rows = parsed if type(parsed) is list else [parsed]
    return body.count(b":") == sum([len(row) for row in rows if type(row) is dict])


def parse_carefully(body: bytes) -> Any:
    """Parse JSON; NaN and Infinity are let through, for the field's own message."""
    text = decode(body, "JSON")
    try:
        return json.loads(text, object_pairs_hook=to_object, parse_int=to_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BodyError(f"the body is not JSON: {error.msg} at {where}") from None
    except RecursionError:
        raise BodyError("the body is nested too deeply: a row holds plain values") from None
    except ValueError:  # Python refuses to read integers of thousands of digits
        raise BodyError("the body holds a number with too many digits") from None


def decode(body: bytes, kind: str) -> str:
    """Bytes as text."""
    try:
        return body.decode("utf-8").removeprefix("\ufeff")  # some tools mark UTF-8 with it
    except UnicodeDecodeError as error:
        raise BodyError(f"the body is not {kind}: byte {error.start} is not UTF-8") from None


def to_number(digits: str) -> int | float:
    """A whole number as the fast parser reads it: a float where it has more than 64 bits."""
    number = int(digits)
    return number if -(2**63) <= number < 2**64 else float(digits)


def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict, or a `Repeated` where a key is not alone."""
    row = dict(pairs)
    return row if len(row) == len(pairs) else Repeated(pairs)
