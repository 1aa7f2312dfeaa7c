"""A check of a window, as results/drift.json holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .baseline import Baseline
from .blocks import Rows
from .comparing import Comparison
from .counted import Counted
from .deciding import Decided, Tests, explain
from .performance import Performance
from .settings import Configuration

FORMAT = 1
"""Version of results/drift.json."""

State = Literal["fine", "drift", "few rows"]
EXIT_CODES: dict[State, int] = {"fine": 0, "drift": 1, "few rows": 3}
"""2 is an error."""


@dataclass(frozen=True)
class Report:
    """What was found. months: how many rows of the window each has, from January."""

    baseline: Baseline
    rows: Rows
    counted: Counted
    comparisons: dict[str, dict[str, Comparison]]
    tests: Tests
    performance: Performance | None
    configuration: Configuration
    time: str

    @property
    def state(self) -> State:
        """What the exit code says."""
        if self.counted.rows < self.configuration.monitor.minimum_rows:
            return "few rows"
        return "drift" if any(self.drifts.values()) or self.is_worse else "fine"

    @property
    def is_worse(self) -> bool:
        """Whether the model has become worse, where labels tell."""
        return self.performance is not None and self.performance.is_worse

    @property
    def drifts(self) -> dict[str, dict[str, list[str]]]:
        """Part → column → its drifts in sentences; only those that have some."""
        return {
            part: {
                name: sentences
                for name, tests in columns.items()
                if (sentences := [*self.explain(part, name, tests)])
            }
            for part, columns in self.tests.items()
        }

    def explain(self, part: str, name: str, tests: list[Decided]) -> Iterator[str]:
        """The drifts of one column."""
        for decided in tests:
            if decided.is_drift:
                yield explain(name, self.comparisons[part][name], decided)

    @property
    def sentences(self) -> list[str]:
        """Everything that is wrong."""
        found = [
            text for columns in self.drifts.values() for texts in columns.values() for text in texts
        ]
        return found + ([self.performance.explain()] if self.performance and self.is_worse else [])

    def to_json(self) -> dict[str, Any]:
        """As results/drift.json holds it."""
        months = self.counted.months.astype(int).tolist()
        return {
            "format": FORMAT,
            "time": self.time,
            "state": self.state,
            "model": {
                "name": self.baseline.manifest.name,
                "version": self.baseline.manifest.version,
            },
            "window": {
                "source": self.rows.name,
                "since": self.rows.since,
                "until": self.rows.until,
                "rows": self.counted.rows,
                "months": months if sum(months) else None,
                "labelled": self.counted.labelled.rows,
            },
            "reference": {
                "rows": int(self.baseline.rows.sum()),
                "by": "month" if self.baseline.is_seasonal and sum(months) else "all",
            },
            "settings": asdict(self.configuration.monitor),
            "sentences": self.sentences,
            "performance": self.performance.to_json() if self.performance else None,
        } | {
            part: {
                name: to_json(comparison, self.tests[part][name])
                | {"sentences": self.drifts[part].get(name, [])}
                for name, comparison in comparisons.items()
            }
            for part, comparisons in self.comparisons.items()
        }


def to_json(comparison: Comparison, tests: list[Decided]) -> dict[str, Any]:
    """One column."""
    tally = comparison.tally
    return {
        "type": comparison.column.type,
        "drift": any(decided.is_drift for decided in tests),
        "rows": int(tally.bins.sum()),
        "missing": {"share": comparison.missing[0], "reference": comparison.missing[1]},
        "outside": tally.outside,
        "new": dict(tally.new.most_common(20)),
        "psi": comparison.stability,
        "jensen_shannon": comparison.jensen_shannon,
        "tests": {
            decided.test.name: {
                "method": decided.test.method,
                "effect": decided.test.effect,
                "least": decided.test.least,
                "p": decided.test.chance,
                "p_corrected": decided.corrected,
                "drift": decided.is_drift,
            }
            for decided in tests
        },
        "groups": [
            {"name": name, "share": float(share), "reference": float(expected)}
            for name, share, expected in zip(
                comparison.groups, comparison.shares, comparison.expected, strict=True
            )
        ],
    }
