"""The table as conf/data.yaml describes it: the contract between the data and the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from .errors import LineError
from .signature import Field, Outside, Signature, Target, Task, Unknown

ColumnType = Literal["number", "boolean", "category", "datetime"]
CHOICES = {"type": ColumnType, "outside": Outside, "unknown": Unknown}


class SchemaError(LineError):
    """conf/data.yaml contradicts itself; the message names the entry."""


@dataclass(frozen=True)
class Column:
    """One column of the table. Ranges are inclusive, in `unit`."""

    name: str
    type: ColumnType
    description: str = ""
    unit: str | None = None
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    outside: Outside = "refuse"
    unknown: Unknown = "refuse"


@dataclass(frozen=True)
class Schema:
    """The table, what is predicted from it, and how its rows are ordered."""

    name: str
    path: str
    task: Task
    target: str
    columns: tuple[Column, ...]
    question: str = ""
    positive: str | None = None
    time: str | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Schema:
        """Read the content of conf/data.yaml; SchemaError names what is wrong in it."""
        refuse_unknown(config, cls, "conf/data.yaml")
        columns = tuple(read_column(name, entry) for name, entry in config["columns"].items())
        positive = None if config.get("positive") is None else str(config["positive"])
        schema = cls(**dict(config) | {"columns": columns, "positive": positive})
        check_consistency(schema)
        return schema

    def column(self, name: str) -> Column:
        """The column called `name`."""
        return next(column for column in self.columns if column.name == name)

    @property
    def features(self) -> tuple[Column, ...]:
        """What the model reads: every column but the target and those of dates."""
        return tuple(
            column
            for column in self.columns
            if column.name != self.target and column.type != "datetime"
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """The target's classes in alphabetical order, as scikit-learn sorts them."""
        return tuple(sorted(self.column(self.target).categories))

    def signature(self, example: dict[str, Any]) -> Signature:
        """The model's side of the contract."""
        target = self.column(self.target)
        return Signature(
            task=self.task,
            target=Target(
                target.name, target.description, target.unit, self.classes, self.positive
            ),
            fields=tuple(read_field(column) for column in self.features),
            example=example,
            question=self.question,
        )


def read_column(name: str, entry: Mapping[str, Any]) -> Column:
    """One entry under `columns:`."""
    refuse_unknown(entry, Column, f"column {name}")
    for key, words in CHOICES.items():
        if key in entry or key == "type":
            refuse_other(name, key, entry.get(key), get_args(words))
    categories = tuple(str(category) for category in entry.get("categories", ()))
    return Column(**{"name": name} | dict(entry) | {"categories": categories})


def refuse_other(name: str, key: str, value: Any, words: tuple[str, ...]) -> None:
    """An entry of a column that is one of some words."""
    if value not in words:
        raise SchemaError(f"column {name}: {key} must be one of {', '.join(words)}")


def read_field(column: Column) -> Field:
    """The signature's field for a column of features."""
    return Field(**{field.name: getattr(column, field.name) for field in fields(Field)})


def refuse_unknown(config: Mapping[str, Any], known: type, where: str) -> None:
    """A misspelt key would silently change nothing: name it."""
    names = {field.name for field in fields(known)}
    unknown = sorted(set(config) - names)
    if unknown:
        known_names = ", ".join(sorted(names))
        raise SchemaError(f"{where}: unknown entry {', '.join(unknown)}; known are {known_names}")


def check_consistency(schema: Schema) -> None:
    """Entries that name each other must agree."""
    names = {column.name for column in schema.columns}
    if schema.task not in get_args(Task):
        raise SchemaError(f"task: must be one of {', '.join(get_args(Task))}")
    for role in ("target", "time"):
        name = getattr(schema, role)
        if name is not None and name not in names:
            raise SchemaError(f"{role}: {name} is not under columns")
    if not schema.features:
        raise SchemaError("columns: there is nothing to predict from, only the target and dates")
    check_target(schema)


def check_target(schema: Schema) -> None:
    """The target's type must fit the task."""
    column = schema.column(schema.target)
    if schema.task == "regression":
        if column.type != "number":
            raise SchemaError(
                f"target: a regression needs a number, {column.name} is a {column.type}"
            )
        return
    if len(column.categories) < 2:
        raise SchemaError(f"target: column {column.name} needs at least two categories")
    if schema.task == "binary" and (
        len(column.categories) != 2 or schema.positive not in column.categories
    ):
        raise SchemaError(f"positive: must be one of the two categories of {column.name}")
