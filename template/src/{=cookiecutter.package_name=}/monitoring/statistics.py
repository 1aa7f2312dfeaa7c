"""Tests of two sets of counts, and how far apart they are.

Written out, because importing scipy.special takes longer than all the rest of a check; a test
compares every function with scipy's.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
FEW, RARE = 5, 1
"""Counts below these are too few for the χ² of two bins, and of more (Cochran 1954)."""


def together(rows: float, others: float) -> float:
    """The size of two samples that are compared, as one number."""
    return rows * others / (rows + others)


def farthest(shares: Numbers, expected: Numbers) -> float:
    """Kolmogorov and Smirnov's D: the largest difference of the cumulated shares."""
    return float(np.abs(np.cumsum(shares - expected)).max(initial=0.0))


def kolmogorov(distance: float, rows: float) -> float:
    """Probability of such a D between samples of one distribution, as Stephens (1970) has it.

    On a value that many rows share, and between the bins, it is rather too high than too low.
    """
    scaled = (math.sqrt(rows) + 0.12 + 0.11 / math.sqrt(rows)) * distance
    if scaled < 0.2:  # the series needs ever more terms, of a sum that is 1
        return 1.0
    terms = [(1 if k % 2 else -1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101)]
    return min(max(2 * math.fsum(terms), 0.0), 1.0)


def moved(shares: Numbers, expected: Numbers) -> float:
    """Total variation distance: the share of rows that are in another bin than expected."""
    return float(np.abs(shares - expected).sum() / 2)


def chi_square(shares: Numbers, expected: Numbers, rows: float, others: float) -> float:
    """Pearson's χ² of two samples, as the probability of more; bins of few rows count as one."""
    pooled = (shares * rows + expected * others) / (rows + others)
    rare = pooled * min(rows, others) < RARE
    left, right, both = (gather(values, rare) for values in (shares, expected, pooled))
    left, right, both = left[both > 0], right[both > 0], both[both > 0]
    if len(both) < 3:
        return rate(float(left[0]) * rows, rows, float(right[0]), others) if len(both) > 1 else 1.0
    found = float(((left - right) ** 2 / both).sum() * together(rows, others))
    return chi_square_tail(found, len(both) - 1)


def gather(shares: Numbers, rare: NDArray[np.bool_]) -> Numbers:
    """The shares with the rare ones as one, at the end."""
    return np.append(shares[~rare], shares[rare].sum())


def chi_square_tail(value: float, freedom: int) -> float:
    """Probability of a χ² above `value`: its closed form (Abramowitz and Stegun 26.4.4 and .5)."""
    half = value / 2
    odd = freedom % 2
    tail = math.erfc(math.sqrt(half)) if odd else 0.0
    if half == 0:
        return 1.0
    for step in range(freedom // 2):
        power = step + odd / 2
        tail += math.exp(power * math.log(half) - half - math.lgamma(power + 1))
    return min(tail, 1.0)


def rate(events: float, rows: float, share: float, others: float) -> float:
    """Probability of so many more or fewer events than a share found in other rows.

    χ² of the four counts; where few are expected, the exact test of two Poisson rates
    (Przyborowski and Wilenski 1940), whose answers are rather too high.
    """
    before = share * others
    total = events + before
    if min(total, rows + others - total) * min(rows, others) / (rows + others) >= FEW:
        gap = events / rows - share
        pooled = total / (rows + others)
        return chi_square_tail(gap**2 / (pooled * (1 - pooled)) * together(rows, others), 1)
    if total > (rows + others) / 2:  # whichever is rarer
        events, total = rows - events, rows + others - total
    chance = rows / (rows + others)
    above = binomial_tail(round(events), round(total), chance)
    below = binomial_tail(round(total) - round(events), round(total), 1 - chance)
    return min(2 * above, 2 * below, 1.0)


def binomial_tail(least: int, trials: int, chance: float) -> float:
    """Probability of at least so many successes."""
    if least <= 0:
        return 1.0
    sure = math.lgamma(trials + 1)
    logs = [
        sure
        - math.lgamma(k + 1)
        - math.lgamma(trials - k + 1)
        + k * math.log(chance)
        + (trials - k) * math.log1p(-chance)
        for k in range(least, trials + 1)
    ]
    return min(sum(map(math.exp, logs)), 1.0)


def stability(shares: Numbers, expected: Numbers, rows: float, others: float) -> float:
    """Population stability index; half a row stands for none."""
    one = np.maximum(shares, 0.5 / max(rows, 1))
    other = np.maximum(expected, 0.5 / max(others, 1))
    return float(((one - other) * np.log(one / other)).sum())


def jensen_shannon(shares: Numbers, expected: Numbers) -> float:
    """Jensen and Shannon's distance with logarithms of base 2: 0 for equal, 1 for disjoint."""
    middle = (shares + expected) / 2

    def divergence(part: Numbers) -> float:
        some = part > 0
        return float((part[some] * np.log2(part[some] / middle[some])).sum())

    return math.sqrt(max((divergence(shares) + divergence(expected)) / 2, 0.0))


def holm(chances: list[float]) -> list[float]:
    """The probabilities corrected for the number of tests (Holm 1979), in their order."""
    corrected = [1.0] * len(chances)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = highest
    return corrected
