"""Where the pages are."""

from __future__ import annotations

from flask import Flask

from ..routes import Routes
from ..service import Service
from .form import Form
from .history import Past
from .layout import by_accept, shown
from .model import About
from .monitoring import Watch


def add_pages(app: Flask, service: Service, routes: Routes) -> None:
    """Every page; layout.PAGES are the endpoints to which the navigation leads."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    past = Past(service)
    form, about, watch = Form(service, past), About(service), Watch(service, past)
    model = by_accept(shown(service, about.show), routes.describe)
    app.get("/", endpoint="form")(shown(service, form.show))
    app.post("/", endpoint="submit")(shown(service, form.submit))
    app.get("/predictions", endpoint="predictions")(shown(service, past.show))
    app.get("/predictions.csv", endpoint="download")(shown(service, past.download))
    app.get("/monitoring", endpoint="monitoring")(shown(service, watch.show))
    app.get("/model", endpoint="model")(model)
