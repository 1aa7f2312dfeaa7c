"""Two models on the same rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context

from . import evaluation, features, metrics
from .config import Config
from .evaluation import Score, Spread
from .package import Package
from .schema import Schema
from .signature import Predictions


@dataclass(frozen=True)
class Comparison:
    """The main metric of both, and what the challenger gains.

    gain: with its interval, by paired bootstrap; turned so that more is better.
    slices: by sensitive column, both metrics and the gain; None where there are too few rows.
    """

    metric: str
    rows: int
    challenger: float
    champion: float
    gain: Score
    confidence: float
    slices: dict[str, dict[str, Any]]

    @property
    def size(self) -> float:
        """What a gain is measured by: the champion's score without its sign."""
        return abs(self.champion)

    def describe(self) -> str:
        """In a sentence."""
        gain = self.gain
        return (
            f"{self.metric} is {self.challenger:.3f}, the champion's {self.champion:.3f} on the "
            f"same {self.rows} rows: a gain of {gain.value:+.3f} "
            f"({gain.low:+.3f} to {gain.high:+.3f})"
        )

    def to_json(self) -> dict[str, Any]:
        """Plain dicts."""
        return asdict(self)


def compare(
    schema: Schema, challenger: Package, champion: Package, test: pd.DataFrame, config: Config
) -> Comparison:
    """Both packages on `test`, in the order of time where there is time."""
    ours, theirs = (
        package.predict(features.to_inputs(package.signature, test))
        for package in (challenger, champion)
    )
    return compare_answers(schema, ours, theirs, test, config, config["evaluation"]["confidence"])


def compare_answers(
    schema: Schema,
    challenger: Predictions,
    champion: Predictions,
    test: pd.DataFrame,
    config: Config,
    confidence: float,
) -> Comparison:
    """What both said to the rows of `test`. confidence: of the interval."""
    name, settings = config["metric"][schema.task], config["evaluation"]
    truth = features.to_target(schema, test)
    drawn = min(len(truth), settings["resample_rows"])
    samples = [np.arange(len(truth))]
    samples += evaluation.resample(schema, truth, drawn, settings["resamples"], config["seed"])
    answers = (challenger, champion)
    with config_context(skip_parameter_validation=True, assume_finite=True):
        ours, theirs = (
            evaluation.measure_samples(schema, [name], truth, found, samples)[name]
            for found in answers
        )
        slices = [
            evaluation.score_slices(
                schema, truth, found, test, name, settings["slice_rows"], schema.sensitive
            )
            for found in answers
        ]
    spread = Spread(confidence, (drawn / len(truth)) ** 0.5)
    return Comparison(
        metric=name,
        rows=len(truth),
        challenger=float(ours[0]),
        champion=float(theirs[0]),
        gain=spread.summarise((ours - theirs) * metrics.sign(name)),
        confidence=confidence,
        slices={label: pair(name, found, slices[1][label]) for label, found in slices[0].items()},
    )


def pair(metric: str, ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """A slice's score under both models."""
    new, old = ours["value"], theirs["value"]
    gain = None if new is None or old is None else (new - old) * metrics.sign(metric)
    return {"rows": ours["rows"], "challenger": new, "champion": old, "gain": gain}
