"""What openapi.json says of these routes."""

from __future__ import annotations

from itertools import product

from ...package import Package
from ...signature import Signature
from ..schemas import Json, describe_field, obj
from . import binary
from .schemas import LIST, TEXT, make_example

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
            for operation in paths[path].values():
                operation.setdefault("parameters", []).append(place)


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
    table["properties"] |= {"columns": column, "index": {}}
    shape: Json = {"dataframe_split": table, "inputs": obj(**columns)}.get(name, rows)
    body = obj(**{name: shape})
    body["properties"]["params"] = {"type": ["object", "null"], "maxProperties": 0}
    return body
