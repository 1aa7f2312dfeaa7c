"""The JSON schemas of rows and answers, made from the signature."""

from __future__ import annotations

from typing import Any

from ..signature import Field, Signature
from .fields import limits

Json = dict[str, Any]


def describe_schemas(signature: Signature) -> Json:
    """What bodies and answers are made of."""
    text = {"type": "string"}
    row, field = {"type": ["integer", "null"]}, {"type": ["string", "null"]}
    problem = obj(row=row, field=field, message=text)
    return {
        "Row": describe_row(signature),
        "Answer": describe_answer(signature, problem),
        "Explained": describe_explained(signature),
        "Label": describe_label(signature),
        "Labelled": obj(labelled={"type": "integer"}),
        "Error": obj(error=text) | {"additionalProperties": text},
        "Errors": obj(error=text, errors={"type": "array", "items": problem}, request_id=text),
        "Status": {"type": "object", "properties": {"status": text}, "required": ["status"]},
    }


def obj(**properties: Json) -> Json:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def describe_row(signature: Signature) -> Json:
    """One row; fields that may be missing need not be there."""
    return {
        "type": "object",
        "properties": {field.name: describe_field(field) for field in signature.fields},
        "required": [field.name for field in signature.fields if not field.nullable],
        "additionalProperties": False,
        "examples": [signature.example],
    }


def describe_answer(signature: Signature, problem: Json) -> Json:
    """The predictions and who made them; warnings only where there are some."""
    text = {"type": "string"}
    predictions = {"type": "array", "items": describe_prediction(signature)}
    answer = obj(model=text, version=text, route=text, request_id=text, predictions=predictions)
    answer["properties"]["warnings"] = {"type": "array", "items": problem}
    return answer


def describe_explained(signature: Signature) -> Json:
    """The predictions, the average one, and what each field accounts for of the difference."""
    text, number = {"type": "string"}, {"type": "number"}
    share = obj(**dict.fromkeys(signature.classes, number)) if signature.classes else number
    shares = obj(**{field.name: share for field in signature.fields})
    prediction = describe_prediction(signature)["properties"]
    explanations = {"type": "array", "items": obj(**prediction, average=share, shares=shares)}
    return obj(model=text, version=text, route=text, request_id=text, explanations=explanations)


def describe_label(signature: Signature) -> Json:
    """What was true of one predicted row."""
    classes = list(signature.target.classes)
    label = obj(
        request_id={"type": "string"},
        row={"type": "integer", "minimum": 0, "default": 0},
        label={"enum": classes} if classes else {"type": "number"},
    )
    return label | {"required": ["request_id", "label"]}


def describe_field(field: Field) -> Json:
    """Type, range, categories, meaning and unit of one field."""
    kind = field.type if field.type in ("number", "boolean") else "string"
    unit = f" ({field.unit})" if field.unit else ""
    schema: Json = {"type": [kind, "null"] if field.nullable else kind}
    if field.description or unit:
        schema["description"] = f"{field.description}{unit}".strip()
    if field.type == "number":
        schema["minimum"], schema["maximum"] = limits(field)
    if field.categories and field.unknown == "refuse":
        schema["enum"] = [*field.categories, *([None] if field.nullable else [])]
    return schema


def describe_prediction(signature: Signature) -> Json:
    """A class with the probability of each, or a number."""
    if signature.task == "regression":
        return obj(prediction={"type": "number"})
    share = {"type": "number", "minimum": 0, "maximum": 1}
    shares = obj(**dict.fromkeys(signature.target.classes, share))
    return obj(prediction={"enum": list(signature.target.classes)}, probabilities=shares)
