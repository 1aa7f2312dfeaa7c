"""Which kind of file a table is in, told by its first bytes; Parquet, JSON and workbooks."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import json as arrow_json
from pyarrow import parquet

from . import delimited
from .reading import AdoptionError, Reading, Watch

SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".parquet", ".pq", ".xlsx", ".xls", ".xlsb", ".ods")
SUFFIXES += (".json", ".jsonl", ".ndjson", ".gz")
OTHER_KINDS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": 'a database: use --sql "select …" --url sqlite:///FILE',
    b"BZh": "packed by bzip2: unpack it",
    b"7z\xbc\xaf": "packed: unpack it",
}
Table = tuple[pa.Table, list[str], Reading]


def read(path: Path, reading: Reading, watch: Watch) -> Table:
    """The table in a file, or in all files of a folder."""
    if path.is_dir():
        return read_folder(path, reading, watch)
    if not path.exists():
        raise AdoptionError(f"{path} does not exist")
    if not path.is_file():
        raise AdoptionError(f"{path} is no regular file: save what it gives to a file first")
    before = path.stat()
    if not before.st_size:
        raise AdoptionError(f"{path.name} is empty")
    try:
        found = READERS[find_kind(path)](path, reading, watch)
    except pa.ArrowException as error:
        raise AdoptionError(f"{path.name} can't be read: {error}") from error
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise AdoptionError(f"{path.name} changed while it was read: wait until it is complete")
    return found


def find_kind(path: Path) -> str:
    """The kind that the first bytes tell; the name only tells JSON from other text."""
    with path.open("rb") as file:
        try:
            start = delimited.open_stream(file).read(delimited.SAMPLE)
        except OSError as error:
            raise AdoptionError(f"{path.name} is cut off or damaged ({error})") from error
    for mark, words in OTHER_KINDS.items():
        if start.startswith(mark):
            raise AdoptionError(f"{path.name} is no table, it is {words}")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise AdoptionError(f"{path.name} is no text, whatever its name says: it holds zero bytes")
    if ".json" in path.name or ".ndjson" in path.name or start.lstrip().startswith((b"{", b"[{")):
        return "json"
    return "delimited"


def read_folder(folder: Path, reading: Reading, watch: Watch) -> Table:
    """All tables of a folder in the order of their names; they must have the same columns."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES and p.name[0] != ".")
    if not paths:
        raise AdoptionError(f"{folder} holds no table ({', '.join(SUFFIXES)})")
    first, names, reading = read(paths[0], reading, watch)
    tables = [number_columns(first)]
    for path in paths[1:]:
        table, others, reading = read(path, reading, watch)
        if others != names or table.num_columns != first.num_columns:
            other = sorted(set(others) ^ set(names)) or others
            raise AdoptionError(
                f"{path.name} and {paths[0].name} have not the same columns: {', '.join(other)}"
            )
        tables.append(number_columns(table))
    return concat(tables), names, reading


def number_columns(table: pa.Table) -> pa.Table:
    """Columns called by their places, so that tables fit each other."""
    return table.rename_columns([f"f{number}" for number in range(table.num_columns)])


def concat(tables: Sequence[pa.Table]) -> pa.Table:
    """One table; a column whose types can't be brought together becomes text."""
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException:
        text = [
            pa.table([to_text(column) for column in table.columns], table.column_names)
            for table in tables
        ]
        return pa.concat_tables(text)


def to_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any column as text."""
    texts = [None if value is None else write(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


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
        start = delimited.open_stream(file).read(100).lstrip()
    if not start.startswith(b"["):
        try:
            with path.open("rb") as file:
                stream = delimited.open_stream(watch(file, path.stat().st_size))
                table = arrow_json.read_json(stream)
            return table, table.column_names, reading
        except pa.ArrowInvalid:
            pass  # types that change from line to line
    with path.open("rb") as file:
        text = delimited.open_stream(file).read()
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


def to_column(values: Iterable[Any]) -> pa.Array:
    """Python values as one column: of their type, or as text where they have several."""
    cells = [None if value == "" else value for value in values]
    try:
        return pa.array(cells)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if cell is None else write(cell) for cell in cells], pa.string())


def write(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


READERS = {
    "delimited": delimited.read,
    "parquet": read_parquet,
    "json": read_json,
    "workbook": read_workbook,
}
