"""What Prometheus reads: requests, how long they took, rows, and which model answers."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper ends in seconds; a prediction takes less than a millisecond."""


class Metrics:
    """The numbers of one app, in a registry of its own: two apps in a process don't collide."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "serving_requests", "Answers", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "serving_request_duration_seconds",
            "Time to answer",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.predicted = Counter(
            "serving_predicted_rows", "Rows that were predicted", registry=self.registry
        )
        self.refused = Counter(
            "serving_refused_rows", "Rows that could not be used", registry=self.registry
        )
        self.model = Gauge(
            "serving_model_info",
            "The model that answers; always 1",
            ["name", "version", "task"],
            registry=self.registry,
        )

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def show(self, accept: str) -> tuple[bytes, Mapping[str, str]]:
        """All numbers in the format that the reader asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), {"Content-Type": content_type}
