"""The ONNX graphs of steps that skl2onnx does not know, or not whole.

Each converter writes nodes that do what the step's `transform` does; packaging.py proves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.preprocessing import TargetEncoder

from .steps import RARE, CategoryGrouper, MissingFlags, OutlierCapper

OPSETS = {"": 18, "ai.onnx.ml": 3}
"""Versions of the operators in the graphs (onnx.ai/onnx/operators)."""


def register() -> None:
    """Let skl2onnx know the steps."""
    for step, shape, convert in (
        (OutlierCapper, shape_numbers, convert_capper),
        (MissingFlags, shape_numbers, convert_flags),
        (CategoryGrouper, shape_categories, convert_grouper),
        (TargetEncoder, shape_encodings, convert_target_encoder),
    ):
        name = f"{__package__}.{step.__name__}"
        update_registered_converter(step, name, shape, convert, overwrite=True)


def shape_numbers(operator: Any) -> None:
    """As many numbers come out as go in."""
    operator.outputs[0].type = FloatTensorType([None, operator.inputs[0].type.shape[1]])


def shape_categories(operator: Any) -> None:
    """As many categories come out as go in."""
    operator.outputs[0].type = StringTensorType([None, operator.inputs[0].type.shape[1]])


def shape_encodings(operator: Any) -> None:
    """A number comes out for each table of the encoder."""
    operator.outputs[0].type = FloatTensorType([None, len(operator.raw_operator.encodings_)])


def convert_capper(scope: Any, operator: Any, container: Any) -> None:
    """Max, then Min; both keep NaN."""
    step = operator.raw_operator
    low, high, above = (scope.get_unique_variable_name(name) for name in ("low", "high", "above"))
    for name, values in ((low, step.low_), (high, step.high_)):
        container.add_initializer(name, TensorProto.FLOAT, [1, len(values)], values.tolist())
    container.add_node("Max", [operator.inputs[0].full_name, low], above, op_version=13)
    container.add_node("Min", [above, high], operator.outputs[0].full_name, op_version=13)


def convert_flags(scope: Any, operator: Any, container: Any) -> None:
    """IsNaN, as numbers."""
    flags = scope.get_unique_variable_name("flags")
    container.add_node("IsNaN", operator.inputs[0].full_name, flags, op_version=13)
    container.add_node(
        "Cast", flags, operator.outputs[0].full_name, op_version=13, to=TensorProto.FLOAT
    )


def convert_grouper(scope: Any, operator: Any, container: Any) -> None:
    """Each column through a table of its own."""
    tables = [
        {
            "keys_strings": encode(groups),
            "values_strings": encode(groups.values()),
            "default_string": RARE,
        }
        for groups in operator.raw_operator.groups_
    ]
    look_up(scope, operator, container, tables)


def convert_target_encoder(scope: Any, operator: Any, container: Any) -> None:
    """Each column through a table for each class; skl2onnx's own knows two classes only."""
    step = operator.raw_operator
    means = np.atleast_1d(step.target_mean_).tolist()
    tables = [
        {
            "keys_strings": encode(categories),
            "values_floats": step.encodings_[column * len(means) + label].tolist(),
            "default_float": mean,
        }
        for column, categories in enumerate(step.categories_)
        for label, mean in enumerate(means)
    ]
    look_up(scope, operator, container, tables)


def look_up(scope: Any, operator: Any, container: Any, tables: list[dict[str, Any]]) -> None:
    """Columns of categories through their tables, equally many for each, then side by side."""
    source, target = operator.inputs[0].full_name, operator.outputs[0].full_name
    each = len(tables) // operator.inputs[0].type.shape[1]
    domain = {"op_domain": "ai.onnx.ml", "op_version": OPSETS["ai.onnx.ml"]}
    found = []
    for position, table in enumerate(tables):
        index, column, result = (
            scope.get_unique_variable_name(name) for name in ("index", "column", "found")
        )
        container.add_initializer(index, TensorProto.INT64, [1], [position // each])
        container.add_node("Gather", [source, index], column, op_version=13, axis=1)
        container.add_node("LabelEncoder", column, result, **domain, **table)
        found.append(result)
    container.add_node("Concat", found, target, op_version=13, axis=1)


def encode(names: Iterable[str]) -> list[bytes]:
    """Text as ONNX keeps it."""
    return [name.encode() for name in names]
