"""The Open Inference Protocol, version 2, which Triton, KServe and Seldon speak: /v2."""

from __future__ import annotations

import orjson
from flask import Flask, Response, request

from ...package import Package
from ..body import parse
from ..fields import is_text, show
from ..refusals import Refusal
from ..routes import check_type, read_body
from ..rows import RowsError
from ..service import Answer, Service
from . import binary, outputs, tensors
from .answering import predict
from .objects import Json, read_object, refuse

VERSION = "2"
MEMBERS = ("id", "parameters", "inputs", "outputs")
MODEL = "/v2/models/<name>"


class Inference:
    """Each method is one route; a path with a version means that one, and no challenger."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def describe_server(self) -> Answer:
        """GET /v2: who answers, and what beside JSON."""
        name = __package__.partition(".")[0]
        return {"name": name, "version": VERSION, "extensions": [binary.EXTENSION]}

    def live(self) -> Answer:
        """GET /v2/health/live: the process is alive."""
        return {"live": True}

    def all_ready(self) -> Answer:
        """GET /v2/health/ready: there is a model."""
        return {"ready": bool(self.service.model)}

    def describe_model(self, name: str, version: str | None = None) -> Answer:
        """GET /v2/models/<name>: the tensors that it takes and answers."""
        package = self.find(name, version)
        return {
            "name": package.name,
            "versions": [package.version],
            "platform": package.manifest.runtime,
            "inputs": tensors.describe(package.signature),
            "outputs": outputs.describe(package.signature),
        }

    def ready_model(self, name: str, version: str | None = None) -> Answer:
        """GET /v2/models/<name>/ready."""
        return {"name": self.find(name, version).name, "ready": True}

    def infer(self, name: str, version: str | None = None) -> Response:
        """POST /v2/models/<name>/infer: tensors in, tensors out."""
        package = self.find(name, version)
        try:
            return self.answer(package, pinned=version is not None)
        except RowsError as error:
            raise error.spell_out() from None

    def find(self, name: str, version: str | None) -> Package:
        """The served package, if it is the one that is meant."""
        package = self.service.model.package
        if name != package.name or version not in (None, package.version):
            known = f"{package.name}, version {package.version}"
            raise Refusal(404, f"there is no such model here, only {known}")
        return package

    def answer(self, package: Package, *, pinned: bool) -> Response:
        """Read the request, predict its rows, answer those outputs that it wants."""
        text, raw = binary.divide(self.read(), request.headers.get(binary.HEADER))
        given = read_object(parse(text), "the body", MEMBERS, ["inputs"])
        names = [output["name"] for output in outputs.describe(package.signature)]
        wanted, name = outputs.choose(given, names), read_id(given)
        measure = self.service.refuse_too_many
        rows = tensors.read_rows(given["inputs"], raw, package.signature, measure)
        answer = predict(self.service, rows, pinned=pinned)
        made = outputs.make(answer.pop("predictions"))
        translated = translate(answer, name)
        translated["outputs"] = [output for output in made if output["name"] in wanted]
        return to_response(translated, {name for name in wanted if wanted[name]})

    def read(self) -> bytes:
        """The body. Triton's client names no type; a page in a browser, with its Origin, must."""
        kind = request.headers.get("Content-Type", "")
        is_binary = binary.HEADER in request.headers and request.mimetype == binary.CONTENT_TYPE
        if not is_binary and (kind or "Origin" in request.headers):
            check_type(kind)
        return read_body(self.service)


def read_id(given: Json) -> str | None:
    """The client's own name for the request, which the answer repeats."""
    name = given.get("id")
    if name is not None and not (type(name) is str and is_text(name)):
        refuse("id", f"id must be text, not {show(name)}")
    return name


def translate(answer: Answer, name: str | None) -> Json:
    """Who answered, in the protocol's words; what it has no word for is a parameter."""
    return {
        "model_name": answer.pop("model"),
        "model_version": answer.pop("version"),
        "id": answer["request_id"] if name is None else name,
        "parameters": {"request_id": answer.pop("request_id"), "route": answer.pop("route")},
        **answer,
    }


def to_response(answer: Json, as_bytes: set[str]) -> Response:
    """JSON, or JSON with the outputs named by `as_bytes` behind it."""
    raw = binary.take_out(answer["outputs"], as_bytes)
    text = orjson.dumps(answer)
    if not as_bytes:
        return Response(text, content_type="application/json")
    headers = {binary.HEADER: str(len(text))}
    return Response(text + raw, headers=headers, content_type=binary.CONTENT_TYPE)


def add_routes(app: Flask, service: Service) -> None:
    """What the protocol wants."""
    inference = Inference(service)
    app.get("/v2")(inference.describe_server)
    app.get("/v2/health/live")(inference.live)
    app.get("/v2/health/ready")(inference.all_ready)
    for path in (MODEL, f"{MODEL}/versions/<version>"):
        app.get(path)(inference.describe_model)
        app.get(f"{path}/ready")(inference.ready_model)
        app.post(f"{path}/infer")(inference.infer)
