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

Numbers = NDArray[np.float64]
MONTHS = 12


class BaselineError(LineError):
    """The package holds no statistics that this code can use."""


@dataclass(frozen=True)
class Expected:
    """What a window should look like: shares of the bins, and how many rows say so.

    missing: the share of rows without a value. independent: `rows` counted as rows that tell
        something of their own; those of a season or of a sequence tell less.
    """

    shares: Numbers
    missing: float
    rows: float
    independent: float


@dataclass(frozen=True)
class Column:
    """One column of the training rows, or of their predictions.

    counts: rows of each period in each bin. known: rows of each period without and with a gap.
    """

    name: str
    type: str
    counts: Numbers
    known: Numbers
    dependence: float
    edges: NDArray[np.float32]
    labels: tuple[str, ...]
    complete: bool
    moments: dict[str, float]

    @classmethod
    def read(cls, name: str, found: dict[str, Any]) -> Column:
        """One entry of reference.json."""
        known = np.array(list(found["missing"].values()), dtype=float)
        counts = list(found.get("counts", {}).values()) or [[0]] * len(known)
        moments = ("mean", "std", "minimum", "maximum")
        return cls(
            name=name,
            type=found["type"],
            counts=np.array(counts, dtype=float),
            known=known,
            dependence=found.get("dependence", 1.0),
            edges=np.array(found.get("edges", []), dtype=np.float32),
            labels=tuple(found.get("labels", ())),
            complete=found.get("complete", True),
            moments={moment: found[moment] for moment in moments if moment in found},
        )

    def expect(self, mixture: Numbers) -> Expected:
        """What a window holds that takes its rows from the periods in these shares.

        mixture: shape (parts, periods); each part of the window, and the rows it is compared with.
        """
        shares, rows = mix(mixture, self.counts)
        gaps, _ = mix(mixture, self.known)
        return Expected(shares, float(gaps[1]), rows, rows / self.dependence)


def mix(mixture: Numbers, counts: Numbers) -> tuple[Numbers, float]:
    """Shares of the bins in the mixture, and how many rows would be as sure of them."""
    weights = mixture.max(axis=1)
    found = (mixture > 0) @ counts
    rows = found.sum(axis=1)
    used = (weights > 0) & (rows > 0)
    if not used.any():
        return np.zeros(counts.shape[1]), 0.0
    weights = weights[used] / weights[used].sum()
    shares = weights @ (found[used] / rows[used, None])
    return shares, min(float(1 / (weights**2 / rows[used]).sum()), float(counts.sum()))


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
        parts = {
            part: {name: Column.read(name, entry) for name, entry in found[part].items()}
            for part in ("columns", "predictions")
        }
        rows = np.array(list(found["periods"].values()), dtype=float).ravel()
        signature = read_signature(path)
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
            near = np.abs((np.arange(MONTHS) - month + 6) % MONTHS - 6)
            far = next(
                width
                for width in range(7)
                if self.rows[near <= width].sum() >= minimum or width == 6
            )
            parts[month, near <= far] = months[month] / months.sum()
        return parts
