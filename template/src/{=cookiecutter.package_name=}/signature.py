"""What a model takes and what it answers: the contract between training, package and service.

Light on purpose (standard library and NumPy): the serving environment imports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import dates

Task = Literal["binary", "multiclass", "regression"]
FieldType = Literal["number", "boolean", "category", "datetime"]
Outside = Literal["refuse", "flag"]
Unknown = Literal["refuse", "missing"]

MISSING = "__missing__"
"""What stands for a missing category, in training and in service alike (text has no NaN)."""

MISSING_MARKS = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"]
"""What stands for a missing number, flag or date in a CSV file. A category is missing where nothing
is written: None may be one."""

BOOLEANS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
"""How files spell a boolean, in any mixture of capitals."""


@dataclass(frozen=True)
class Field:
    """One column that the model reads. `parts` of a datetime are what it reads of it (dates.py)."""

    name: str
    type: FieldType
    description: str = ""
    unit: str | None = None
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    outside: Outside = "refuse"
    """What the service does with a number outside the range: refuse the row, or flag the answer."""
    unknown: Unknown = "refuse"
    """What it does with a category that is not listed: refuse the row, or treat it as missing."""


@dataclass(frozen=True)
class Target:
    """What the model predicts. `classes` is empty for a regression."""

    name: str
    description: str = ""
    unit: str | None = None
    classes: tuple[str, ...] = ()
    positive: str | None = None


@dataclass(frozen=True)
class Signature:
    """Fields in, target out, and one true row as an example."""

    task: Task
    target: Target
    fields: tuple[Field, ...]
    example: dict[str, Any]
    question: str = ""

    @property
    def numbers(self) -> tuple[Field, ...]:
        """The fields that begin the number matrix, in its order (booleans count as 0 and 1)."""
        return tuple(field for field in self.fields if field.type in ("number", "boolean"))

    @property
    def dates(self) -> tuple[Field, ...]:
        """The fields whose parts end the number matrix, in its order."""
        return tuple(field for field in self.fields if field.type == "datetime")

    @property
    def width(self) -> int:
        """How many columns the number matrix has."""
        return len(self.numbers) + sum(dates.width(field.parts) for field in self.dates)

    @property
    def categories(self) -> tuple[Field, ...]:
        """The fields of the category matrix, in its column order."""
        return tuple(field for field in self.fields if field.type == "category")

    @property
    def classes(self) -> tuple[str, ...]:
        """The target's classes, in the order of the probabilities."""
        return self.target.classes

    @property
    def positive(self) -> str | None:
        """The class that probabilities are about (binary only)."""
        return self.target.positive

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists, as signature.json holds them."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: dict[str, Any]) -> Signature:
        """Read what `to_json` wrote."""
        target = text["target"]
        fields = [
            field | {name: tuple(field[name]) for name in ("categories", "parts")}
            for field in text["fields"]
        ]
        return cls(
            task=text["task"],
            target=Target(**target | {"classes": tuple(target["classes"])}),
            fields=tuple(Field(**field) for field in fields),
            example=text["example"],
            question=text.get("question", ""),
        )


@dataclass(frozen=True)
class Inputs:
    """Rows as the model reads them: two matrices instead of a tensor for every column.

    number: float32, shape (rows, width), NaN where a value is missing.
    category: text, shape (rows, categories), `MISSING` where a value is missing.
    """

    number: NDArray[np.float32]
    category: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.number)

    def blocks(self, rows: int) -> Iterator[Inputs]:
        """The same in parts of so many rows; none of no rows, unless there are none at all."""
        for start in range(0, max(len(self), 1), rows):
            some = slice(start, start + rows)
            yield Inputs(self.number[some], self.category[some])


@dataclass(frozen=True)
class Predictions:
    """What the model answers for every row.

    value: class labels (text) or numbers (float32), shape (rows,).
    probabilities: float32, shape (rows, classes) in the order of `Target.classes`;
        None for a regression.
    """

    value: NDArray[Any]
    probabilities: NDArray[np.float32] | None = None

    @classmethod
    def join(cls, parts: Sequence[Predictions]) -> Predictions:
        """Those of several blocks of rows, one below the other."""
        if len(parts) == 1:
            return parts[0]
        shares = [part.probabilities for part in parts if part.probabilities is not None]
        values = np.concatenate([part.value for part in parts])
        return cls(values, np.concatenate(shares) if shares else None)

    def of_class(self, position: int) -> NDArray[np.float32]:
        """Every row's probability of one class, by its place in `Target.classes`."""
        if self.probabilities is None:
            raise TypeError("a regression has no classes")
        return self.probabilities[:, position]
