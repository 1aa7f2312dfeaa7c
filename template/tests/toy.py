"""Small tables with a known rule in them, one for each task."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from conftest import read_config
from omegaconf import OmegaConf

from {= cookiecutter.package_name =}.schema import Schema

TASKS = ["binary", "multiclass", "regression"]
CONFIG: dict[str, Any] = {
    "seed": 1,
    "features": {
        "number": {
            "impute": "median",
            "arbitrary": -1,
            "indicator": False,
            "cap": False,
            "transform": "none",
        },
        "category": {"missing": "category", "rare": 0, "one_hot": 20},
    },
    "training": {"trials": 2, "folds": 2, "search_rows": 1000, "threads": 1},
    "metric": {"binary": "roc_auc", "multiclass": "balanced_accuracy", "regression": "mae"},
    "evaluation": {"resamples": 20, "resample_rows": 1000, "confidence": 0.9, "slice_rows": 5},
}


def make_schema(kind: str, **changes: Any) -> Schema:
    """A number with gaps, a category with gaps, a flag, and a target that follows from them."""
    targets: dict[str, dict[str, Any]] = {
        "binary": {"type": "category", "categories": ["no", "yes"]},
        "multiclass": {"type": "category", "categories": ["high", "low", "middle"]},
        "regression": {"type": "number", "unit": "kg"},
    }
    entry = {
        "name": "toy",
        "path": "data",
        "task": kind,
        "target": "answer",
        "positive": "yes" if kind == "binary" else None,
        "columns": {
            "size": {"type": "number", "nullable": True, "minimum": -10, "maximum": 10},
            "colour": {"type": "category", "nullable": True, "categories": ["blue", "red"]},
            "flag": {"type": "boolean"},
            "answer": targets[kind],
        },
    }
    return Schema.from_config(entry | changes)


def make_timed_schema() -> Schema:
    """A regression whose rows have an order in time."""
    columns = {
        "size": {"type": "number"},
        "day": {"type": "datetime"},
        "answer": {"type": "number"},
    }
    return make_schema("regression", columns=columns, time="day")


def make_dated_schema(task: str) -> Schema:
    """The toy table's schema with a date, of which the model reads some parts."""
    columns = {column.name: asdict(column) for column in make_schema(task).columns}
    day = {"type": "datetime", "nullable": True, "parts": ["month", "week_cycle"]}
    return make_schema(task, columns={"day": day} | columns)


def make_dated_table(task: str) -> pd.DataFrame:
    """Rows that fit `make_dated_schema`."""
    table = make_table(task)
    days = pd.Series(pd.date_range("2024-01-01 10:00", periods=len(table), freq="7h"))
    return table.assign(day=days.mask(table.index % 11 == 0))


def make_table(task: str, rows: int = 120) -> pd.DataFrame:
    """Rows that fit `make_schema` of the same task."""
    generator = np.random.default_rng(0)
    size = generator.normal(size=rows).clip(-3, 3)
    colour = generator.choice(["blue", "red"], rows)
    score = size + (colour == "red")
    answers = {
        "binary": np.where(score > 0, "yes", "no"),
        "multiclass": np.select([score > 1, score < 0], ["high", "low"], "middle"),
        "regression": 3 * score,
    }
    table = pd.DataFrame({"size": size, "colour": colour, "flag": generator.random(rows) > 0.5})
    table.loc[::9, "size"] = np.nan
    table["colour"] = table["colour"].astype(object).mask(table.index % 7 == 0, None)
    return table.assign(flag=table["flag"].astype("boolean"), answer=answers[task])


def recipe(name: str, task: str) -> dict[str, Any]:
    """A configuration that trains one kind of model, as conf/model/<name>.yaml describes it."""
    model = OmegaConf.to_container(read_config(f"model={name}").model, resolve=True)
    kind = model["regressor" if task == "regression" else "classifier"]
    if "n_estimators" in kind["fixed"]:
        kind["fixed"]["n_estimators"] = 10
    if "max_iter" in kind["search"]:
        kind["search"]["max_iter"] = {"low": 5, "high": 20}
    return CONFIG | {"model": model}
