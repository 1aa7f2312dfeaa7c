"""create_app(): routes, errors as JSON, security headers."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from ..models import ModelFolder
from ..package import Package, PackageError
from .body import BodyError
from .page import Page
from .rows import RowsError
from .service import Service
from .settings import Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def create_app(models: Path | None = None, alias: str | None = None) -> Flask:
    """The service of the model behind `alias` in the folder `models`: by default the environment's.

    Without a model the app still starts, and /ready says why it isn't ready.
    """
    settings = Settings.from_environment()
    return build(load(models or settings.models, alias or settings.model_alias), settings)


def load(models: Path, alias: str) -> Package | PackageError:
    """The package, or what is wrong with it."""
    try:
        return ModelFolder(models).load(alias)
    except PackageError as error:
        return error


def build(package: Package | PackageError, settings: Settings) -> Flask:
    """The service of one package."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1  # the service reads one more
    if isinstance(app.json, DefaultJSONProvider):
        app.json.sort_keys = False  # classes and fields keep the signature's order
        app.json.ensure_ascii = False  # units such as °C stay readable
    service = Service(package, settings)
    add_routes(app, service)
    add_errors(app, settings)
    add_headers(app)
    add_counting(app, service)
    return app


def add_routes(app: Flask, service: Service) -> None:
    """Every route of the service."""
    page = Page(service)
    app.get("/")(page.show)
    app.post("/")(page.submit)
    app.post("/predict")(service.predict)
    app.get("/health")(service.health)
    app.get("/ready")(service.ready)
    app.get("/model")(service.describe)
    app.get("/metrics")(service.show_metrics)
    app.get("/openapi.json")(service.show_openapi)


def add_errors(app: Flask, settings: Settings) -> None:
    """Answer every error as JSON; what isn't foreseen becomes a 500 that shows no internals."""

    @app.errorhandler(BodyError)
    def explain_body(error: BodyError) -> tuple[dict[str, Any], int]:
        return {"error": str(error)}, 400

    @app.errorhandler(RowsError)
    def explain_rows(error: RowsError) -> tuple[dict[str, Any], int]:
        return {"error": str(error), "errors": error.problems}, 422

    @app.errorhandler(RequestEntityTooLarge)
    def explain_size(error: RequestEntityTooLarge) -> tuple[dict[str, Any], int]:
        drain(settings.max_body_bytes * 4)
        size = f"the body is larger than {settings.max_body_bytes} bytes"
        about_bytes = error.description == RequestEntityTooLarge.description
        return {"error": size if about_bytes else error.description}, 413

    @app.errorhandler(NotFound)
    def explain_path(_: NotFound) -> tuple[dict[str, Any], int]:
        return {"error": f"there is no {request.path[:80]}: see /openapi.json"}, 404

    @app.errorhandler(HTTPException)
    def explain_other(error: HTTPException) -> Any:
        response = error.get_response()  # it has what belongs to the status, such as Allow
        response.data = jsonify(error=error.description).data
        response.content_type = "application/json"
        return response


def drain(limit: int) -> None:
    """Read on for a while: a client that is still sending would miss the answer."""
    stream = request.environ["wsgi.input"]
    while limit > 0 and (piece := stream.read(65_536)):
        limit -= len(piece)


def add_headers(app: Flask) -> None:
    """Tell browsers to load nothing from elsewhere and to show the page in no one's frame."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response


def add_counting(app: Flask, service: Service) -> None:
    """Count every answer and its time."""

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        service.metrics.count_request(route, response.status_code, perf_counter() - g.started)
        return response
