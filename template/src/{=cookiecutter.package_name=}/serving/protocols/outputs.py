"""Predictions as tensors, and which of them a request wants."""

from __future__ import annotations

from typing import Any

from ...signature import Signature
from ..fields import enumerate_names, show
from .objects import Json, read_object, read_parameters, refuse

PREDICTION, PROBABILITY = "prediction", "probability "


def describe(signature: Signature) -> list[Json]:
    """Name, type and shape of what a model answers: a prediction, and each class's probability."""
    kinds = {PREDICTION: "BYTES" if signature.classes else "FP32"}
    kinds |= {PROBABILITY + name: "FP32" for name in signature.classes}
    return [{"name": name, "datatype": kind, "shape": [-1]} for name, kind in kinds.items()]


def choose(given: Json, names: list[str]) -> dict[str, bool]:
    """The outputs that the request wants, and whether as bytes."""
    is_binary = read_flag(given, "binary_data_output")
    wanted = given.get("outputs")
    if wanted in (None, []):
        wanted = [{"name": name} for name in names]
    if type(wanted) is not list:
        refuse("outputs", f"outputs must be a list, not {show(wanted)}")
    outputs = [
        read_object(found, "an output", ("name", "parameters"), ["name"]) for found in wanted
    ]
    for output in outputs:
        if output["name"] not in names:
            known = enumerate_names(names)
            refuse("outputs", f"{show(output['name'])} is not an output; known are {known}")
    return {output["name"]: read_flag(output, "binary_data", is_binary) for output in outputs}


def read_flag(given: Json, name: str, default: bool = False) -> bool:
    """One of the parameters."""
    flag = read_parameters(given).get(name, default)
    if type(flag) is not bool:
        refuse("parameters", f"{name} must be true or false, not {show(flag)}")
    return flag


def make(predictions: list[Json]) -> list[Json]:
    """The predictions of all rows as tensors: theirs, and one for the probability of each class."""
    values = [found["prediction"] for found in predictions]
    shares = [found.get("probabilities", {}) for found in predictions]
    columns = {PROBABILITY + name: [row[name] for row in shares] for name in shares[0]}
    kind = "BYTES" if columns else "FP32"
    more = [make_one(name, "FP32", column) for name, column in columns.items()]
    return [make_one(PREDICTION, kind, values), *more]


def make_one(name: str, datatype: str, values: list[Any]) -> Json:
    """One tensor."""
    return {"name": name, "datatype": datatype, "shape": [len(values)], "data": values}
