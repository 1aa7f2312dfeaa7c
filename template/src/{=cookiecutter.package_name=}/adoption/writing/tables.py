"""The profile as a table for the terminal, and in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from ..columns.found import Found
from ..profile import Profile
from .entries import say_values

SHOWN = 60
"""More columns than this are summed up."""


def show_columns(profile: Profile) -> Table:
    """One line for each column."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("column", "type", "missing", "values"):
        table.add_column(title, overflow="ellipsis", max_width=44)
    table.add_column("use")
    found = list(profile.columns.values())
    for column in found[:SHOWN]:
        cells = (column.name, column.type, say_missing(column), say_values(column))
        table.add_row(*map(Text, cells), say_use(profile, column))
    if len(found) > SHOWN:
        table.add_row("…", "", "", f"and {len(found) - SHOWN} more columns", "")
    return table


def say_missing(found: Found) -> str:
    """The share of missing values, and the marks that stood for them."""
    marks = " ".join(mark for mark in found.marks if mark)
    share = f"{found.missing / len(found.codes):.1%}" if found.missing else ""
    return f"{share} {marks}".strip()


def say_use(profile: Profile, found: Found) -> Text:
    """What becomes of a column."""
    roles = {profile.target.name: "target", profile.time: "time", profile.group: "group"}
    if found.name in roles:
        return Text(roles[found.name], style="bold green")
    if not found.is_feature:
        return Text(f"left out: {found.note}", style="yellow")
    dated = found.type == "datetime"
    words = [f"feature{' (parts of the date)' if dated else ''}"]
    words += ["sensitive"] if found.name in profile.sensitive else []
    words += ["leaks?"] if found.name in {leak.column for leak in profile.leaks} else []
    return Text(", ".join(words))


def say_all(profile: Profile) -> Iterator[str]:
    """What was found, in sentences."""
    target = profile.target
    features = len(profile.features)
    yield f"{profile.rows:,} rows, {len(profile.columns):,} columns, {features:,} features"
    positive = f", positive: {target.positive}" if target.positive else ""
    yield f"task: {target.task}, because {target.reason}{positive}"
    yield from profile.remarks
    if profile.duplicates:
        yield f"rows that repeat an earlier one in every column: {profile.duplicates:,}"
    for leak in profile.leaks:
        yield (
            f"{leak.column} may give the target away: {leak.evidence}. If it is not known when a "
            f"prediction is asked for: --leave-out {leak.column!r}"
        )
    read = profile.reading.to_config()
    if read:
        yield "read with " + ", ".join(f"{name} {value!r}" for name, value in read.items())
