"""The package's reference statistics, for the months that a window holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LineError
from ..package import (
    MANIFEST,
    REFERENCE,
    REFERENCE_FORMAT,
    Manifest,
    read_manifest,
    read_signature,
    verify,
)
from ..signature import Signature
from .column import Column, Numbers

MONTHS = 12


class BaselineError(LineError):
    """The package holds no statistics that this code can use."""


@dataclass(frozen=True)
class Baseline:
    """Everything that a check knows about the training rows of one package."""

    path: Path
    manifest: Manifest
    signature: Signature
    time: str | None
    rows: Numbers
    columns: dict[str, Column]
    predictions: dict[str, Column]

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """Read the package in `path`, without its model."""
        manifest = read_manifest(path)
        if manifest.reference != REFERENCE_FORMAT:
            raise BaselineError(
                f"{path / MANIFEST} has reference statistics of version {manifest.reference}, this "
                f"code compares with version {REFERENCE_FORMAT}: run `poe line` to make them"
            )
        verify(path, manifest)
        found = json.loads((path / REFERENCE).read_text("utf-8"))
        return cls.build(path, manifest, read_signature(path), found)

    @classmethod
    def build(
        cls, path: Path, manifest: Manifest, signature: Signature, found: dict[str, Any]
    ) -> Baseline:
        """`found` is what reference.json holds."""
        parts = {
            part: {name: Column.read(name, entry) for name, entry in found[part].items()}
            for part in ("columns", "predictions")
        }
        rows = np.array(list(found["periods"].values()), dtype=float).ravel()
        return cls(path, manifest, signature, found["time"], rows, **parts)

    @property
    def is_seasonal(self) -> bool:
        """Whether the months of the calendar are told apart."""
        return len(self.rows) == MONTHS

    def mixture(self, months: Numbers | None, minimum: int) -> Numbers:
        """For each part of a window, its weight at the periods that it is compared with.

        months: how many rows of the window each month has, from January; None where nobody knows.
        A month with fewer than `minimum` training rows is joined by its neighbours.
        """
        if not self.is_seasonal or months is None or months.sum() == 0:
            return np.ones((1, len(self.rows)))
        parts = np.zeros((MONTHS, MONTHS))
        for month in np.flatnonzero(months):
            parts[month, self.find_near(int(month), minimum)] = months[month] / months.sum()
        return parts

    def find_near(self, month: int, minimum: int) -> NDArray[np.bool_]:
        """The month, and as many around it as it takes to have `minimum` training rows."""
        apart = np.abs((np.arange(MONTHS) - month + 6) % MONTHS - 6)
        widths = [width for width in range(6) if self.rows[apart <= width].sum() >= minimum]
        return np.asarray(apart <= min(widths, default=6))
