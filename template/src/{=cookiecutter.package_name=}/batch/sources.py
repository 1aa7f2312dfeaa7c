"""A file as blocks of rows, and what may be wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ..errors import LineError

BLOCK_BYTES, BLOCK_ROWS = 1 << 20, 1 << 15
"""How much of a CSV file, and how many rows of a Parquet file, are one block."""

SHOWN = 10
"""How many rows a message lists."""

UNCLOSED = "does a quotation mark open a value and none close it?"


class BatchError(LineError):
    """The file can't be predicted as it is; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """A file of rows. `rows` is how many there are about, None where only reading would tell."""

    path: Path
    schema: pa.Schema
    rows: int | None
    read: Callable[[], Iterator[pa.RecordBatch]]

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows, block by block, the same blocks every time."""
        with explained(self.path):
            yield from self.read()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of the libraries that read files, in a sentence with the file's name."""
    try:
        yield
    except (pa.ArrowException, OSError, csv.Error, UnicodeDecodeError) as error:
        raise BatchError(f"{path} {explain(error)}") from error


def explain(error: Exception) -> str:
    """What is wrong with a file that a library refuses."""
    said = str(error)
    if isinstance(error, UnicodeDecodeError) or "UTF8" in said:
        return "is not text in UTF-8: save it as UTF-8 (in a spreadsheet: CSV UTF-8)"
    if "straddl" in said:
        return f"has a row of more than {BLOCK_BYTES >> 20} MB: {UNCLOSED}"
    return f"can't be read: {said}"
