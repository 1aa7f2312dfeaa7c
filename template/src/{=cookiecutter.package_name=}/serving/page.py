"""The form for people, made from the signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request

from ..package import Package
from ..signature import Field, Signature
from .rows import Problem, RowsError
from .service import Service


@dataclass(frozen=True)
class Control:
    """One field as the form shows it."""

    id: str
    field: Field
    label: str
    range: str
    value: str
    error: str | None


class Page:
    """The form and, beside it, a prediction: the example's at first."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def show(self) -> str:
        """GET /: the example's values and what the model says to them."""
        model = self.service.model
        example = model.package.signature.example
        try:
            predictions = model.predict(example)
        except RowsError:  # the page must also work for a model whose example breaks its own rules
            predictions = []
        return render(model.package, texts(example), predictions, [])

    def submit(self) -> tuple[str, int]:
        """POST /: the form as a browser without JavaScript sends it."""
        package = self.service.model.package
        given = request.form.to_dict()
        try:
            answer = self.service.predict(
                read_form(package.signature, given), g.request_id, g.started
            )
        except RowsError as error:
            return render(package, given, [], error.problems), 422
        return render(package, given, answer["predictions"], []), 200


def render(
    package: Package, values: Mapping[str, str], predictions: list[Any], problems: list[Problem]
) -> str:
    """The page."""
    errors = {problem["field"]: problem["message"] for problem in problems}
    return render_template(
        "page.html",
        package=package,
        target=package.signature.target,
        controls=[
            make_control(f"field-{position}", field, values.get(field.name, ""), errors)
            for position, field in enumerate(package.signature.fields)
        ],
        prediction=predictions[0] if predictions else None,
        problem=errors.get(None),
        quality=describe_quality(package.metrics),
        example=json.dumps(package.signature.example, ensure_ascii=False),
    )


def make_control(key: str, field: Field, value: str, errors: Mapping[Any, str]) -> Control:
    """A field with its value and what is wrong with that."""
    label = field.name.replace("_", " ").strip()
    label = label[:1].upper() + label[1:]
    return Control(key, field, label, describe_range(field), value, errors.get(field.name))


def describe_range(field: Field) -> str:
    """The limits of a number; its unit stands elsewhere."""
    low, high = (
        None if limit is None else f"{limit:.10g}" for limit in (field.minimum, field.maximum)
    )
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"up to {high}" if high else ""


def texts(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as the form shows it."""
    given = {name: value for name, value in row.items() if value is not None}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
    }


def read_form(signature: Signature, texts: Mapping[str, str]) -> dict[str, Any]:
    """A form sends text: give numbers and booleans their type, leave out what is empty."""
    types = {field.name: field.type for field in signature.fields}
    return {
        name: read_text(types.get(name, "category"), text) for name, text in texts.items() if text
    }


def read_text(kind: str, text: str) -> Any:
    """One value; text that doesn't fit stays, for the reader to refuse."""
    try:
        return text if kind in ("category", "datetime") else json.loads(text)
    except ValueError:
        return text


def describe_quality(metrics: Mapping[str, Any]) -> str | None:
    """The main metric with its interval, if the package has one."""
    name = metrics.get("metric")
    score = metrics.get("scores", {}).get(name)
    if score is None:
        return None
    interval = f"{score['low']:.2f} to {score['high']:.2f}"
    return f"{name} {score['value']:.2f} ({interval}) on {metrics['rows']} test rows"
