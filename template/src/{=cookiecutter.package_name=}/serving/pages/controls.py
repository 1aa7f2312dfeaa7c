"""The form's controls: a row as text, and text as a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...signature import Field, Signature
from .words import name_of, show_value


@dataclass(frozen=True)
class Control:
    """One field as the form shows it."""

    id: str
    field: Field
    label: str
    range: str
    value: str
    error: str | None


def list_controls(
    signature: Signature, values: Mapping[str, str], errors: Mapping[Any, str]
) -> list[Control]:
    """Every field with its value and what is wrong with that."""
    return [
        Control(
            id=f"field-{position}",
            field=field,
            label=name_of(field),
            range=describe_range(field),
            value=values.get(field.name, ""),
            error=errors.get(field.name),
        )
        for position, field in enumerate(signature.fields)
    ]


def describe_range(field: Field) -> str:
    """The limits of a number; its unit stands elsewhere."""
    low, high = (
        None if limit is None else f"{limit:.10g}" for limit in (field.minimum, field.maximum)
    )
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"up to {high}" if high else ""


def texts(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as the form shows it."""
    return {name: show_value(value) for name, value in row.items() if value is not None}


def read_form(signature: Signature, texts: Mapping[str, str]) -> dict[str, Any]:
    """A form sends text: give numbers and booleans their type, leave out what is empty."""
    types = {field.name: field.type for field in signature.fields}
    return {
        name: read_text(types.get(name, "category"), text) for name, text in texts.items() if text
    }


def read_text(kind: str, text: str) -> Any:
    """One value; text that doesn't fit stays, for the reader to refuse."""
    try:
        return text if kind in ("category", "datetime") else json.loads(text)
    except ValueError:
        return text
