"""Predictions as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..signature import Predictions
from .rows import Problem, RowsError


def to_json(predictions: Predictions, classes: tuple[str, ...]) -> list[dict[str, Any]]:
    """One object for each row: the prediction, and for classes their probabilities."""
    refuse_infinite(predictions)
    values = predictions.value.tolist()
    if predictions.probabilities is None:
        return [{"prediction": value} for value in values]
    shares = predictions.probabilities.tolist()
    return [
        {"prediction": value, "probabilities": dict(zip(classes, share, strict=True))}
        for value, share in zip(values, shares, strict=True)
    ]


def refuse_infinite(predictions: Predictions) -> None:
    """JSON has no infinity: name the rows that are too large for the model's arithmetic."""
    answer = predictions.value if predictions.probabilities is None else predictions.probabilities
    finite = np.isfinite(answer)
    if not finite.all():
        rows = np.flatnonzero(~finite.reshape(len(answer), -1).all(axis=1)).tolist()
        message = "the model has no answer for this row: its numbers are too large"
        raise RowsError([Problem(row=row, field=None, message=message) for row in rows])
