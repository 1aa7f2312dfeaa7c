"""What is measured, by task, and how predictions of scikit-learn come to be measured.

conf/config.yaml names the one metric of each task that the search and the gate look at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from .schema import Schema
from .signature import Predictions, Signature

Truth = NDArray[Any]
Metric = Callable[[Schema, Truth, Predictions], float]


def positive_share(schema: Schema, predictions: Predictions) -> NDArray[np.float32]:
    """Probability of the positive class, shape (rows,); schema.check_target made sure of one."""
    return predictions.of_class(schema.classes.index(schema.positive or ""))


def is_positive(schema: Schema, truth: Truth) -> NDArray[np.bool_]:
    """Which rows are of the positive class."""
    return np.asarray(truth == schema.positive)


METRICS: dict[str, dict[str, Metric]] = {
    "binary": {
        "roc_auc": lambda s, t, p: metrics.roc_auc_score(is_positive(s, t), positive_share(s, p)),
        "average_precision": lambda s, t, p: metrics.average_precision_score(
            is_positive(s, t), positive_share(s, p)
        ),
        "log_loss": lambda s, t, p: metrics.log_loss(t, p.probabilities, labels=s.classes),
        "brier": lambda s, t, p: metrics.brier_score_loss(is_positive(s, t), positive_share(s, p)),
        "accuracy": lambda s, t, p: metrics.accuracy_score(t, p.value),
        "balanced_accuracy": lambda s, t, p: metrics.recall_score(t, p.value, average="macro"),
        "f1": lambda s, t, p: metrics.f1_score(t, p.value, pos_label=s.positive, zero_division=0),
    },
    "multiclass": {
        "balanced_accuracy": lambda s, t, p: metrics.recall_score(
            t, p.value, labels=np.unique(t), average="macro", zero_division=0
        ),
        "accuracy": lambda s, t, p: metrics.accuracy_score(t, p.value),
        "f1_macro": lambda s, t, p: metrics.f1_score(t, p.value, average="macro", zero_division=0),
        "log_loss": lambda s, t, p: metrics.log_loss(t, p.probabilities, labels=s.classes),
    },
    "regression": {
        "mae": lambda s, t, p: metrics.mean_absolute_error(t, p.value),
        "rmse": lambda s, t, p: metrics.root_mean_squared_error(t, p.value),
        "r2": lambda s, t, p: metrics.r2_score(t, p.value),
    },
}
BLOCK = 50_000
"""Rows that are predicted at once: every step of the pipeline holds them in a form of its own."""
LOWER_IS_BETTER = {"log_loss", "brier", "mae", "rmse"}


def measure(schema: Schema, name: str, truth: Truth, predictions: Predictions) -> float:
    """One metric, by its name in METRICS."""
    return float(METRICS[schema.task][name](schema, truth, predictions))


def goodness(schema: Schema, name: str, truth: Truth, predictions: Predictions) -> float:
    """The metric, turned so that higher is better."""
    return measure(schema, name, truth, predictions) * sign(name)


def sign(name: str) -> int:
    """1 for a metric that is better when it is higher, -1 for an error."""
    return -1 if name in LOWER_IS_BETTER else 1


def scorer(name: str, schema: Schema) -> Callable[[Any, Any, Truth], float]:
    """The metric as scikit-learn's cross-validation calls it."""
    return lambda model, frame, truth: goodness(schema, name, truth, predict(schema, model, frame))


def predict(schema: Schema | Signature, model: Any, frame: Any) -> Predictions:
    """A scikit-learn model's answers; a class it never saw has probability 0."""
    blocks = range(0, max(len(frame), 1), BLOCK)
    return Predictions.join(
        [predict_block(schema, model, frame[start : start + BLOCK]) for start in blocks]
    )


def predict_block(schema: Schema | Signature, model: Any, frame: Any) -> Predictions:
    """The answers for some rows."""
    if schema.task == "regression":
        return Predictions(np.asarray(model.predict(frame)).ravel())
    seen = [schema.classes.index(label) for label in model.classes_]
    probabilities = np.zeros((len(frame), len(schema.classes)), dtype=np.float32)
    probabilities[:, seen] = model.predict_proba(frame)
    return Predictions(model.predict(frame), probabilities)
