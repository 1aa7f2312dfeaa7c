"""The way of every protocol to a prediction."""

from __future__ import annotations

from typing import Any

from flask import g

from ..service import Answer, Service


def predict(service: Service, rows: list[Any]) -> Answer:
    """What /predict answers to these rows, once the prediction log has room for them."""
    service.wait_for_room()
    return service.predict(rows, g.request_id, g.started)
