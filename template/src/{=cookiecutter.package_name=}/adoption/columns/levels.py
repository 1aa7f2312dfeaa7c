"""The different values of a column, found once: what they mean is asked of each only once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True)
class Levels:
    """`values`: the different values, none missing. `codes`: each row's place in it, or -1."""

    values: pa.Array
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Levels:
        """Those of a column; text without the spaces around it."""
        encoded = column.dictionary_encode().combine_chunks()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        values = encoded.dictionary
        if pa.types.is_string(values.type):
            trimmed = pc.utf8_trim_whitespace(values).dictionary_encode()
            places = np.append(trimmed.indices.to_numpy(zero_copy_only=False), -1)
            values, codes = trimmed.dictionary, places[codes].astype(np.int32)
        return cls(values, codes)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def counts(self) -> NDArray[np.int_]:
        """How many rows have each value."""
        return np.bincount(self.codes + 1, minlength=len(self) + 1)[1:]

    @property
    def missing(self) -> int:
        """How many rows have none."""
        return int((self.codes < 0).sum())

    def text(self) -> Levels:
        """The same with every value as text."""
        return Levels(pc.cast(self.values, pa.string()), self.codes)

    def find(self, words: Collection[str]) -> NDArray[np.bool_]:
        """Which values are one of these words, written small or large."""
        lowered = pc.utf8_lower(self.values)
        known = pa.array(sorted({word.lower() for word in words}), pa.string())
        return np.asarray(pc.is_in(lowered, value_set=known))

    def without(self, gone: NDArray[np.bool_]) -> Levels:
        """The same with some values missing."""
        if not gone.any():
            return self
        places = np.append(np.where(gone, -1, np.cumsum(~gone) - 1), -1)
        return Levels(self.values.filter(pa.array(~gone)), places[self.codes].astype(np.int32))

    def spread(self, meanings: NDArray[Any]) -> pa.Array:
        """What each value means, for every row; null where a row has none."""
        absent = self.codes < 0
        if not len(self):
            return pa.nulls(len(self.codes), pa.from_numpy_dtype(meanings.dtype))
        return pa.array(meanings[np.where(absent, 0, self.codes)], mask=absent)
