"""What all pages share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, make_response, render_template, request

from ..refusals import FORESEEN, Refusal, explain
from ..service import Service

PAGES = (
    ("form", "Predict"),
    ("predictions", "Predictions"),
    ("monitoring", "Monitoring"),
    ("model", "Model"),
)
"""The endpoints in the navigation, and what they are called there."""

Page = Callable[[], Any]


def render(name: str, service: Service, **words: Any) -> str:
    """The page's template, with the navigation around it."""
    package = service.served.package if service.served else None
    return render_template(f"{name}.html", pages=PAGES, page=name, package=package, **words)


def shown(service: Service, page: Page) -> Page:
    """A page, or one that says why there is none; neither is kept by browsers or proxies."""

    @wraps(page)
    def show() -> Response:
        try:
            response = make_response(page())
        except FORESEEN as error:
            status, answer = explain(error, g.request_id)
            response = make_response(render("message", service, answer=answer), status)
        response.headers["Cache-Control"] = "no-store"
        return response

    return show


def by_accept(page: Page, program: Page) -> Page:
    """Who asks for HTML gets the page; everyone else what programs read."""

    @wraps(page)
    def choose() -> Response:
        wanted = request.accept_mimetypes.best_match(["application/json", "text/html"])
        response = make_response(page() if wanted == "text/html" else program())
        response.vary.add("Accept")
        return response

    return choose


def refuse_foreign_form() -> None:
    """Another site's page must not send this one's forms: nobody would notice.

    As Go's CrossOriginProtection does: browsers tell, and who isn't a browser may do it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is None:
        is_own = origin is None or origin.partition("://")[2] == request.host
    else:
        is_own = site in ("same-origin", "none")
    if not is_own:
        raise Refusal(403, "this form was sent by another site's page")
