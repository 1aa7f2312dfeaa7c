"""Marks that stand for no value."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from .levels import Levels

ALWAYS = {"", "?", "-", "na", "n/a", "#n/a", "#na", "<na>", "n.a.", "nan", "-nan", "null", "\\n"}
"""In any column."""
BESIDE_NUMBERS = {
    *("--", "---", ".", "..", "*", "none", "nil", "missing", "unknown", "undefined", "n.d."),
    *("nd", "tbd", "not available", "not applicable", "#value!", "#div/0!", "#null!", "#ref!"),
}
"""Where all else is numbers, dates or yes and no: in other columns they may be categories."""
SENTINELS = (-99, -999, -9999, -99999, 999, 9999, 99999, -999999, 999999)
ENOUGH = 3


def drop(levels: Levels, marks: Collection[str]) -> tuple[Levels, dict[str, int]]:
    """Without the marks; how often each stood for a missing value."""
    gone = levels.find(marks)
    if "na" in marks and has_country_codes(levels):
        gone &= ~levels.find({"na"})
    texts, counts = levels.values.filter(gone).to_pylist(), levels.counts[gone]
    return levels.without(gone), dict(zip(texts, counts.tolist(), strict=True))


def has_country_codes(levels: Levels) -> bool:
    """Whether NA is Namibia: nearly all the other values are two large letters too."""
    two = pc.sum(pc.match_substring_regex(levels.values, "^[A-Z]{2}$")).as_py() or 0
    return two > 5 and two >= 0.9 * len(levels)


def find_sentinels(values: NDArray[np.float64], counts: NDArray[np.int_]) -> list[float]:
    """Numbers such as -999 that stand for no value.

    The evidence: the number is repeated, it is the lowest or the highest, and lies further
    from all others than those lie from each other.
    """
    found: list[float] = []
    for sentinel in SENTINELS:
        rest = values[(values != sentinel) & ~np.isin(values, found) & np.isfinite(values)]
        if len(rest) < ENOUGH or counts[values == sentinel].sum() < ENOUGH:
            continue
        low, high = rest.min(), rest.max()
        if sentinel < 0 <= low or max(low - sentinel, sentinel - high) > high - low:
            found.append(float(sentinel))
    return found
