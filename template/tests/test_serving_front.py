import asyncio
import json
import re
import threading

import pytest

from {= cookiecutter.package_name =}.serving import app, front, service, settings
from {= cookiecutter.package_name =}.serving.front import Front


@pytest.fixture(scope="module")
def served(package):
    chosen = settings.Settings(predictions=None, max_body_bytes=1_000_000, max_rows=500)
    return service.Service(package, chosen)


@pytest.fixture(scope="module")
def ask(served):
    """`ask(method, path, body, type)` → status, headers, JSON."""
    application = Front(served, app.assemble(served))

    def ask(method, path, body=b"", content_type="application/json"):
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(b"content-type", content_type.encode())],
        }
        return asyncio.run(talk(application, scope, body))

    return ask


async def talk(application, scope, body):
    """One request in two pieces, and its answer."""
    pieces = [body[: len(body) // 2], body[len(body) // 2 :]]
    messages = [
        {"type": "http.request", "body": piece, "more_body": not position}
        for position, piece in enumerate(pieces)
    ]
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    start, content = sent
    is_json = dict(start["headers"])[b"content-type"] == b"application/json"
    answer = json.loads(content["body"]) if is_json else content["body"]
    return start["status"], dict(start["headers"]), answer


def test_a_prediction_is_the_same_as_flask_s(ask, served, package):
    row = package.signature.example
    status, headers, answer = ask("POST", "/predict", json.dumps(row).encode())
    other = app.assemble(served).test_client().post("/predict", json=row)
    assert (status, headers[b"content-type"]) == (200, b"application/json")
    assert headers[b"x-request-id"].decode() == answer["request_id"]
    assert answer["predictions"] == other.json["predictions"]
    assert answer.keys() == other.json.keys()


def test_many_rows_are_predicted_in_a_thread(ask, package):
    rows = [package.signature.example] * 400
    body = json.dumps(rows).encode()
    assert len(body) > front.LARGE_BYTES
    status, _, answer = ask("POST", "/predict", body)
    assert (status, len(answer["predictions"])) == (200, 400)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        (b"{", "application/json", 400, "line 1, column 2"),
        (b"\xff", "application/json", 400, "not UTF-8"),
        (b"[" * 50_000, "application/json", 400, "nested"),
        (b"[]", "application/json", 422, "1 row"),
        (b"{}", "text/plain", 415, "application/json"),
        (b"{}", "application/jsonx", 415, "application/json"),
        (b" " * 1_000_001, "application/json", 413, "larger than 1000000 bytes"),
        (b"[" + b"{}," * 500 + b"{}]", "application/json", 413, "hold 500 rows"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(ask, body, content_type, status, words):
    found, headers, answer = ask("POST", "/predict", body, content_type)
    assert (found, headers[b"content-type"]) == (status, b"application/json")
    assert words in answer["error"]
    assert len(answer["request_id"]) == 32


def escape(name):
    """A JSON text in which every letter is written by its number."""
    units = name.encode("utf-16-be").hex()
    return '"' + re.sub("....", r"\\u\g<0>", units) + '"'


@pytest.mark.parametrize("more", ["{0}: 1", "{0} :1,{0} : 1", "{1}: 1"])
def test_a_key_given_twice_is_refused_however_it_is_written(ask, package, more):
    name = package.signature.fields[0].name
    given = json.dumps(package.signature.example)[:-1]
    extra = more.format(json.dumps(name), escape(name))
    status, _, answer = ask("POST", "/predict", f"{given}, {extra}}}".encode())
    assert status == 422
    assert [problem["field"] for problem in answer["errors"]] == [name]
    assert "more than once" in answer["errors"][0]["message"]


def test_what_was_not_foreseen_shows_no_internals(ask, served, package, monkeypatch, caplog):
    monkeypatch.setattr(served.served, "reader", None)
    body = json.dumps(package.signature.example).encode()
    status, _, answer = ask("POST", "/predict", body)
    assert status == 500
    assert "NoneType" not in json.dumps(answer)
    (record,) = caplog.records
    assert record.request_id == answer["request_id"]
    assert "NoneType" in caplog.text


def test_a_probe_waits_for_nobody_s_work(served):
    application = Front(served, app.assemble(served))
    held = threading.Event()
    for threads in {application.threads, application.apart["/feedback"]}:
        for _ in range(2 * front.THREADS):
            threads.submit(held.wait)
    scope = {"type": "http", "method": "GET", "query_string": b"", "headers": []}
    try:
        for path in front.PROBES:
            status, _, _ = asyncio.run(talk(application, scope | {"path": path}, b""))
            assert status == 200, path
    finally:
        held.set()


def test_the_other_routes_are_flask_s(ask, package):
    assert ask("GET", "/ready")[2]["version"] == package.version
    status, headers, answer = ask("GET", "/predict")
    assert status == 405
    assert b"POST" in headers[b"allow"]
    for path in ("/nothing", "/?x=1", "/[", "/%", "/ü"):
        assert f"there is no {path}" in ask("GET", path)[2]["error"]
    for path in ("//[", "/v2/models///infer"):
        assert ask("GET", path)[0] == 404
    status, _, answer = ask("POST", "/feedback", b"{}", "text/plain")
    assert status == 415
    assert answer["request_id"]
