"""From the table to what the model reads, and the steps that are fitted with the model.

Two ways lead to the model: a table here, a request in serving/. Both end in the same `Inputs`,
and everything that is learnt from data (imputation, encoding, scaling) is part of the fitted
pipeline that gets packaged, so training and service can't differ.
"""

from __future__ import annotations

from pathlib import Path
from sys import intern
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
    TargetEncoder,
)

from . import dates, prepared
from .config import CategorySteps, FeatureSettings, NumberSteps
from .schema import Schema
from .signature import MISSING, Inputs, Signature
from .steps import CategoryGrouper, MissingFlags, OutlierCapper, end_of_tail

TRANSFORMS: dict[str, Any] = {
    "power": PowerTransformer(),
    "quantile": QuantileTransformer(n_quantiles=100),
}


def to_inputs(signature: Signature, table: pd.DataFrame) -> Inputs:
    """The table's features as the model's two matrices, filled column by column."""
    number = np.empty((len(table), signature.width), np.float32)
    for place, field in enumerate(signature.numbers):
        number[:, place] = table[field.name].to_numpy(np.float64, na_value=np.nan)
    place = len(signature.numbers)
    for field in signature.dates:
        parts = dates.expand(table[field.name].to_numpy("datetime64[s]"), field.parts)
        number[:, place : (place := place + parts.shape[1])] = parts
    category = np.empty((len(table), len(signature.categories)), object)
    for place, field in enumerate(signature.categories):
        category[:, place] = to_words(table[field.name])
    return Inputs(number, category)


def to_words(values: pd.Series) -> NDArray[np.object_]:
    """Categories, MISSING for a missing one; equal ones are one object."""
    codes, levels = pd.factorize(values)
    named = np.asarray([*map(intern, levels), MISSING], dtype=object)
    words: NDArray[np.object_] = named[np.asarray(codes)]
    return words


def read_all(schema: Schema, path: Path) -> tuple[Inputs, NDArray[Any]]:
    """All prepared rows of a file and their targets, block by block: no table is ever whole."""
    signature = schema.signature(example={})
    rows = prepared.count(path)
    number = np.empty((rows, signature.width), np.float32)
    category = np.empty((rows, len(signature.categories)), object)
    targets, start = [], 0
    for block in prepared.read_blocks(schema, path, schema.learnt_from):
        part, stop = to_inputs(signature, block), start + len(block)
        number[start:stop], category[start:stop] = part.number, part.category
        targets.append(to_target(schema, block))
        start = stop
    return Inputs(number, category), np.concatenate(targets)


def to_target(schema: Schema, table: pd.DataFrame) -> NDArray[Any]:
    """The target as scikit-learn wants it: class labels as text, or float32 numbers."""
    values = table[schema.target]
    if schema.task == "regression":
        return np.asarray(values, dtype=np.float32)
    return np.asarray(values.astype(str), dtype=str)


def to_frame(inputs: Inputs) -> pd.DataFrame:
    """One frame for scikit-learn, the numbers first: pipelines choose columns by position."""
    number = pd.DataFrame(inputs.number, copy=False)
    category = pd.DataFrame(inputs.category, dtype="object", copy=False)
    frame = pd.concat([number, category], axis=1)
    return frame.set_axis([f"x{position}" for position in range(frame.shape[1])], axis=1)


def build(
    signature: Signature, config: FeatureSettings, scale: bool, seed: int
) -> ColumnTransformer:
    """The steps between the frame and the estimator, as conf/config.yaml says."""
    start = signature.width
    numbers = list(range(start))
    few: list[int] = []
    many: list[int] = []
    for position, field in enumerate(signature.categories, start):
        listed = 0 < len(field.categories) <= config["category"]["one_hot"]
        (few if listed else many).append(position)
    flagged = numbers if config["number"]["indicator"] else []
    parts = [
        ("number", number_steps(config["number"], scale), numbers),
        ("flags", MissingFlags(), flagged),
        ("category", category_steps(config["category"], one_hot()), few),
        ("many", category_steps(config["category"], by_target(signature, seed)), many),
    ]
    return ColumnTransformer([part for part in parts if part[2]])


def number_steps(config: NumberSteps, scale: bool) -> Pipeline:
    """Outliers, missing values, then shape and scale where the model asks for it."""
    steps: list[tuple[str, Any]] = [("cap", OutlierCapper())] if config["cap"] else []
    steps.append(("impute", imputer(config)))
    if scale and config["transform"] != "none":
        steps.append(("transform", clone(TRANSFORMS[config["transform"]])))
    return Pipeline(steps + ([("scale", StandardScaler())] if scale else []))


def imputer(config: NumberSteps) -> SimpleImputer:
    """What stands for a missing number; 0 in a column that has none."""
    strategy: Any = config["impute"]
    if strategy == "arbitrary":
        return SimpleImputer(strategy="constant", fill_value=config["arbitrary"])
    if strategy == "end_of_tail":
        strategy = end_of_tail
    return SimpleImputer(strategy=strategy, keep_empty_features=True)


def category_steps(config: CategorySteps, encoder: Any) -> Pipeline:
    """Rare and missing ones, then numbers."""
    grouped = config["rare"] > 0 or config["missing"] != "category"
    grouper = CategoryGrouper(config["rare"], config["missing"])
    return Pipeline(([("group", grouper)] if grouped else []) + [("encode", encoder)])


def one_hot() -> OneHotEncoder:
    """A column for each category; an unknown one is in none."""
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)


def by_target(signature: Signature, seed: int) -> TargetEncoder:
    """The target's mean for each category, learnt on other rows than those it is given to."""
    folds = KFold if signature.task == "regression" else StratifiedKFold
    return TargetEncoder(cv=folds(5, shuffle=True, random_state=seed))
