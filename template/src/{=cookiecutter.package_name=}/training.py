"""Search hyper-parameters by cross-validation and fit the best model on all training rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import optuna
import pandas as pd
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from . import features, folds
from .config import Config, Recipe
from .errors import LineError
from .metrics import Truth, scorer
from .schema import Schema
from .signature import Inputs, Signature

Trial = dict[str, Any]


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
    schema: Schema,
    table: pd.DataFrame,
    config: Config,
    on_trial: Callable[[Trial], None],
    read_all: Callable[[], tuple[Inputs, Truth]] | None = None,
) -> Training:
    """Search, then fit. `table` holds training rows, in time's order where there is time.

    on_trial: called after each set of parameters, with it and its score.
    read_all: reads the inputs and targets of all rows, where `table` is a sample of them.
    """
    signature = schema.signature(example={})
    inputs, target = features.to_inputs(signature, table), features.to_target(schema, table)
    if read_all is None:
        refuse_absent(schema, target)
    recipe = config["model"]["regressor" if schema.task == "regression" else "classifier"]

    def build(parameters: dict[str, Any]) -> Pipeline:
        return build_pipeline(signature, config, recipe, parameters)

    settings, seed = config["training"], config["seed"]
    parts = list(folds.choose(schema, table, target, settings["folds"], seed))
    frame = features.to_frame(inputs)
    scoring = scorer(config["metric"][schema.task], schema)

    def score(parameters: dict[str, Any]) -> float:
        scores = cross_val_score(
            build(parameters), frame, target, scoring=scoring, cv=parts, error_score="raise"
        )
        return float(np.mean(scores))

    with threadpool_limits(settings["threads"]):
        trials = search(score, recipe["search"], settings["trials"], seed, on_trial)
    best = max(trials, key=lambda trial: trial["score"])
    rows, answers = (inputs, target) if read_all is None else read_all()
    with threadpool_limits(settings["threads"] if read_all is None else None):
        pipeline = build(best["parameters"]).fit(features.to_frame(rows), answers)
    return Training(pipeline, best["parameters"], best["score"], trials, config["model"]["name"])


def refuse_absent(schema: Schema, target: Truth) -> None:
    """A model can't learn a class that no row is of."""
    absent = sorted(set(schema.classes) - set(target))
    if schema.task != "regression" and absent:
        raise TrainingError(f"no training row is of class {', '.join(absent)} of {schema.target}")


def build_pipeline(
    signature: Signature, config: Config, recipe: Recipe, parameters: dict[str, Any]
) -> Pipeline:
    """Feature steps and estimator, not fitted."""
    module, _, name = recipe["estimator"].rpartition(".")
    try:
        estimator = getattr(import_module(module), name)(**recipe["fixed"], **parameters)
    except (ImportError, AttributeError, TypeError) as error:
        where = f"conf/model/: {recipe['estimator']} with {recipe['fixed'] | parameters}"
        raise TrainingError(f"{where} can't be made: {error}") from error
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=config["seed"])
    steps = features.build(signature, config["features"], config["model"]["scale"], config["seed"])
    return Pipeline([("features", steps), ("model", estimator)])


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
