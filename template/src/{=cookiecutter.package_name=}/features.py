"""From the table to what the model reads, and the steps that are fitted with the model.

Two ways lead to the model: a table here, a request in serving/. Both end in the same `Inputs`,
and everything that is learnt from data (imputation, encoding, scaling) is part of the fitted
pipeline that gets packaged, so training and service can't differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .config import FeatureSettings, NumberSteps
from .schema import Schema
from .signature import MISSING, Inputs, Signature


def to_inputs(signature: Signature, table: pd.DataFrame) -> Inputs:
    """The table's features as the model's two matrices; a missing category becomes MISSING."""
    number = table[[field.name for field in signature.numbers]]
    category = table[[field.name for field in signature.categories]].astype("object")
    return Inputs(
        number.astype("float64").to_numpy(np.float32, na_value=np.nan),
        category.where(category.notna(), MISSING).to_numpy(object),
    )


def to_target(schema: Schema, table: pd.DataFrame) -> NDArray[Any]:
    """The target as scikit-learn wants it: class labels as text, or float32 numbers."""
    values = table[schema.target]
    if schema.task == "regression":
        return np.asarray(values, dtype=np.float32)
    return np.asarray(values.astype(str), dtype=str)


def to_frame(inputs: Inputs) -> pd.DataFrame:
    """One frame for scikit-learn, the numbers first: pipelines choose columns by position."""
    frame = pd.concat([pd.DataFrame(inputs.number), pd.DataFrame(inputs.category)], axis=1)
    return frame.set_axis([f"x{position}" for position in range(frame.shape[1])], axis=1)


def build(signature: Signature, config: FeatureSettings, scale: bool) -> ColumnTransformer:
    """The steps between the frame and the estimator, as conf/config.yaml says."""
    numbers = len(signature.numbers)
    categories = len(signature.categories)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    parts = [
        ("number", number_steps(config["number"], scale), list(range(numbers))),
        ("category", encoder, list(range(numbers, numbers + categories))),
    ]
    return ColumnTransformer([part for part in parts if part[2]])


def number_steps(config: NumberSteps, scale: bool) -> Pipeline:
    """Imputation, then scaling where the model asks for it."""
    imputer = SimpleImputer(strategy=config["impute"], keep_empty_features=True)
    return Pipeline([("impute", imputer)] + ([("scale", StandardScaler())] if scale else []))
