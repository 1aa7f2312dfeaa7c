"""What every answer leaves behind: a count, and a line where ACCESS_LOG=yes wants one."""

from __future__ import annotations

import logging

from .service import Service

log = logging.getLogger(__name__)


def finish(service: Service, request_id: str, route: str, status: int, seconds: float) -> None:
    """Count one answer; tell of it where the access log is on, for a line takes its time."""
    service.metrics.count_request(route, status, seconds)
    if service.settings.access_log == "yes":
        known = {"request_id": request_id, "route": route, "status": status}
        log.info("answered", extra=known | {"milliseconds": round(seconds * 1000, 3)})
