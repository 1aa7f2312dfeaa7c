"""The model that is served, and what each route for programs answers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from ..package import Package, PackageError
from . import answers, openapi
from .body import parse
from .metrics import Metrics
from .rows import RowReader, RowsError
from .settings import Settings

Answer = dict[str, Any]


class ServedModel:
    """A package with the reader that its signature wants."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.reader = RowReader(package.signature)

    def predict(self, body: Any) -> list[Answer]:
        """Predict a row or a list of rows; RowsError where that can't be done."""
        predictions = self.package.predict(self.reader.read(body))
        return answers.to_json(predictions, self.package.signature.target.classes)


class Service:
    """What the routes share; each of the methods below the line is one route."""

    def __init__(self, package: Package | PackageError, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        if isinstance(package, PackageError):
            self.loaded: ServedModel | PackageError = package
            return
        self.loaded = ServedModel(package)
        self.metrics.model.labels(package.name, package.version, package.signature.task).set(1)

    @property
    def model(self) -> ServedModel:
        """The model; the request ends with 503 where there is none."""
        if isinstance(self.loaded, PackageError):
            abort(503, description=str(self.loaded))
        return self.loaded

    def answer(self, body: Any) -> Answer:
        """Predict, and count what was predicted and what wasn't."""
        model = self.model
        self.refuse_too_many(body)
        try:
            predictions = model.predict(body)
        except RowsError as error:
            self.metrics.refused.inc(error.rows)
            raise
        self.metrics.predicted.inc(len(predictions))
        return {
            "model": model.package.name,
            "version": model.package.version,
            "request_id": uuid4().hex,
            "predictions": predictions,
        }

    def read_body(self) -> bytes:
        """All of the body: of one sent in chunks, Werkzeug would give the beginning silently."""
        body = request.get_data(cache=False)
        if len(body) > self.settings.max_body_bytes:
            raise RequestEntityTooLarge
        return body

    def refuse_too_many(self, body: Any) -> None:
        """One request must not occupy the service for long."""
        limit = self.settings.max_rows
        if isinstance(body, list) and len(body) > limit:
            abort(413, description=f"a request may hold {limit} rows, this one holds {len(body)}")

    # ---- routes ----

    def predict(self) -> Answer:
        """POST /predict: a JSON object is one row, a list of objects is many."""
        if not request.is_json:
            abort(415, description="send JSON, with the header Content-Type: application/json")
        return self.answer(parse(self.read_body()))

    def health(self) -> Answer:
        """GET /health: the process is alive."""
        return {"status": "alive"}

    def ready(self) -> Answer:
        """GET /ready: there is a model."""
        package = self.model.package
        return {"status": "ready", "model": package.name, "version": package.version}

    def describe(self) -> Answer:
        """GET /model: everything that the package says about itself."""
        package = self.model.package
        return {
            "name": package.name,
            "version": package.version,
            "created": package.manifest.created,
            "task": package.signature.task,
            "signature": package.signature.to_json(),
            "metrics": package.metrics,
            "card": package.card,
            "lineage": package.manifest.lineage,
        }

    def show_metrics(self) -> tuple[bytes, Any]:
        """GET /metrics: for Prometheus."""
        return self.metrics.show(request.headers.get("Accept", ""))

    def show_openapi(self) -> Answer:
        """GET /openapi.json: the description of these routes."""
        return openapi.describe(self.model.package, self.settings.max_rows)
