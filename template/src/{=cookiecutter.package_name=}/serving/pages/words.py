"""Names and numbers as people read them."""

from __future__ import annotations

import json
from typing import Any

from ...signature import Field


def name_of(field: Field) -> str:
    """A column's name as a label."""
    label = field.name.replace("_", " ").strip()
    return label[:1].upper() + label[1:]


def show_value(value: Any) -> str:
    """A value of a row as the form shows it; nothing where there is none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def show_number(number: float, sign: str = "") -> str:
    """Six digits, and a minus that is as wide as a plus."""
    return f"{number:{sign}.6g}".replace("-", "\u2212")


def show_share(share: float) -> str:
    """A probability."""
    return f"{share * 100:.1f}\u00a0%"


def show_points(difference: float) -> str:
    """A difference of probabilities, in percentage points."""
    return f"{difference * 100:+.1f} points".replace("-", "\u2212")
