"""Check a table against conf/data.yaml and report every rule that is violated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from .schema import Column, Schema

EXAMPLES = 5
"""How many offending values a report shows for each rule."""

WORDS = {
    "number": "a finite number",
    "boolean": "true or false",
    "datetime": "an ISO 8601 date, with a time zone in all rows or in none",
}


Broken = tuple[str, str, pd.Series]
"""A column, the rule that does not hold, and the values that break it, at their rows (from 0)."""

NOTHING: pd.Series = pd.Series(dtype="object")


@dataclass(frozen=True)
class Violation:
    """One rule that does not hold. `rows` names the first rows that break it."""

    column: str
    rule: str
    count: int
    examples: list[str]
    rows: list[str]

    def describe(self) -> str:
        """One line for people."""
        rows = f" in {self.count} row{'s' if self.count > 1 else ''}" if self.count else ""
        place = f" ({self.rows[0]})" if self.rows else ""
        example = f", for example {self.examples[0]}{place}" if self.examples else ""
        return f"{self.column}: not {self.rule}{rows}{example}"


@dataclass(frozen=True)
class Report:
    """What the check found. `unknown`: columns that are not in conf/data.yaml."""

    rows: int
    columns: int
    unknown: list[str]
    violations: list[Violation]

    @property
    def passed(self) -> bool:
        """Whether every rule holds."""
        return not self.violations

    def to_json(self) -> dict[str, Any]:
        """As results/validation.json holds it."""
        return {"passed": self.passed} | asdict(self)


def check(
    schema: Schema, table: pd.DataFrame, on_column: Callable[[], object] = lambda: None
) -> Report:
    """Check every rule of every column, and report all that fail at once.

    on_column: called after each column.
    """
    broken = [*find_strange(schema, table)]
    wrong = {column for column, _, _ in broken}
    for column in schema.columns:
        if column.name not in wrong:
            broken += find_broken(schema, column, table[[column.name]])
            on_column()
    broken += find_contradictions(schema, table, wrong)
    broken += find_absent(schema, table)
    files = table.attrs.get("files", {})
    return Report(
        rows=len(table),
        columns=len(schema.columns),
        unknown=sorted(set(map(str, table)) - {column.name for column in schema.columns}),
        violations=[report(*parts, files) for parts in broken],
    )


def find_contradictions(
    schema: Schema, table: pd.DataFrame, leave_out: set[str]
) -> Iterator[Broken]:
    """Rules across columns that do not hold; leave_out: columns whose types are wrong."""
    for rule in schema.read_rules():
        if not leave_out & {*rule.columns} and len(broken := rule.find_broken(table)):
            yield rule.claim.left, rule.text, broken


def report(column: str, rule: str, values: pd.Series, files: dict[str, int]) -> Violation:
    """A broken rule in words. files: how many rows each file of the table has."""
    rows = [name_row(int(row), files) for row in values.index[:EXAMPLES]]
    return Violation(column, rule, len(values), show(values), rows)


def name_row(row: int, files: dict[str, int]) -> str:
    """A row's place: its file and its number there, from 1."""
    for name, rows in files.items():
        if row < rows:
            return f"{name}, row {row + 1}"
        row -= rows
    return f"row {row + 1}"


def find_strange(schema: Schema, table: pd.DataFrame) -> Iterator[Broken]:
    """What is not there at all, and values that are not of their column's type."""
    if table.empty:
        yield schema.path, "a table with rows", NOTHING
    for column in schema.columns:
        if column.name not in table:
            yield column.name, "a column of the table", NOTHING
        elif len(strange := select_strange(column, table[column.name].dropna())):
            yield column.name, WORDS[column.type], strange


def select_strange(column: Column, values: pd.Series) -> pd.Series:
    """The values that are not of the column's type; any text is a category."""
    if column.type == "number":
        numbers = pd.to_numeric(values, errors="coerce")
        return values[~np.isfinite(numbers.astype("float64"))]
    if column.type == "datetime":
        return values[find_bad_dates(values)]
    if column.type == "boolean":
        return values[~values.isin([True, False])]
    return values.head(0)


def find_bad_dates(values: pd.Series) -> pd.Series:
    """Which values are no date, or tell a time zone where others don't."""
    if values.dtype.kind == "M":
        return values.isna()
    moments = pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
    zoned = values.astype(str).str.contains(r"\d(?:Z|[+-]\d\d:?\d\d)$")
    mixed = zoned if zoned.any() and not zoned.all() else False
    return moments.isna() | mixed


def find_absent(schema: Schema, table: pd.DataFrame) -> Iterator[Broken]:
    """Classes of the target that no row has: a model could neither learn nor be judged on them."""
    if schema.target in table and len(table):
        absent = set(schema.classes) - set(table[schema.target])
        if absent:
            rule = f"of class {' or '.join(sorted(absent))} in any row"
            yield schema.target, rule, NOTHING


def show(values: pd.Series) -> list[str]:
    """Some different values."""
    return list(dict.fromkeys(map(str, values)))[:EXAMPLES]


def find_broken(schema: Schema, column: Column, table: pd.DataFrame) -> list[Broken]:
    """The rules that one column breaks; alone, so that Pandera's copies stay small."""
    rules = pa.DataFrameSchema({column.name: column_rules(schema, column)})
    try:
        rules.validate(table, lazy=True)
    except SchemaErrors as errors:
        return [*summarise(errors.failure_cases)]
    return []


def column_rules(schema: Schema, column: Column) -> pa.Column:
    """The rules of one column; a row without its target, time or group is of no use."""
    needed = column.name in (schema.target, schema.time, schema.group)
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


def summarise(cases: pd.DataFrame) -> Iterator[Broken]:
    """Pandera's failure cases, by column and rule."""
    for (column, rule), group in cases.groupby(["column", "check"], sort=False, dropna=False):
        words = "given" if rule == "not_nullable" else str(rule)
        yield str(column), words, group.set_index("index")["failure_case"]
