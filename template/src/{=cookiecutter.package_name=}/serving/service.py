"""The model that is served, and what it answers to rows."""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import Any

from ..explain import MOST_FIELDS, Explainer, from_json
from ..package import Package, PackageError
from ..store.recorder import Recorder
from ..store.records import Answered, Route
from ..store.sqlite import SQLiteStore
from . import answers
from .metrics import Metrics
from .refusals import Refusal
from .rows import RowReader, RowsError
from .settings import Settings
from .warnings import Warner

Answer = dict[str, Any]


class ServedModel:
    """A package with the reader that its signature wants."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.reader = RowReader(package.signature)
        self.warner = Warner(package.signature)

    def predict(self, body: Any) -> list[Answer]:
        """Predict a row or a list of rows; RowsError where that can't be done."""
        predictions = self.package.predict(self.reader.read(body))
        return answers.to_json(predictions, self.package.signature.target.classes)

    @cached_property
    def explainer(self) -> Explainer | None:
        """What explains its predictions, where the package holds what that needs."""
        signature, typical = self.package.signature, self.package.reference.get("typical")
        if not typical or len(signature.fields) > MOST_FIELDS:
            return None
        return Explainer(signature, self.package.predict, from_json(typical))

    def try_out(self) -> None:
        """Predict once before a user does; PackageError where the model can't."""
        try:
            self.predict(self.package.signature.example)
        except RowsError:
            pass  # an example may break a rule that came later
        except Exception as error:
            raise PackageError(f"{self.package.path} can't predict: {error}") from error


class Service:
    """What the routes share: the model, the numbers about it, the prediction log."""

    def __init__(self, package: Package | PackageError, settings: Settings) -> None:
        self.settings = settings
        self.route: Route = "challenger" if settings.model_alias == "challenger" else "champion"
        self.recorder = make_recorder(settings)
        self.metrics = Metrics(self.recorder)
        self.served: ServedModel | None = None
        self.reason = str(package)
        if isinstance(package, Package):
            self.swap(package)

    @property
    def model(self) -> ServedModel:
        """The model; the request ends with 503 where there is none."""
        if self.served is None:
            raise Refusal(503, self.reason)
        return self.served

    def swap(self, package: Package) -> None:
        """Serve another package from now on; requests under way keep the one they began with."""
        before, self.served = self.served, ServedModel(package)
        if before:
            self.metrics.set_model(before.package, 0)
        self.metrics.set_model(package, 1)

    def predict(self, body: Any, request_id: str, started: float) -> Answer:
        """Predict, count and log a row or a list of rows of a request that came at `started`."""
        model = self.model
        rows = body if type(body) is list else [body]
        self.refuse_too_many(rows)
        try:
            predictions = model.predict(rows)
        except RowsError as error:
            self.metrics.refused.inc(error.rows)
            raise
        self.metrics.predicted.inc(len(rows))
        name, version, route = model.package.name, model.package.version, self.route
        if self.recorder:
            now, seconds = time.time(), time.perf_counter() - started
            self.recorder.put(
                Answered(request_id, now, name, version, route, rows, predictions, seconds)
            )
        answer = {
            "model": name,
            "version": version,
            "route": route,
            "request_id": request_id,
            "predictions": predictions,
        }
        if warnings := model.warner.warn(rows):
            self.metrics.flagged.inc(len(warnings))
            answer["warnings"] = warnings
        return answer

    def refuse_too_many(self, rows: list[Any]) -> None:
        """One request must not occupy the service for long."""
        limit = self.settings.max_rows
        if len(rows) > limit:
            raise Refusal(413, f"a request may hold {limit} rows, this one holds {len(rows)}")

    def close(self) -> None:
        """Write what is left of the prediction log."""
        if self.recorder:
            self.recorder.close()


def make_recorder(settings: Settings) -> Recorder | None:
    """The prediction log, unless it is switched off."""
    path = settings.predictions
    if path is None:
        return None
    return Recorder(
        lambda: SQLiteStore(path),
        settings.log_rows,
        settings.log_flush_ms / 1000,
        waits=settings.log_full == "wait",
    )


def make_id() -> str:
    """32 hexadecimal digits that grow with time: a database appends such keys cheaply."""
    return f"{time.time_ns() // 1000:013x}{os.urandom(10).hex()[:19]}"
