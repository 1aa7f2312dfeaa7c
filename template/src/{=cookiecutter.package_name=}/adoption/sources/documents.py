"""Tables in Parquet, JSON and workbooks."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import json as arrow_json
from pyarrow import parquet

from ..reading import AdoptionError, Reading, Watch
from .cells import to_column, write
from .delimited import open_stream

Table = tuple[pa.Table, list[str], Reading]


def read_parquet(path: Path, reading: Reading, watch: Watch) -> Table:
    """A Parquet file with its own types."""
    with path.open("rb") as file:
        table = parquet.read_table(watch(file, path.stat().st_size))
    metadata = json.loads((table.schema.metadata or {}).get(b"pandas", b"{}"))
    index = [name for name in metadata.get("index_columns", []) if isinstance(name, str)]
    table = table.drop_columns([name for name in index if name.startswith("__index_level_")])
    return table, table.column_names, reading


def read_json(path: Path, reading: Reading, watch: Watch) -> Table:
    """Objects, one a line or all in a list."""
    with path.open("rb") as file:
        start = open_stream(file).read(100).lstrip()
    if not start.startswith(b"["):
        try:
            with path.open("rb") as file:
                stream = open_stream(watch(file, path.stat().st_size))
                table = arrow_json.read_json(stream)
            return table, table.column_names, reading
        except pa.ArrowInvalid:
            pass  # types that change from line to line
    with path.open("rb") as file:
        text = open_stream(file).read()
    try:
        found = json.loads(text) if start.startswith(b"[") else map(json.loads, text.splitlines())
        rows = list(found)
    except ValueError as error:
        raise AdoptionError(f"{path.name} is no JSON: {error}") from error
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise AdoptionError(f"{path.name} holds no list of objects: one object is one row")
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [to_column([row.get(name) for row in rows]) for name in names]
    return pa.table(columns, [f"f{i}" for i in range(len(names))]), names, reading


def read_workbook(path: Path, reading: Reading, watch: Watch) -> Table:  # noqa: ARG001
    """A sheet of a workbook, the first unless another one is named."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 (seldom needed)

    try:
        workbook = CalamineWorkbook.from_path(path)
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise AdoptionError(f"{path.name} is no workbook: {error}") from error
    sheet = reading.sheet or workbook.sheet_names[0]
    if sheet not in workbook.sheet_names:
        raise AdoptionError(f"{path.name} has the sheets {', '.join(workbook.sheet_names)}")
    rows = workbook.get_sheet_by_name(sheet).to_python()[reading.skip :]
    if not rows:
        raise AdoptionError(f"{path.name}: the sheet {sheet} is empty")
    header = reading.header is not False
    columns = [to_column(cells) for cells in zip(*rows[header:], strict=True)]
    names = [write(cell) for cell in rows[0]] if header else []
    table = pa.table(columns, [f"f{number}" for number in range(len(columns))])
    return table, names, replace(reading, sheet=sheet)
