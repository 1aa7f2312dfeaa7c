"""Read the table and split it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

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
    """Integers stay integers where some are missing."""
    table = pd.read_parquet(file, dtype_backend="numpy_nullable")
    refuse_twice(table.columns.tolist(), file)
    return table


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
    tables = [convert(schema, read_file(file, types)) for file in files]
    table = convert(schema, pd.concat(tables, ignore_index=True))
    table.attrs["files"] = {file.name: len(part) for file, part in zip(files, tables, strict=True)}
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


def convert(schema: Schema, table: pd.DataFrame) -> pd.DataFrame:
    """Give every column of the schema its type, where all its values allow it."""
    table = table.copy()
    for column in schema.columns:
        if column.name in table:
            table[column.name] = CONVERTERS[column.type](table[column.name])
    return table


def to_number(values: pd.Series) -> pd.Series:
    """Numbers as 64-bit floats; text that is no number stays."""
    try:
        return pd.to_numeric(values).astype("float64")
    except (TypeError, ValueError):
        return values


def to_boolean(values: pd.Series) -> pd.Series:
    """True and false with room for missing values; anything else stays."""
    try:
        return values.astype("boolean")
    except (TypeError, ValueError):
        return values


def to_category(values: pd.Series) -> pd.Series:
    """Text, with None for a missing value, the same under every version of pandas."""
    text = values.astype("object")
    return text.where(text.isna(), text.astype(str)).where(text.notna(), None).astype("object")


def to_datetime(values: pd.Series) -> pd.Series:
    """ISO 8601 dates, those of a time zone in UTC; anything else stays."""
    try:
        moments = pd.to_datetime(values, format="ISO8601")
    except (TypeError, ValueError):
        return values
    return moments if moments.dt.tz is None else moments.dt.tz_convert(None)


CONVERTERS = {
    "number": to_number,
    "boolean": to_boolean,
    "category": to_category,
    "datetime": to_datetime,
    "text": to_category,
    "identifier": to_category,
}


def split(
    schema: Schema, table: pd.DataFrame, test_share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training and test rows: the latest rows test where there is time, random ones elsewhere.

    Rows of one moment or of one group stay on one side. Without time and group, classes keep
    their shares.
    """
    if schema.time is not None:
        return split_by_time(table.sort_values(schema.time, kind="stable"), schema.time, test_share)
    if schema.group is not None:
        return split_by_group(table, schema.group, test_share, seed)
    return split_at_random(schema, table, test_share, seed)


def split_at_random(
    schema: Schema, table: pd.DataFrame, test_share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Equal rows stay on one side: the model would have seen those it is tested on."""
    alike = mark_alike(schema, table)
    different = table[~alike.duplicated()]
    groups = different if schema.task == "regression" else different.groupby(schema.target)
    tests = alike.isin(alike[groups.sample(frac=test_share, random_state=seed).index])
    return table[~tests], table[tests]


def mark_alike(schema: Schema, table: pd.DataFrame) -> pd.Series:
    """A number for each row, the same for rows that are equal to the model."""
    columns = [column.name for column in schema.features]
    return pd.util.hash_pandas_object(table[columns], index=False)


def split_by_time(
    table: pd.DataFrame, time: str, test_share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a table that is sorted by `time`."""
    cut = table[time].iloc[int(len(table) * (1 - test_share))]
    train, test = table[table[time] < cut], table[table[time] >= cut]
    if train.empty:
        raise DataError(f"all rows have the same {time}: set time to null in conf/data.yaml")
    return train, test


def split_by_group(
    table: pd.DataFrame, group: str, test_share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Random groups test, as many as hold the share of the rows."""
    sizes = table.groupby(group).size().sample(frac=1, random_state=seed)
    if len(sizes) < 2:
        raise DataError(f"all rows have the same {group}: set group to null in conf/data.yaml")
    fitting = sizes.index[sizes.cumsum() <= test_share * len(table)]
    tests = table[group].isin(fitting if len(fitting) else [sizes.idxmin()])
    return table[~tests], table[tests]
