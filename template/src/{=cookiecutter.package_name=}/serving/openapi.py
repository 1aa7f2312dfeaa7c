"""The description for programs (OpenAPI 3.1), made from the signature."""

from __future__ import annotations

from ..package import Package
from ..signature import Signature
from .explanations import MOST_ROWS
from .protocols import paths as other_paths
from .protocols import schemas as other_schemas
from .schemas import Json, describe_schemas

ROUTES: dict[str, dict[str, tuple[str, dict[int, str]]]] = {
    "/": {
        "get": ("A form for people", {200: "page", 403: "page", 404: "page", 503: "page"}),
        "post": (
            "The same form, filled in",
            {200: "page", 403: "page", 413: "error", 422: "page", 503: "page"},
        ),
    },
    "/predictions": {
        "get": (
            "What was predicted before, for people",
            {200: "page", 403: "page", 404: "page", 422: "page", 503: "page"},
        )
    },
    "/predictions.csv": {
        "get": (
            "The same as a file for spreadsheets",
            {200: "csv", 403: "page", 404: "page", 422: "page", 503: "page"},
        )
    },
    "/monitoring": {"get": ("How the model does in service, for people", {200: "page"})},
    "/predict": {
        "post": (
            "Predict one row or many",
            {200: "answer", 400: "error", 413: "error", 415: "error", 422: "errors", 503: "error"},
        )
    },
    "/explain": {
        "post": (
            "Predict some rows and tell how much of it each field accounts for",
            {
                200: "explained",
                400: "error",
                404: "error",
                413: "error",
                415: "error",
                422: "errors",
                503: "error",
            },
        )
    },
    "/feedback": {
        "post": (
            "Tell what was true of rows that were predicted",
            {
                200: "labelled",
                400: "error",
                404: "error",
                413: "error",
                415: "error",
                422: "errors",
                503: "error",
            },
        )
    },
    "/health": {"get": ("The process is alive", {200: "status"})},
    "/ready": {"get": ("A model is loaded", {200: "status", 503: "error"})},
    "/model": {"get": ("What the model is and how good it is", {200: "model", 503: "error"})},
    "/metrics": {"get": ("Numbers for Prometheus", {200: "text"})},
    "/openapi.json": {"get": ("This description", {200: "model", 503: "error"})},
    **other_paths.ROUTES,
}
"""Path → method → summary, and for each status which of CONTENTS it answers."""

MEANINGS = {
    200: "Done",
    400: "The body is not JSON",
    403: "The log is not shown here, or the form comes from another site",
    404: "There is no such model or prediction, no log, or the model can't be explained",
    413: "The body has too many bytes or rows",
    415: "The body is not declared as what the route takes",
    422: "Some fields can't be used; every one is listed",
    503: "There is no model, or the prediction log can't be used; the error says why",
}

CONTENTS = {
    "page": ("text/html", {"type": "string"}),
    "csv": ("text/csv", {"type": "string"}),
    "text": ("text/plain", {"type": "string"}),
    "model": ("application/json", {"type": "object"}),
    "status": ("application/json", {"$ref": "#/components/schemas/Status"}),
    "answer": ("application/json", {"$ref": "#/components/schemas/Answer"}),
    "invocation": ("application/json", {"$ref": "#/components/schemas/Invocation"}),
    "inference": ("application/json", {"$ref": "#/components/schemas/Inference"}),
    "explained": ("application/json", {"$ref": "#/components/schemas/Explained"}),
    "labelled": ("application/json", {"$ref": "#/components/schemas/Labelled"}),
    "error": ("application/json", {"$ref": "#/components/schemas/Error"}),
    "errors": ("application/json", {"$ref": "#/components/schemas/Errors"}),
}


def describe(package: Package, max_rows: int) -> Json:
    """The document."""
    signature = package.signature
    paths = {path: describe_path(methods) for path, methods in ROUTES.items()}
    paths["/predict"]["post"]["requestBody"] = describe_body(signature, max_rows)
    paths["/explain"]["post"]["requestBody"] = describe_body(signature, MOST_ROWS)
    paths["/feedback"]["post"]["requestBody"] = describe_labels(max_rows)
    paths["/"]["post"]["requestBody"] = describe_form(signature)
    other_paths.complete(paths, package, max_rows)
    paths["/model"]["get"]["responses"]["200"]["content"] |= answer(200, "page")["content"]
    return {
        "openapi": "3.1.0",
        "info": {"title": package.name, "version": package.version},
        "paths": paths,
        "components": {
            "schemas": describe_schemas(signature) | other_schemas.describe_schemas(signature)
        },
    }


def describe_path(methods: dict[str, tuple[str, dict[int, str]]]) -> Json:
    """One path of ROUTES."""
    return {
        method: {
            "summary": summary,
            "responses": {str(status): answer(status, kind) for status, kind in kinds.items()},
        }
        for method, (summary, kinds) in methods.items()
    }


def answer(status: int, kind: str) -> Json:
    """One answer of a path."""
    content_type, schema = CONTENTS[kind]
    return {"description": MEANINGS[status], "content": {content_type: {"schema": schema}}}


def describe_body(signature: Signature, max_rows: int) -> Json:
    """What /predict takes, with the signature's example."""
    row = {"$ref": "#/components/schemas/Row"}
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": max_rows}
    examples = {"one": {"value": signature.example}, "many": {"value": [signature.example] * 2}}
    content = {"schema": {"oneOf": [row, rows]}, "examples": examples}
    return {"required": True, "content": {"application/json": content}}


def describe_labels(max_rows: int) -> Json:
    """What /feedback takes."""
    label = {"$ref": "#/components/schemas/Label"}
    labels = {"type": "array", "items": label, "minItems": 1, "maxItems": max_rows}
    return {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [label, labels]}}},
    }


def describe_form(signature: Signature) -> Json:
    """What the form sends: the same fields, as text."""
    properties = {field.name: {"type": "string"} for field in signature.fields}
    schema = {"type": "object", "properties": properties}
    return {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
