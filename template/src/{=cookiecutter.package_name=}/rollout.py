"""Whether a challenger may have more of the traffic: how it does beside the champion.

Both are judged by the prediction log alone, on what they answered in the same time. A breach is
only what chance does not explain; with few requests the answer is to wait.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import config_context

from . import metrics
from .config import CanarySettings, Config
from .evaluation import take
from .schema import Schema
from .signature import Predictions
from .store.records import Prediction

State = Literal["ahead", "wait", "breach"]
ALPHA = 0.001
"""How probable a breach by chance may be; there are some looks at every trial."""

SLOWER_MS = 1.0
"""A difference below this is no breach, whatever the ratio."""

RESAMPLES = 200


@dataclass(frozen=True)
class Check:
    """One question about the challenger: how it came out, in words and as a number."""

    state: State
    words: str
    figure: float | None = None


@dataclass(frozen=True)
class Verdict:
    """All the questions, by their names."""

    checks: dict[str, Check]

    @property
    def state(self) -> State:
        """The worst of them decides."""
        states = {check.state for check in self.checks.values()}
        return next(state for state in ("breach", "wait", "ahead") if state in states)

    @property
    def reason(self) -> str:
        """Those that decided, in words."""
        return "; ".join(c.words for c in self.checks.values() if c.state == self.state)

    def to_json(self) -> dict[str, Any]:
        """As results/canary.json holds it."""
        return {"state": self.state, "reason": self.reason, "checks": asdict(self)["checks"]}


def judge(
    schema: Schema, champion: Sequence[Prediction], challenger: Sequence[Prediction], config: Config
) -> Verdict:
    """Ask everything about the rows that the log holds of both, labels beside them."""
    settings = config["canary"]
    answered = [row for row in challenger if row.prediction is not None]
    checks = {
        "requests": count(challenger, settings),
        "errors": compare_errors(challenger, settings),
        "latency": compare_latency(champion, answered, settings),
        "predictions": compare_predictions(schema, champion, answered, settings),
        "score": compare_scores(schema, champion, answered, config),
    }
    return Verdict(checks)


def requests(rows: Sequence[Prediction]) -> dict[str, Prediction]:
    """One row of each request: what failed or took long did so once."""
    return {row.request_id: row for row in rows}


def count(challenger: Sequence[Prediction], settings: CanarySettings) -> Check:
    """Whether there is enough to judge by."""
    found, wanted = len(requests(challenger)), settings["requests"]
    state: State = "ahead" if found >= wanted else "wait"
    return Check(state, f"{found} requests came to the challenger, {wanted} are needed", found)


def compare_errors(challenger: Sequence[Prediction], settings: CanarySettings) -> Check:
    """Requests that the challenger had no answer to."""
    every = requests(challenger).values()
    failed = sum(row.prediction is None for row in every)
    words = f"{failed} of {len(every)} requests failed"
    if not failed:
        return Check("ahead", words, 0.0)
    chance = stats.binomtest(failed, len(every), settings["errors"], "greater").pvalue
    return Check("breach" if chance < ALPHA else "ahead", words, failed / len(every))


def compare_latency(
    champion: Sequence[Prediction], challenger: Sequence[Prediction], settings: CanarySettings
) -> Check:
    """The median time to answer a request, as a multiple of the champion's."""
    old, new = (
        [row.latency_ms for row in requests(rows).values()] for rows in (champion, challenger)
    )
    if not old or not new:
        return Check("ahead", "no latencies to compare")
    before, now = float(np.median(old)), float(np.median(new))
    words = f"a request takes {now:.2f} ms, the champion's {before:.2f}"
    slower = now > before * settings["latency"] and now - before > SLOWER_MS
    surely = slower and stats.mannwhitneyu(new, old, alternative="greater").pvalue < ALPHA
    return Check("breach" if surely else "ahead", words, now / before if before else None)


def compare_predictions(
    schema: Schema,
    champion: Sequence[Prediction],
    challenger: Sequence[Prediction],
    settings: CanarySettings,
) -> Check:
    """How far apart the predictions are: of class shares, or of numbers, from 0 to 1."""
    if not champion or not challenger:
        return Check("ahead", "no predictions to compare")
    measure = distance_of_numbers if schema.task == "regression" else distance_of_classes
    distance, chance = measure(
        [row.prediction for row in champion], [r.prediction for r in challenger]
    )
    words = f"the predictions are {distance:.2f} apart, {settings['distance']:g} is allowed"
    far = distance > settings["distance"] and chance < ALPHA
    return Check("breach" if far else "ahead", words, distance)


def distance_of_numbers(old: list[Any], new: list[Any]) -> tuple[float, float]:
    """The largest difference of the distribution functions, and its probability by chance."""
    found = stats.ks_2samp(old, new)
    return float(found.statistic), float(found.pvalue)


def distance_of_classes(old: list[Any], new: list[Any]) -> tuple[float, float]:
    """Half of the summed differences of the shares, and their probability by chance."""
    table = pd.crosstab(np.repeat([0, 1], [len(old), len(new)]), np.array([*old, *new], object))
    shares = table.div(table.sum(axis=1), axis=0)
    chance = stats.chi2_contingency(table).pvalue if table.shape[1] > 1 else 1.0
    return float(shares.diff().iloc[1].abs().sum() / 2), float(chance)


def compare_scores(
    schema: Schema, champion: Sequence[Prediction], challenger: Sequence[Prediction], config: Config
) -> Check:
    """The main metric on the rows whose truth is known; they need not be the same rows."""
    old, new = ([row for row in rows if row.label is not None] for rows in (champion, challenger))
    least = min(len(old), len(new))
    if least < config["canary"]["labels"]:
        return Check("ahead", f"the truth of {least} rows is known: too few to compare the scores")
    name = config["metric"][schema.task]
    scores = [spread(schema, name, rows, config["seed"]) for rows in (old, new)]
    gains = (scores[1] - scores[0]) * metrics.sign(name)
    high = float(np.quantile(gains[1:], 1 - (1 - config["evaluation"]["confidence"]) / 2))
    words = f"{name} is {scores[1][0]:.3f}, the champion's {scores[0][0]:.3f}"
    return Check("breach" if high < 0 else "ahead", words, float(gains[0]))


def spread(schema: Schema, name: str, rows: list[Prediction], seed: int) -> Any:
    """The metric on all rows, which comes first, and on resamples; shape (1 + RESAMPLES,)."""
    truth = np.array([row.label for row in rows], None if schema.classes else float)
    predictions = to_predictions(schema, rows)
    generator = np.random.default_rng(seed)
    samples = [np.arange(len(rows)), *generator.integers(0, len(rows), (RESAMPLES, len(rows)))]
    measured = (
        metrics.measure(schema, name, truth[rows], take(predictions, rows))
        for rows in samples
        if schema.task == "regression" or len(np.unique(truth[rows])) > 1
    )
    with config_context(skip_parameter_validation=True, assume_finite=True):
        return np.resize(np.fromiter(measured, float), len(samples))


def to_predictions(schema: Schema, rows: list[Prediction]) -> Predictions:
    """What the log holds, as a model answers it."""
    value = np.array([row.prediction for row in rows], None if schema.classes else np.float32)
    if not schema.classes:
        return Predictions(value)
    shares = [json.loads(row.probabilities or "{}") for row in rows]
    matrix = [[found.get(label, 0.0) for label in schema.classes] for found in shares]
    return Predictions(value, np.array(matrix, np.float32))
