"""What the training data looked like: small statistics that drift is measured against."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .signature import MISSING, Inputs, Predictions, Signature

BINS = 20


def describe(signature: Signature, inputs: Inputs, predictions: Predictions) -> dict[str, Any]:
    """Statistics of every field and of the predictions on the same rows."""
    columns = inputs.number.T[: len(signature.numbers)]  # the parts of dates follow
    numbers = zip(signature.numbers, columns, strict=True)
    categories = zip(signature.categories, inputs.category.T, strict=True)
    return {
        "rows": len(inputs),
        "fields": {field.name: describe_numbers(values) for field, values in numbers}
        | {field.name: describe_categories(values) for field, values in categories},
        "predictions": describe_predictions(signature, predictions),
    }


def describe_numbers(values: NDArray[Any]) -> dict[str, Any]:
    """Missing values, moments, and a histogram whose bins hold about equally many rows."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    found: dict[str, Any] = {"type": "number", "missing": len(values) - len(known)}
    if len(known) == 0:
        return found
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)))
    edges = edges if len(edges) > 1 else np.array([edges[0], np.nextafter(edges[0], np.inf)])
    counts, _ = np.histogram(known, edges)
    moments = {
        "mean": known.mean(),
        "std": known.std(),
        "minimum": known.min(),
        "maximum": known.max(),
    }
    return (
        found
        | {name: float(value) for name, value in moments.items()}
        | {"edges": edges.tolist(), "counts": counts.tolist()}
    )


def describe_categories(values: NDArray[Any]) -> dict[str, Any]:
    """How often each category occurs, and how often none."""
    counts = Counter(values.tolist())
    found = {str(label): counts[label] for label in sorted(counts)}
    return {"type": "category", "missing": found.pop(MISSING, 0), "counts": found}


def describe_predictions(signature: Signature, predictions: Predictions) -> dict[str, Any]:
    """The predicted numbers, or how often each class is predicted and how probable it is."""
    if predictions.probabilities is None:
        return describe_numbers(predictions.value)
    shares = zip(signature.target.classes, predictions.probabilities.T, strict=True)
    return describe_categories(predictions.value) | {
        "probabilities": {label: describe_numbers(values) for label, values in shares}
    }
