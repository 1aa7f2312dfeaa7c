"""The tests of one column: its values, its gaps, and what should not be in it at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import statistics
from .column import Column, Expected, Numbers
from .counting import Tally
from .settings import Settings

GROUPS = 10
"""Bins of PSI, of Jensen and Shannon's distance, and of the pictures."""


@dataclass(frozen=True)
class Test:
    """One question to one column.

    effect: how far the window is from the reference, as a share of the rows; `least` is what it
        takes to be a drift. chance: of such a difference without any drift.
    """

    name: str
    method: str
    effect: float
    least: float
    chance: float


@dataclass(frozen=True)
class Comparison:
    """One column of the window beside the reference. shares and expected: of the `groups`."""

    column: Column
    tally: Tally
    missing: tuple[float, float]
    tests: tuple[Test, ...]
    groups: tuple[str, ...]
    shares: Numbers
    expected: Numbers
    stability: float | None = None
    jensen_shannon: float | None = None
    medians: tuple[float, float] | None = None


def compare(column: Column, tally: Any, expected: Expected, settings: Settings) -> Comparison:
    """Test everything that could have been found; what could not counts as no test."""
    rows = int(tally.bins.sum())
    share = tally.missing / max(rows + tally.missing, 1)
    tests = [*test_rates(column, tally, expected, settings)]
    known = expected.shares.sum() > 0 and rows > 0 and column.type != "datetime"
    if not known:
        nothing = np.zeros(0)
        return Comparison(
            column, tally, (share, expected.missing), tuple(tests), (), nothing, nothing
        )
    found = tally.bins / rows
    tests.insert(0, test_values(column, found, expected, rows, settings))
    groups, places = group(column, expected.shares)
    some = np.bincount(places, found, len(groups)).astype(np.float64)
    others = np.bincount(places, expected.shares, len(groups)).astype(np.float64)
    return Comparison(
        column=column,
        tally=tally,
        missing=(share, expected.missing),
        tests=tuple(tests),
        groups=groups,
        shares=some,
        expected=others,
        stability=statistics.stability(some, others, rows, expected.rows),
        jensen_shannon=statistics.jensen_shannon(some, others),
        medians=(median(column, found), median(column, expected.shares)),
    )


def test_values(
    column: Column, shares: Numbers, expected: Expected, rows: int, settings: Settings
) -> Test:
    """Whether values are where they were: rows that depend on each other count as fewer."""
    independent = rows / column.dependence
    if column.type == "number":
        effect = statistics.farthest(shares, expected.shares)
        size = statistics.together(independent, expected.independent)
        chance = statistics.kolmogorov(effect, size)
        return Test("values", "Kolmogorov-Smirnov", effect, settings.effect, chance)
    effect = statistics.moved(shares, expected.shares)
    chance = statistics.chi_square(shares, expected.shares, independent, expected.independent)
    return Test("values", "χ²", effect, settings.effect, chance)


def test_rates(
    column: Column, tally: Tally, expected: Expected, settings: Settings
) -> Iterator[Test]:
    """Gaps, values out of range, new categories: shares of the rows beside those in training."""
    known, every = int(tally.bins.sum()), float(column.known.sum())
    rows = known + tally.missing
    if rows == 0:
        return
    events = {
        "missing": (tally.missing, rows, expected.missing, expected.rows, settings.missing),
        "outside": (tally.outside, rows, ends(column, every), every, settings.outside),
        "new": (sum(tally.new.values()), rows, 0.0, every, settings.new),
    }
    for name, (found, size, share, others, least) in events.items():
        if found + share > 0 and others > 0:
            chance = statistics.rate(found, size, share, others)
            effect = abs(found / size - share)
            yield Test(name, "rate", effect, least, chance)


def ends(column: Column, rows: float) -> float:
    """How often a value is expected beyond all `rows`: as often as one of these was the last."""
    return 2 / (rows + 1) if "minimum" in column.moments and rows else 0.0


def median(column: Column, shares: Numbers) -> float:
    """The end of the bin that holds the median; 0 for categories, which have none."""
    if column.type != "number":
        return 0.0
    place = int(np.searchsorted(np.cumsum(shares), 0.5 - 1e-9))
    return float(column.edges[min(place, len(column.edges) - 1)])


def group(column: Column, shares: Numbers) -> tuple[tuple[str, ...], NDArray[np.int_]]:
    """Neighbouring bins together, each group with about a tenth of the expected rows.

    Categories stay as they are: the most frequent ones, and the others.
    """
    if column.type == "number":
        middle = np.cumsum(shares) - shares / 2
        places = np.minimum((middle * GROUPS).astype(int), GROUPS - 1)
        used, places = np.unique(places, return_inverse=True)
        lasts = [np.flatnonzero(places == place)[-1] for place in range(len(used))]
        ends = [f"≤ {column.edges[last]:.4g}" for last in lasts[:-1]]
        return (*ends, f"> {ends[-1][2:]}" if ends else "all"), places
    frequent = np.argsort(-shares[:-1], kind="stable")[: GROUPS - 1]
    names = [column.labels[place] for place in frequent]
    places = np.full(len(shares), len(names))
    places[frequent] = np.arange(len(names))
    return (*names, "others"), places
