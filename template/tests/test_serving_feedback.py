import json
import sqlite3

import pytest

from {= cookiecutter.package_name =}.serving import app, service, settings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "predictions.db"


@pytest.fixture
def client(package, path):
    chosen = settings.Settings(predictions=path, log_flush_ms=10)
    return app.build(package, chosen).test_client()


@pytest.fixture
def truth(package):
    """A label that can be true."""
    classes = package.signature.target.classes
    return classes[0] if classes else 1.5


@pytest.fixture
def asked(client, package):
    """The request ids of one row and of two."""
    row = package.signature.example
    return [client.post("/predict", json=rows).json["request_id"] for rows in (row, [row, row])]


def labels(path):
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT request_id, row, label FROM predictions").fetchall()


def test_what_was_true_comes_beside_what_was_predicted(client, asked, truth, path):
    one, two = asked
    answer = client.post("/feedback", json={"request_id": one, "label": truth})
    assert (answer.status_code, answer.json) == (200, {"labelled": 1})
    answer = client.post("/feedback", json=[{"request_id": two, "row": 1, "label": truth}])
    assert answer.status_code == 200
    assert labels(path) == [(one, 0, truth), (two, 0, None), (two, 1, truth)]
    assert "serving_labels_total 2.0" in client.get("/metrics").text


def test_a_request_that_is_not_in_the_log_is_named_and_nothing_is_written(
    client, asked, truth, path
):
    given = [{"request_id": name, "label": truth} for name in (asked[0], "unknown")]
    answer = client.post("/feedback", json=given)
    assert answer.status_code == 404
    assert answer.json["error"] == "no prediction is logged under unknown"
    assert {label for *_, label in labels(path)} == {None}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"label": "no such class"}, "label", "label must be"),
        ({"label": None}, "label", "not null"),
        ({"label": ["x"]}, "label", "not a list"),
        ({"request_id": 5}, "request_id", "must be the text"),
        ({"row": -1}, "row", "whole number from 0"),
        ({"row": True}, "row", "whole number from 0"),
        ({"row": 2}, "row", "row must be below 2"),
        ({"request_id": "\ud800"}, "request_id", "must be the text"),
        ({"\ud800": 1}, "?", "? is unknown"),
        ({"truth": 1}, "truth", "known are label, request_id, row"),
        ({}, "row", "the request had 2 rows"),
    ],
)
def test_a_label_that_cannot_be_joined_is_explained(client, asked, truth, change, field, words):
    given = {"request_id": asked[1], "label": truth} | change
    answer = client.post("/feedback", data=json.dumps(given), content_type="application/json")
    assert answer.status_code == 422
    (problem,) = answer.json["errors"]
    assert (problem["row"], problem["field"]) == (0, field)
    assert words in problem["message"]


@pytest.mark.parametrize("body", ["[]", "5", "[[]]"])
def test_what_is_no_label_is_refused(client, body):
    answer = client.post("/feedback", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_without_a_log_there_is_nothing_to_join(package, truth):
    client = app.build(package, settings.Settings(predictions=None)).test_client()
    answer = client.post("/feedback", json={"request_id": "x", "label": truth})
    assert answer.status_code == 404
    assert "switched off" in answer.json["error"]


def test_a_log_that_cannot_be_written_costs_no_prediction(package, tmp_path, truth):
    (tmp_path / "file").touch()
    chosen = settings.Settings(predictions=tmp_path / "file" / "predictions.db")
    served = service.Service(package, chosen)
    client = app.assemble(served).test_client()
    assert client.post("/predict", json=package.signature.example).status_code == 200
    answer = client.post("/feedback", json={"request_id": "x", "label": truth})
    assert answer.status_code == 503
    assert "can't be used" in answer.json["error"]
    served.recorder.forget(served.recorder.peek())
