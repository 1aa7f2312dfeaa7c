"""A check: a window counted, compared and judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .baseline import Baseline
from .blocks import Rows
from .comparing import Comparison, compare
from .counted import Counted
from .deciding import decide
from .report import Report
from .settings import Configuration


def check(
    baseline: Baseline,
    rows: Rows,
    configuration: Configuration,
    time: str,
    metrics: Callable[[], dict[str, Any]],
    month: int | None = None,
) -> Report:
    """Compare all of a window with the package's reference.

    time: of the check, for the report. metrics: reads those of the package.
    month: 1 to 12, of which the rows are whatever their times say; for a replay.
    """
    counted = Counted(baseline)
    for block in rows.blocks():
        counted.add(block)
    if month is not None:
        counted.months = np.eye(12)[month - 1] * counted.rows
    settings = configuration.monitor
    comparisons: dict[str, dict[str, Comparison]] = {"columns": {}, "predictions": {}}
    performance = None
    if counted.rows >= settings.minimum_rows:
        mixture = baseline.mixture(counted.months, settings.minimum_rows)
        for part, found in comparisons.items():
            tallies = getattr(counted, part)
            for name, column in getattr(baseline, part).items():
                if part == "columns" or tallies[name].bins.sum():
                    found[name] = compare(column, tallies[name], column.expect(mixture), settings)
        performance = counted.labelled.score(
            metrics(), configuration.evaluation, settings, baseline.time
        )
    tests = decide(comparisons, settings.alpha)
    return Report(baseline, rows, counted, comparisons, tests, performance, configuration, time)
