"""Which kind of file a table is in, told by its first bytes; folders of files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from ..reading import AdoptionError, Reading, Watch
from . import delimited, documents
from .cells import concat
from .dialect import SAMPLE
from .documents import Table

SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".tab", ".parquet", ".pq", ".xlsx", ".xls", ".xlsb", ".ods"),
    *(".json", ".jsonl", ".ndjson", ".gz"),
)
OTHER_KINDS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": 'a database: use --sql "select …" --url sqlite:///FILE',
    b"BZh": "packed by bzip2: unpack it",
    b"7z\xbc\xaf": "packed: unpack it",
}


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
            start = delimited.open_stream(file).read(SAMPLE)
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


READERS = {
    "delimited": delimited.read,
    "parquet": documents.read_parquet,
    "json": documents.read_json,
    "workbook": documents.read_workbook,
}
