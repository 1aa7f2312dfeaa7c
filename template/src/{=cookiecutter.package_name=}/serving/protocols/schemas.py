"""The JSON schemas of bodies and answers, made from the signature."""

from __future__ import annotations

from collections.abc import Sequence

from ...signature import Signature
from ..schemas import Json, obj
from . import outputs
from .tensors import DATATYPES, describe

TEXT: Json = {"type": "string"}
LIST: Json = {"type": "array"}


def describe_schemas(signature: Signature) -> Json:
    """What bodies and answers of these protocols are made of."""
    answered = outputs.describe(signature)
    return {
        "Invocation": describe_invocation(signature),
        "Tensors": describe_request(signature, [found["name"] for found in answered]),
        "Inference": describe_inference(answered),
    }


def describe_invocation(signature: Signature) -> Json:
    """What /invocations answers."""
    label: Json = {"enum": list(signature.classes)} if signature.classes else {"type": "number"}
    shares = {name: {"type": "number"} for name in signature.classes}
    who = dict.fromkeys(["model", "version", "route", "request_id"], TEXT)
    answer = obj(predictions={"type": "array", "items": label}, **who)
    answer["properties"] |= {"warnings": LIST, "probabilities": LIST | {"items": obj(**shares)}}
    return answer


def describe_request(signature: Signature, names: list[str]) -> Json:
    """What a model's infer takes."""
    given = [describe_tensor(field.name, DATATYPES[field.type]) for field in signature.fields]
    request = obj(inputs=LIST | {"items": {"oneOf": given}, "minItems": 1})
    request["properties"] |= {
        "id": {"type": ["string", "null"]},
        "parameters": {"type": ["object", "null"]},
        "outputs": {"type": ["array", "null"], "items": obj(name={"enum": names})},
    }
    return request


def describe_inference(answered: list[Json]) -> Json:
    """What it answers."""
    tensors = [describe_tensor(found["name"], [found["datatype"]]) for found in answered]
    who = dict.fromkeys(["model_name", "model_version", "id"], TEXT)
    answer = obj(
        **who,
        parameters=obj(request_id=TEXT, route=TEXT),
        outputs=LIST | {"items": {"oneOf": tensors}},
    )
    answer["properties"]["warnings"] = LIST
    return answer


def describe_tensor(name: str, datatypes: Sequence[str]) -> Json:
    """The tensor of one field or one output."""
    size = {"type": "integer", "minimum": 0}
    return obj(
        name={"const": name},
        shape={"type": "array", "items": size, "minItems": 1, "maxItems": 2},
        datatype={"enum": list(datatypes)},
        data=LIST,
    )


def make_example(signature: Signature) -> Json:
    """The signature's example row as tensors."""
    return {
        "inputs": [
            tensor | {"shape": [1], "data": [signature.example.get(tensor["name"])]}
            for tensor in describe(signature)
        ]
    }
