"""The table as conf/data.yaml describes it: the contract between the data and the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from pydantic import AllowInfNan, BeforeValidator, ConfigDict, Strict, StringConstraints

from .config import check
from .errors import LineError
from .rules import Rule, parse
from .signature import Field, Outside, Signature, Target, Task, Unknown

ColumnType = Literal["number", "boolean", "category", "datetime", "text", "identifier"]
Part = Literal["year", "month", "day", "weekday", "hour", "year_cycle", "week_cycle", "day_cycle"]


class SchemaError(LineError):
    """conf/data.yaml can't be read or contradicts itself; the message names the entry."""

    def __init__(self, message: str) -> None:
        super().__init__(f"conf/data.yaml: {message}")


def to_text(value: Any) -> Any:
    """A category that YAML reads as a number is text all the same; yes and no are not left."""
    if isinstance(value, bool):
        raise ValueError("put it in quotes: YAML reads yes, no, on and off as true and false")
    return str(value) if isinstance(value, int | float) else value


MINIMUM_CLASSES = 2
Name = Annotated[str, StringConstraints(min_length=1)]
Text = Annotated[str, BeforeValidator(to_text)]
Limit = Annotated[float, Strict(), AllowInfNan(False)]


@dataclass(frozen=True)
class Column:
    """One column of the table. Ranges are inclusive, in `unit`.

    categories: all that there are. A category without them takes any text; `levels` tells how many
        there were.
    parts: what the model reads of a datetime, by the names of dates.py; nothing without them.
    use: false keeps a column out of the model, `note` tells why.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Name
    type: ColumnType
    description: str = ""
    unit: str | None = None
    nullable: bool = False
    minimum: Limit | None = None
    maximum: Limit | None = None
    categories: tuple[Text, ...] = ()
    levels: int | None = None
    parts: tuple[Part, ...] = ()
    outside: Outside = "refuse"
    unknown: Unknown = "refuse"
    use: bool = True
    note: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether a model can read it."""
        return self.use and (self.type in ("number", "boolean", "category") or bool(self.parts))


@dataclass(frozen=True)
class Schema:
    """The table, what is predicted from it, and how its rows belong together.

    time: rows are split by it. group: rows that share it stay on one side of every split.
    sensitive: columns by which fairness is looked at.
    key: columns that together name a row; without them only equal rows are the same row.
    rules: what must hold between columns, as rules.py reads it.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")  # a misspelt entry would change nothing

    name: Name
    path: Name
    task: Task
    target: str
    columns: tuple[Column, ...]
    question: str = ""
    positive: Text | None = None
    time: str | None = None
    group: str | None = None
    sensitive: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    rules: tuple[Name, ...] = ()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Schema:
        """Read the content of conf/data.yaml; SchemaError names what is wrong in it."""
        named = put_names_in(config.get("columns"))
        columns = check(dict[Text, Column], named, SchemaError, ("columns",))
        schema = check(cls, dict(config) | {"columns": tuple(columns.values())}, SchemaError)
        for column in schema.columns:
            check_column(column)
        check_roles(schema)
        check_target(schema)
        schema.read_rules()
        return schema

    def column(self, name: str) -> Column:
        """The column called `name`."""
        return next(column for column in self.columns if column.name == name)

    def read_rules(self) -> list[Rule]:
        """The rules across columns, ready to be applied."""
        types = {column.name: column.type for column in self.columns}
        try:
            return [parse(text, types) for text in self.rules]
        except ValueError as error:
            raise SchemaError(f"rules: {error}") from error

    @property
    def features(self) -> tuple[Column, ...]:
        """What the model reads: every column that it can, but the target and the group."""
        roles = (self.target, self.group)
        return tuple(
            column for column in self.columns if column.is_readable and column.name not in roles
        )

    @property
    def learnt_from(self) -> list[str]:
        """The columns that training reads: features, target, what orders or groups the rows."""
        used = {column.name for column in self.features} | {*self.keys}
        return [column.name for column in self.columns if column.name in used]

    @property
    def keys(self) -> list[str]:
        """The columns that tell which rows go together: target, time, group."""
        return [name for name in (self.target, self.time, self.group) if name is not None]

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


def put_names_in(columns: Any) -> Any:
    """Each entry under `columns:` with its own name, where it is one."""
    if not isinstance(columns, Mapping):
        return columns
    return {
        name: dict(entry) | {"name": str(name)} if isinstance(entry, Mapping) else entry
        for name, entry in columns.items()
    }


def read_field(column: Column) -> Field:
    """The signature's field for a column of features."""
    return Field(**{field.name: getattr(column, field.name) for field in fields(Field)})


def check_column(column: Column) -> None:
    """The entries of one column must agree."""
    if column.type != "number" and (column.minimum, column.maximum) != (None, None):
        raise SchemaError(f"columns.{column.name}: only a number has minimum and maximum")
    if column.type != "category" and column.categories:
        raise SchemaError(f"columns.{column.name}: only a category has categories")
    if column.type != "datetime" and column.parts:
        raise SchemaError(f"columns.{column.name}: only a datetime has parts")
    if len(set(column.categories)) < len(column.categories):
        raise SchemaError(f"columns.{column.name}: a category is listed twice")
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and low > high:
        raise SchemaError(f"columns.{column.name}: minimum is above maximum")


def check_roles(schema: Schema) -> None:
    """What has a role must be a column, of a type that fits."""
    types = {column.name: column.type for column in schema.columns}
    named = [(role, getattr(schema, role)) for role in ("target", "time", "group")]
    named += [(role, name) for role in ("sensitive", "key") for name in getattr(schema, role)]
    for role, name in named:
        if name is not None and name not in types:
            raise SchemaError(f"{role}: {name} is not under columns")
    if schema.time is not None and types[schema.time] != "datetime":
        raise SchemaError(f"time: {schema.time} is a {types[schema.time]}, not a datetime")
    if schema.target in (schema.time, schema.group):
        raise SchemaError(f"target: {schema.target} can't be time or group as well")
    if not schema.features:
        raise SchemaError("columns: none is left to predict from")


def check_target(schema: Schema) -> None:
    """The target's type must fit the task."""
    column = schema.column(schema.target)
    if schema.task != "binary" and schema.positive is not None:
        raise SchemaError(f"positive: only a binary task has a positive class, not a {schema.task}")
    if schema.task == "regression":
        if column.type != "number":
            raise SchemaError(
                f"target: a regression needs a number, {column.name} is a {column.type}"
            )
        return
    if column.type != "category" or len(column.categories) < MINIMUM_CLASSES:
        raise SchemaError(f"target: {column.name} must be a category of at least two categories")
    if schema.task == "binary" and (
        len(column.categories) != MINIMUM_CLASSES or schema.positive not in column.categories
    ):
        raise SchemaError(f"positive: must be one of the two categories of {column.name}")
