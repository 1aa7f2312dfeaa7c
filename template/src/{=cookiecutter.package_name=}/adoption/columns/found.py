"""What is known about one column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ...schema import ColumnType


@dataclass(frozen=True)
class Found:
    """A column. `values`: one for each row, typed. `codes`: the same value has the same code."""

    name: str
    type: ColumnType
    values: pa.Array
    codes: NDArray[np.int32]
    distinct: int
    use: bool = True
    note: str = ""  # why it is left out
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    marks: dict[str, int] = field(default_factory=dict)
    sentinels: tuple[float, ...] = ()

    @property
    def missing(self) -> int:
        """How many rows have no value."""
        return int(self.values.null_count)

    @property
    def is_feature(self) -> bool:
        """Whether a model may read it."""
        return self.use and self.type not in ("text", "identifier")

    def left_out(self, note: str) -> Found:
        """The same, left out for a reason."""
        return replace(self, use=False, note=note)

    def left_out_if_constant(self) -> Found:
        """One value in every row tells nothing."""
        if self.distinct == 1 and not self.missing and self.use:
            return self.left_out("it holds the same value in every row")
        return self
