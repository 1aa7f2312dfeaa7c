"""The section `monitor` of conf/config.yaml; the file says what each entry means.

OmegaConf checks it, not Pydantic, and without Hydra: a check takes a second, half of which they
would take to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ..errors import LineError

SHARES = ("alpha", "effect", "missing", "new", "outside", "confidence")


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
    confidence: float
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
class Places:
    """The section `paths`, as far as a check needs it."""

    models: Path
    results: Path


def read(file: Path, overrides: Sequence[str] = ()) -> tuple[Settings, Places]:
    """Both sections; `overrides` are values such as monitor.days=7."""
    wrong = [text for text in overrides if "=" not in text]
    if wrong:
        raise SettingsError(f"not a value of conf/: {' '.join(wrong)}; give it as monitor.days=7")
    try:
        given = OmegaConf.merge(OmegaConf.load(file), OmegaConf.from_dotlist(list(overrides)))
        monitor = OmegaConf.merge(OmegaConf.structured(Settings), given.get("monitor", {}))
        paths = {name: given.paths[name] for name in ("models", "results")}
        places = OmegaConf.merge(OmegaConf.structured(Places), paths)
        return OmegaConf.to_object(monitor), OmegaConf.to_object(places)
    except (OmegaConfBaseException, ValueError, OSError) as error:
        raise SettingsError(f"{file.name}: {str(error).splitlines()[0]}") from error
