"""True labels that come back: POST /feedback joins them to the prediction log."""

from __future__ import annotations

import time
from typing import Any

from ..signature import Target
from ..store.recorder import Recorder
from ..store.records import Feedback, Label
from .body import Repeated
from .fields import enumerate_names, is_whole, shorten, show
from .refusals import Refusal
from .rows import Problem, RowsError
from .service import Answer, Service

KEYS = {"request_id", "row", "label"}
OTHER_WORKERS = 3
"""Flush intervals after which every worker has written what it answered before."""


def learn(service: Service, body: Any) -> Answer:
    """Join the labels of an object or a list of objects; all of them or none."""
    if service.recorder is None:
        raise Refusal(404, "the prediction log is switched off: there is nothing to join labels to")
    given = body if type(body) is list else [body]
    if not given:
        raise RowsError([Problem(row=None, field=None, message="the list holds no label")])
    service.refuse_too_many(given)
    target = service.model.package.signature.target
    refuse([problem for row, item in enumerate(given) for problem in check(row, item, target)])
    labels = join(service.recorder, given)
    service.metrics.labels.inc(len(labels))
    return {"labelled": len(labels)}


def refuse(problems: list[Problem]) -> None:
    """End the request with 422 where there are problems."""
    if problems:
        raise RowsError(problems)


def check(row: int, item: Any, target: Target) -> list[Problem]:
    """What is wrong with one label, apart from the log."""
    if isinstance(item, Repeated):
        message = f"{enumerate_names(item.repeated)} is given more than once"
        return [Problem(row=row, field=None, message=message)]
    if type(item) is not dict:
        message = f"a label must be an object, not {show(item)}"
        return [Problem(row=row, field=None, message=message)]
    messages = {
        name: f"{name} is unknown; known are {', '.join(sorted(KEYS))}"
        for name in map(shorten, item.keys() - KEYS)
    }
    if not is_whole(item.get("request_id")):
        messages["request_id"] = "request_id must be the text that /predict answered"
    if "row" in item and not (type(item["row"]) is int and item["row"] >= 0):
        messages["row"] = f"row must be a whole number from 0, not {show(item['row'])}"
    if not fits(item.get("label"), target):
        messages["label"] = f"label must be {describe(target)}, not {show(item.get('label'))}"
    return [Problem(row=row, field=name, message=text) for name, text in messages.items()]


def fits(label: Any, target: Target) -> bool:
    """Whether a label can be true."""
    if target.classes:
        return type(label) is str and label in target.classes
    return type(label) in (int, float) and abs(label) <= 1e300


def describe(target: Target) -> str:
    """What can be true, in words."""
    return f"one of {enumerate_names(target.classes)}" if target.classes else "a number"


def join(recorder: Recorder, given: list[dict[str, Any]]) -> list[Feedback]:
    """Write every label beside its prediction; 404 names requests that are not in the log."""
    wanted = {str(item["request_id"]) for item in given}
    rows = count_rows(recorder, wanted)
    if missing := sorted(wanted - rows.keys()):
        raise Refusal(404, f"no prediction is logged under {enumerate_names(missing)}")
    refuse([problem for row, item in enumerate(given) for problem in check_row(row, item, rows)])
    labels = [to_feedback(item) for item in given]
    with recorder.borrow() as store:
        store.label(labels)
    return labels


def count_rows(recorder: Recorder, wanted: set[str]) -> dict[str, int]:
    """Rows of each request, also of one that another worker answered a moment ago."""
    for _ in range(OTHER_WORKERS):
        with recorder.borrow() as store:
            rows = store.count_rows(wanted)
        if rows.keys() == wanted:
            break
        time.sleep(recorder.seconds)
    return rows


def check_row(row: int, item: dict[str, Any], rows: dict[str, int]) -> list[Problem]:
    """Which row is meant must be clear."""
    count = rows[item["request_id"]]
    if "row" not in item and count > 1:
        message = f"row is missing: the request had {count} rows, numbered from 0"
    elif item.get("row", 0) >= count:
        message = f"row must be below {count}, the number of rows of the request"
    else:
        return []
    return [Problem(row=row, field="row", message=message)]


def to_feedback(item: dict[str, Any]) -> Feedback:
    """One label; the row of a request with one row need not be said."""
    label: Label = item["label"]
    return Feedback(item["request_id"], item.get("row", 0), label)
