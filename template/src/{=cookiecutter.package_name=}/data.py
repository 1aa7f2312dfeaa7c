"""Read the table and split it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .errors import LineError
from .schema import Schema

READERS = {
    # Categories are read as the text that is written: "3", not 3.0 because another row is empty.
    ".csv": lambda file, text: pd.read_csv(file, dtype=dict.fromkeys(text, "str")),
    ".parquet": lambda file, text: pd.read_parquet(file),
}


TEXTS = ("category", "text", "identifier")


class DataError(LineError):
    """The data can't be used as it is; the message says what to do."""


def read(schema: Schema, path: Path) -> pd.DataFrame:
    """Every file in the folder `path` as one table, with the schema's types.

    A value that does not fit its column's type stays as it is, for validation to report.
    """
    files = sorted(file for file in path.glob("*") if file.suffix in READERS)
    if not files:
        raise DataError(f"{path} holds no {' or '.join(READERS)} file: put the data there")
    text = [column.name for column in schema.columns if column.type in TEXTS]
    tables = [READERS[file.suffix](file, text) for file in files]
    return convert(schema, pd.concat(tables, ignore_index=True))


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
    """ISO 8601 dates; anything else stays."""
    try:
        return pd.to_datetime(values, format="ISO8601")
    except (TypeError, ValueError):
        return values


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

    Rows of one moment stay on one side, so that the test rows are all later than the training
    rows. Without time, classes keep their shares.
    """
    if schema.time is not None:
        return split_by_time(table.sort_values(schema.time, kind="stable"), schema.time, test_share)
    groups = table if schema.task == "regression" else table.groupby(schema.target)
    test = groups.sample(frac=test_share, random_state=seed)
    return table.drop(test.index), test


def split_by_time(
    table: pd.DataFrame, time: str, test_share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a table that is sorted by `time`."""
    cut = table[time].iloc[int(len(table) * (1 - test_share))]
    train, test = table[table[time] < cut], table[table[time] >= cut]
    if train.empty:
        raise DataError(f"all rows have the same {time}: set time to null in conf/data.yaml")
    return train, test
