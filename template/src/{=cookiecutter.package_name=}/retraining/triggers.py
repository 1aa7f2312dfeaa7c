"""The reasons to train anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..config import RetrainSettings
from .attempts import Attempt


@dataclass(frozen=True)
class Facts:
    """What the reasons follow from.

    since: when the champion was made. trained_rows: what it and the last attempt saw at the most.
    rows: of the table now, with what feedback adds. drift: the monitor's report, if there is one.
    """

    now: datetime
    since: datetime | None
    trained_rows: int
    rows: int
    drift: Mapping[str, Any] | None
    last: Attempt | None

    @property
    def newest(self) -> datetime | None:
        """When a model was last trained."""
        moments = [moment for moment in (self.since, self.last and self.last.time) if moment]
        return max(moments) if moments else None


def find(settings: RetrainSettings, facts: Facts) -> dict[str, str]:
    """Trigger → why, for each one that conf/config.yaml names and that holds."""
    if facts.since is None:
        return {"no_champion": "there is no champion yet"}
    found = {name: FINDERS[name](settings, facts) for name in settings["triggers"]}
    return {name: reason for name, reason in found.items() if reason}


def find_schedule(settings: RetrainSettings, facts: Facts) -> str | None:
    """It is time."""
    if facts.newest is None:
        return None
    days = (facts.now - facts.newest).total_seconds() / 86_400
    if days < settings["every_days"]:
        return None
    return f"the last training was {days:.1f} days ago, every {settings['every_days']:g} is asked"


def find_new_data(settings: RetrainSettings, facts: Facts) -> str | None:
    """There are enough new rows."""
    new = facts.rows - facts.trained_rows
    return f"{new} new rows" if new >= settings["new_rows"] else None


def find_drift(_: RetrainSettings, facts: Facts) -> str | None:
    """The monitor found drift since the last attempt."""
    if not is_fresh(facts) or (facts.drift or {}).get("status") != "drift":
        return None
    columns = (facts.drift or {}).get("columns") or []
    names = [str(c.get("name", c)) if isinstance(c, Mapping) else str(c) for c in columns]
    return f"the monitor found drift{': ' if names else ''}{', '.join(names[:5])}"


def find_performance(_: RetrainSettings, facts: Facts) -> str | None:
    """The monitor found that answers are worse than they were."""
    found = (facts.drift or {}).get("performance")
    if not is_fresh(facts) or not isinstance(found, Mapping):
        return None
    worse = found.get("status") in ("drift", "worse") or found.get("drift") is True
    return "the monitor found that the answers are worse than they were" if worse else None


def is_fresh(facts: Facts) -> bool:
    """Whether the report is newer than the last attempt: each report is acted on once."""
    time = parse_time((facts.drift or {}).get("time"))
    return facts.last is None or time is None or time > facts.last.time


def parse_time(text: Any) -> datetime | None:
    """ISO 8601; in UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_drift(path: Path) -> dict[str, Any] | None:
    """results/drift.json; None where it is not there or no report.

    A report without a time of its own has that of its file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError):
        return None
    return {"time": written.isoformat()} | found if isinstance(found, dict) else None


FINDERS: dict[str, Callable[[RetrainSettings, Facts], str | None]] = {
    "schedule": find_schedule,
    "drift": find_drift,
    "performance": find_performance,
    "new_data": find_new_data,
}
