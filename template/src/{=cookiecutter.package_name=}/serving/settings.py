"""What the environment configures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class SettingsError(Exception):
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

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Defaults for what isn't set; SettingsError for a number that isn't one."""
        given = {field.name: environment.get(field.name.upper(), "") for field in fields(cls)}
        return cls(**{name: CONVERTERS[name](name, text) for name, text in given.items() if text})


def to_number(name: str, text: str) -> int:
    """A whole number above zero."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise SettingsError(f"{name.upper()} must be a whole number above 0, not {text!r}")
    return int(text)


def to_text(_: str, text: str) -> str:
    """Text as it is."""
    return text


def to_path(_: str, text: str) -> Path:
    """A folder."""
    return Path(text)


CONVERTERS: dict[str, Callable[[str, str], Any]] = {
    "host": to_text,
    "port": to_number,
    "workers": to_number,
    "models": to_path,
    "model_alias": to_text,
    "max_body_bytes": to_number,
    "max_rows": to_number,
}
