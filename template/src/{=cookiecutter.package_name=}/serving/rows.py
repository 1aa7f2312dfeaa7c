"""JSON rows as the model's inputs, or every problem in them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any, TypedDict

import numpy as np

from .. import dates
from ..signature import Field, Inputs, Signature
from .body import Repeated
from .fields import RefusedError, converter, describe, enumerate_names, explain, shorten, show

MAX_PROBLEMS = 1_000
"""How many problems one answer lists."""

SPELLED_OUT = 5
"""How many of them a sentence holds."""


class Problem(TypedDict):
    """What is wrong, and where; no field: the whole row; no row: the whole list."""

    row: int | None
    field: str | None
    message: str


class RowsError(Exception):
    """Some rows can't be used."""

    def __init__(self, problems: list[Problem], rows: int | None = None) -> None:
        kind = "row" if any(problem["field"] is None for problem in problems) else "field"
        count = len(problems)
        more = "at least " if count == MAX_PROBLEMS else ""
        super().__init__(f"{more}{count} {kind}{'s' if count > 1 else ''} can't be used")
        self.problems = problems
        self.rows = len({problem["row"] for problem in problems} - {None}) if rows is None else rows

    def spell_out(self) -> RowsError:
        """The same with its first problems in the sentence: some clients show nothing else."""
        found = [f"{place(problem)}{problem['message']}" for problem in self.problems[:SPELLED_OUT]]
        self.args = (f"{self}: {'; '.join(found)}",)
        return self


def place(problem: Problem) -> str:
    """The row that a problem is in."""
    return "" if problem["row"] is None else f"row {problem['row']}: "


class RowReader:
    """Reads rows as one signature wants them, with checkers that are built once."""

    def __init__(self, signature: Signature) -> None:
        self.fields = {field.name: field for field in signature.fields}
        self.converters = {field.name: converter(field) for field in signature.fields}
        self.numbers = self.pairs(signature.numbers)
        self.dates = self.pairs(signature.dates)
        self.categories = self.pairs(signature.categories)

    def pairs(self, fields: tuple[Field, ...]) -> list[tuple[str, Any]]:
        """Names and converters, in the order of the model's columns."""
        return [(field.name, self.converters[field.name]) for field in fields]

    def read(self, body: Any) -> Inputs:
        """An object is one row, a list holds many; RowsError lists all that is wrong in them."""
        rows = body if type(body) is list else [body]
        try:
            return self.convert(rows)
        except RefusedError:
            problems = list(islice(self.explain(rows), MAX_PROBLEMS))
            bad = None if len(problems) < MAX_PROBLEMS else sum(map(self.is_bad, rows))
            raise RowsError(problems, bad) from None

    def is_bad(self, row: Any) -> bool:
        """Whether anything is wrong with one row."""
        try:
            self.convert([row])
        except RefusedError:
            return True
        return False

    def convert(self, rows: list[Any]) -> Inputs:
        """The rows as matrices, if nothing at all is wrong."""
        self.refuse_other_keys(rows)
        number = [[convert(row.get(name)) for name, convert in self.numbers] for row in rows]
        category = [[convert(row.get(name)) for name, convert in self.categories] for row in rows]
        numbers = np.array(number, np.float32)
        parts = [self.read_dates(name, convert, rows) for name, convert in self.dates]
        return Inputs(
            np.hstack([numbers, *parts]) if parts else numbers, np.array(category, object)
        )

    def read_dates(self, name: str, convert: Any, rows: list[Any]) -> Any:
        """The parts of one field of dates, for all rows."""
        moments = dates.parse([convert(row.get(name)) for row in rows])
        return dates.expand(moments, self.fields[name].parts)

    def refuse_other_keys(self, rows: list[Any]) -> None:
        """Every row must be a plain object that names nothing but fields, each once."""
        if not rows:
            raise RefusedError
        names = self.fields.keys()
        for row in rows:  # not all(...): for one row a generator takes longer than its work
            if type(row) is not dict or not row.keys() <= names:
                raise RefusedError

    def explain(self, rows: list[Any]) -> Iterator[Problem]:
        """Every problem of every row."""
        if not rows:
            yield Problem(row=None, field=None, message="the list holds no row")
        for position, row in enumerate(rows):
            if isinstance(row, dict):
                for name, message in self.explain_row(row):
                    yield Problem(row=position, field=name, message=message)
            else:
                message = f"a row must be an object, not {show(row)}"
                yield Problem(row=position, field=None, message=message)

    def explain_row(self, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Name and message for each problem in one row."""
        repeated = row.repeated if isinstance(row, Repeated) else []
        for name, field in self.fields.items():
            if name in repeated:
                yield name, f"{name} is given more than once"
            elif not self.is_usable(name, row.get(name)):
                yield name, explain(field, row[name]) if name in row else explain_missing(field)
        for name in row:
            if name not in self.fields:
                yield shorten(name), self.explain_unknown(shorten(name))

    def is_usable(self, name: str, value: Any) -> bool:
        """Whether a field's converter takes the value."""
        try:
            self.converters[name](value)
        except RefusedError:
            return False
        return True

    def explain_unknown(self, name: str) -> str:
        """Name the field that may have been meant."""
        near = get_close_matches(name, self.fields, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {enumerate_names(self.fields)}"
        return f"{name} is not a field of this model; {hint}"


def explain_missing(field: Field) -> str:
    """What to give."""
    return f"{field.name} is missing: it must be {describe(field)}"
