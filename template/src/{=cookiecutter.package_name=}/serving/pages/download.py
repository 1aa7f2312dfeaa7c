"""Predictions as a CSV file for spreadsheets, a piece at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

import orjson

from ...signature import Signature
from ...store.records import Prediction
from .lines import read_object, read_row

PLAIN = (
    "time",
    "request_id",
    "row",
    "model",
    "version",
    "route",
    "prediction",
    "label",
    "labelled",
    "latency_ms",
)
"""Columns that are fields of `Prediction`."""

FORMULAS = frozenset("=+-@\t\r\n＝＋－＠")
"""Text that begins so is a formula to a spreadsheet, and formulas can send data away."""

BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


def write_csv(lists: Iterable[list[Prediction]], signature: Signature) -> Iterator[bytes]:
    """The header with the first rows, then the others as they come.

    A column for each field and class of the model that is served now; what older ones had beside
    them stands in `more`, as JSON.
    """
    names = [field.name for field in signature.fields]
    header = [f"features.{name}" for name in names]
    header += [f"probabilities.{label}" for label in signature.classes]
    first = BOM + write([[*PLAIN, *header, "more"]])
    for found in lists:
        rows = (make_row(prediction, names, signature.classes) for prediction in found)
        yield (first + write(rows)).encode()
        first = ""
    if first:
        yield first.encode()


def make_row(prediction: Prediction, names: list[str], classes: tuple[str, ...]) -> list[Any]:
    """One line of the file."""
    features = read_row(prediction)
    shares = read_object(prediction.probabilities or "{}")
    known = [getattr(prediction, name) for name in PLAIN]
    known += [features.pop(name, None) for name in names]
    known += [shares.pop(label, None) for label in classes]
    rest = {
        "features": features or keep_broken(prediction.features),
        "probabilities": shares or keep_broken(prediction.probabilities),
    }
    return [*known, {name: values for name, values in rest.items() if values} or None]


def keep_broken(text: str | None) -> str | None:
    """What someone wrote into the log that is no object."""
    return None if text is None or text.startswith("{") else text


def write(rows: Iterable[list[Any]]) -> str:
    """Rows as CSV text."""
    text = StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula; numbers stay numbers."""
    if type(value) is str:
        return f"'{value}" if value[:1] in FORMULAS else value
    if value is None or type(value) in (int, float):
        return value
    return orjson.dumps(value).decode()
