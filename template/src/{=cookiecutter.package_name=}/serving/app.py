"""create_app(): routes, errors as JSON, security headers."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, RequestEntityTooLarge

from ..models import ModelFolder
from ..package import Package, PackageError
from . import access
from .pages.routes import add_pages
from .protocols import inference, mlflow
from .refusals import FORESEEN, Refusal, explain, report_failure
from .routes import Routes
from .service import Service, make_id
from .settings import Settings

BEGAN_WITH = "BEGAN_WITH"
"""The variable by which the server tells its workers the version it found at its start."""

log = logging.getLogger(__package__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class FastJSON(DefaultJSONProvider):
    """Answers by the same library as /predict: fields keep their order, °C stays readable."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """JSON as text."""
        return orjson.dumps(obj).decode()


def create_app(models: Path | None = None, alias: str | None = None) -> Flask:
    """The service of the model behind `alias` in the folder `models`: by default the environment's.

    Without a model the app still starts, and /ready says why it isn't ready.
    """
    settings = Settings.from_environment()
    package = load(models or settings.models, alias or settings.model_alias)
    return build(package, settings)


def load(models: Path, alias: str) -> Package | PackageError:
    """The package, or what is wrong with it.

    A worker that starts while the champion is broken serves one from before, as the others do.
    """
    folder = ModelFolder(models)
    try:
        return folder.load(alias)
    except PackageError as error:
        for version in list_earlier(folder) if alias == "champion" else ():
            with suppress(PackageError):
                before = Package.load(folder.path / version)
                log.error("%s is served instead: %s", version, error)
                return before
        return error


def list_earlier(folder: ModelFolder) -> list[str]:
    """The champion before, and the one that the server began with."""
    versions = [os.environ.get(BEGAN_WITH)]
    with suppress(PackageError):
        versions.insert(0, folder.aliases().get("previous"))
    return [version for version in versions if version]


def build(package: Package | PackageError, settings: Settings) -> Flask:
    """The service of one package."""
    return assemble(Service(package, settings))


def assemble(service: Service) -> Flask:
    """Routes, errors, headers and counting."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = service.settings.max_body_bytes + 1  # one more is read
    app.url_map.merge_slashes = False  # it would answer //ready by a redirect
    app.json = FastJSON(app)
    app.logger.disabled = True  # what it would log, report_failure() logs with the request's id
    add_routes(app, service)
    add_errors(app, service.settings)
    add_headers(app)
    add_counting(app, service)
    return app


def add_routes(app: Flask, service: Service) -> None:
    """Every route of the service."""
    routes = Routes(service)
    add_pages(app, service, routes)
    app.post("/predict")(routes.predict)
    app.post("/explain")(routes.explain)
    app.post("/feedback")(routes.learn)
    app.get("/health")(routes.health)
    app.get("/ready")(routes.ready)
    app.get("/metrics")(routes.show_metrics)
    app.get("/openapi.json")(routes.show_openapi)
    mlflow.add_routes(app, service)
    inference.add_routes(app, service)


def add_errors(app: Flask, settings: Settings) -> None:
    """Answer every error as JSON; what isn't foreseen becomes a 500 that shows no internals."""

    def explain_foreseen(error: Exception) -> tuple[dict[str, Any], int]:
        status, answer = explain(error, g.request_id)
        return answer, status

    for kind in FORESEEN:
        app.register_error_handler(kind, explain_foreseen)

    @app.errorhandler(RequestEntityTooLarge)
    def explain_size(_: RequestEntityTooLarge) -> tuple[dict[str, Any], int]:
        return explain_foreseen(too_large(settings))

    @app.errorhandler(NotFound)
    def explain_path(_: NotFound) -> tuple[dict[str, Any], int]:
        return {"error": f"there is no {request.path[:80]}: see /openapi.json"}, 404

    @app.errorhandler(InternalServerError)
    def explain_nothing(error: InternalServerError) -> tuple[dict[str, Any], int]:
        return report_failure(error.original_exception or error, g.request_id), 500

    @app.errorhandler(HTTPException)
    def explain_other(error: HTTPException) -> Any:
        response = error.get_response()  # it has what belongs to the status, such as Allow
        response.data = orjson.dumps({"error": error.description})
        response.content_type = "application/json"
        return response


def too_large(settings: Settings) -> Refusal:
    """The refusal of a body with too many bytes."""
    return Refusal(413, f"the body is larger than {settings.max_body_bytes} bytes")


def add_headers(app: Flask) -> None:
    """Tell browsers to load nothing from elsewhere and to show the page in no one's frame."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["X-Request-Id"] = g.request_id
        return response


def add_counting(app: Flask, service: Service) -> None:
    """Name every request, count its answer and its time."""

    @app.before_request
    def start() -> None:
        g.started, g.request_id = perf_counter(), make_id()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = perf_counter() - g.started
        access.finish(service, g.request_id, route, response.status_code, seconds)
        return response
