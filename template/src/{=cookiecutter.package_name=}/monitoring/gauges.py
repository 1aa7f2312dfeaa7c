"""The latest report for Prometheus, as part of the service's /metrics.

The service reads results/drift.json whenever it is asked and the file is another one; without the
file there are no gauges. Light on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class DriftGauges(Collector):
    """A collector for a registry of prometheus_client."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen: tuple[int, int] | None = None
        self.families: list[GaugeMetricFamily] = []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All gauges of the latest report."""
        try:
            state = self.path.stat()
            seen = state.st_mtime_ns, state.st_size
            if seen != self.seen:
                self.families = list(convert(json.loads(self.path.read_text("utf-8"))))
                self.seen = seen
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.seen, self.families = None, []  # there is no report, or it is none
        yield from self.families


def convert(report: dict[str, Any]) -> Iterator[GaugeMetricFamily]:
    """A report as families of numbers."""
    version = report["model"]["version"]

    def family(name: str, meaning: str, labels: list[str]) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"monitoring_{name}", meaning, labels=["version", *labels])

    def single(name: str, meaning: str, value: float) -> GaugeMetricFamily:
        found = family(name, meaning, [])
        found.add_metric([version], value)
        return found

    when = datetime.fromisoformat(report["time"]).timestamp()
    yield single("report_timestamp_seconds", "When the last check was", when)
    yield single("window_rows", "Rows that it looked at", report["window"]["rows"])
    yield single("labelled_rows", "Of these, with a label", report["window"]["labelled"])
    yield single("drift", "1 where it found a drift or a worse score", report["state"] == "drift")
    yield single("few_rows", "1 where there were too few", report["state"] == "few rows")
    drift = family("column_drift", "1 where a column drifted", ["part", "column"])
    moved = family("column_moved", "Share of its values that are elsewhere", ["part", "column"])
    missing = family("column_missing", "Share of its values that are missing", ["part", "column"])
    for part in ("columns", "predictions"):
        for name, column in report[part].items():
            drift.add_metric([version, part, name], column["drift"])
            missing.add_metric([version, part, name], column["missing"]["share"])
            if "values" in column["tests"]:
                effect = column["tests"]["values"]["effect"]
                moved.add_metric([version, part, name], effect)
    yield from (drift, moved, missing)
    if score := report["performance"]:
        found = family("score", "Main metric on labelled rows", ["metric", "end"])
        for end in ("value", "low", "high"):
            found.add_metric([version, score["metric"], end], score[end])
        yield found
