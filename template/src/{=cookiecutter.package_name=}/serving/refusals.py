"""Why a request is refused, and with which status."""

from __future__ import annotations

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


FORESEEN: tuple[type[Exception], ...] = (Refusal, *STATUSES)


def explain(error: Exception) -> tuple[int, dict[str, Any]]:
    """Status and answer for one of FORESEEN."""
    answer: dict[str, Any] = {"error": str(error)}
    if isinstance(error, RowsError):
        answer["errors"] = error.problems
    return error.status if isinstance(error, Refusal) else STATUSES[type(error)], answer
