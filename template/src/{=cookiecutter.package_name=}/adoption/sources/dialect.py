"""Encoding, delimiter, quotes and header of a text file, found out from its beginning."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from typing import Any

import charset_normalizer

from ..reading import AdoptionError, Reading

SAMPLE = 1 << 20
"""Bytes that are looked at."""
ROWS = 200
DELIMITERS = ",;\t|"
QUOTES = "\"'"
ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "big5", "euc_kr"]
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
Rows = list[list[str]]


def find_encoding(name: str, sample: bytes) -> str:
    """UTF-8 where the bytes are UTF-8, else what the letters make most likely."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding
    try:
        sample[: sample.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(sample, cp_isolation=ENCODINGS).best()
        if best is None or b"\0" in sample:
            raise AdoptionError(
                f"{name} is no text in any known encoding: if it is a table, say --encoding"
            ) from None
        return best.encoding if str(best) != decode(name, sample, "cp1252") else "cp1252"
    return "utf-8"


def decode(name: str, sample: bytes, encoding: str) -> str:
    """The sample as text; only its very end may be cut within a letter."""
    try:
        return io.TextIOWrapper(io.BytesIO(sample), encoding, errors="replace", newline="").read()
    except LookupError as error:
        raise AdoptionError(f"{name}: no encoding is called {encoding}") from error


def find_dialect(text: str, reading: Reading) -> tuple[str, str]:
    """The delimiter and the quote with which most rows have the same number of fields."""
    delimiters = DELIMITERS if reading.delimiter is None else [reading.delimiter]
    quotes = QUOTES if reading.quote is None else [reading.quote]
    choices = [(delimiter, quote) for quote in quotes for delimiter in delimiters]
    return max(choices, key=lambda choice: rate(parse(text, choice[0], choice[1], reading.skip)))


def rate(rows: Rows) -> tuple[float, float, int]:
    """How the first row fits the others, how alike these are, how many fields they have.

    One field fits any text, so it counts for nothing. R gives the header one field less.
    """
    fields, alike = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if fields < 2:
        return 0, 0, 0
    fit = {fields: 1, fields - 1: 0.5}.get(len(rows[0]), 0)
    return fit, round(alike / len(rows), 1), fields


def parse(text: str, delimiter: str, quote: str, skip: int) -> Rows:
    """The first rows of a sample; the last one may be cut, so it is left out."""
    lines = islice(io.StringIO(text, newline=""), skip, None)
    quotes: dict[str, Any] = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(lines, delimiter=delimiter, **quotes)
    try:
        rows = [row for row in islice(reader, ROWS + 1) if row]
    except csv.Error:
        return []
    return rows[:-1] if len(rows) > ROWS or len(text) >= SAMPLE else rows


def is_number(text: str) -> bool:
    """Whether a field looks like a number."""
    return text.strip().lstrip("+-").replace(".", "").replace(",", "").isdigit()


def has_header(rows: Rows) -> bool:
    """The first row is no header if it is as its columns are: numbers, or texts that come again."""
    if len(rows) < 2:
        return True
    first, columns = rows[0], list(zip(*rows[1:], strict=False))
    numeric = [all(is_number(text) for text in column if text) for column in columns]
    if any(numeric):
        return not all(
            is_number(text) for text, is_so in zip(first, numeric, strict=False) if is_so
        )
    again = [text in column for text, column in zip(first, columns, strict=False) if text]
    return sum(again) * 2 <= len(again)
