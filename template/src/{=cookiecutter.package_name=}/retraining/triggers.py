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
    champion: str | None
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

    @property
    def fresh_report(self) -> Mapping[str, Any]:
        """The report, if it is about the champion and newer than the last attempt; else nothing.

        So each report is acted on once, and none after the model it is about.
        """
        report = self.drift or {}
        model, time = report.get("model"), parse_time(report.get("time"))
        version = model.get("version") if isinstance(model, Mapping) else None
        late = self.last is not None and time is not None and time <= self.last.time
        return {} if late or version not in (None, self.champion) else report


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
    """The monitor found drift since the last attempt, in rows or in answers."""
    report = facts.fresh_report
    names = [*list_drifted(report.get("columns")), *list_drifted(report.get("predictions"))]
    if report.get("state", report.get("status")) != "drift" or not names:
        return None
    return f"the monitor found drift in {', '.join(names[:5])}{' …' if names[5:] else ''}"


def list_drifted(columns: Any) -> list[str]:
    """The names of the columns that have drifted."""
    if isinstance(columns, Mapping):
        return [
            str(name)
            for name, found in columns.items()
            if isinstance(found, Mapping) and found.get("drift") is True
        ]
    return [str(name) for name in columns] if isinstance(columns, list) else []


def find_performance(_: RetrainSettings, facts: Facts) -> str | None:
    """The monitor found that answers are worse than they were."""
    found = facts.fresh_report.get("performance")
    if not isinstance(found, Mapping) or found.get("is_worse") is not True:
        return None
    return str(found.get("sentence") or "the monitor found that answers have become worse")


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
