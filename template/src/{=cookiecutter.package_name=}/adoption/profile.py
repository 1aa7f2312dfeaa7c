"""All that is found about a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..schema import ColumnType
from ..signature import Task
from . import columns, leaks, numbers, roles
from . import target as targets
from .found import Found
from .leaks import Leak
from .names import find_name
from .reading import AdoptionError, Reading
from .sources import Raw
from .target import Target

ROWS = 20
"""Fewer rows can't be split into parts to learn from and parts to test on."""


@dataclass(frozen=True)
class Choices:
    """What the person decided instead of leaving it to be found out."""

    target: str
    task: Task | None = None
    positive: str | None = None
    time: str | None = None  # "none": the rows have no order
    group: str | None = None  # "none": every row stands for itself
    sensitive: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    present: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """What the table is. `columns` holds every column, the target among them, in their order."""

    columns: dict[str, Found]
    target: Target
    rows: int
    reading: Reading
    time: str | None = None
    group: str | None = None
    sensitive: tuple[str, ...] = ()
    leaks: tuple[Leak, ...] = ()
    duplicates: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def features(self) -> list[Found]:
        """What a model will read."""
        return [c for c in self.columns.values() if c.is_feature and self.is_read(c)]

    def is_read(self, column: Found) -> bool:
        """Whether a column has no other role."""
        return column.name not in (self.target.name, self.time, self.group)

    @property
    def table(self) -> pa.Table:
        """The table with its types."""
        return pa.table({name: column.values for name, column in self.columns.items()})


def make(raw: Raw, choices: Choices, on_column: Callable[[], None] = lambda: None) -> Profile:
    """Look at every column. `raw` is emptied on the way, so that a large table is held once."""
    choices = check_names(choices, list(raw.columns))
    reading = replace(raw.reading, decimal=raw.reading.decimal or guess_decimal(raw))
    remarks = [f"{old!r} is called {new!r} here" for old, new in raw.renamed]
    target = find_target(raw.columns[choices.target], reading, choices)
    rows = len(target.found.codes)
    if target.found.missing:
        keep_rows(raw, target.found)
        remarks.append(f"{target.found.missing:,} rows without {target.name} are left out")
        target = find_target(raw.columns[choices.target], reading, choices)
        rows = len(target.found.codes)
    if rows < ROWS:
        raise AdoptionError(f"{rows} rows are too few to learn from and to test on: {ROWS} at least")
    found, time, why_time = find_columns(raw, reading, choices, target, on_column)
    group, why_group = choose_group(found, choices)
    if group:
        found[group] = roles.make_group(found[group])
    profile = Profile(found, target, rows, reading, time, group, choices.sensitive)
    reasons = (f"time: {why_time}", f"group: {why_group}", *count_rare(target))
    if not profile.features:
        raise AdoptionError("no column is left to predict from: " + say_left_out(profile))
    return replace(
        profile,
        leaks=tuple(leaks.find(target, profile.features)),
        duplicates=count_duplicates(found),
        remarks=(*remarks, *reasons),
    )


def check_names(choices: Choices, names: list[str]) -> Choices:
    """Every column that an option names exists."""

    def known(option: str, wanted: str | None) -> str | None:
        return wanted if wanted in (None, "none") else find_name(option, wanted, names)

    return replace(
        choices,
        target=find_name("--target", choices.target, names),
        time=known("--time", choices.time),
        group=known("--group", choices.group),
        sensitive=tuple(find_name("--sensitive", name, names) for name in choices.sensitive),
        leave_out=tuple(find_name("--leave-out", name, names) for name in choices.leave_out),
        types={find_name("--type", name, names): kind for name, kind in choices.types.items()},
    )


def guess_decimal(raw: Raw) -> str:
    """The decimal mark of most columns, for those that don't show their own."""
    texts = [c.slice(0, 1000) for c in raw.columns.values() if pa.types.is_string(c.type)]
    marks = [numbers.find_decimal(column.combine_chunks()) for column in texts]
    return "," if marks.count(",") > marks.count(".") else "."


def find_target(column: pa.ChunkedArray, reading: Reading, choices: Choices) -> Target:
    """The target as its task needs it."""
    return targets.find(
        choices.target,
        column,
        reading,
        task=choices.task,
        positive=choices.positive,
        present=choices.present,
    )


def keep_rows(raw: Raw, needed: Found) -> None:
    """Without the rows that lack a value they need."""
    there = needed.values.is_valid()
    for name in raw.columns:
        raw.columns[name] = raw.columns[name].filter(there)


def find_columns(
    raw: Raw, reading: Reading, choices: Choices, target: Target, on_column: Callable[[], None]
) -> tuple[dict[str, Found], str | None, str]:
    """Every column, the one that orders the rows, and why it does."""
    chosen = choices.time if choices.time != "none" else None
    if chosen:
        dates = make_dates(raw.columns[chosen], chosen, reading, choices)
        if dates.missing:
            raise AdoptionError(
                f"--time: {chosen} is missing in {dates.missing:,} rows: leave these out of the table"
            )
    found = {}
    for name in list(raw.columns):
        column = raw.columns.pop(name)
        found[name] = target.found
        if name != target.name:
            found[name] = dates if name == chosen else find_column(name, column, reading, choices)
        on_column()
    if choices.time:
        return found, chosen, "as you said"
    return found, *roles.choose_time({n: c for n, c in found.items() if n != target.name})


def make_dates(column: pa.ChunkedArray, name: str, reading: Reading, choices: Choices) -> Found:
    """The column of --time."""
    found = columns.find(name, column, reading, choices.types.get(name), choices.present)
    return found if found.type == "datetime" else roles.make_time(found, column, reading)


def find_column(name: str, column: pa.ChunkedArray, reading: Reading, choices: Choices) -> Found:
    """One column, and whether the person wants it."""
    found = columns.find(name, column, reading, choices.types.get(name), choices.present)
    return found.left_out("left out as you said") if name in choices.leave_out else found


def choose_group(found: dict[str, Found], choices: Choices) -> tuple[str | None, str]:
    """The column that groups the rows, and why."""
    if choices.group == "none":
        return None, "none, as you said"
    if choices.group:
        return choices.group, "as you said"
    return roles.choose_group(found, choices.target)


def count_rare(target: Target) -> list[str]:
    """A sentence about classes with few rows."""
    if target.task == "regression":
        return []
    rare = [name for name, count in target.counts.items() if count < targets.FEW]
    few = ", ".join(rare[:5]) + (" …" if len(rare) > 5 else "")  # noqa: PLR2004 (enough)
    return [f"{len(rare)} classes have fewer than {targets.FEW} rows: {few}"] if rare else []


def count_duplicates(found: dict[str, Found]) -> int:
    """Rows that repeat an earlier one in every column."""
    total: NDArray[np.uint64] = np.zeros(len(next(iter(found.values())).codes), np.uint64)
    for column in found.values():
        total = (total ^ (column.codes + 1).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return len(total) - int(pc.count_distinct(pa.array(total)).as_py())


def say_left_out(profile: Profile) -> str:
    """Why each column is none to predict from."""
    reasons = [f"{c.name} ({c.note or 'has another role'})" for c in profile.columns.values()]
    return ", ".join(reasons[:10])
