import asyncio
import json
import logging

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from {= cookiecutter.package_name =}.serving import (
    app,
    connections,
    service,
    settings,
)
from {= cookiecutter.package_name =}.serving.front import Front

REQUESTS = [
    ("POST", "/predict", 200),
    ("POST", "/invocations", 422),
    ("POST", "/feedback", 404),
    ("GET", "/predict", 405),
    ("GET", "/", 200),
    ("GET", "/ready", 200),
    ("GET", "/v2", 200),
    ("GET", "/v2/models/absent", 404),
    ("GET", "/absent", 404),
]


@pytest.fixture
def front(package):
    """The application, with its access log on."""
    served = service.Service(package, settings.Settings(predictions=None, access_log="yes"))
    return Front(served, app.assemble(served))


class Wire:
    """What a client sees of its connection."""

    def __init__(self):
        self.seen, self.closed = b"", False

    def write(self, data):
        self.seen += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def get_extra_info(self, _):
        return None

    def get_write_buffer_size(self):
        return 0

    def read(self):
        """Status, headers, JSON where it is some."""
        head, _, body = self.seen.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        found = json.loads(body) if headers["content-type"] == "application/json" else None
        return int(first.split()[1]), headers, found


def talk(front, requests, others=0):
    """What each request is answered on a connection of its own, when there are others already."""

    async def talk():
        state, wires = ServerState(), []
        config = Config(front, log_config=None, access_log=False, proxy_headers=False)
        config.load()
        state.connections |= set(range(others))
        for request in requests:
            connection = connections.TimedConnection(config, state, {})
            wires.append(Wire())
            connection.connection_made(wires[-1])
            connection.data_received(request)
            await asyncio.gather(*state.tasks)
            connection.connection_lost(None)
        return [wire.read() for wire in wires]

    return asyncio.run(talk())


def to_bytes(method, path, content):
    kind = f"Content-Length: {len(content)}\r\nContent-Type: application/json"
    return f"{method} {path} HTTP/1.1\r\nHost: here\r\n{kind}\r\n\r\n{content}".encode()


def test_every_answer_has_an_id_of_its_own_and_one_line_in_the_access_log(front, package, caplog):
    caplog.set_level(logging.INFO)
    row = json.dumps(package.signature.example)
    answers = talk(front, [to_bytes(method, path, row) for method, path, _ in REQUESTS])
    assert [status for status, _, _ in answers] == [status for *_, status in REQUESTS]
    ids = [headers["x-request-id"] for _, headers, _ in answers]
    assert len(set(ids)) == len(REQUESTS)
    lines = [record for record in caplog.records if record.name.endswith("access")]
    assert [line.request_id for line in lines] == ids
    assert [line.status for line in lines] == [status for status, _, _ in answers]
    assert lines[0].route == "/predict"
    assert lines[-1].route == "none"
    assert all(0 < line.milliseconds < 60_000 for line in lines)


def test_one_connection_too_many_is_told_so_and_the_next_one_is_answered(front, monkeypatch):
    monkeypatch.setattr(connections, "MOST", 3)
    request = to_bytes("GET", "/health", "")
    for others, wanted in ((2, 200), (3, 503), (2, 200)):
        ((status, headers, found),) = talk(front, [request], others)
        assert status == wanted
    ((_, headers, found),) = talk(front, [request], 3)
    assert "too many connections" in found["error"]
    assert headers["x-request-id"] == found["request_id"]
    assert headers["connection"] == "close"
    assert b'{route="none",status="503"} 2.0' in front.service.metrics.show("")[0]


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02", b"GET\r\n\r\n", b"GET [ HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_is_told_so_with_an_id(front, sent):
    ((status, headers, found),) = talk(front, [sent])
    assert status == 400
    assert "no HTTP" in found["error"]
    assert headers["x-request-id"] == found["request_id"]


def test_the_access_log_is_off_unless_it_is_wanted(package, caplog):
    caplog.set_level(logging.INFO)
    client = app.build(package, settings.Settings(predictions=None)).test_client()
    assert client.get("/ready").status_code == 200
    assert not caplog.records
