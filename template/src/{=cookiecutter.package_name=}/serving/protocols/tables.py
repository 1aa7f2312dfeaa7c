"""Rows out of what holds tables: records, columns, pandas' split form and CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import islice
from math import isnan
from typing import Any

from ...signature import BOOLEANS, MISSING_MARKS, Field
from ..body import BodyError, Repeated, to_object
from ..fields import show
from ..rows import MAX_PROBLEMS, Problem
from .objects import Measure, read_object, refuse, refuse_all

Rows = list[Any]
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)


def read_records(records: Any, names: Sequence[str], measure: Measure) -> Rows:
    """A list of objects; or of lists, whose values come in the order of the model's fields."""
    if type(records) is not list:
        refuse(None, f"rows must be a list, not {show(records)}")
    measure(records)
    if any(type(record) is list for record in records):
        return name_values(records, names)
    return [mark_missing(record) for record in records]


def read_split(table: Any, names: Sequence[str], measure: Measure) -> Rows:
    """{"columns": […], "data": [[…], …]}; "index" is not read."""
    given = read_object(table, "dataframe_split", ("columns", "data", "index"), ("data",))
    columns, data = given.get("columns", list(names)), given["data"]
    if type(columns) is not list or not all(type(name) is str for name in columns):
        refuse("columns", "columns must be a list of names")
    if type(data) is not list:
        refuse("data", f"data must be a list of rows, not {show(data)}")
    measure(data)
    return name_values(data, columns)


def read_columns(columns: Any, names: Sequence[str], measure: Measure) -> Rows:
    """{"name": [value, …], …}, as many values of each; plain values are one row."""
    if type(columns) is list:
        return read_records(columns, names, measure)
    if not isinstance(columns, dict):
        refuse(None, f"inputs must be a list or an object, not {show(columns)}")
    if isinstance(columns, Repeated) or not any(type(found) is list for found in columns.values()):
        return [mark_missing(columns)]
    lengths = {len(found) if type(found) is list else -1 for found in columns.values()}
    if len(lengths) > 1:
        refuse(None, "inputs must hold lists of one length, one for each field")
    measure(next(iter(columns.values())))
    rows = zip(*columns.values(), strict=True)
    return [mark_missing(dict(zip(columns, row, strict=True))) for row in rows]


def name_values(rows: list[Any], names: Sequence[str]) -> Rows:
    """Lists of values as objects, each value under its name."""
    size = len(names)
    wrong = (
        Problem(row=row, field=None, message=f"a row must be a list of {size} values, not {found}")
        for row, values in enumerate(rows)
        if (found := count(values)) != size
    )
    refuse_all(list(islice(wrong, MAX_PROBLEMS)))
    return [mark_missing(to_object(list(zip(names, values, strict=True)))) for values in rows]


def count(values: Any) -> int | str:
    """How many a list holds; anything else as a message shows it."""
    return len(values) if type(values) is list else show(values)


def mark_missing(record: Any) -> Any:
    """NaN is how pandas, and so MLflow's clients, write what is missing."""
    if isinstance(record, dict):
        gaps = [name for name, value in record.items() if type(value) is float and isnan(value)]
        record.update(dict.fromkeys(gaps))
    return record


# ---- CSV ----


def read_csv(text: str, fields: Sequence[Field], measure: Measure) -> Rows:
    """A header and rows; values are spelled as in the files of data/."""
    try:
        header, *lines = [line for line in csv.reader(StringIO(text), strict=True) if line]
    except ValueError:
        refuse(None, "the CSV has no line with the names of its columns")
    except csv.Error as error:
        raise BodyError(f"the body is not CSV: {error}") from None
    measure(lines)
    types = {field.name: field.type for field in fields}
    reads = [SPELLINGS[types.get(name, "category")] for name in header]
    start = 1 if header[0] == "" else 0  # pandas writes its index without a name
    return name_values([read_line(line, reads)[start:] for line in lines], header[start:])


def read_line(line: list[str], reads: list[Callable[[str], Any]]) -> list[Any]:
    """The values of one line; of one that has too many or too few, just as many."""
    if len(line) != len(reads):
        return list(line)
    return [read(text) for read, text in zip(reads, line, strict=True)]


def read_number(text: str) -> Any:
    """A number; what is none stays text, to be refused."""
    text = text.strip()
    if text in MISSING_MARKS or not NUMBER.fullmatch(text):
        return None if text in MISSING_MARKS else text
    return int(text) if WHOLE.fullmatch(text) else float(text)


def read_flag(text: str) -> Any:
    """True or false in any of their spellings; other text stays, to be refused."""
    text = text.strip()
    return None if text in MISSING_MARKS else BOOLEANS.get(text.lower(), text)


def read_date(text: str) -> str | None:
    """A date, which the reader of rows looks at."""
    return None if text.strip() in MISSING_MARKS else text.strip()


SPELLINGS: dict[str, Callable[[str], Any]] = {
    "number": read_number,
    "boolean": read_flag,
    "category": lambda text: text or None,
    "datetime": read_date,
}
"""How each type of field is written; nothing written is a missing category."""
