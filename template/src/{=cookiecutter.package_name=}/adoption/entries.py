"""The profile as conf/data.yaml, data/metadata.yaml and conf/source.yaml."""

from __future__ import annotations

from datetime import date
from math import floor, log10
from typing import Any

import pyarrow.compute as pc

from .found import Found
from .profile import Profile
from .reading import Reading
from .sources import Source

DATA = "The table: what its columns are, what is predicted. Nothing in src/ or scripts/ knows a "
DATA += "column's name."
DATA_COMMENTS = {
    "path": "every .csv and .parquet file in this folder, in the order of their names",
    "task": "binary, multiclass or regression",
    "positive": "the class that probabilities are about (binary only)",
    "time": "rows are split by it; null where rows have no order",
    "group": "rows that share it stay on one side of a split; null where every row stands alone",
    "sensitive": "columns to look at for fairness",
    "columns": "types: number, boolean, category, datetime; text and identifier are not read",
}
METADATA = "Where the table comes from, what it may be used for, who answers for it."
METADATA_COMMENTS = {
    "license": "who owns the table, and what may it be used for? Write it here",
    "contains_personal_data": "true or false? Only people can know",
    "owner": "who answers for the table",
}
SOURCE = "Where the table came from and how it was read: python scripts/adopt.py --refresh"
SOURCE += "\n# reads it again."


def describe_data(profile: Profile, name: str, question: str) -> dict[str, Any]:
    """conf/data.yaml."""
    target = profile.target
    columns = {c.name: describe_column(profile, c) for c in profile.columns.values()}
    return {
        "name": name,
        "question": question,
        "path": f"data/raw/{name}",
        "task": target.task,
        "target": target.name,
        "positive": target.positive,
        "time": profile.time,
        "group": profile.group,
        "sensitive": list(profile.sensitive),
        "columns": columns,
    }


def describe_column(profile: Profile, found: Found) -> dict[str, Any]:
    """An entry under `columns:`."""
    entry: dict[str, Any] = {"type": found.type}
    if found.type in ("text", "identifier"):
        entry["description"] = f"not read by the model: {found.note}"
    elif not found.use:
        entry |= {"use": False, "note": found.note}
    if found.unit:
        entry["unit"] = found.unit
    if found.missing:
        entry["nullable"] = True
    if found.minimum is not None and found.maximum is not None:
        entry["minimum"], entry["maximum"] = make_room(found.minimum, found.maximum)
    if found.type == "category" and found.categories:
        entry["categories"] = list(found.categories)
    elif found.type == "category" and found.distinct and found.name != profile.target.name:
        entry["levels"] = found.distinct
    return entry


def make_room(low: float, high: float) -> tuple[float, float]:
    """A range with room for values that were not seen: its own width on both sides.

    Where nothing is negative nothing may be, and shares (0 to 1) stay shares.
    """
    width = high - low or abs(high) or 1.0
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    lowest = 0.0 if low >= 0 else -round_up(width - low)
    highest = 0.0 if high <= 0 else round_up(high + width)
    return lowest, highest


def round_up(value: float) -> float:
    """The next number of two digits: 731 is 740."""
    step = 10.0 ** (floor(log10(abs(value))) - 1)
    return float(f"{-(-value // step) * step:.12g}")


def describe_table(
    profile: Profile, name: str, source: Source, owner: str, today: date
) -> dict[str, Any]:
    """data/metadata.yaml."""
    entry: dict[str, Any] = {
        "name": name,
        "title": name.replace("-", " "),
        "source": f"{source.sql} (at {source.location})" if source.sql else source.location,
        "license": "unknown",
        "rows": profile.rows,
    }
    if profile.time:
        moments = pc.min_max(profile.columns[profile.time].values)
        first, last = (moments[part].as_py().date().isoformat() for part in ("min", "max"))
        entry["period"] = f"{first} to {last}"
    return entry | {
        "refresh": "python scripts/adopt.py --refresh",
        "fetched": today.isoformat(),
        "owner": owner,
        "contains_personal_data": "unknown",
        "changes": list(describe_changes(profile)),
        "files": {f"raw/{name}/{name}.parquet": "the table, with types"},
        "columns": {c.name: say(profile, c) for c in profile.columns.values()},
    }


def describe_changes(profile: Profile) -> list[str]:
    """What the table in data/raw does not say as its source did."""
    changes = [r for r in profile.remarks if "is called" in r or "are left out" in r]
    for column in profile.columns.values():
        marks = ", ".join(f"{mark!r} ({count:,})" for mark, count in column.marks.items() if mark)
        if marks:
            changes.append(f"{column.name}: missing where the source says {marks}")
    return [*changes, "stored as Parquet: numbers, dates, yes and no have types"]


def say(profile: Profile, found: Found) -> str:
    """A column in a few words, for people."""
    if found.name == profile.target.name:
        return f"what is predicted ({profile.target.task})"
    if found.name in (profile.time, profile.group):
        return "orders the rows" if found.name == profile.time else "groups the rows"
    if not found.is_feature:
        return f"not read by the model: {found.note}"
    return f"{found.type}, {say_values(found)}"


def say_values(found: Found) -> str:
    """What a column holds."""
    if found.minimum is not None:
        return f"{found.minimum:g} to {found.maximum:g}" + (f" {found.unit}" if found.unit else "")
    if found.type == "datetime" and found.distinct:
        moments = pc.min_max(found.values)
        return f"{moments['min'].as_py().date()} to {moments['max'].as_py().date()}"
    if found.categories and found.distinct <= 4:  # noqa: PLR2004 (as many as fit on a line)
        return ", ".join(found.categories)
    return "yes or no" if found.type == "boolean" else f"{found.distinct:,} different values"


def describe_source(profile: Profile, name: str, source: Source) -> dict[str, Any]:
    """conf/source.yaml."""
    place = {"url": source.location, "sql": source.sql} if source.sql else {"file": source.location}
    entry: dict[str, Any] = {"name": name} | place
    entry["read"] = profile.reading.to_config()
    sentinels = {
        c.name: [f"{number:g}" for number in c.sentinels]
        for c in profile.columns.values()
        if c.sentinels
    }
    return entry | ({"missing": sentinels} if sentinels else {})


def read_source(config: dict[str, Any]) -> tuple[Source, Reading, dict[str, list[str]]]:
    """Read what `describe_source` wrote."""
    location = config.get("url") or config["file"]
    reading = Reading.from_config(config.get("read", {}))
    return Source(location, config.get("sql")), reading, config.get("missing", {})
