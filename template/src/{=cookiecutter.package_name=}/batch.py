"""Predict the rows of a table with a packaged model."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from . import data
from .data import DataError
from .package import Package
from .serving.rows import RowReader, RowsError
from .signature import Inputs

SHOWN = 10
"""How many unusable rows a message names."""

WRITERS = {
    ".csv": lambda table, path: table.to_csv(path, index=False),
    ".parquet": lambda table, path: table.to_parquet(path, index=False),
}


def read(package: Package, path: Path) -> pd.DataFrame:
    """The rows of a .csv or .parquet file, categories as text."""
    if not path.is_file():
        raise DataError(f"{path} does not exist")
    return data.read_file(path, {field.name: field.type for field in package.signature.fields})


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as .csv or .parquet, whole or not at all."""
    if path.suffix not in WRITERS:
        raise DataError(f"{path}: only {' and '.join(WRITERS)} files can be written")
    draft = path.with_name(f".{path.name}.part")
    WRITERS[path.suffix](table, draft)
    draft.replace(path)


def predict(package: Package, table: pd.DataFrame) -> pd.DataFrame:
    """One row for each row of the table: `prediction`, and `probability <class>` for each class."""
    predictions = package.predict(to_inputs(package, table))
    columns = {"prediction": predictions.value}
    if predictions.probabilities is not None:
        shares = zip(package.signature.target.classes, predictions.probabilities.T, strict=True)
        columns |= {f"probability {label}": share for label, share in shares}
    return pd.DataFrame(columns, index=table.index)


def to_inputs(package: Package, table: pd.DataFrame) -> Inputs:
    """The rows under the rules of the service; DataError names the first that break one."""
    names = [field.name for field in package.signature.fields]
    missing = [name for name in names if name not in table]
    if missing:
        raise DataError(f"the file lacks columns that the model reads: {', '.join(missing)}")
    known = table[names].astype("object")
    try:
        return RowReader(package.signature).read(
            known.where(known.notna(), None).to_dict("records")
        )
    except RowsError as error:
        first = "\n".join(
            f"row {problem['row']}: {problem['message']}" for problem in error.problems[:SHOWN]
        )
        raise DataError(f"{error}:\n{first}") from error
