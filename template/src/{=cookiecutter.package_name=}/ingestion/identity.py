"""Which rows are the same: what names a row, and all that it says, as 64-bit hashes.

16 bytes for each row there is, so that a table of millions is compared in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..schema import Schema

Hashes = NDArray[np.uint64]
NONE: Hashes = np.zeros(0, np.uint64)


def hash_rows(table: pd.DataFrame, names: Sequence[str]) -> Hashes:
    """One number for each row, the same for rows that are equal in these columns."""
    plain = pd.DataFrame({name: simplify(table[name]) for name in names}, index=table.index)
    return np.asarray(pd.util.hash_pandas_object(plain, index=False), dtype=np.uint64)


def simplify(values: pd.Series) -> pd.Series:
    """The same value in the same form, whichever file it came from."""
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]").astype("int64")
    if values.dtype.kind in "fiub":
        return values.astype("float64") + 0.0  # -0.0 is 0.0
    return values.astype("object")


@dataclass(frozen=True)
class Rows:
    """Rows by what names them and by what they say."""

    keys: Hashes
    contents: Hashes

    @classmethod
    def of(cls, schema: Schema, table: pd.DataFrame) -> Rows:
        """Those of a table with the schema's columns and types."""
        contents = hash_rows(table, [column.name for column in schema.columns])
        keys = hash_rows(table, schema.key) if schema.key else contents
        return cls(keys, contents)

    @classmethod
    def join(cls, parts: Iterable[Rows]) -> Rows:
        """Several as one."""
        found = list(parts)
        keys = np.concatenate([NONE, *(part.keys for part in found)])
        same = all(part.keys is part.contents for part in found)
        if same:
            return cls(keys, keys)
        return cls(keys, np.concatenate([NONE, *(part.contents for part in found)]))

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, chosen: NDArray[np.bool_]) -> Rows:
        """Some of them."""
        keys = self.keys[chosen]
        return Rows(keys, keys if self.keys is self.contents else self.contents[chosen])


@dataclass(frozen=True)
class Relation:
    """For each row: whether it repeats another one, and whether it contradicts one."""

    repeats: NDArray[np.bool_]
    contradicts: NDArray[np.bool_]


def compare(rows: Rows, others: Rows) -> Relation:
    """Rows beside those that are there: the same again, or the same key with other values."""
    repeats = np.isin(rows.contents, others.contents)
    return Relation(repeats, np.isin(rows.keys, others.keys) & ~repeats)


def compare_within(rows: Rows) -> Relation:
    """Rows among themselves. The first of equal ones counts; of contradicting ones none does."""
    frame = pd.DataFrame({"key": rows.keys, "content": rows.contents})
    repeats = frame.duplicated().to_numpy()
    keys = frame["key"][~repeats]
    torn = frame["key"].isin(keys[keys.duplicated()]).to_numpy()
    return Relation(repeats & ~torn, torn)
