"""Rules across columns: what must hold between the values of one row.

conf/data.yaml writes them as `low <= high`, or `paid > 0 when state == closed`: a column, an
operator, a column or a value. A missing value breaks no rule.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the service's tests read schemas, pandas is only needed to apply a rule
    import pandas as pd

OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
SIGN = re.compile(r"\s(<=|>=|==|!=|<|>)\s")
WHEN = " when "
ORDERED = ("number", "datetime")
"""Types of which one value can be above another."""


@dataclass(frozen=True)
class Comparison:
    """A column beside another one, or beside a value."""

    left: str
    sign: str
    right: Any
    columns: tuple[str, ...]

    def hold(self, table: pd.DataFrame) -> tuple[Any, Any]:
        """For each row: whether it holds, and whether both values are there."""
        left = table[self.left]
        right = table[self.right] if len(self.columns) > 1 else self.right
        known = table[list(self.columns)].notna().all(axis=1)
        result = left.where(known).iloc[:0].astype(bool).reindex(table.index, fill_value=True)
        right = right[known] if len(self.columns) > 1 else right
        result[known] = OPERATORS[self.sign](left[known], right).astype(bool)
        return result, known


@dataclass(frozen=True)
class Rule:
    """What must hold, and when."""

    text: str
    claim: Comparison
    condition: Comparison | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it looks at."""
        return self.claim.columns + (self.condition.columns if self.condition else ())

    def find_broken(self, table: pd.DataFrame) -> pd.Series:
        """The values of the claim's column in the rows that break it."""
        holds, known = self.claim.hold(table)
        broken = known & ~holds
        if self.condition:
            applies, certain = self.condition.hold(table)
            broken &= applies & certain
        return table[self.claim.left][broken]


def parse(text: str, types: Mapping[str, str]) -> Rule:
    """A rule of conf/data.yaml; ValueError says what is wrong with it. types: column → type."""
    for place in [match.start() for match in re.finditer(WHEN, text)]:
        claim = find_comparison(text[:place], types)
        condition = find_comparison(text[place + len(WHEN) :], types)
        if claim and condition:
            return Rule(text, claim, condition)
    claim = find_comparison(text, types)
    if claim is None:
        raise ValueError(
            f"{text!r} is no rule: write `column <= column`, `column > 0` or `a == b when c > 0`, "
            "with names from columns"
        )
    return Rule(text, claim)


def find_comparison(text: str, types: Mapping[str, str]) -> Comparison | None:
    """A column, an operator, and a column or a value; None where the text is none."""
    for match in SIGN.finditer(text):
        left, right = text[: match.start()].strip(), text[match.end() :].strip()
        if left in types and right in types and fits(match[1], types[left], types[right]):
            return Comparison(left, match[1], right, (left, right))
        if left in types and right and right not in types:
            value = read_value(right, types[left])
            fitting = value is not None and fits(match[1], types[left], types[left])
            return Comparison(left, match[1], value, (left,)) if fitting else None
    return None


def fits(sign: str, left: str, right: str) -> bool:
    """Only values of one type can be compared, and only some have an order."""
    return left == right and (sign in ("==", "!=") or left in ORDERED)


def read_value(text: str, kind: str) -> Any:
    """A value as its column holds it; None where it is none."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind == "number":
        return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else None
    if kind == "datetime":
        return text if re.match(r"\d{4}-\d\d-\d\d", text) else None
    return text.strip("\"'")
