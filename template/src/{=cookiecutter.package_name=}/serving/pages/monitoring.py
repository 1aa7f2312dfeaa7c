"""How the model does in service: drift, volumes, latency, alerts, for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from markupsafe import Markup

from ...errors import LineError
from ...monitoring import past
from ...monitoring.pictures import draw_groups, draw_interval, draw_line
from ...store.history import Volume, Window
from ..refusals import Refusal
from ..service import Service
from .history import Past
from .layout import render

DAYS = 30
"""How far back volumes are told."""

STATES = {"fine": "no drift", "drift": "drift", "few rows": "too few rows to tell"}


class Part(NamedTuple):
    """One column of the latest report, with its pictures."""

    name: str
    drift: bool
    sentences: list[str]
    groups: Markup
    course: Markup


class Watch:
    """The page about the model in service."""

    def __init__(self, service: Service, log: Past) -> None:
        self.service, self.log = service, log

    def show(self) -> str:
        """GET /monitoring."""
        found = past.overview(self.service.settings.results)
        latest = found["latest"]
        volumes, reason = self.read_volumes()
        return render(
            "monitoring",
            self.service,
            latest=latest,
            state=STATES.get(latest["state"], "") if latest else "",
            score=draw_score(latest) if latest else None,
            parts=draw_parts(latest, found["effects"]) if latest else [],
            alerts=found["alerts"],
            volumes=volumes,
            reason=reason,
            days=DAYS,
            trial=self.service.trial.canary if self.service.trial else None,
        )

    def read_volumes(self) -> tuple[list[Volume], str]:
        """What was answered in the last days, the newest first; or why that is not told."""
        since = datetime.now(UTC) - timedelta(days=DAYS)
        try:
            with self.log.reading() as log:
                return log.volumes(Window(since=since.date().isoformat()))[::-1], ""
        except (LineError, Refusal) as error:
            return [], str(error)


def draw_parts(report: Mapping[str, Any], effects: Mapping[str, list[float | None]]) -> list[Part]:
    """Every column and the predictions; what has drifted comes first."""
    every = [*report["predictions"].items(), *report["columns"].items()]
    parts = [draw_part(name, column, effects.get(name, [])) for name, column in every]
    return sorted(parts, key=lambda part: not part.drift)


def draw_part(name: str, column: Mapping[str, Any], course: list[float | None]) -> Part:
    """Expected and found shares, and how far the values had moved in each report."""
    least = column["tests"].get("values", {}).get("least", 0.0)
    return Part(
        name,
        column["drift"],
        column["sentences"],
        picture(draw_groups(column["groups"], f"{name}: shares expected and found")),
        picture(draw_line(course, least, f"{name}: moved, report by report")),
    )


def draw_score(report: Mapping[str, Any]) -> Markup | None:
    """The score on labelled rows, where there are enough."""
    score = report["performance"]
    if not score:
        return None
    return picture(draw_interval(score, f"{score['metric']} now, and on the test rows above it"))


def picture(svg: str) -> Markup:
    """SVG of pictures.py, which escapes what it is given."""
    return Markup(svg)  # noqa: S704
