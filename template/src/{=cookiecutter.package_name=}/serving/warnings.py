"""What a row may hold although it is doubtful: the answer says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..signature import Field, Signature
from .fields import describe, show
from .rows import MAX_PROBLEMS, Problem


class Warner:
    """Finds values that conf/data.yaml wants flagged instead of refused."""

    def __init__(self, signature: Signature) -> None:
        self.checks = [(field, find) for field in signature.fields if (find := choose(field))]

    def warn(self, rows: list[dict[str, Any]]) -> list[Problem]:
        """A warning for every doubtful value of rows that could be read."""
        if not self.checks:
            return []
        return [
            Problem(row=position, field=field.name, message=explain(field, row[field.name]))
            for position, row in enumerate(rows)
            for field, is_doubtful in self.checks
            if row.get(field.name) is not None and is_doubtful(row[field.name])
        ][:MAX_PROBLEMS]


def choose(field: Field) -> Callable[[Any], bool] | None:
    """What makes a value of a field doubtful; None where doubtful values are refused."""
    if field.type == "number" and field.outside == "flag":
        low = float("-inf") if field.minimum is None else field.minimum
        high = float("inf") if field.maximum is None else field.maximum
        return lambda value: not low <= value <= high
    if field.type == "category" and field.unknown == "missing" and field.categories:
        known = frozenset(field.categories)
        return lambda value: value not in known
    return None


def explain(field: Field, value: Any) -> str:
    """What is doubtful."""
    expected = describe(replace(field, outside="refuse", unknown="refuse", nullable=False))
    if field.type == "category":
        return f"{field.name} is treated as missing: {show(value)} is not {expected}"
    return f"{field.name} is not {expected}: {show(value)}"
