"""Search hyper-parameters by cross-validation and fit the best model on all training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import optuna
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from . import features
from .config import Config, Recipe
from .errors import LineError
from .metrics import scorer
from .schema import Schema
from .signature import Signature

Trial = dict[str, Any]
Rows = NDArray[np.int_]
MINIMUM_CLASSES = 2


class TrainingError(LineError):
    """There is nothing to learn from as things are."""


@dataclass(frozen=True)
class Training:
    """A fitted pipeline and how it was found."""

    pipeline: Pipeline
    parameters: dict[str, Any]
    score: float
    trials: list[Trial]
    model: str

    def to_json(self) -> dict[str, Any]:
        """As results/training.json holds it."""
        names = ("model", "parameters", "score", "trials")
        return {name: getattr(self, name) for name in names}


def train(
    schema: Schema, table: pd.DataFrame, config: Config, on_trial: Callable[[Trial], None]
) -> Training:
    """Search, then fit. `table` holds the training rows, in time's order where there is time.

    on_trial: called after each set of parameters, with it and its score.
    """
    signature = schema.signature(example={})
    frame = features.to_frame(features.to_inputs(signature, table))
    target = features.to_target(schema, table)
    absent = sorted(set(schema.classes) - set(target))
    if schema.task != "regression" and absent:
        raise TrainingError(f"no training row is of class {', '.join(absent)} of {schema.target}")
    recipe = config["model"]["regressor" if schema.task == "regression" else "classifier"]

    def build(parameters: dict[str, Any]) -> Pipeline:
        return build_pipeline(signature, config, recipe, parameters)

    folds = list(choose_folds(schema, table, target, config["training"]["folds"], config["seed"]))
    scoring = scorer(config["metric"][schema.task], schema)

    def score(parameters: dict[str, Any]) -> float:
        scores = cross_val_score(
            build(parameters), frame, target, scoring=scoring, cv=folds, error_score="raise"
        )
        return float(np.mean(scores))

    settings = config["training"]
    with threadpool_limits(settings["threads"]):
        trials = search(score, recipe["search"], settings["trials"], config["seed"], on_trial)
        best = max(trials, key=lambda trial: trial["score"])
        pipeline = build(best["parameters"]).fit(frame, target)
    return Training(pipeline, best["parameters"], best["score"], trials, config["model"]["name"])


def build_pipeline(
    signature: Signature, config: Config, recipe: Recipe, parameters: dict[str, Any]
) -> Pipeline:
    """Feature steps and estimator, not fitted."""
    module, _, name = recipe["estimator"].rpartition(".")
    estimator = getattr(import_module(module), name)(**recipe["fixed"], **parameters)
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=config["seed"])
    steps = features.build(signature, config["features"], config["model"]["scale"])
    return Pipeline([("features", steps), ("model", estimator)])


def choose_folds(
    schema: Schema, table: pd.DataFrame, target: NDArray[Any], folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Rows to fit on and rows to score on: later ones where there is time."""
    if schema.time is not None:
        found = split_by_time(table[schema.time], folds)
    else:
        kind = KFold if schema.task == "regression" else StratifiedKFold
        found = kind(folds, shuffle=True, random_state=seed).split(table, target)
    for fit, score in found:
        if schema.task != "regression":
            check_classes(schema, target[fit], target[score])
        yield fit, score


def split_by_time(times: pd.Series, folds: int) -> Iterator[tuple[Rows, Rows]]:
    """Expanding windows; rows of one moment stay on one side."""
    moments = np.unique(times)
    if len(moments) <= folds:
        raise TrainingError(f"{len(moments)} moments are too few for {folds} training.folds")
    for fit, score in TimeSeriesSplit(folds).split(moments):
        yield np.flatnonzero(times.isin(moments[fit])), np.flatnonzero(times.isin(moments[score]))


def check_classes(schema: Schema, fit: NDArray[Any], score: NDArray[Any]) -> None:
    """A model can't learn, and most metrics can't judge, from one class alone."""
    if len(set(fit)) < MINIMUM_CLASSES or len(set(score)) < MINIMUM_CLASSES:
        raise TrainingError(
            f"a fold of the cross-validation holds one class of {schema.target} only: "
            "use fewer training.folds, or more rows"
        )


def search(
    score: Callable[[dict[str, Any]], float],
    space: dict[str, Any],
    trials: int,
    seed: int,
    on_trial: Callable[[Trial], None],
) -> list[Trial]:
    """Try `trials` sets of parameters out of `space`; higher scores are better."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    done: list[Trial] = []
    for _ in range(trials):
        trial = study.ask()
        parameters = {name: suggest(trial, name, choice) for name, choice in space.items()}
        value = score(parameters)
        if not np.isfinite(value):
            raise TrainingError(f"{parameters} give no finite score: check metric and target")
        study.tell(trial, value)
        done.append({"parameters": parameters, "score": value})
        on_trial(done[-1])
    return done


def suggest(trial: optuna.Trial, name: str, choice: dict[str, Any]) -> Any:
    """One value of {choices: […]} or {low: …, high: …, log: …}; integer limits mean integers."""
    if "choices" in choice:
        return trial.suggest_categorical(name, choice["choices"])
    low, high, log = choice["low"], choice["high"], choice.get("log", False)
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(name, low, high, log=log)
    return trial.suggest_float(name, low, high, log=log)
