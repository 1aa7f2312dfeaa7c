"""What was predicted before, from the prediction log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import chain
from threading import BoundedSemaphore
from typing import Any

from flask import Response, request, url_for

from ...store.history import History, Window, key_of
from ...store.records import Prediction
from ..refusals import Refusal
from ..service import Service
from .download import write_csv
from .filters import LABELLED, ROUTES, Filters, read, write_key
from .layout import render
from .lines import Logged, make_line, read_row

LIMIT = 50
"""Predictions on a page."""

MOST = 10_000
"""Up to here they are counted."""

SECONDS = 2.0
"""How long the log may be read for a page."""

READERS = 2
"""So many may read the log at once: it must not keep the service from its work."""

OFF = "the prediction log is switched off (PREDICTIONS=off)"
HIDDEN = (
    "what was predicted is shown on this machine only. Where everyone who reaches the service may "
    "see what it was asked, start it with SHOW_PREDICTIONS=yes"
)


class Past:
    """The pages that read the log."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.turns = BoundedSemaphore(READERS)

    def show(self) -> tuple[str, int]:
        """GET /predictions: the newest ones that the filters name, and what turned out true."""
        filters = read(request.args)
        found: list[Prediction] = []
        count = 0
        with self.reading() as log:
            if not filters.problems:
                found = log.page(filters.window, LIMIT, filters.before)
                count = log.count(filters.window, MOST + 1)
        page = render(
            "predictions",
            self.service,
            filters=filters,
            routes=ROUTES,
            answers=tuple(LABELLED),
            lines=[make_line(prediction) for prediction in found],
            count=f"more than {MOST:,}" if count > MOST else f"{count:,}",
            older=address("predictions", filters, found[-1]) if len(found) == LIMIT else None,
            newest=address("predictions", filters) if filters.before else None,
            download=address("download", filters),
        )
        return page, 422 if filters.problems else 200

    def download(self) -> Response | tuple[str, int]:
        """GET /predictions.csv: all that the filters name, the oldest first, while it is read."""
        filters = read(request.args)
        if filters.problems:
            return self.show()
        signature = self.service.model.package.signature
        with ExitStack() as turn:
            log = turn.enter_context(self.reading())
            pieces = write_csv(log.stream(filters.window, rows=1_000), signature)
            first = next(pieces)  # what is wrong with the log is told before the answer begins
            response = Response(chain([first], pieces), mimetype="text/csv")
            response.call_on_close(turn.pop_all().close)
        response.headers["Content-Disposition"] = 'attachment; filename="predictions.csv"'
        return response

    def find(self, query: Mapping[str, str]) -> Logged:
        """One row that was predicted before."""
        with self.reading() as log:
            found = log.page(Window(request_id=query["request_id"]), limit=MOST)
        for prediction in found:
            is_meant = prediction.route == query.get("route", prediction.route)
            if is_meant and str(prediction.row) == query.get("row", "0"):
                return Logged(prediction, read_row(prediction))
        raise Refusal(404, "no such prediction is in the log")

    @contextmanager
    def reading(self) -> Iterator[History]:
        """The log, if it may be shown and not too many read it now."""
        settings = self.service.settings
        if settings.predictions is None:
            raise Refusal(404, OFF)
        if not settings.shows_predictions(request.host):
            raise Refusal(403, HIDDEN)
        if not self.turns.acquire(blocking=False):
            raise Refusal(503, "others are reading the prediction log: try again in a moment")
        try:
            yield History(settings.predictions, SECONDS)
        finally:
            self.turns.release()


def address(page: str, filters: Filters, before: Prediction | None = None) -> str:
    """A page with the same filters."""
    query: dict[str, Any] = {name: text for name, text in filters.texts.items() if text}
    if before:
        query["before"] = write_key(key_of(before))
    return url_for(page, **query)
