"""Which predictions a page shows: the query of its address as a window of the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from ...store.history import Key, Window
from ...store.records import Route, to_text

ROUTES: tuple[Route, ...] = get_args(Route)
LABELLED = {"yes": True, "no": False}
NAMES = ("since", "until", "version", "route", "labelled", "request_id")
"""The controls of the form, in its order."""


@dataclass(frozen=True)
class Filters:
    """What was asked for, as it was typed and as the log is asked."""

    texts: dict[str, str]
    window: Window
    before: Key | None
    problems: dict[str, str]


def read(query: Mapping[str, str]) -> Filters:
    """The filters of a page; what can't be understood is told and left out."""
    texts = {name: query.get(name, "").strip() for name in NAMES}
    found: dict[str, Any] = {}
    problems = {}
    for name in [*NAMES, "before"]:
        text = query.get(name, "").strip()
        try:
            found[name] = READERS.get(name, str)(text) if text else None
            if name in ("since", "until") and text:
                texts[name] = found[name][:19]  # as a browser's control for times wants it
        except ValueError as error:
            problems[name] = str(error)
            found[name] = None
    before = found.pop("before")
    return Filters(texts, Window(**found), before, problems)


def read_time(text: str) -> str:
    """A time as the log writes it; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return to_text(moment.timestamp())
    except (ValueError, OverflowError, OSError):
        raise ValueError("must be a time such as 2026-01-31T10:00") from None


def one_of(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    """A reader of one of some words."""

    def read_choice(text: str) -> Any:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return choices[text]

    return read_choice


read_route = one_of({route: route for route in ROUTES})


def write_key(key: Key) -> str:
    """The place in the log as part of an address."""
    return ",".join(str(part) for part in key)


def read_key(text: str) -> Key:
    """Read what `write_key` wrote."""
    time, _, rest = text.partition(",")
    try:
        request_id, route, row = rest.rsplit(",", 2)
        return time, request_id, read_route(route), int(row[:18])
    except ValueError:
        raise ValueError("this page's address is not whole: begin again with the newest") from None


READERS: dict[str, Callable[[str], Any]] = {
    "since": read_time,
    "until": read_time,
    "route": read_route,
    "labelled": one_of(LABELLED),
    "before": read_key,
}
