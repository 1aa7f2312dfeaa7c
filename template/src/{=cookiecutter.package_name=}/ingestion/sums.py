"""What is counted while the blocks of a table pass by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..schema import Schema
from .identity import hash_rows


@dataclass
class Sum:
    """Missing values and broken rules; moments and groups, each once and in order."""

    missing: Counter[str] = field(default_factory=Counter)
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)
    moments: NDArray[np.datetime64] = field(default_factory=lambda: np.zeros(0, "datetime64[us]"))
    groups: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))

    def add(self, schema: Schema, table: pd.DataFrame) -> None:
        """Count one block."""
        for name, count in table.isna().sum().items():
            self.missing[str(name)] += int(count)
        if schema.time:
            known = table[schema.time].dropna().to_numpy("datetime64[us]")
            self.moments = np.union1d(self.moments, known)
        if schema.group:
            self.groups = np.union1d(self.groups, hash_rows(table, [schema.group]))
