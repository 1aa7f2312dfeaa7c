"""The form for people, made from the signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import g, request

from ...package import Package
from ...signature import Signature
from .. import explanations
from ..refusals import Refusal
from ..rows import Problem, RowsError
from ..service import Answer, ServedModel, Service
from .controls import list_controls, read_form, texts
from .history import Past
from .layout import refuse_foreign_form, render
from .lines import Logged
from .moves import Moves, picture


class Form:
    """The form and, beside it, a prediction: the example's at first, or one from the log."""

    def __init__(self, service: Service, past: Past) -> None:
        self.service, self.past = service, past

    def show(self) -> str:
        """GET /: the example's values, or a logged row's, and what the model says to them."""
        model = self.service.model
        logged = self.past.find(request.args) if "request_id" in request.args else None
        row = logged.row if logged else model.package.signature.example
        problems: list[Problem] = []
        try:
            predictions = model.predict(row)
        except RowsError as error:  # an example or an old row may break rules that came later
            predictions, problems = [], error.problems if logged else []
        return self.render(model, row, texts(row), predictions, problems, logged=logged)

    def submit(self) -> tuple[str, int]:
        """POST /: the form as it was filled in."""
        refuse_foreign_form()
        model = self.service.model
        given = request.form.to_dict()
        row = read_form(model.package.signature, given)
        try:
            answer = self.service.predict(row, g.request_id, g.started)
        except RowsError as error:
            return self.render(model, row, given, [], error.problems), 422
        model = explanations.find_model(self.service, answer["version"])
        return self.render(model, row, given, answer["predictions"], [], answer=answer), 200

    def render(
        self,
        model: ServedModel,
        row: Mapping[str, Any],
        values: Mapping[str, str],
        predictions: list[Any],
        problems: list[Problem],
        logged: Logged | None = None,
        answer: Answer | None = None,
    ) -> str:
        """The page."""
        signature = model.package.signature
        errors = {problem["field"]: problem["message"] for problem in problems}
        prediction = predictions[0] if predictions else None
        return render(
            "form",
            self.service,
            target=signature.target,
            controls=list_controls(signature, values, errors),
            prediction=prediction,
            moves=find_moves(model, row, values, prediction) if prediction else None,
            problem="; ".join(find_other_problems(signature, errors)),
            quality=describe_quality(model.package),
            command=write_command(signature),
            logged=logged,
            answer=answer,
        )


def find_moves(
    model: ServedModel, row: Any, values: Mapping[str, str], prediction: Mapping[str, Any]
) -> Moves | None:
    """What moved a prediction; nothing for a model that can't be explained."""
    try:
        explanation = explanations.explain(model, row)
    except (Refusal, RowsError):
        return None
    return picture(model.package.signature, explanation, prediction, values)


def find_other_problems(signature: Signature, errors: Mapping[Any, str]) -> list[str]:
    """What is wrong, but with none of the form's fields."""
    names = {field.name for field in signature.fields}
    return [message for name, message in errors.items() if name not in names]


def write_command(signature: Signature) -> str:
    """The example as a shell's word."""
    example = json.dumps(signature.example, ensure_ascii=False)
    return "'" + example.replace("'", "'\\''") + "'"


def describe_quality(package: Package) -> str | None:
    """The main metric with its interval, if the package has one."""
    metrics = package.metrics
    name = metrics.get("metric")
    score = metrics.get("scores", {}).get(name)
    if score is None:
        return None
    interval = f"{score['low']:.2f} to {score['high']:.2f}"
    return f"{name} {score['value']:.2f} ({interval}) on {metrics['rows']} test rows"
