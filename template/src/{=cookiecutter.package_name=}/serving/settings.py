"""What the environment configures."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import LineError

CHOICES = {
    "log_full": ("wait", "drop"),
    "show_predictions": ("local", "yes", "no"),
    "access_log": ("no", "yes"),
}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
PORTS = range(1, 65_536)
OFF = "off"


class SettingsError(LineError):
    """A variable can't be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Every setting is the environment variable of the same name in capital letters."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    models: Path = Path("models")
    model_alias: str = "champion"
    max_body_bytes: int = 4_194_304
    max_rows: int = 10_000
    max_connections: int = 1_000
    """Of one worker; one more is answered with 503, and those that are there go on."""
    read_seconds: int = 10
    """A request that takes longer to arrive is cut off, after twice that time at the latest."""
    stop_seconds: int = 10
    """How long requests may go on after Ctrl-C or SIGTERM."""
    results: Path = Path("results")
    """Where `poe monitor` leaves what it found: for /monitoring and /metrics."""
    swap_ms: int = 500
    """How often models/ is looked at for another champion."""
    predictions: Path | None = Path("predictions.db")
    """The prediction log; `off` for none."""
    log_rows: int = 20_000
    """Predicted rows that may wait in memory for the log."""
    log_flush_ms: int = 200
    """How often they are written: what a killed worker loses at most."""
    log_full: str = "wait"
    """What a request does when too many wait: `wait` for room, or `drop` its record."""

    access_log: str = "no"
    """Whether every answer is a line of the service's log; that costs some of the speed."""

    show_predictions: str = "local"
    """Whether pages show what is in the log: `yes`, `no`, or `local`: to this machine only."""

    def shows_predictions(self, address: str) -> bool:
        """Whether the pages may show what the service was asked under an address (HOST:PORT).

        A foreign name that leads to this machine is refused as well: a page on the web could
        have made it up in order to read along.
        """
        name = re.sub(r":\d+$", "", address)
        is_local = {self.host, name.strip("[]")} <= LOOPBACK
        return self.show_predictions == "yes" or (self.show_predictions == "local" and is_local)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Defaults for what isn't set; SettingsError for what can't be used."""
        given = {field.name: environment.get(field.name.upper(), "") for field in fields(cls)}
        return cls(
            **{
                name: CONVERTERS.get(name, to_number)(name.upper(), text)
                for name, text in given.items()
                if text
            }
        )

    def to_environment(self) -> dict[str, str]:
        """The variables that `from_environment` would read the same from: for the workers."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name.upper(): OFF if value is None else str(value) for name, value in values.items()
        }


def to_number(name: str, text: str) -> int:
    """A whole number above zero."""
    if not text.isascii() or not text.isdigit() or int(text[:19]) == 0:
        raise SettingsError(f"{name} must be a whole number above 0, not {text!r}")
    return int(text[:19])


def to_port(name: str, text: str) -> int:
    """A TCP port."""
    port = to_number(name, text)
    if port not in PORTS:
        raise SettingsError(f"{name} must be from {PORTS[0]} to {PORTS[-1]}, not {text}")
    return port


def to_text(_: str, text: str) -> str:
    """Text as it is."""
    return text


def to_path(_: str, text: str) -> Path:
    """A file or folder."""
    return Path(text)


def to_path_or_off(_: str, text: str) -> Path | None:
    """A file, or none."""
    return None if text == OFF else Path(text)


def to_choice(name: str, text: str) -> str:
    """One of the setting's CHOICES."""
    choices = CHOICES[name.lower()]
    if text not in choices:
        raise SettingsError(f"{name} must be {' or '.join(choices)}, not {text!r}")
    return text


CONVERTERS: dict[str, Callable[[str, str], Any]] = {
    "host": to_text,
    "port": to_port,
    "models": to_path,
    "results": to_path,
    "model_alias": to_text,
    "predictions": to_path_or_off,
    **dict.fromkeys(CHOICES, to_choice),
}
"""What isn't a whole number above zero."""
