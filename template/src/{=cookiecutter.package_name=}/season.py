"""Which period of the year rows belong to, and how much they tell in a sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import dates

YEAR = np.timedelta64(365, "D")
STRONGEST = 0.95
"""No row depends more on the one before than this, whatever a short table seems to say."""


@dataclass(frozen=True)
class Season:
    """Which period every row belongs to. `is_timed`: the rows are in time's order."""

    names: tuple[str, ...]
    places: NDArray[np.int_]
    is_timed: bool

    @classmethod
    def find(cls, moments: NDArray[np.datetime64] | None, rows: int) -> Season:
        """The months of the calendar where the rows cover a year and every month, else one."""
        if moments is not None and len(moments) and np.ptp(moments) >= YEAR:
            months = dates.count_months(moments).astype(int)
            if len(np.unique(months)) == 12:
                return cls(tuple(str(month) for month in range(1, 13)), months, True)
        return cls(("all",), np.zeros(rows, int), moments is not None)

    def take(self, rows: NDArray[np.int_]) -> Season:
        """The same for some of the rows."""
        return Season(self.names, self.places[rows], self.is_timed)

    def count(self, values: NDArray[np.int_], width: int, rows: Any = slice(None)) -> Any:
        """Period → how often each value of 0 … width - 1 occurs, in some of the rows."""
        cells = np.bincount(
            self.places[rows] * width + values, minlength=width * len(self.names)
        ).reshape(-1, width)
        return dict(zip(self.names, cells.tolist(), strict=True))


def measure_dependence(values: NDArray[Any], season: Season, rows: Any = slice(None)) -> float:
    """How many rows in a sequence tell as much as one that depends on no other; at least 1.

    From the correlation r of neighbours in time within their period, as (1 + r) / (1 - r): what
    an autoregressive process would have (Bayley and Hammersley 1946).
    """
    if not season.is_timed or len(values) < 3:
        return 1.0
    places = season.places[rows]
    rows_of = np.maximum(np.bincount(places), 1)
    rest = values - (np.bincount(places, values) / rows_of)[places]
    spread = float(rest @ rest)
    if spread == 0:
        return 1.0
    strength = min(max(float(rest[1:] @ rest[:-1]) / spread, 0.0), STRONGEST)
    return round((1 + strength) / (1 - strength), 2)
