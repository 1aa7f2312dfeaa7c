"""Every retraining there was: a cool-down between two and a budget for a day prevent loops."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from .. import results
from ..config import RetrainSettings
from ..errors import LineError

KEPT = 200
"""How many attempts the file remembers."""

Outcome = Literal["started", "failed", "refused", "challenger", "champion"]


@dataclass(frozen=True)
class Attempt:
    """One retraining. An outcome of `started` that nothing follows was interrupted.

    rows: of the table it saw, `feedback` of them from the prediction log.
    """

    started: str
    triggers: list[str]
    rows: int
    feedback: int = 0
    outcome: Outcome = "started"
    ended: str | None = None
    version: str | None = None
    champion: str | None = None
    reason: str = ""

    @property
    def time(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.started)


class Attempts:
    """The attempts in a file, the newest last, and the last decision with its figures."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = read(path)
        self.decision: dict[str, Any] | None = found["decision"]
        try:
            self.every = [Attempt(**attempt) for attempt in found["attempts"]]
        except TypeError as error:
            raise LineError(f"{path} is not what `poe retrain` wrote: delete it") from error

    @property
    def last(self) -> Attempt | None:
        """The newest one that came to an end."""
        ended = [attempt for attempt in self.every if attempt.ended]
        return ended[-1] if ended else None

    def begin(self, attempt: Attempt) -> None:
        """Write down that it begins: one that is killed counts too."""
        self.every.append(attempt)
        self.write()

    def end(self, outcome: Outcome, reason: str, **facts: Any) -> None:
        """Write down how the newest one ended; `decision` holds its figures."""
        self.decision = facts.pop("decision", self.decision)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.every[-1] = replace(self.every[-1], outcome=outcome, reason=reason, ended=now, **facts)
        self.write()

    def write(self) -> None:
        """Whole or not at all."""
        attempts = [asdict(attempt) for attempt in self.every[-KEPT:]]
        results.write(self.path, {"decision": self.decision, "attempts": attempts})

    def find_obstacle(self, settings: RetrainSettings, now: datetime) -> str | None:
        """Why the next one must wait. A clock that was put back holds up nobody."""
        cool = timedelta(hours=settings["cooldown_hours"])
        if self.last and timedelta(0) <= now - self.last.time < cool:
            until = (self.last.time + cool).isoformat(timespec="minutes")
            return f"the last one began {self.last.started}, it cools down until {until}"
        today = [a for a in self.every if timedelta(0) <= now - a.time < timedelta(days=1)]
        if len(today) >= settings["per_day"]:
            return f"there were {len(today)} within 24 hours, retrain.per_day allows no more"
        return None


def read(path: Path) -> dict[str, Any]:
    """What the file holds."""
    found = results.read(path) if path.exists() else {}
    if not isinstance(found, dict):
        raise LineError(f"{path} is not what `poe retrain` wrote: delete it")
    return {"decision": None, "attempts": []} | found
