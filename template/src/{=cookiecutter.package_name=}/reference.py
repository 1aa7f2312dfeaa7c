"""What the training data looked like: small statistics that drift is measured against.

Where the rows cover a year, everything is counted for each month of the calendar, so that a winter
is compared with winters: against the whole year every winter would be a drift.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import dates
from .package import REFERENCE_FORMAT
from .season import Season, measure_dependence
from .signature import MISSING, Inputs, Predictions, Signature
from .unseen import Unseen

BINS = 100
"""Parts of a number's range that hold about equally many rows: drift is seen to a hundredth."""

LEVELS = 200
"""Categories that are counted by name, the most frequent ones."""

CLASSES = 20
"""Classes whose probabilities are described."""


def describe(
    signature: Signature, inputs: Inputs, unseen: Unseen, times: pd.Series | None = None
) -> dict[str, Any]:
    """Statistics of every field, and of predictions by models that did not see the rows.

    times: when the rows were, in ascending order; None where the table has no time.
    """
    moments = None if times is None else times.to_numpy("datetime64[s]")
    season = Season.find(moments, len(inputs))
    return {
        "format": REFERENCE_FORMAT,
        "rows": len(inputs),
        "time": None if times is None else times.name,
        "since": None if moments is None else str(moments.min()),
        "until": None if moments is None else str(moments.max()),
        "periods": season.count(np.zeros(len(inputs), int), 1),
        "columns": describe_fields(signature, inputs, season),
        "predictions": describe_predictions(
            signature, unseen.predictions, season.take(unseen.rows)
        ),
    }


def describe_fields(signature: Signature, inputs: Inputs, season: Season) -> dict[str, Any]:
    """Every field by its name, in the signature's order."""
    found: dict[str, Any] = {}
    for field, values in zip(signature.numbers, inputs.number.T, strict=False):
        found[field.name] = describe_numbers(values, season)
    place = len(signature.numbers)
    for field in signature.dates:
        found[field.name] = describe_missing("datetime", np.isnan(inputs.number[:, place]), season)
        place += dates.width(field.parts)
    for field, values in zip(signature.categories, inputs.category.T, strict=True):
        found[field.name] = describe_categories(values, season)
    return {field.name: found[field.name] for field in signature.fields}


def describe_missing(kind: str, missing: NDArray[np.bool_], season: Season) -> dict[str, Any]:
    """Of a column's rows, how many have a value and how many have none."""
    return {"type": kind, "missing": season.count(missing.astype(int), 2)}


def describe_numbers(values: NDArray[Any], season: Season) -> dict[str, Any]:
    """Missing values, moments, and how many rows lie up to each edge and above the one before."""
    is_known = np.isfinite(values)
    found = describe_missing("number", ~is_known, season)
    known = np.asarray(values[is_known], dtype=np.float32)
    if len(known) == 0:
        return found
    edges = find_edges(known)
    bins = np.searchsorted(edges, known)
    moments = {
        "mean": known.mean(dtype=float),
        "std": known.std(dtype=float),
        "minimum": known.min(),
        "maximum": known.max(),
    }
    return (
        found
        | {name: float(value) for name, value in moments.items()}
        | {
            "edges": [float(str(edge)) for edge in edges],  # as short as float32 allows
            "counts": season.count(bins, len(edges) + 1, is_known),
            "dependence": measure_dependence(bins.astype(float), season, is_known),
        }
    )


def find_edges(known: NDArray[np.float32]) -> NDArray[np.float32]:
    """Quantiles that are values; a value that fills a whole bin gets an edge on both its sides.

    The first lies below all values, so that what comes below later has a bin of its own.
    """
    levels = np.linspace(0, 1, BINS + 1)
    quantiles = np.quantile(known, levels, method="inverted_cdf").astype(np.float32)
    repeated = quantiles[:-1][quantiles[:-1] == quantiles[1:]]
    below = np.nextafter(np.append(repeated, quantiles[0]), np.float32(-np.inf))
    return np.unique(np.concatenate([quantiles, below]))


def describe_categories(values: NDArray[Any], season: Season) -> dict[str, Any]:
    """How often each category occurs, the rare ones of many together, and how often none."""
    places, labels = pd.factorize(values, sort=True)
    counts = np.bincount(places, minlength=len(labels))
    is_missing = (labels == MISSING)[places]
    frequent = [place for place in np.argsort(-counts, kind="stable") if labels[place] != MISSING]
    kept = sorted(frequent[:LEVELS])
    ranks = np.full(len(labels), len(kept))
    ranks[kept] = np.arange(len(kept))
    bins = ranks[places][~is_missing]
    return describe_missing("category", is_missing, season) | {
        "labels": labels[kept].tolist(),
        "complete": len(frequent) <= LEVELS,
        "counts": season.count(bins, len(kept) + 1, ~is_missing),
        "dependence": max(
            measure_dependence((bins == place).astype(float), season, ~is_missing)
            for place in np.unique(bins)
        )
        if len(bins)
        else 1.0,
    }


def describe_predictions(
    signature: Signature, predictions: Predictions, season: Season
) -> dict[str, Any]:
    """The predicted numbers, or the predicted classes and how probable each is."""
    if predictions.probabilities is None:
        return {"prediction": describe_numbers(predictions.value, season)}
    positive = signature.target.positive
    shares = dict(zip(signature.classes, predictions.probabilities.T, strict=True))
    told = [positive] if positive else list(shares)[:CLASSES]
    return {"prediction": describe_categories(predictions.value, season)} | {
        f"probability {label}": describe_numbers(shares[label], season) for label in told
    }
