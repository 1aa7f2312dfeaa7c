"""What openapi.json says of these routes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ...package import Package
from ...signature import Signature
from ..schemas import Json, describe_field, obj
from . import binary, outputs
from .tensors import DATATYPES, describe

TEXT: Json = {"type": "string"}
LIST: Json = {"type": "array"}
REFUSED = {400: "error", 413: "error", 415: "error", 422: "errors", 503: "error"}
FOUND = {404: "error", 503: "error"}
MODELS = ["/v2/models/{name}", "/v2/models/{name}/versions/{version}"]
INFER = [f"{path}/infer" for path in MODELS]

ROUTES: dict[str, dict[str, tuple[str, dict[int, str]]]] = {
    "/ping": {"get": ("MLflow: a model is loaded", {200: "status", 503: "error"})},
    "/invocations": {"post": ("MLflow: predict a table", {200: "invocation"} | REFUSED)},
    "/v2": {"get": ("Open Inference Protocol: who answers", {200: "model"})},
    "/v2/health/live": {"get": ("The process is alive", {200: "model"})},
    "/v2/health/ready": {"get": ("A model is loaded", {200: "model", 503: "error"})},
}
for path in MODELS:
    ROUTES |= {
        path: {"get": ("The model's tensors", {200: "model"} | FOUND)},
        f"{path}/ready": {"get": ("The model is loaded", {200: "model"} | FOUND)},
        f"{path}/infer": {"post": ("Predict tensors", {200: "inference"} | FOUND | REFUSED)},
    }


def complete(paths: dict[str, Json], package: Package, max_rows: int) -> None:
    """Add to the routes what the model says: bodies, and what stands in the path."""
    paths["/invocations"]["post"]["requestBody"] = describe_table(package.signature, max_rows)
    body = {"schema": {"$ref": "#/components/schemas/Tensors"}}
    content = {"application/json": body | {"example": make_example(package.signature)}}
    for path in INFER:
        infer = paths[path]["post"]
        infer["requestBody"] = {"required": True, "content": content}
        infer["responses"]["200"]["content"][binary.CONTENT_TYPE] = {"schema": {}}
    given = {"name": package.name, "version": package.version}
    for path, (name, value) in product(paths, given.items()):
        if f"{{{name}}}" in path:
            place = {"name": name, "in": "path", "required": True}
            place["schema"] = {"type": "string", "enum": [value]}
            paths[path].setdefault("parameters", []).append(place)


def describe_table(signature: Signature, max_rows: int) -> Json:
    """The body of /invocations: the example in each of MLflow's formats, and CSV."""
    row, names = signature.example, [field.name for field in signature.fields]
    split = {"columns": names, "data": [[row.get(name) for name in names]]}
    examples = {
        "dataframe_split": split,
        "dataframe_records": [row],
        "instances": [row],
        "inputs": {name: [value] for name, value in row.items()},
    }
    content = {
        "schema": {"oneOf": [describe_format(name, signature, max_rows) for name in examples]},
        "examples": {name: {"value": {name: table}} for name, table in examples.items()},
    }
    return {
        "required": True,
        "content": {"application/json": content, "text/csv": {"schema": TEXT}},
    }


def describe_format(name: str, signature: Signature, max_rows: int) -> Json:
    """One of MLflow's ways to write a table."""
    size = {"minItems": 1, "maxItems": max_rows}
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Row"}} | size
    columns = {
        field.name: {"type": "array", "items": describe_field(field)} | size
        for field in signature.fields
    }
    column = {"type": "array", "items": {"enum": list(columns)}}
    table = obj(data={"type": "array", "items": LIST} | size)
    table["properties"] |= {"columns": column, "index": LIST}
    shape: Json = {"dataframe_split": table, "inputs": obj(**columns)}.get(name, rows)
    body = obj(**{name: shape})
    body["properties"]["params"] = {"type": ["object", "null"], "maxProperties": 0}
    return body


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
