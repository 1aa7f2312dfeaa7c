"""What moved predictions, as JSON."""

from __future__ import annotations

from typing import Any

from ..explain import Explanation
from .answers import refuse_infinite
from .refusals import Refusal
from .service import Answer, ServedModel, Service

MOST_ROWS = 100
"""Rows of one request: an explanation asks the model hundreds of times."""

UNEXPLAINED = "this model can't be explained: its package holds no typical rows, or too many fields"


def answer(service: Service, body: Any, request_id: str) -> Answer:
    """What POST /explain answers to a row or a list of rows; the log doesn't hear of them."""
    model = service.model
    rows = body if type(body) is list else [body]
    if len(rows) > MOST_ROWS:
        raise Refusal(413, f"explanations are for {MOST_ROWS} rows a request, not {len(rows)}")
    predictions = model.predict(rows)
    found = [to_json(model, explain(model, row)) for row in rows]
    return {
        "model": model.package.name,
        "version": model.package.version,
        "route": service.route,
        "request_id": request_id,
        "explanations": [
            prediction | shares for prediction, shares in zip(predictions, found, strict=True)
        ],
    }


def find_model(service: Service, version: str) -> ServedModel:
    """The model that has just answered: the one that is served, or one on trial."""
    trial = service.trial
    is_trial = trial is not None and trial.model.package.version == version
    return trial.model if trial and is_trial else service.model


def explain(model: ServedModel, row: Any) -> Explanation:
    """What moved the prediction of one row that the model can predict."""
    if model.explainer is None:
        raise Refusal(404, UNEXPLAINED)
    found = model.explainer.explain(model.reader.read(row))
    refuse_infinite(found.shares.tolist())
    return found


def to_json(model: ServedModel, explanation: Explanation) -> Answer:
    """The average and every field's share: a number, or one for each class."""
    signature = model.package.signature

    def name(values: list[float]) -> Any:
        return dict(zip(signature.classes, values, strict=True)) if signature.classes else values[0]

    shares = [name(values) for values in explanation.shares.tolist()]
    names = [field.name for field in signature.fields]
    return {
        "average": name(explanation.average.tolist()),
        "shares": dict(zip(names, shares, strict=True)),
    }
