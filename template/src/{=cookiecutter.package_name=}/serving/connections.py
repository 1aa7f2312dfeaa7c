"""Connections, limited in time and number: who is too slow is cut off, one too many is refused.

A slow client holds no thread here, only a connection; without a limit enough of them would hold
all the connections there are.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, cast

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import access
from .front import JSON_HEADERS, Front, Headers, Send
from .refusals import Refusal, explain
from .service import Service, make_id
from .settings import Settings

SETTINGS = Settings.from_environment()
SECONDS, MOST = SETTINGS.read_seconds, SETTINGS.max_connections


class TimedConnection(HttpToolsProtocol):
    """uvicorn's connection, looked at every SECONDS: what hangs for two looks is cut.

    To look now and then costs requests nothing; a clock for each would cost a tenth of their time.
    """

    def connection_made(self, transport: Any) -> None:
        """Begin to look. uvicorn's own limit would refuse those that are there as well."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
            self.app = partial(turn_away, self.service)
        self.hanging: object = None
        self.timer: asyncio.TimerHandle = self.loop.call_later(SECONDS, self.look)

    @property
    def service(self) -> Service:
        """What the server's application serves."""
        return cast("Front", self.config.loaded_app).service

    def look(self) -> None:
        """Cut the connection if it hangs in the same place as last time."""
        before, self.hanging = self.hanging, self.find_hanging()
        if self.hanging is not None and self.hanging == before:
            self.transport.abort()
        else:
            self.timer = self.loop.call_later(SECONDS, self.look)

    def find_hanging(self) -> object:
        """What the client has begun and not ended, something else every time; None: nothing."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            is_idle = cycle is not None and self.timeout_keep_alive_task is not None
            return None if is_idle else (cycle, "headers")
        unread = self.transport.get_write_buffer_size()  # of a long answer it is another every time
        return (cycle, "body", unread) if cycle.more_body or unread else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever ended it."""
        self.timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are its own
        """Answer to what is no HTTP as to everything else."""
        headers, body = refuse(self.service, Refusal(400, "this is no HTTP/1.1 request"))
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(pair) for pair in headers)]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self.transport.close()


async def turn_away(service: Service, _scope: Any, _receive: Any, send: Send) -> None:
    """The application of a connection that is one too many."""
    headers, body = refuse(service, Refusal(503, "there are too many connections: try again"))
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def refuse(service: Service, refusal: Refusal) -> tuple[Headers, bytes]:
    """Headers and body of an answer after which the connection ends."""
    request_id = make_id()
    status, answer = explain(refusal, request_id)
    access.finish(service, request_id, "none", status, 0.0)
    body = orjson.dumps(answer)
    ends = [(b"x-request-id", request_id.encode()), (b"connection", b"close")]
    return [*JSON_HEADERS, *ends, (b"content-length", b"%d" % len(body))], body
