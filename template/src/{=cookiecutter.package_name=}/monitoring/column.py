"""One column of the reference statistics, and what it makes expect of a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


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
