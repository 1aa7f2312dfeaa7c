"""A whole column under the rules of its field: the service's rules, for many values at once.

What a field may hold is said in serving/fields.py. Here every different category, boolean and date
goes through its converter once, and numbers are compared with its limits all at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .. import dates
from ..serving import fields
from ..serving.rows import explain_missing
from ..signature import Field, Inputs
from . import spelling


@dataclass(frozen=True)
class Checked:
    """One column, checked.

    values: what the model reads, float32 or text (of a date, a row of parts); anything where
        `good` is False.
    good: whether the rules hold, for each row.
    typed: the column in the field's type, null where it can't be.
    given: the JSON value of a row, as a request would hold it.
    """

    field: Field
    values: NDArray[Any]
    good: NDArray[np.bool_]
    typed: pa.Array
    given: Callable[[int], Any]

    def explain(self, row: int) -> str:
        """Why a row's value is refused, in the service's words."""
        value = self.given(row)
        if value is None:
            return explain_missing(self.field)
        return fields.explain(self.field, value)


def check(field: Field, column: pa.Array) -> Checked:
    """A column of any Arrow type as what the model reads of this field."""
    return check_numbers(field, column) if field.type == "number" else check_words(field, column)


# ---- numbers ----


def check_numbers(field: Field, column: pa.Array) -> Checked:
    """Compare all values with the field's limits."""
    numbers, readable = spelling.to_numbers(column)
    values = spelling.to_array(numbers)
    low, high = fields.limits(field)
    good = (low <= values) & (values <= high)
    if field.nullable:
        good |= np.isnan(values) & readable

    def given(row: int) -> Any:
        is_missing = readable[row] and np.isnan(values[row])
        value = numbers[row] if readable[row] else column[row]
        return None if is_missing else spelling.to_json(value.as_py())

    with np.errstate(over="ignore"):  # what overflows is not good
        return Checked(field, values.astype(np.float32), good, numbers, given)


# ---- categories, booleans and dates ----

TO_WORD: dict[str, Callable[[Any], Any]] = {
    "boolean": spelling.to_boolean,
    "category": spelling.to_category,
    "datetime": spelling.to_date,
}


def check_words(field: Field, column: pa.Array) -> Checked:
    """Ask the service's converter about every different value."""
    different, places = distinguish(column)
    words = [TO_WORD[field.type](value) for value in different] + [None]
    answers, good = convert(field, words)
    usable = [word if right else None for word, right in zip(words, good, strict=True)]
    typed = pa.array(usable, pa.bool_() if field.type == "boolean" else pa.string())
    values = to_values(field, answers)[places]
    typed = typed.take(pa.array(places))
    return Checked(field, values, good[places], typed, lambda row: words[places[row]])


def distinguish(column: pa.Array) -> tuple[list[Any], NDArray[np.int64]]:
    """The different values, and for each row the place of its own; beyond their end: missing."""
    try:
        coded = column.dictionary_encode()
    except pa.ArrowNotImplementedError:  # of lists, for example
        return column.to_pylist(), np.arange(len(column))
    different = coded.dictionary.to_pylist()
    places = spelling.to_array(coded.indices)
    return different, np.where(places < 0, len(different), places)


def convert(field: Field, words: list[Any]) -> tuple[list[Any], NDArray[np.bool_]]:
    """What the converter makes of each word, None where it refuses; and whether it takes it."""
    take = fields.converter(field)
    answers: list[Any] = []
    good = np.ones(len(words), bool)
    for place, word in enumerate(words):
        try:
            answers.append(take(word))
        except fields.RefusedError:
            answers.append(None)
            good[place] = False
    return answers, good


def to_values(field: Field, answers: list[Any]) -> NDArray[Any]:
    """The converter's answers as the model reads them."""
    if field.type == "datetime":
        return dates.expand(dates.parse(answers), field.parts)
    return np.array(answers, np.float32 if field.type == "boolean" else object)


# ---- all columns ----


def to_inputs(checked: list[Checked], good: NDArray[np.bool_]) -> Inputs:
    """The good rows as the model's two matrices: numbers, then parts of dates; categories."""
    of_type = {
        kind: [column.values for column in checked if column.field.type in kind]
        for kind in (("number", "boolean"), ("datetime",), ("category",))
    }
    numbers, moments, categories = of_type.values()
    return Inputs(
        select(np.column_stack([np.empty((len(good), 0), np.float32), *numbers, *moments]), good),
        select(np.column_stack([np.empty((len(good), 0), object), *categories]), good),
    )


def select(matrix: NDArray[Any], good: NDArray[np.bool_]) -> NDArray[Any]:
    """The good rows, without a copy where all are."""
    return matrix if good.all() else matrix[good]


def explain(checked: list[Checked], row: int) -> list[str]:
    """What is wrong in one row, column by column."""
    return [column.explain(row) for column in checked if not column.good[row]]
