"""The canary: which part of the traffic a challenger gets beside the champion.

    models/canary.json    what promote.py writes and the service reads; absent: no canary

Light on purpose: the service imports it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from . import results
from .errors import LineError

FILE = "canary.json"
PARTS = 10_000
"""Keys fall into so many parts: a share is exact to a hundredth of a percent."""

KINDS: dict[str, tuple[type, ...]] = {
    "version": (str,),
    "share": (int, float),
    "shadow": (bool,),
    "key": (str, type(None)),
    "rule": (dict,),
    "began": (str,),
    "since": (str,),
}


class CanaryError(LineError):
    """There is no such canary; the message says why."""


@dataclass(frozen=True)
class Canary:
    """A challenger on trial.

    version: of the challenger's package.
    share: percent of the requests that it answers; 0 for none.
    shadow: it predicts what the champion answers, nobody sees its predictions.
    key: a field whose equal values always come to the same model; None: by chance.
    rule: field → values; only requests whose rows all have one of them may come to it.
    began, since: when the trial began, and this share of it; UTC, ISO 8601.
    """

    version: str
    share: float = 0.0
    shadow: bool = False
    key: str | None = None
    rule: dict[str, list[Any]] = field(default_factory=dict)
    began: str = ""
    since: str = ""

    def __post_init__(self) -> None:
        """Refuse what could never be meant."""
        if not 0 <= self.share <= 100:
            raise CanaryError(f"the share must be from 0 to 100 percent, not {self.share:g}")

    def takes(self, rows: list[Any], key: str) -> bool:
        """Whether the challenger answers a request. key: what chooses where no field does.

        A larger share takes over all that a smaller one had; another version chooses others.
        """
        return self.allows(rows) and self.place(rows, key) < self.share * PARTS / 100

    def allows(self, rows: list[Any]) -> bool:
        """Whether the rule lets a request come to the challenger."""
        return not self.rule or all(
            type(row) is dict and row.get(name) in values
            for row in rows
            for name, values in self.rule.items()
        )

    def place(self, rows: list[Any], key: str) -> int:
        """Where a request falls, from 0 to PARTS - 1; the first row speaks for all."""
        if self.key and rows and type(rows[0]) is dict and self.key in rows[0]:
            key = json.dumps(rows[0][self.key])
        return crc32(f"{self.version} {key}".encode()) % PARTS

    def to_json(self) -> dict[str, Any]:
        """As canary.json holds it."""
        return asdict(self)


def read(models: Path) -> Canary | None:
    """The canary of the folder models/, if there is one."""
    path = models / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        return parse(found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise CanaryError(
            f"{path} can't be read ({error}): `poe canary stop` removes it"
        ) from error


def parse(found: Mapping[str, Any]) -> Canary:
    """What canary.json holds; TypeError where that is something else."""
    made = Canary(**found)
    wrong = [name for name, kind in KINDS.items() if not isinstance(getattr(made, name), kind)]
    if wrong:
        raise TypeError(f"{', '.join(wrong)} has another type")
    if not all(isinstance(values, list) for values in made.rule.values()):
        raise TypeError("rule holds a list of values for each field")
    return made


def write(models: Path, canary: Canary) -> None:
    """Let it begin; the service sees the old file or the new one, never half."""
    results.write(models / FILE, canary.to_json())


def remove(models: Path) -> None:
    """All traffic is the champion's again."""
    (models / FILE).unlink(missing_ok=True)
