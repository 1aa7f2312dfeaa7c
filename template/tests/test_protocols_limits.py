import json

import numpy as np
import pytest

from {= cookiecutter.package_name =} import package as packages
from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.serving import app, service, settings

FIELDS = (
    signature.Field("speed", "number", minimum=0, maximum=60, outside="flag"),
    signature.Field("kind", "category", categories=("a",), unknown="missing"),
)
SIGNATURE = signature.Signature("regression", signature.Target("y"), FIELDS, {})
NAMES = {"speed": "FP64", "kind": "BYTES"}
INVOCATIONS, INFER = "/invocations", "/v2/models/tiny/infer"
ROUTES = [INVOCATIONS, INFER]


class Constant:
    """Stands for the model."""

    def predict(self, inputs):
        return signature.Predictions(np.full(len(inputs), 2.5, np.float32))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A service whose model flags what is doubtful; it takes 3 rows, or 1000 bytes."""
    manifest = packages.Manifest("tiny", "v1", "now", {}, {})
    path = tmp_path_factory.mktemp("tiny")
    chosen = settings.Settings(predictions=path / "log.db", max_rows=3, max_body_bytes=1000)
    package = packages.Package(path, manifest, SIGNATURE, Constant())
    made = service.Service(package, chosen)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(served):
    return app.assemble(served).test_client()


def tables(*rows):
    """The same rows for both protocols."""
    columns = {name: [row[position] for row in rows] for position, name in enumerate(NAMES)}
    tensors = [
        {"name": name, "datatype": kind, "shape": [len(rows)], "data": columns[name]}
        for name, kind in NAMES.items()
    ]
    return {INVOCATIONS: {"inputs": columns}, INFER: {"inputs": tensors}}


def post(client, path, body):
    return client.post(path, data=json.dumps(body), content_type="application/json")


def test_a_regression_answers_numbers(client):
    body = tables([1, "a"], [2, "a"])
    answer = post(client, INVOCATIONS, body[INVOCATIONS]).get_json()
    assert answer["predictions"] == [2.5, 2.5]
    assert "probabilities" not in answer
    (output,) = post(client, INFER, body[INFER]).get_json()["outputs"]
    wanted = {"name": "prediction", "datatype": "FP32", "shape": [2], "data": [2.5, 2.5]}
    assert output == wanted


@pytest.mark.parametrize("path", ROUTES)
def test_what_is_doubtful_is_flagged(client, path):
    answer = post(client, path, tables([61, "a"], [1, "b"])[path]).get_json()
    found = [(warning["row"], warning["field"]) for warning in answer["warnings"]]
    assert found == [(0, "speed"), (1, "kind")]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("speed", ["1", True, [], float("inf"), 3.5e38, 10**40, None, float("nan")])
def test_what_the_model_cannot_read_is_refused_with_its_row(client, path, speed):
    answer = post(client, path, tables([1, "a"], [speed, "a"])[path])
    assert answer.status_code == 422
    (problem,) = answer.get_json()["errors"]
    assert (problem["row"], problem["field"]) == (1, "speed")


@pytest.mark.parametrize("path", ROUTES)
def test_too_many_rows_or_bytes_are_refused(client, path):
    answer = post(client, path, tables(*[[1, "a"]] * 4)[path])
    assert answer.status_code == 413
    assert "hold 3 rows, this one holds 4" in answer.get_json()["error"]
    assert post(client, path, [0] * 500).status_code == 413


@pytest.mark.parametrize("path", ROUTES)
def test_halves_of_characters_are_refused(client, path):
    answer = post(client, path, tables([1, "\ud800"])[path])
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "kind"


def test_rows_of_every_protocol_are_logged_and_take_labels(client):
    for path, body in tables([1, "a"]).items():
        name = post(client, path, body).headers["X-Request-Id"]
        labelled = client.post("/feedback", json={"request_id": name, "label": 2})
        assert labelled.get_json() == {"labelled": 1}


def test_a_full_log_holds_up_a_request_until_there_is_room(client, served, monkeypatch):
    full = iter([True, True])
    recorder = type(served.recorder)
    monkeypatch.setattr(recorder, "is_full", property(lambda _: next(full, False)))
    assert post(client, INFER, tables([1, "a"])[INFER]).status_code == 200
    assert next(full, None) is None
