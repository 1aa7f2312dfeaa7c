"""All that is found about a table."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pyarrow as pa

from .choices import Choices, check_names
from .columns import numbers, recognition
from .columns.found import Found
from .reading import AdoptionError, Reading
from .roles import leaks, order, rows
from .roles import target as targets
from .roles.leaks import Leak
from .roles.target import Target
from .sources import names
from .sources.place import Raw

AT_ONCE = 2
"""Columns that are looked at together; each takes memory for its texts and their meanings."""


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
    reading = replace(
        raw.reading, decimal=raw.reading.decimal or numbers.guess_decimal(raw.columns.values())
    )
    remarks = [names.say_renamed(old, new) for old, new in raw.renamed]
    rows.refuse_few(len(raw.columns[choices.target]))
    target = find_target(raw.columns[choices.target], reading, choices)
    if target.found.missing:
        rows.keep(raw.columns, target.found)
        remarks.append(f"{target.found.missing:,} rows without {target.name} are left out")
        target = find_target(raw.columns[choices.target], reading, choices)
    rows.refuse_few(len(target.found.codes))
    found, time, why_time = find_columns(raw, reading, choices, target, on_column)
    group, why_group = choose_group(found, choices)
    if group:
        found[group] = order.make_group(found[group])
    profile = Profile(
        found, target, len(target.found.codes), reading, time, group, choices.sensitive
    )
    reasons = (f"time: {why_time}", f"group: {why_group}", *rows.count_rare(target))
    reasons += tuple(order.doubt_dates(found))
    if not profile.features:
        raise AdoptionError(
            f"no column is left to predict {target.name} from{say_left_out(profile)}"
        )
    return replace(
        profile,
        leaks=tuple(leaks.find(target, profile.features)),
        duplicates=rows.count_duplicates(found),
        remarks=(*remarks, *reasons),
    )


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


def find_columns(
    raw: Raw, reading: Reading, choices: Choices, target: Target, on_column: Callable[[], None]
) -> tuple[dict[str, Found], str | None, str]:
    """Every column, the one that orders the rows, and why it does."""
    chosen = choices.time if choices.time != "none" else None
    if chosen:
        dates = make_dates(raw.columns[chosen], chosen, reading, choices)
        if dates.missing:
            raise AdoptionError(
                f"--time: {chosen} is missing in {dates.missing:,} rows: remove them from the file"
            )
    found = {}

    def look(name: str) -> Found:
        column = raw.columns.pop(name)  # so that it is freed when its typed form exists
        if name == target.name:
            return target.found
        return dates if name == chosen else find_column(name, column, reading, choices)

    with ThreadPoolExecutor(AT_ONCE) as pool:  # Arrow and NumPy work outside Python's lock
        every = list(raw.columns)
        for name, column in zip(every, pool.map(look, every), strict=True):
            found[name] = column
            on_column()
    if choices.time:
        return found, chosen, "as you said"
    return found, *order.choose_time({n: c for n, c in found.items() if n != target.name})


def make_dates(column: pa.ChunkedArray, name: str, reading: Reading, choices: Choices) -> Found:
    """The column of --time."""
    found = recognition.find(name, column, reading, choices.types.get(name), choices.present)
    return found if found.type == "datetime" else order.make_time(found, column, reading)


def find_column(name: str, column: pa.ChunkedArray, reading: Reading, choices: Choices) -> Found:
    """One column, and whether the person wants it."""
    found = recognition.find(name, column, reading, choices.types.get(name), choices.present)
    return found.left_out("left out as you said") if name in choices.leave_out else found


def choose_group(found: dict[str, Found], choices: Choices) -> tuple[str | None, str]:
    """The column that groups the rows, and why."""
    if choices.group == "none":
        return None, "none, as you said"
    if choices.group:
        return choices.group, "as you said"
    return order.choose_group(found, choices.target)


def say_left_out(profile: Profile) -> str:
    """Why each column is none to predict from."""
    others = [column for name, column in profile.columns.items() if name != profile.target.name]
    reasons = [f"{c.name} ({c.note or 'orders or groups the rows'})" for c in others[:10]]
    return (": " + ", ".join(reasons)) if reasons else ": the table has no other column"
