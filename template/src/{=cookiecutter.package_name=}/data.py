"""Read the table.

A column gets its type by itself, and what it was read as is freed: a large table is held once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd
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


def read_csv(file: Path, types: Types) -> pd.DataFrame:
    """Categories come as the text that is written: "3", not 3.0 because another row is empty."""
    text = [name for name, kind in types.items() if kind in TEXTS]
    marks = {name: [""] if name in text else MISSING_MARKS for name in types}
    refuse_twice(pd.read_csv(file, header=None, nrows=1, dtype="str").iloc[0].tolist(), file)
    return pd.read_csv(
        file, dtype=dict.fromkeys(text, "str"), na_values=marks, keep_default_na=False
    )


def read_parquet(file: Path, _: Types) -> pd.DataFrame:
    """Columns as Arrow has them: integers stay integers where some are missing."""
    refuse_twice(parquet.read_schema(file).names, file)
    return pd.read_parquet(file, dtype_backend="pyarrow")


def refuse_twice(names: list[str], file: Path) -> None:
    """Two columns of one name: nobody knows which is meant."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{file} has columns of the same name: {', '.join(twice)}")


Reader = Callable[[Path, Types], pd.DataFrame]
READERS: dict[str, Reader] = {".csv": read_csv, ".csv.gz": read_csv, ".parquet": read_parquet}


def read(schema: Schema, path: Path) -> pd.DataFrame:
    """Every file in the folder `path` as one table, with the schema's types.

    A value that does not fit its column's type stays as it is, for validation to report;
    `attrs["files"]` tells how many rows each file has, for a report to name a row's place.
    """
    if path.is_file():
        raise DataError(f"{path} is a file: `path` in conf/data.yaml names the folder around it")
    files = [file for file in sorted(path.glob("[!.]*")) if find_reader(file)]
    if not files:
        raise DataError(f"{path} holds no {', '.join(READERS)} file: put the data there")
    types = {column.name: column.type for column in schema.columns}
    tables = [assemble(schema, take_columns([read_file(file, types)])) for file in files]
    rows = {file.name: len(part) for file, part in zip(files, tables, strict=True)}
    # Types first: a date is text in one file and a moment in another.
    table = assemble(schema, take_columns(tables)) if len(tables) > 1 else tables[0]
    table.attrs["files"] = rows
    return table


def find_reader(file: Path) -> Reader | None:
    """What reads a file of this name."""
    name = file.name.lower()
    return next((READERS[end] for end in READERS if name.endswith(end)), None)


def read_file(file: Path, types: Types) -> pd.DataFrame:
    """One file as it is."""
    reader = find_reader(file)
    if reader is None:
        raise DataError(f"{file} is none of {', '.join(READERS)}")
    try:
        return reader(file, types)
    except (OSError, ValueError, EOFError) as error:  # pandas' and Arrow's errors are ValueErrors
        raise DataError(f"{file} can't be read: {error}") from error


def take_columns(tables: list[pd.DataFrame]) -> Iterator[tuple[Hashable, pd.Series]]:
    """Column by column out of all tables, one below the other; a table may lack some."""
    for name in dict.fromkeys(name for table in tables for name in table):
        parts = [
            table.pop(name) if name in table else pd.Series(None, table.index, "object")
            for table in tables
        ]
        yield name, pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


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
