"""Outputs. A file appears whole or not at all: it is written beside its place, then renamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from .readers import is_packed, suffix_of
from .sources import BatchError

GROUP_ROWS = 1 << 18

EXISTING = ("refuse", "append", "replace")
"""What may be done with a table of a database that is there already."""

Blocks = Iterator[pa.RecordBatch]


class Target(Protocol):
    """Where predictions go.

    parts: the folder in which the job's finished blocks wait. typed: whether columns have types.
    """

    parts: Path
    typed: bool

    def check(self, schema: pa.Schema) -> None:
        """BatchError where these columns can't be written there."""

    def write(self, schema: pa.Schema, blocks: Blocks) -> None:
        """Write all rows, or nothing."""


class FileTarget:
    """A CSV or Parquet file; one that is there already is replaced."""

    def __init__(self, path: Path, source: Path) -> None:
        if path.is_dir():
            raise BatchError(f"{path} is a folder: give --output the name of a file in it")
        suffix = suffix_of(path)
        if suffix is None:
            raise BatchError(f"{path}: only {', '.join(WRITERS)} files can be written")
        if not path.parent.is_dir():
            raise BatchError(f"{path}: there is no folder {path.parent}")
        if path.exists() and path.samefile(source):
            raise BatchError(f"{path} is the file that is read: give --output another name")
        self.path, self.write_file = path, WRITERS[suffix]
        self.parts = path.with_name(f".{path.name}.parts")
        self.typed = suffix == ".parquet"

    def __str__(self) -> str:
        return str(self.path)

    def check(self, schema: pa.Schema) -> None:
        """CSV has no lists in its cells."""
        if not self.typed:
            refuse_nested(schema, "CSV")

    def write(self, schema: pa.Schema, blocks: Blocks) -> None:
        """Write beside the place, then rename."""
        unfinished = self.path.with_name(f".unfinished-{self.path.name}")
        try:
            self.write_file(unfinished, schema, blocks)
            unfinished.replace(self.path)
        finally:
            unfinished.unlink(missing_ok=True)


def write_csv(path: Path, schema: pa.Schema, blocks: Blocks) -> None:
    """Comma-separated text in UTF-8."""
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(schema.names)
    with pa.output_stream(path, compression="gzip" if is_packed(path) else None) as file:
        file.write(header.getvalue().encode())
        for block in blocks:
            file.write(to_csv(block))


def to_csv(block: pa.RecordBatch) -> pa.Buffer:
    """Lines without quotation marks; all text in them if some value needs them."""
    for style in ("none", "needed"):
        options = pyarrow.csv.WriteOptions(include_header=False, quoting_style=style)
        lines = pa.BufferOutputStream()
        try:
            pyarrow.csv.write_csv(block, lines, options)
        except pa.ArrowInvalid:
            continue
        return lines.getvalue()
    raise AssertionError("text in quotation marks can hold anything")


def write_parquet(path: Path, schema: pa.Schema, blocks: Blocks) -> None:
    """Columns of their types."""
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for group in gather(blocks):
            writer.write_table(pa.Table.from_batches(group))


def gather(blocks: Blocks) -> Iterator[list[pa.RecordBatch]]:
    """Several blocks at a time: readers of Parquet are slow where groups of rows are small."""
    group: list[pa.RecordBatch] = []
    for block in blocks:
        group.append(block)
        if sum(block.num_rows for block in group) >= GROUP_ROWS:
            yield group
            group = []
    if group:
        yield group


WRITERS: dict[str, Callable[[Path, pa.Schema, Blocks], None]] = {
    ".csv": write_csv,
    ".csv.gz": write_csv,
    ".parquet": write_parquet,
}


def refuse_nested(schema: pa.Schema, where: str) -> None:
    """Name the columns whose values hold several values."""
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if nested:
        raise BatchError(f"{where} has no place for the lists in {', '.join(nested)}: drop them")
