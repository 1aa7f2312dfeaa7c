"""Read CSV and Parquet files block by block: memory is bounded, whatever their size."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from .sources import BLOCK_BYTES, BLOCK_ROWS, SHOWN, UNCLOSED, BatchError, Source, explained


def open_source(path: Path, rows: int | None = None) -> Source:
    """The file at `path`; BatchError where it isn't one that can be read.

    rows: of a Parquet file, in one block; BLOCK_ROWS unless said otherwise.
    """
    suffix = suffix_of(path)
    if suffix is None:
        raise BatchError(f"{path}: only {', '.join(OPENERS)} files can be read")
    if not path.is_file():
        raise BatchError(f"{path} {'is a folder' if path.is_dir() else 'does not exist'}")
    with explained(path):
        source = OPENERS[suffix](path, rows or BLOCK_ROWS)
    repeated = [name for name, count in Counter(source.schema.names).items() if count > 1]
    if repeated:
        names = ", ".join(repeated)
        raise BatchError(f"{path} has more than one column named {names}: rename them")
    return source


def suffix_of(path: Path) -> str | None:
    """The known suffix that a file's name ends with, in small letters."""
    return next((suffix for suffix in OPENERS if path.name.lower().endswith(suffix)), None)


# ---- CSV ----


def open_csv(path: Path, _: int) -> Source:
    """Every column as the text that is written, whatever it looks like; "" is a missing value."""
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        names = next(filter(None, csv.reader(text)), None)
        is_empty = not any(line.strip() for line in text)
    if names is None:
        raise BatchError(f"{path} is empty: its first line must name the columns")
    schema = pa.schema([(name, pa.string()) for name in names])
    if is_empty:
        return Source(path, schema, 0, lambda: iter(()))
    return Source(path, schema, estimate_rows(path), lambda: read_csv(path, names))


def open_bytes(path: Path) -> Any:
    """The file's bytes, unpacked."""
    return pa.input_stream(path, compression="gzip" if is_packed(path) else None)


def is_packed(path: Path) -> bool:
    """Whether a file's name says that gzip packed it."""
    return path.suffix.lower() == ".gz"


def estimate_rows(path: Path) -> int | None:
    """About how many lines there are, judging by the beginning."""
    if is_packed(path):
        return None
    with path.open("rb") as file:
        start = file.read(BLOCK_BYTES)
    return round(path.stat().st_size / len(start) * start.count(b"\n"))


def read_csv(path: Path, names: list[str]) -> Iterator[pa.RecordBatch]:
    """The rows; one with too many or too few values is refused, nobody knows which is which."""
    ragged: list[Any] = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "skip"

    reader = pyarrow.csv.open_csv(
        open_bytes(path),
        # One thread: only then are ragged rows numbered. It reads ahead while others predict.
        pyarrow.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
        pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    block = None
    for block in reader:
        refuse_ragged(path, ragged)
        yield block
    refuse_ragged(path, ragged)
    refuse_unclosed(path, block)


def refuse_ragged(path: Path, ragged: list[Any]) -> None:
    """Name the rows that don't have a value for every column."""
    if ragged:
        rows = "\n".join(
            f"row {row.number - 1}: {row.actual_columns} values for {row.expected_columns} columns"
            for row in ragged[:SHOWN]
        )
        raise BatchError(f"{path} has rows of another length than its header:\n{rows}")


def refuse_unclosed(path: Path, block: pa.RecordBatch | None) -> None:
    """A quotation mark that nothing closes would make one value of all rows below it."""
    if block is None or block.num_rows == 0 or is_packed(path):
        return
    last = block.column(block.num_columns - 1)[-1].as_py() or ""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 1024), io.SEEK_END)
        end = file.read().rstrip(b"\r\n")
    if "\n" in last and not end.endswith(b'"'):
        raise BatchError(f"{path} ends inside a value of many lines: {UNCLOSED}")


# ---- Parquet ----


def open_parquet(path: Path, rows: int) -> Source:
    """Columns of the types in the file; pandas' categories become what they stand for."""
    # What is read ahead would stay in memory until the end of the file.
    file = pyarrow.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    kinds = [(column.name, plain(column.type)) for column in file.schema_arrow]
    schema = pa.schema(kinds)
    return Source(path, schema, file.metadata.num_rows, lambda: read_parquet(file, schema, rows))


def plain(kind: pa.DataType) -> pa.DataType:
    """The type of the values."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def read_parquet(
    file: pyarrow.parquet.ParquetFile, schema: pa.Schema, rows: int
) -> Iterator[pa.RecordBatch]:
    """The rows; text is checked, for the format lets broken text through."""
    for block in file.iter_batches(rows):
        block.validate(full=True)
        yield block.cast(schema)


OPENERS: dict[str, Callable[[Path, int], Source]] = {
    ".csv": open_csv,
    ".csv.gz": open_csv,
    ".parquet": open_parquet,
}
