"""What was told, in a file: whole or not at all, and one writer at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from .. import results
from ..errors import LineError

FORMAT = 1
LOCK_SECONDS = 60
"""How long another process may take to tell its alerts."""

Phase = Literal["began", "ended"]


class AlertError(LineError):
    """Nobody can be told; the message says why."""


@dataclass(frozen=True)
class Problem:
    """Something that is wrong now. `key` names it among those of its source, check after check."""

    key: str
    title: str
    text: str = ""


@dataclass
class Alert:
    """A problem, since when, until when, and what each channel has heard of it."""

    source: str
    key: str
    title: str
    text: str
    since: str
    ended: str | None = None
    told: dict[str, Phase] = field(default_factory=dict)

    @property
    def phase(self) -> Phase:
        """What there is to tell of it."""
        return "ended" if self.ended else "began"

    def is_news(self, channel: str) -> bool:
        """Whether a channel has not heard it; the end only matters to one that heard of it."""
        heard = self.told.get(channel)
        return heard != self.phase and not (self.ended and heard is None)


Alerts = dict[str, Alert]


def read(path: Path) -> Alerts:
    """Every alert that is open, or whose end somebody has yet to hear; by source and key."""
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise AlertError(f"{path} was written by another version: delete it")
        return {name: Alert(**alert) for name, alert in content["alerts"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AlertError(f"{path} does not hold alerts ({error!r}): delete it") from error


def write(path: Path, alerts: Alerts) -> None:
    """Keep them."""
    content = {name: asdict(alert) for name, alert in sorted(alerts.items())}
    results.write(path, {"format": FORMAT, "alerts": content})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep others from the file; a lock that a killed process held is free."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only who has something to tell waits

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_SECONDS):
            yield
    except Timeout as error:
        raise AlertError(f"another process has held {path} for {LOCK_SECONDS} s") from error
