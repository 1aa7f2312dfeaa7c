"""Read the table.

A column gets its type by itself, and what it was read as is freed: a large table is held once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from .casts import CASTS
from .errors import LineError
from .schema import Schema
from .signature import MISSING_MARKS

TEXTS = ("category", "text", "identifier")


class DataError(LineError):
    """The data can't be used as it is; the message says what to do."""


Types = Mapping[str, str]
"""Column → its type, as conf/data.yaml or a signature says."""


@dataclass(frozen=True)
class File:
    """A file of the table. `take`: one of its columns, once."""

    path: Path
    names: list[str]
    rows: int
    take: Callable[[str], pd.Series]


def read_csv(path: Path, types: Types) -> File:
    """Categories come as the text that is written: "3", not 3.0 because another row is empty."""
    text = [name for name, kind in types.items() if kind in TEXTS]
    marks = {name: [""] if name in text else MISSING_MARKS for name in types}
    refuse_twice(pd.read_csv(path, header=None, nrows=1, dtype="str").iloc[0].tolist(), path)
    table = pd.read_csv(
        path, dtype=dict.fromkeys(text, "str"), na_values=marks, keep_default_na=False
    )
    return File(path, list(table), len(table), table.pop)


def read_parquet(path: Path, _: Types) -> File:
    """Columns as Arrow has them: integers stay integers where some are missing."""
    file = parquet.ParquetFile(path)
    names = [name for name in file.schema_arrow.names if not name.startswith("__index_level_")]
    refuse_twice(names, path)

    def take(name: str) -> pd.Series:
        return to_series(file.read([name]).column(name))

    return File(path, names, file.metadata.num_rows, take)


def to_series(column: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Arrow's column in pandas' hands, not copied."""
    return pd.Series(column.to_pandas(types_mapper=pd.ArrowDtype))


def refuse_twice(names: list[str], path: Path) -> None:
    """Two columns of one name: nobody knows which is meant."""
    counts = Counter(names)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        raise DataError(f"{path} has columns of the same name: {', '.join(twice)}")


Reader = Callable[[Path, Types], File]
READERS: dict[str, Reader] = {".csv": read_csv, ".csv.gz": read_csv, ".parquet": read_parquet}


def read(schema: Schema, path: Path) -> pd.DataFrame:
    """Every file in the folder `path` as one table, with the schema's types.

    A value that does not fit its column's type stays as it is, for validation to report;
    `attrs["files"]` tells how many rows each file has, for a report to name a row's place.
    """
    if path.is_file():
        raise DataError(f"{path} is a file: `path` in conf/data.yaml names the folder around it")
    paths = [file for file in sorted(path.glob("[!.]*")) if find_reader(file)]
    if not paths:
        raise DataError(f"{path} holds no {', '.join(READERS)} file: put the data there")
    types = {column.name: column.type for column in schema.columns}
    files = [open_file(path, types) for path in paths]
    table = assemble(schema, take_columns(files, types))
    table.attrs["files"] = {file.path.name: file.rows for file in files}
    return table


def find_reader(file: Path) -> Reader | None:
    """What reads a file of this name."""
    name = file.name.lower()
    return next((READERS[end] for end in READERS if name.endswith(end)), None)


def open_file(path: Path, types: Types) -> File:
    """One file, its columns not converted."""
    reader = find_reader(path)
    if reader is None:
        raise DataError(f"{path} is none of {', '.join(READERS)}")
    with explained(path):
        return reader(path, types)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of reading, with the file's name."""
    try:
        yield
    except (OSError, ValueError, EOFError) as error:  # pandas' and Arrow's errors are ValueErrors
        raise DataError(f"{path} can't be read: {error}") from error


def take_columns(files: list[File], types: Types) -> Iterator[tuple[Hashable, pd.Series]]:
    """Column by column out of all files, one below the other; a file may lack some.

    Each part gets its type first: a date is text in one file and a moment in another.
    """
    for name in dict.fromkeys(name for file in files for name in file.names):
        parts = [take_column(file, name) for file in files]
        if len(parts) == 1:
            yield name, parts[0]
            continue
        cast = CASTS.get(types.get(name, ""), lambda values: values)
        yield name, pd.concat([cast(part) for part in parts], ignore_index=True)


def take_column(file: File, name: str) -> pd.Series:
    """A column of one file, empty where it has none of this name."""
    if name not in file.names:
        return pd.Series(None, range(file.rows), "object", name)
    with explained(file.path):
        return file.take(name)


def convert(schema: Schema, table: pd.DataFrame) -> pd.DataFrame:
    """Give every column of the schema its type, where all its values allow it."""
    return assemble(schema, table.items())


def assemble(schema: Schema, columns: Iterable[tuple[Hashable, pd.Series]]) -> pd.DataFrame:
    """A table of columns that are converted one after the other."""
    types: dict[Hashable, str] = {column.name: column.type for column in schema.columns}
    found = {
        name: CASTS[types[name]](values) if name in types else values for name, values in columns
    }
    return pd.DataFrame(found, copy=False)
