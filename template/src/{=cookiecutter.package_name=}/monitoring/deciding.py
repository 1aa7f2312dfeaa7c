"""Which of all tests together tell of a drift.

Both must hold: the difference is hardly chance, and it is large enough to matter. Among many tests
some look unlikely by chance, so their probabilities are corrected for their number; among many
rows every difference is certain, so small ones are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from . import statistics
from .comparing import Comparison, Test


@dataclass(frozen=True)
class Decided:
    """A test with its place among the others. corrected: its chance, for all tests together."""

    test: Test
    corrected: float
    is_drift: bool


Tests = dict[str, dict[str, list[Decided]]]


def decide(parts: Mapping[str, Mapping[str, Comparison]], alpha: float) -> Tests:
    """Part (columns or predictions) → column → its tests, decided together."""
    places = [
        (part, name, test)
        for part, columns in parts.items()
        for name, comparison in columns.items()
        for test in comparison.tests
    ]
    corrected = statistics.holm([test.chance for _, _, test in places])
    found: Tests = {part: {name: [] for name in columns} for part, columns in parts.items()}
    for (part, name, test), chance in zip(places, corrected, strict=True):
        is_drift = chance < alpha and test.effect >= test.least
        found[part][name].append(Decided(test, chance, is_drift))
    return found


def explain(name: str, comparison: Comparison, decided: Decided) -> str:
    """A drift, in a sentence."""
    test = decided.test
    chance = f"p {decided.corrected:.2g}" if decided.corrected >= 1e-6 else "p < 1e-6"
    return f"{name}: {WORDS[test.name](comparison, test)} ({chance})"


def explain_values(comparison: Comparison, test: Test) -> str:
    """Where the values went."""
    words = f"{test.effect:.0%} of the values are elsewhere"
    if comparison.column.type == "number" and comparison.medians:
        now, before = comparison.medians
        return f"{words}, median {now:.4g} instead of {before:.4g}"
    gaps = comparison.shares - comparison.expected
    most = int(np.argmax(np.abs(gaps)))
    now, before = comparison.shares[most], comparison.expected[most]
    return f"{words}, above all {comparison.groups[most]}: {now:.0%} instead of {before:.0%}"


def explain_new(comparison: Comparison, _: Test) -> str:
    """The categories, the most frequent first."""
    most = comparison.tally.new.most_common(5)
    return "new categories " + ", ".join(f"{name} ({count})" for name, count in most)


WORDS: dict[str, Callable[[Comparison, Test], str]] = {
    "values": explain_values,
    "missing": lambda found, _: "{1:.1%} → {0:.1%} missing".format(*found.missing),
    "outside": lambda found, _: f"{found.tally.outside} values out of range",
    "new": explain_new,
}
