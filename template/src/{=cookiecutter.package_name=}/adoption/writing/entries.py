"""The profile as conf/data.yaml, and each column in a few words."""

from __future__ import annotations

from math import floor, log10
from typing import Any

import pyarrow.compute as pc

from ..columns.found import Found
from ..profile import Profile

DATA = "The table: what its columns are, what is predicted. Nothing in src/ or scripts/ knows a "
DATA += "column's name."
DATA_COMMENTS = {
    "path": "every .csv, .csv.gz and .parquet file in this folder, in the order of their names",
    "task": "binary, multiclass or regression",
    "positive": "the class that probabilities are about (binary only)",
    "time": "rows are split by it; null where rows have no order",
    "group": "rows that share it stay on one side of a split; null where every row stands alone",
    "sensitive": "columns to look at for fairness",
    "columns": "types: number, boolean, category, datetime; text and identifier are not read",
}


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
    if found.type == "category":
        entry |= describe_category(profile, found)
    if found.type == "datetime" and found.is_feature and found.name != profile.time:
        entry["parts"] = choose_parts(found)
    return entry


def describe_category(profile: Profile, found: Found) -> dict[str, Any]:
    """All categories where they are few, how many there are elsewhere."""
    if found.categories:
        return {"categories": list(found.categories)}
    return {} if found.name == profile.target.name else {"levels": found.distinct}


def choose_parts(found: Found) -> list[str]:
    """What the model reads of a date; hours only where there are any."""
    days = pc.floor_temporal(found.values, unit="day")
    at_midnight = pc.all(pc.equal(found.values, days)).as_py()
    return ["year", "month", "weekday"] + ([] if at_midnight else ["hour"])


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
    if found.categories and found.distinct <= 4:
        return ", ".join(found.categories)
    return "yes or no" if found.type == "boolean" else f"{found.distinct:,} different values"
