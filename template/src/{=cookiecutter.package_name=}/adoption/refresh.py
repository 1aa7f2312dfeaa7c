"""The same source again, read as conf/data.yaml says: nothing is guessed a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pyarrow as pa

from ..schema import Column, Schema
from .columns import recognition
from .reading import AdoptionError
from .sources.place import Raw


def convert(
    schema: Schema,
    raw: Raw,
    sentinels: Mapping[str, list[str]],
    on_column: Callable[[], None] = lambda: None,
) -> pa.Table:
    """The table as the schema has it; other columns and other types are refused by name.

    Ranges and categories are the affair of the line's first step, which reports every violation.
    """
    refuse_other_columns(schema, list(raw.columns))
    values = {}
    for column in schema.columns:
        values[column.name] = convert_column(column, raw, sentinels.get(column.name, []))
        on_column()
    table = pa.table(values)
    return table.filter(table[schema.target].is_valid())


def refuse_other_columns(schema: Schema, names: list[str]) -> None:
    """The source must have the columns that were adopted."""
    known = [column.name for column in schema.columns]
    words = {
        "is missing": [name for name in known if name not in names],
        "is new": [name for name in names if name not in known],
    }
    wrong = [f"{', '.join(found)} {what}" for what, found in words.items() if found]
    if wrong:
        raise AdoptionError(
            f"the source has other columns than conf/data.yaml: {'; '.join(wrong)}. "
            "Adopt it anew if that is meant"
        )


def convert_column(column: Column, raw: Raw, sentinels: list[str]) -> pa.Array:
    """One column with the type that it has in conf/data.yaml."""
    reading = replace(raw.reading, missing=(*raw.reading.missing, *sentinels))
    found = recognition.find(column.name, raw.columns.pop(column.name), reading, column.type)
    return found.values
