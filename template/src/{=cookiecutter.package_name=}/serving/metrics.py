"""What Prometheus reads: requests, how long they took, rows, the log, and which model answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from ..monitoring.gauges import DriftGauges
from ..monitoring.past import LATEST
from ..package import Package
from ..store.recorder import Recorder

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper ends in seconds; a prediction takes less than a millisecond."""

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several workers add up their numbers."""


class Metrics:
    """The numbers of one app, in a registry of its own: two apps in a process don't collide."""

    def __init__(self, recorder: Recorder | None, results: Path) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.drift = DriftGauges(results / LATEST)
        registry.register(self.drift)
        self.requests = Counter(
            "serving_requests", "Answers", ["route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "serving_request_duration_seconds",
            "Time to answer",
            ["route"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.predicted = Counter(
            "serving_predicted_rows",
            "Rows that were predicted",
            ["version", "route"],
            registry=registry,
        )
        self.prediction_seconds = Histogram(
            "serving_prediction_duration_seconds",
            "Time from a request to its predictions",
            ["version", "route"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.failures = self.count(
            "serving_challenger_failures", "Requests that the challenger had no answer to"
        )
        self.refused = self.count("serving_refused_rows", "Rows that could not be used")
        self.flagged = self.count("serving_flagged_values", "Values predicted with a warning")
        self.labels = self.count("serving_labels", "True labels that came back")
        self.swaps = self.count("serving_model_swaps", "Other packages taken into service")
        self.broken = self.count("serving_model_refusals", "Packages that could not be loaded")
        self.queued = self.measure("serving_log_queued_rows", "Rows that wait for the log")
        self.dropped = self.count("serving_log_dropped_rows", "Rows that the log had no room for")
        self.model = Gauge(
            "serving_model_info",
            "Workers that answer with this model",
            ["name", "version", "task"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.children: dict[tuple[str, int | str], tuple[Counter, Histogram]] = {}
        if recorder:
            recorder.watch = self.update

    def count(self, name: str, meaning: str) -> Counter:
        """A number that only grows."""
        return Counter(name, meaning, registry=self.registry)

    def measure(self, name: str, meaning: str) -> Gauge:
        """A number of every living worker, added up."""
        return Gauge(name, meaning, registry=self.registry, multiprocess_mode="livesum")

    def set_model(self, package: Package, workers: int) -> None:
        """Whether this worker answers with a package."""
        self.model.labels(package.name, package.version, package.signature.task).set(workers)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        key = route, status
        if key not in self.children:  # looking them up by their labels takes longer than counting
            counter = self.requests.labels(route, str(status))
            self.children[key] = counter, self.seconds.labels(route)
        counter, histogram = self.children[key]
        counter.inc()
        histogram.observe(seconds)

    def count_prediction(self, version: str, route: str, rows: int, seconds: float) -> None:
        """Count what one model answered to one request."""
        key = version, route
        if key not in self.children:
            counter, histogram = self.predicted.labels(*key), self.prediction_seconds.labels(*key)
            self.children[key] = counter, histogram
        counter, histogram = self.children[key]
        counter.inc(rows)
        histogram.observe(seconds)

    def update(self, queued: int, dropped: int) -> None:
        """Take over the numbers of the log: how many rows wait, how many more it dropped."""
        self.queued.set(queued)
        self.dropped.inc(dropped)

    def show(self, accept: str) -> tuple[bytes, Mapping[str, str]]:
        """All numbers in the format that the reader asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(collect(self.registry, self.drift)), {"Content-Type": content_type}


def collect(registry: CollectorRegistry, drift: DriftGauges) -> CollectorRegistry:
    """The numbers of this worker, or those of all workers together; those of drift are a file's."""
    if SHARED not in os.environ:
        return registry
    for file in Path(os.environ[SHARED]).glob("gauge_live*.db"):
        forget_if_dead(int(file.stem.rpartition("_")[2]))
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    together.register(drift)
    return together


def forget_if_dead(pid: int) -> None:
    """Leave out the gauges of a worker that is no more."""
    if sys.platform == "win32":  # it has no way to ask whether a process lives
        return
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
