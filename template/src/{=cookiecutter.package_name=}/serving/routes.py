"""What each route for programs answers."""

from __future__ import annotations

from typing import Any

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge

from . import explanations, feedback, openapi
from .body import parse
from .refusals import Refusal
from .service import Answer, Service


class Routes:
    """Each method is one route."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def predict(self) -> Answer:
        """POST /predict: a JSON object is one row, a list of objects is many."""
        key = request.headers.get("X-Routing-Key", "")
        return self.service.predict(self.read_json(), g.request_id, g.started, key=key)

    def explain(self) -> Answer:
        """POST /explain: what moved the predictions of a row or some rows."""
        return explanations.answer(self.service, self.read_json(), g.request_id)

    def learn(self) -> Answer:
        """POST /feedback: what was true of rows that were predicted."""
        return feedback.learn(self.service, self.read_json())

    def health(self) -> Answer:
        """GET /health: the process is alive."""
        return {"status": "alive"}

    def ready(self) -> Answer:
        """GET /ready: there is a model."""
        package = self.service.model.package
        return {"status": "ready", "model": package.name, "version": package.version}

    def describe(self) -> Answer:
        """GET /model: everything that the package says about itself, unless HTML is asked for."""
        package = self.service.model.package
        return {
            "name": package.name,
            "version": package.version,
            "route": self.service.route,
            "created": package.manifest.created,
            "runtime": package.manifest.runtime,
            "reason": package.manifest.reason,
            "task": package.signature.task,
            "signature": package.signature.to_json(),
            "metrics": package.metrics,
            "card": package.card,
            "lineage": package.manifest.lineage,
        }

    def show_metrics(self) -> tuple[bytes, Any]:
        """GET /metrics: for Prometheus."""
        return self.service.metrics.show(request.headers.get("Accept", ""))

    def show_openapi(self) -> Answer:
        """GET /openapi.json: the description of these routes."""
        return openapi.describe(self.service.model.package, self.service.settings.max_rows)

    def read_json(self) -> Any:
        """The body, which must say that it is JSON."""
        check_type(request.headers.get("Content-Type", ""))
        return parse(read_body(self.service))


def read_body(service: Service) -> bytes:
    """The bytes of the request, if they are not too many."""
    body = request.get_data(cache=False)
    if len(body) > service.settings.max_body_bytes:  # one in chunks has no length before
        raise RequestEntityTooLarge
    return body


def check_type(content_type: str) -> None:
    """Refuse what isn't declared as JSON: a browser's form must not pass for a program."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "send JSON, with the header Content-Type: application/json")
