"""MLflow's scoring server: POST /invocations and GET /ping, as `mlflow models serve` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request

from ...signature import Signature
from ..body import decode, parse
from ..fields import enumerate_names
from ..refusals import Refusal
from ..routes import read_body
from ..service import Answer, Service
from . import tables
from .answering import predict
from .objects import Measure, read_object, refuse

FORMATS: dict[str, Callable[[Any, list[str], Measure], list[Any]]] = {
    "dataframe_split": tables.read_split,
    "dataframe_records": tables.read_records,
    "instances": tables.read_records,
    "inputs": tables.read_columns,
}
"""The ways of MLflow to write a table as JSON; a request uses one."""


class Invocations:
    """Each method is one route."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def ping(self) -> Answer:
        """GET /ping: there is a model."""
        package = self.service.model.package
        return {"status": "ready", "model": package.name, "version": package.version}

    def invoke(self) -> Answer:
        """POST /invocations: a table in one of FORMATS, or as CSV."""
        signature = self.service.model.package.signature
        answer = predict(self.service, self.read(signature))
        return answer | split(answer["predictions"])

    def read(self, signature: Signature) -> list[Any]:
        """The rows of the request, by its declared type."""
        read = READERS.get(request.mimetype)
        if read is None:
            raise Refusal(415, f"send one of these, with its Content-Type: {', '.join(READERS)}")
        return read(read_body(self.service), signature, self.service.refuse_too_many)


def split(predictions: list[Answer]) -> Answer:
    """Plain values, as MLflow's clients expect them, and probabilities in the same order."""
    answer: Answer = {"predictions": [found["prediction"] for found in predictions]}
    if "probabilities" in predictions[0]:
        answer["probabilities"] = [found["probabilities"] for found in predictions]
    return answer


def read_json(body: bytes, signature: Signature, measure: Measure) -> list[Any]:
    """The rows of an object that names one of FORMATS; MLflow's `params` must be empty."""
    given = read_object(parse(body), "the body", [*FORMATS, "params"])
    if given.pop("params", None) not in (None, {}):
        refuse("params", "params must be left out: this model takes none")
    if len(given) != 1:
        refuse(None, f"the body must hold exactly one of {enumerate_names(FORMATS)}")
    ((name, table),) = given.items()
    return FORMATS[name](table, [field.name for field in signature.fields], measure)


def read_csv(body: bytes, signature: Signature, measure: Measure) -> list[Any]:
    """The rows of a CSV file."""
    return tables.read_csv(decode(body, "CSV"), signature.fields, measure)


READERS = {"application/json": read_json, "text/csv": read_csv}


def add_routes(app: Flask, service: Service) -> None:
    """What the protocol wants."""
    invocations = Invocations(service)
    app.get("/ping")(invocations.ping)
    app.post("/invocations")(invocations.invoke)
