"""Pictures of a model's quality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    PrecisionRecallDisplay,
    PredictionErrorDisplay,
    RocCurveDisplay,
)

from .schema import Schema
from .signature import Predictions

matplotlib.use("agg")  # draws to files; no screen is needed

WORDED = 30
"""Up to so many classes have their names and numbers in the confusion matrix."""
CURVES = 5
"""How many classes a multiclass picture draws a curve for: the most frequent ones."""


def draw(schema: Schema, truth: Any, predictions: Predictions) -> dict[str, Figure]:
    """Every picture that fits the task, by name."""
    if schema.task == "regression":
        kinds = {"predictions": "actual_vs_predicted", "residuals": "residual_vs_predicted"}
        return {name: draw_errors(truth, predictions, kind) for name, kind in kinds.items()}
    return {
        "confusion": draw_confusion(truth, predictions),
        "roc": draw_curves(schema, truth, predictions, RocCurveDisplay.from_predictions),
        "precision_recall": draw_curves(
            schema, truth, predictions, PrecisionRecallDisplay.from_predictions
        ),
        "calibration": draw_curves(schema, truth, predictions, draw_calibration),
    }


def draw_errors(truth: Any, predictions: Predictions, kind: str) -> Figure:
    """Points of a regression, one for each row."""
    figure, axes = blank()
    PredictionErrorDisplay.from_predictions(truth, predictions.value, kind=kind, ax=axes)
    return figure


def draw_confusion(truth: Any, predictions: Predictions) -> Figure:
    """How many rows of each class were called what; in words where there is room for words."""
    figure, axes = blank()
    few = len({*truth, *predictions.value}) <= WORDED
    ConfusionMatrixDisplay.from_predictions(
        truth,
        predictions.value,
        include_values=few,
        ax=axes,
        cmap="Blues",
        colorbar=not few,
        xticks_rotation="vertical",
    )
    if not few:
        axes.set(xticks=[], yticks=[])
    return figure


def draw_curves(
    schema: Schema, truth: Any, predictions: Predictions, draw_one: Callable[..., Any]
) -> Figure:
    """One curve for the positive class, or one for each of the most frequent classes."""
    figure, axes = blank()
    labels = [schema.positive] if schema.positive else frequent(truth)
    for label in labels:
        share = predictions.of_class(schema.classes.index(label))
        draw_one(truth == label, share, name=label, ax=axes)
    return figure


def draw_calibration(truth: Any, share: Any, name: str, ax: Any) -> None:
    """How often an event came true, against the probability it was given."""
    CalibrationDisplay.from_predictions(
        truth, share, n_bins=8, strategy="quantile", name=name, ax=ax
    )


def frequent(truth: Any) -> list[str]:
    """The classes with most rows."""
    labels = sorted(set(truth), key=lambda label: -(truth == label).sum())
    return labels[:CURVES]


def blank() -> tuple[Figure, Any]:
    """An empty picture of its own: nothing is shared with pyplot's global state."""
    figure = Figure(figsize=(6, 5), dpi=110, layout="constrained")
    return figure, figure.add_subplot()
