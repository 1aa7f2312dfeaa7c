"""A file of rows, block by block: memory is bounded, whatever its size.

Delimited text and Parquet stream; a workbook or a JSON list is read in one piece, as they are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import csv as arrow
from pyarrow import parquet

from ..adoption.reading import AdoptionError, Reading, unwatched
from ..adoption.sources import delimited, documents, files
from ..adoption.sources.names import make_names
from ..errors import LineError

OWN = "quarantine_"
"""Begins the columns that quarantine adds; a mended file may still have them."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What spreadsheets begin their CSV files with."""

ROWS = 50_000
"""Rows of one block of a Parquet file."""


class UnreadableError(LineError):
    """The file is no table, or not a whole one."""


class Odd(NamedTuple):
    """A row that has not one value for each column: its number from 1, its text, its length."""

    number: int
    text: str
    fields: int
    expected: int

    @property
    def reason(self) -> str:
        """For people."""
        return f"it has {self.fields} values for {self.expected} columns"


@dataclass(frozen=True)
class Blocks:
    """The columns of a file, and its rows in order. `odd` is complete after the last block."""

    names: list[str]
    batches: Iterator[pa.RecordBatch]
    odd: list[Odd] = field(default_factory=list)

    def __iter__(self) -> Iterator[pa.Table]:
        for batch in self.batches:
            yield pa.Table.from_batches([batch]).rename_columns(self.names)


def read(path: Path, reading: Reading) -> Blocks:
    """Open the file; UnreadableError where that can't be done."""
    try:
        kind = files.find_kind(path)
        opened = OPENERS.get(kind, open_whole)(path, reading)
    except AdoptionError as error:
        raise UnreadableError(str(error)) from error
    except pa.ArrowException as error:
        raise UnreadableError(f"{path.name} can't be read: {error}") from error
    return Blocks(opened.names, explained(path, opened.batches), opened.odd)


def explained(path: Path, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The blocks; what goes wrong on the way names the file."""
    try:
        yield from batches
    except (pa.ArrowException, UnicodeError, EOFError, OSError) as error:
        known = isinstance(error, pa.ArrowInvalid)
        reason = delimited.explain(path.name, error) if known else error
        text = str(reason).split("\n", maxsplit=1)[0]
        raise UnreadableError(f"{path.name} can't be read to its end: {text}") from error


def open_delimited(path: Path, reading: Reading) -> Blocks:
    """CSV and its relatives, every value as text."""
    if is_own(path):
        own = Reading(encoding="utf-8", delimiter=",", quote='"', header=True)
        reading = replace(own, decimal=reading.decimal, dayfirst=reading.dayfirst)
    reading = delimited.describe(path, reading)
    names, width, skip = delimited.read_header(path, reading)
    ragged: list[arrow.InvalidRow] = []
    odd: list[Odd] = []
    options = delimited.arrow_options(reading, width, skip, ragged)
    options["read_options"].use_threads = False  # only then are ragged rows numbered
    top = 1 if names and skip <= reading.skip else 0
    return Blocks(make_names(names or [""] * width), stream(path, options, top, (ragged, odd)), odd)


def is_own(path: Path) -> bool:
    """Whether quarantine wrote it, and somebody mended it: then the source's dialect is not its."""
    with path.open("rb") as file:
        return file.read(len(OWN) + 3).lstrip(BYTE_ORDER_MARK).startswith(OWN.encode())


def stream(
    path: Path, options: dict[str, Any], top: int, bad: tuple[list[Any], list[Odd]]
) -> Iterator[pa.RecordBatch]:
    """The rows below the header; ragged rows are set aside. top: how many rows are the header."""
    ragged, odd = bad
    with path.open("rb") as file, arrow.open_csv(delimited.open_stream(file), **options) as reader:
        for batch in reader:
            odd += [
                Odd((row.number or 0) - top, row.text, row.actual_columns, row.expected_columns)
                for row in ragged
            ]
            ragged.clear()
            yield batch.slice(top) if top and batch.num_rows else batch
            top = 0 if batch.num_rows else top
        odd += [
            Odd((row.number or 0) - top, row.text, row.actual_columns, row.expected_columns)
            for row in ragged
        ]


def open_parquet(path: Path, _: Reading) -> Blocks:
    """Parquet with its own types."""
    file = parquet.ParquetFile(path)
    names = [name for name in file.schema_arrow.names if not name.startswith("__index_level_")]
    return Blocks(make_names(names), file.iter_batches(ROWS, columns=names))


def open_whole(path: Path, reading: Reading) -> Blocks:
    """Workbooks and JSON."""
    readers = {"workbook": documents.read_workbook, "json": documents.read_json}
    table, names, _ = readers[files.find_kind(path)](path, reading, unwatched)
    return Blocks(make_names(names or [""] * table.num_columns), iter(table.to_batches(ROWS)))


OPENERS = {"delimited": open_delimited, "parquet": open_parquet}
