"""Check a table against conf/data.yaml and report every rule that is violated."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from .schema import Column, Schema

EXAMPLES = 5
"""How many offending values a report shows for each rule."""

WORDS = {"number": "a finite number", "boolean": "true or false", "datetime": "an ISO 8601 date"}


@dataclass(frozen=True)
class Violation:
    """One rule that some rows break. `rows` counts from 0, as in the table that was read."""

    column: str
    rule: str
    count: int
    examples: list[Any]
    rows: list[int]


@dataclass(frozen=True)
class Report:
    """What the check found."""

    rows: int
    columns: int
    violations: list[Violation]

    @property
    def passed(self) -> bool:
        """Whether every rule holds."""
        return not self.violations

    def to_json(self) -> dict[str, Any]:
        """As results/validation.json holds it."""
        return {"passed": self.passed} | asdict(self)


def check(schema: Schema, table: pd.DataFrame) -> Report:
    """Check every rule of every column, and report all that fail at once."""
    strange = {column.name: find_strange(column, table) for column in schema.columns}
    violations = [
        Violation(name, rule, len(values), show(values), values.index.tolist()[:EXAMPLES])
        for name, (rule, values) in strange.items()
        if rule
    ]
    typed = [column for column in schema.columns if not strange[column.name][0]]
    try:
        rules(schema, typed).validate(table, lazy=True)
    except SchemaErrors as errors:
        violations += summarise(errors.failure_cases)
    return Report(len(table), table.shape[1], violations)


def find_strange(column: Column, table: pd.DataFrame) -> tuple[str, pd.Series]:
    """The rule of a column's presence or type, if it is broken, and the values that break it."""
    if column.name not in table:
        return "a column of the table", pd.Series(dtype="object")
    values = table[column.name].dropna()
    if column.type == "number":
        numbers = pd.to_numeric(values, errors="coerce")
        strange = values[~np.isfinite(numbers.astype("float64"))]
    elif column.type == "datetime":
        strange = values[pd.to_datetime(values, format="ISO8601", errors="coerce").isna()]
    elif column.type == "boolean":
        strange = values[~values.isin([True, False])]
    else:
        strange = values.head(0)
    return (WORDS[column.type] if len(strange) else ""), strange


def show(values: pd.Series) -> list[str]:
    """Some different values."""
    return list(dict.fromkeys(map(str, values)))[:EXAMPLES]


def rules(schema: Schema, columns: list[Column]) -> pa.DataFrameSchema:
    """The schema as Pandera rules, for the columns whose types are right."""
    checks = pa.Check(lambda table: len(table) > 0, error="rows in the table", name="rows")
    return pa.DataFrameSchema({c.name: column_rules(schema, c) for c in columns}, checks=checks)


def column_rules(schema: Schema, column: Column) -> pa.Column:
    """The rules of one column; a row without its target or its time is of no use."""
    needed = column.name in (schema.target, schema.time)
    return pa.Column(checks=value_rules(column), nullable=column.nullable and not needed)


def value_rules(column: Column) -> list[pa.Check]:
    """Ranges and categories, in words for people."""
    checks = []
    unit = f" {column.unit}" if column.unit else ""
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f"at least {column.minimum:g}{unit}"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error=f"at most {column.maximum:g}{unit}"))
    if column.categories:
        known = ", ".join(column.categories)
        checks.append(pa.Check.isin(column.categories, error=f"one of {known}"))
    return checks


def summarise(cases: pd.DataFrame) -> list[Violation]:
    """Pandera's failure cases, one violation for each column and rule."""
    violations = []
    for (column, rule), group in cases.groupby(["column", "check"], sort=False, dropna=False):
        rows = group["index"].dropna().astype(int)
        examples = show(group["failure_case"])
        words = "given" if rule == "not_nullable" else str(rule)
        first = rows.tolist()[:EXAMPLES]
        violations.append(Violation(str(column), words, len(group), examples, first))
    return violations
