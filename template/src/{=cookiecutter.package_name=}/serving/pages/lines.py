"""Rows of the log as people read them."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from ...store.records import Label, Prediction
from .words import show_number, show_share, show_value


class Logged(NamedTuple):
    """A prediction that was made, and the row it was made for."""

    prediction: Prediction
    row: dict[str, Any]


class Line(NamedTuple):
    """One line of the table of predictions."""

    logged: Prediction
    time: str
    answer: str
    share: str
    truth: str
    verdict: str
    features: dict[str, str]


def make_line(logged: Prediction) -> Line:
    """What the table shows of a prediction."""
    shares = read_object(logged.probabilities or "{}")
    share = shares.get(str(logged.prediction))
    return Line(
        logged=logged,
        time=logged.time[:19].replace("T", " "),
        answer="no answer" if logged.prediction is None else show_label(logged.prediction),
        share=show_share(share) if isinstance(share, float | int) else "",
        truth="" if logged.label is None else show_label(logged.label),
        verdict=judge(logged),
        features={name: show_value(value) for name, value in read_row(logged).items()},
    )


def judge(logged: Prediction) -> str:
    """How far from the truth it was, where that is known."""
    label, prediction = logged.label, logged.prediction
    if label is None or prediction is None:
        return ""
    if isinstance(label, float | int) and isinstance(prediction, float | int):
        return f"{show_number(prediction - label, '+')} off"
    return "right" if str(label) == str(prediction) else "wrong"


def show_label(label: Label | None) -> str:
    """A class, or a number; a challenger may have had no answer."""
    if label is None:
        return "no answer"
    return label if isinstance(label, str) else show_number(label)


def read_row(logged: Prediction) -> dict[str, Any]:
    """The fields that were sent."""
    return read_object(logged.features)


def read_object(text: str) -> dict[str, Any]:
    """A JSON object; nothing where someone wrote something else into the log."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
