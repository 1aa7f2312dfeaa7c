"""Where the table came from: data/metadata.yaml and conf/source.yaml."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow.compute as pc

from ..profile import Profile
from ..reading import Reading
from ..sources.place import Source
from .entries import say

METADATA = "Where the table comes from, what it may be used for, who answers for it."
METADATA_COMMENTS = {
    "license": "who owns the table, and what may it be used for? Write it here",
    "contains_personal_data": "true or false? Only people can know",
    "owner": "who answers for the table",
}
SOURCE = "Where the table came from and how it was read: python scripts/adopt.py --refresh"
SOURCE += "\n# reads it again."


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
