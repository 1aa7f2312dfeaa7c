"""The way of every protocol to a prediction."""

from __future__ import annotations

from typing import Any

from flask import g, request

from ..service import Answer, Service


def predict(service: Service, rows: list[Any], *, pinned: bool = False) -> Answer:
    """What /predict answers to these rows, once the prediction log has room for them."""
    service.wait_for_room()
    key = request.headers.get("X-Routing-Key", "")
    return service.predict(rows, g.request_id, g.started, key=key, pinned=pinned)
