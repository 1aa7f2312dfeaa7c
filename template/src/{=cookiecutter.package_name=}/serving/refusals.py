"""Why a request is refused, and with which status."""

from __future__ import annotations

import logging
from typing import Any

from ..store.records import StoreError
from .body import BodyError
from .rows import RowsError

STATUSES: dict[type[Exception], int] = {BodyError: 400, RowsError: 422, StoreError: 503}


class Refusal(Exception):  # noqa: N818 - it is an answer more than an error
    """The request gets this status and this message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


log = logging.getLogger(__name__)

FORESEEN: tuple[type[Exception], ...] = (Refusal, *STATUSES)


def explain(error: Exception, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and answer for one of FORESEEN."""
    answer: dict[str, Any] = {"error": str(error)}
    if isinstance(error, RowsError):
        answer["errors"] = error.problems
    status = error.status if isinstance(error, Refusal) else STATUSES[type(error)]
    return status, answer | {"request_id": request_id}


def report_failure(error: BaseException, request_id: str) -> dict[str, Any]:
    """Log what was not foreseen; the answer shows no internals."""
    log.error("a request failed", exc_info=error, extra={"request_id": request_id})
    words = "the service failed; its log says why under the request's id"
    return {"error": words, "request_id": request_id}
