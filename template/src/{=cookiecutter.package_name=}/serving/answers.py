"""Predictions as JSON."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..signature import Predictions
from .rows import Problem, RowsError

NO_ANSWER = "the model has no answer for this row: its numbers are too large"


def to_json(predictions: Predictions, classes: tuple[str, ...]) -> list[dict[str, Any]]:
    """One object for each row: the prediction, and for classes their probabilities."""
    values = predictions.value.tolist()
    if predictions.probabilities is None:
        refuse_infinite([[value] for value in values])
        return [{"prediction": value} for value in values]
    shares = predictions.probabilities.tolist()
    refuse_infinite(shares)
    return [
        {"prediction": value, "probabilities": dict(zip(classes, share, strict=True))}
        for value, share in zip(values, shares, strict=True)
    ]


def refuse_infinite(rows: list[list[float]]) -> None:
    """JSON has no infinity: name the rows that are too large for the model's arithmetic."""
    bad = [row for row, numbers in enumerate(rows) if not isfinite(sum(numbers))]
    if bad:
        raise RowsError([Problem(row=row, field=None, message=NO_ANSWER) for row in bad])
