"""The model that is served, and what it answers to rows."""

from __future__ import annotations

import logging
import time
from functools import cached_property, partial
from random import getrandbits
from typing import Any, NamedTuple

from ..explain import MOST_FIELDS, Explainer, from_json
from ..package import Package, PackageError
from ..store.recorder import Recorder
from ..store.records import Answered, Route, dump
from ..store.sqlite import SQLiteStore
from . import answers
from .metrics import Metrics
from .refusals import Refusal
from .rows import RowReader, RowsError
from .settings import Settings
from .trial import Shadows, Trial
from .warnings import Warner

Answer = dict[str, Any]

log = logging.getLogger(__name__)

ROOM_SECONDS = 0.005
"""How often a request looks whether the prediction log has room again."""


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


class Request(NamedTuple):
    """Rows that want an answer."""

    id: str
    started: float
    rows: list[Any]
    text: bytes

    @property
    def features(self) -> bytes:
        """The rows as a list in JSON."""
        if not self.text.startswith((b"{", b"[")):
            return dump(self.rows)
        return self.text if self.text.startswith(b"[") else b"[" + self.text + b"]"


class Service:
    """What the routes share: the model, the numbers about it, the prediction log."""

    def __init__(self, package: Package | PackageError, settings: Settings) -> None:
        self.settings = settings
        self.route: Route = "challenger" if settings.model_alias == "challenger" else "champion"
        self.recorder = make_recorder(settings)
        self.metrics = Metrics(self.recorder, settings.results)
        self.served: ServedModel | None = None
        self.trial: Trial | None = None
        self.shadows = Shadows()
        self.reason = str(package)
        if isinstance(package, Package):
            self.swap(ServedModel(package))

    @property
    def model(self) -> ServedModel:
        """The model; the request ends with 503 where there is none."""
        if self.served is None:
            raise Refusal(503, self.reason)
        return self.served

    def swap(self, model: ServedModel) -> None:
        """Serve another model from now on; requests under way keep the one they began with."""
        before, self.served = self.served, model
        if before:
            self.metrics.set_model(before.package, 0)
        self.metrics.set_model(model.package, 1)

    def predict(
        self,
        body: Any,
        request_id: str,
        started: float,
        text: bytes = b"",
        key: str = "",
        *,
        pinned: bool = False,
    ) -> Answer:
        """Predict, count and log a row or a list of rows of a request that came at `started`.

        text: the same as JSON, where it is at hand. key: what a canary goes by, if not by a field.
        pinned: whether the client wants the served model, and no challenger.
        """
        rows = body if type(body) is list else [body]
        self.refuse_too_many(rows)
        request = Request(request_id, started, rows, text)
        trial = None if pinned else self.trial
        model, route, predictions = self.ask(request, key or request_id, trial)
        self.record(request, model, route, predictions)
        answer = {
            "model": model.package.name,
            "version": model.package.version,
            "route": route,
            "request_id": request_id,
            "predictions": predictions,
        }
        if warnings := model.warner.warn(rows):
            self.metrics.flagged.inc(len(warnings))
            answer["warnings"] = warnings
        return answer

    def ask(
        self, request: Request, key: str, trial: Trial | None
    ) -> tuple[ServedModel, Route, list[Answer]]:
        """Who answers a request, and what. A challenger that can't costs nobody an answer."""
        failed = False
        if trial and trial.takes(request.rows, key):
            try:
                return trial.model, "challenger", trial.model.predict(request.rows)
            except Exception:
                failed = True
        model = self.model
        try:
            predictions = model.predict(request.rows)
        except RowsError as error:
            self.metrics.refused.inc(error.rows)
            raise
        if trial and failed:
            self.record_failure(request, trial, "challenger")
        if trial and trial.shadows(request.rows, key):
            self.shadows.submit(partial(self.shadow, request, trial))
        return model, self.route, predictions

    def shadow(self, request: Request, trial: Trial) -> None:
        """Log what the challenger would have answered."""
        request = request._replace(started=time.perf_counter())
        try:
            predictions = trial.model.predict(request.rows)
        except Exception:
            self.record_failure(request, trial, "shadow")
        else:
            self.record(request, trial.model, "shadow", predictions)

    def record_failure(self, request: Request, trial: Trial, route: Route) -> None:
        """Log that the challenger had no answer where the champion has one."""
        log.exception("the challenger failed", extra={"request_id": request.id})
        self.metrics.failures.inc()
        self.record(request, trial.model, route, [{"prediction": None} for _ in request.rows])

    def record(
        self, request: Request, model: ServedModel, route: Route, predictions: list[Answer]
    ) -> None:
        """Count and log what was answered."""
        package, seconds = model.package, time.perf_counter() - request.started
        self.metrics.count_prediction(package.version, route, len(predictions), seconds)
        if self.recorder:
            self.recorder.put(
                Answered(
                    request.id,
                    time.time(),
                    package.name,
                    package.version,
                    route,
                    len(predictions),
                    request.features,
                    dump(predictions),
                    seconds,
                )
            )

    def wait_for_room(self) -> None:
        """Hold this thread up while the prediction log has no room; it soon will have."""
        while self.recorder and self.recorder.is_full:
            time.sleep(ROOM_SECONDS)

    def refuse_too_many(self, rows: list[Any]) -> None:
        """One request must not occupy the service for long."""
        limit = self.settings.max_rows
        if len(rows) > limit:
            raise Refusal(413, f"a request may hold {limit} rows, this one holds {len(rows)}")

    def close(self) -> None:
        """Write what is left of the prediction log."""
        self.shadows.close()
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
    return f"{time.time_ns() // 1000:013x}{getrandbits(76):019x}"
