"""Feature steps that scikit-learn lacks, or skl2onnx can't convert; conversion.py has their graphs.

All take and give arrays; what they learn ends with an underscore, as in scikit-learn.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from .signature import MISSING

RARE = "__rare__"
"""What stands for every category that is too rare, and for those never seen."""

TUKEY = 1.5
"""Fences stand this many interquartile ranges outside the quartiles (Tukey 1977)."""


def end_of_tail(values: NDArray[np.float64]) -> float:
    """Three standard deviations above the mean: imputed there, a missing value stands apart."""
    return float(values.mean() + 3 * values.std())


class OutlierCapper(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Moves what lies outside Tukey's fences onto them; missing values stay."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn both fences of every column."""
        values = np.asarray(X, dtype=np.float32)
        known = np.where(np.isnan(values).all(axis=0), np.float32(0), values)
        low, high = np.nanquantile(known, [0.25, 0.75], axis=0)
        self.low_ = np.asarray(low - TUKEY * (high - low), dtype=np.float32)
        self.high_ = np.asarray(high + TUKEY * (high - low), dtype=np.float32)
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """The values between the fences."""
        return np.clip(np.asarray(X, dtype=np.float32), self.low_, self.high_)


class MissingFlags(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """1 where a value is missing, 0 elsewhere."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """There is nothing to learn."""
        self.columns_ = np.shape(X)[1]
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """One flag for each value."""
        return np.isnan(np.asarray(X, dtype=np.float32)).astype(np.float32)


class CategoryGrouper(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Makes one category of all rare ones, and may put the most frequent one for a missing one.

    rare: the share of the rows below which a category is rare; 0 keeps all.
    missing: "category" leaves missing ones a category of their own, "most_frequent" fills them.
    """

    def __init__(self, rare: float = 0.0, missing: str = "category") -> None:
        self.rare = rare
        self.missing = missing

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what each category of each column becomes."""
        columns = np.asarray(X, dtype=object).T
        self.groups_ = [self.group(Counter(column.tolist())) for column in columns]
        return self

    def group(self, counts: Counter[str]) -> dict[str, str]:
        """Category → category, for one column."""
        least = self.rare * counts.total()
        groups = {name: name if n >= least else RARE for name, n in sorted(counts.items())}
        known = [name for name, _ in counts.most_common() if name != MISSING]
        if self.missing == "most_frequent" and known:
            groups[MISSING] = groups[known[0]]
        return groups

    def transform(self, X: Any) -> NDArray[np.object_]:
        """The categories that are left; one never seen is as rare as can be."""
        columns = np.asarray(X, dtype=object).T
        pairs = zip(columns, self.groups_, strict=True)
        found = [[groups.get(value, RARE) for value in column] for column, groups in pairs]
        return np.array(found, dtype=object).T
