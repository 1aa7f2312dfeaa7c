"""Rows out of tensors, one tensor for each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import isnan
from typing import Any

from ...signature import Field, Signature
from ..fields import enumerate_names, show
from ..rows import MAX_PROBLEMS, Problem
from . import binary
from .objects import Json, Measure, read_object, read_parameters, refuse, refuse_all

NUMBERS = (
    "FP64",
    "FP32",
    "FP16",
    *(f"{kind}{bits}" for kind in ("INT", "UINT") for bits in (64, 32, 16, 8)),
)
DATATYPES: dict[str, tuple[str, ...]] = {
    "number": NUMBERS,
    "boolean": ("BOOL",),
    "category": ("BYTES",),
    "datetime": ("BYTES",),
}
"""What tensors may be for each type of field; the first is the one that metadata names."""

MEMBERS = ("name", "shape", "datatype", "parameters", "data")


def describe(signature: Signature) -> list[Json]:
    """Name, type and shape of what a model takes; -1 is any number of rows."""
    return [
        {"name": field.name, "datatype": DATATYPES[field.type][0], "shape": [-1]}
        for field in signature.fields
    ]


def read_rows(inputs: Any, raw: bytes, signature: Signature, measure: Measure) -> list[Json]:
    """The rows that tensors hold together; `raw` has the data that is not in the JSON."""
    if type(inputs) is not list or not inputs:
        refuse("inputs", f"inputs must be a list of tensors, not {show(inputs)}")
    fields = {field.name: field for field in signature.fields}
    tensors = [read_object(found, "a tensor", MEMBERS, MEMBERS[:3]) for found in inputs]
    refuse_all(list(islice(check_names(tensors, fields), MAX_PROBLEMS)))
    lengths = {tensor["name"]: read_length(tensor) for tensor in tensors}
    if len(set(lengths.values())) > 1:
        refuse("inputs", f"tensors must have one length, these have {enumerate_lengths(lengths)}")
    cut = binary.Cutter(raw)
    columns = {
        tensor["name"]: read_values(tensor, lengths[tensor["name"]], cut) for tensor in tensors
    }
    cut.refuse_rest()
    measure(next(iter(columns.values())))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def check_names(tensors: Sequence[Json], fields: dict[str, Field]) -> Iterator[Problem]:
    """Every tensor must be of a field, of a type that suits it, and alone."""
    seen: set[str] = set()
    for tensor in tensors:
        name, datatype = tensor["name"], tensor["datatype"]
        if type(name) is not str or name not in fields:
            message = (
                f"{show(name)} is not a field of this model; known are {enumerate_names(fields)}"
            )
        elif name in seen:
            message = f"{name} is given more than once"
        elif datatype not in DATATYPES[fields[name].type]:
            known = enumerate_names(DATATYPES[fields[name].type])
            message = f"the datatype of {name} must be one of {known}, not {show(datatype)}"
        else:
            seen.add(name)
            continue
        yield Problem(row=None, field=show(name).strip('"'), message=message)


def read_length(tensor: Json) -> int:
    """How many rows a tensor has; its shape is [rows] or [rows, 1]."""
    shape = tensor["shape"]
    is_list = type(shape) is list and all(type(size) is int and size >= 0 for size in shape)
    if not is_list or len(shape) not in (1, 2) or shape[1:] not in ([], [1]):
        refuse(tensor["name"], f"the shape of {tensor['name']} must be [rows] or [rows, 1]")
    return int(shape[0])


def enumerate_lengths(lengths: dict[str, int]) -> str:
    """Each tensor with its length."""
    return enumerate_names([f"{name} {length}" for name, length in lengths.items()])


def read_values(tensor: Json, length: int, cut: binary.Cutter) -> list[Any]:
    """A tensor's values; None for missing ones: null, NaN, or text of no characters."""
    name, parameters = tensor["name"], read_parameters(tensor)
    if "binary_data_size" in parameters:
        values = cut.read(name, tensor["datatype"], parameters["binary_data_size"])
    else:
        values = flatten(tensor.get("data"))
    if type(values) is not list or len(values) != length:
        found = f"holds {len(values)}" if type(values) is list else f"has {show(values)}"
        refuse(name, f"the data of {name} must be {length} values as its shape says; it {found}")
    return [None if is_missing(value) else value for value in values]


def flatten(data: Any) -> Any:
    """[[a], [b]] as [a, b]: both are right for the shape [2, 1]."""
    is_nested = type(data) is list and all(type(row) is list and len(row) == 1 for row in data)
    return [row[0] for row in data] if is_nested else data


def is_missing(value: Any) -> bool:
    """Whether a value stands for none: tensors have no null, so that NaN and empty text do."""
    return value == "" or (type(value) is float and isnan(value))
