"""CSV and its relatives, read as text."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import csv as arrow

from ..reading import AdoptionError, Reading, Watch
from .dialect import ROWS, SAMPLE, decode, find_dialect, find_encoding, has_header, parse

BLOCK = 16 << 20
"""Bytes that are parsed at once."""


def read(path: Path, reading: Reading, watch: Watch) -> tuple[pa.Table, list[str], Reading]:
    """Every value as text, the names of the header, and what was found out on the way."""
    try:
        return read_as(path, describe(path, reading), watch)
    except UnicodeError as error:
        if reading.encoding:
            raise AdoptionError(f"{path.name} is not written in {reading.encoding}") from error
        encoding = find_encoding(path.name, b"".join(foreign_lines(path)))
        return read_as(path, describe(path, replace(reading, encoding=encoding)), watch)


def open_stream(file: BinaryIO) -> pa.NativeFile:
    """The bytes of an open file, unpacked where they are packed."""
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream = pa.PythonFile(file, mode="r")
    return pa.CompressedInputStream(stream, "gzip") if packed else stream


def describe(path: Path, reading: Reading) -> Reading:
    """Fill in what is not told, from the beginning of the file."""
    with path.open("rb") as file:
        sample = open_stream(file).read(SAMPLE)
    encoding = reading.encoding or find_encoding(path.name, sample)
    text = decode(path.name, sample, encoding)
    delimiter, quote = find_dialect(text, reading)
    rows = parse(text, delimiter, quote, reading.skip)
    header = has_header(rows) if reading.header is None else reading.header
    return replace(reading, encoding=encoding, delimiter=delimiter, quote=quote, header=header)


def foreign_lines(path: Path) -> list[bytes]:
    """Lines with letters beyond ASCII, to find the encoding from."""
    with path.open("rb") as file:
        lines = io.BufferedReader(open_stream(file))
        return list(islice((line for line in lines if not line.isascii()), ROWS))


def read_as(path: Path, reading: Reading, watch: Watch) -> tuple[pa.Table, list[str], Reading]:
    """The whole file, read as described."""
    names, width, skip = read_header(path, reading)
    odd: list[arrow.InvalidRow] = []
    options = arrow_options(reading, width, skip, odd)
    with path.open("rb") as file:
        stream = open_stream(watch(file, path.stat().st_size))
        try:
            with arrow.open_csv(stream, **options) as reader:
                table = reader.read_all()
        except pa.ArrowInvalid as error:
            raise explain(path.name, error) from error
        except (EOFError, OSError) as error:
            raise AdoptionError(f"{path.name} ends too early, it is cut off ({error})") from error
    if odd:
        raise AdoptionError(complain(path.name, odd))
    return (table.slice(1) if names and not skip > reading.skip else table), names, reading


def read_header(path: Path, reading: Reading) -> tuple[list[str], int, int]:
    """Names (none without a header), number of fields, lines to skip.

    R writes tables whose rows have one field more than the header: the first holds row names.
    """
    with path.open("rb") as file:
        text = decode(path.name, open_stream(file).read(SAMPLE), reading.encoding or "utf-8")
    rows = parse(text, reading.delimiter or ",", reading.quote or "", reading.skip)
    if not rows:
        raise AdoptionError(f"{path.name} holds no rows")
    body = Counter(map(len, rows[1:])).most_common(1)
    if reading.header and body and body[0][0] == len(rows[0]) + 1:
        return ["", *rows[0]], len(rows[0]) + 1, reading.skip + 1
    return (rows[0] if reading.header else []), len(rows[0]), reading.skip


def arrow_options(
    reading: Reading, width: int, skip: int, odd: list[arrow.InvalidRow]
) -> dict[str, Any]:
    """Options for Arrow: all columns as text, odd rows collected."""

    def keep(row: arrow.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    return {
        "read_options": arrow.ReadOptions(
            autogenerate_column_names=True,
            skip_rows=skip,
            block_size=BLOCK,
            encoding="utf-8" if reading.encoding == "utf-8-sig" else reading.encoding,
        ),
        "parse_options": arrow.ParseOptions(
            delimiter=reading.delimiter or ",",
            quote_char=reading.quote or False,
            newlines_in_values=bool(reading.quote),
            invalid_row_handler=keep,
        ),
        "convert_options": arrow.ConvertOptions(
            column_types={f"f{number}": pa.string() for number in range(width)},
            strings_can_be_null=False,
        ),
    }


def explain(name: str, error: pa.ArrowInvalid) -> Exception:
    """Arrow's words as ours."""
    if "UTF8" in str(error):
        return UnicodeError(str(error))
    if "straddl" in str(error):
        return AdoptionError(f"{name}: a quote is opened and never closed; --quote none reads on")
    return AdoptionError(f"{name} can't be read as a table: {error}")


def complain(name: str, odd: list[arrow.InvalidRow]) -> str:
    """What is wrong with rows that have other numbers of fields."""
    row = odd[0]
    place = f"row {row.number} has" if row.number else "one has"
    return (
        f"{name}: {len(odd)} rows have not {row.expected_columns} fields; {place} "
        f"{row.actual_columns}: {row.text[:60]!r}. Mend them, or say --delimiter, --quote or --skip"
    )
