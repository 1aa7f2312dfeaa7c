"""The section `monitor` of conf/config.yaml; the file says what each entry means.

OmegaConf checks it, not Pydantic, and without Hydra: a check takes a second, half of which they
would take to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ..errors import LineError

SHARES = ("alpha", "effect", "missing", "new", "outside")


class SettingsError(LineError):
    """An entry can't be used; the message names it."""


@dataclass
class Settings:
    """Every number of a check."""

    days: float | None
    rows: int | None
    minimum_rows: int
    alpha: float
    effect: float
    missing: float
    new: float
    outside: float
    labelled_rows: int
    worse: float
    keep: int

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        for name in SHARES:
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"monitor.{name}: must be between 0 and 1")
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in (*SHARES, "worse") and value is not None and value <= 0:
                raise ValueError(f"monitor.{field.name}: must be above 0")


@dataclass
class Resampling:
    """The section `evaluation`, as far as intervals need it."""

    resamples: int
    resample_rows: int
    confidence: float


@dataclass
class Places:
    """The section `paths`, as far as a check needs it."""

    models: Path
    results: Path


@dataclass
class Configuration:
    """What a check takes from conf/config.yaml."""

    monitor: Settings
    evaluation: Resampling
    paths: Places


def read(file: Path, overrides: Sequence[str] = ()) -> Configuration:
    """The three sections; `overrides` are values such as monitor.days=7."""
    wrong = [text for text in overrides if "=" not in text]
    if wrong:
        raise SettingsError(f"not a value of conf/: {' '.join(wrong)}")
    try:
        given: Any = OmegaConf.merge(OmegaConf.load(file), OmegaConf.from_dotlist(list(overrides)))
        taken = {"evaluation": Resampling, "paths": Places}  # their other entries are others'
        picked = {
            section: {field.name: given[section][field.name] for field in fields(shape)}
            for section, shape in taken.items()
        }
        known = OmegaConf.structured(Configuration)
        found = OmegaConf.merge(known, picked | {"monitor": given.get("monitor", {})})
        return cast(Configuration, OmegaConf.to_object(found))
    except (OmegaConfBaseException, ValueError, OSError) as error:
        raise SettingsError(f"conf/: {str(error).splitlines()[0]}") from error
