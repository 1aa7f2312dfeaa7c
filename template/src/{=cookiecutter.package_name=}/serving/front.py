"""The ASGI application: takes in whole requests, answers /predict at once, hands the rest to Flask.

Flask's way from a request to a function costs several times what a prediction does, so the one
route that programs call all day goes around it. The others are answered by Flask in threads.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from time import perf_counter
from typing import Any

import orjson
from flask import Flask
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from . import access, logs
from .app import assemble, load, too_large
from .body import parse
from .refusals import FORESEEN, explain, report_failure
from .routes import check_type
from .service import Service, make_id
from .settings import Settings
from .streams import is_long, send_pieces
from .watcher import Watcher

Headers = list[tuple[bytes, bytes]]
Reply = tuple[int, Headers, bytes]
LongReply = tuple[int, Headers, Response]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LARGE_BYTES = 16_384
"""A body above this is predicted in a thread: others needn't wait until it is done."""

KEY_HEADER = b"x-routing-key"
"""Requests with the same value come to the same model while a challenger is on trial."""

THREADS = 4
PROBES = ("/health", "/ready", "/metrics", "/ping", "/v2/health/live", "/v2/health/ready")
"""What tells whether the service lives has a thread of its own: it waits for nobody's work."""

ROOM_SECONDS = 0.005
"""How often a request looks whether the prediction log has room again."""


def to_bytes(headers: Iterable[tuple[str, str]]) -> Headers:
    """Headers as ASGI wants them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


JSON_HEADERS = to_bytes(
    [("content-type", "application/json"), ("x-content-type-options", "nosniff")]
)


def create() -> Front:
    """The application of one worker, as the environment configures it."""
    settings = Settings.from_environment()
    tune_interpreter()
    logs.configure()
    service = Service(load(settings.models, settings.model_alias), settings)
    return Front(service, assemble(service))


def tune_interpreter() -> None:
    """Settings of Python itself that shorten the longest answers."""
    gc.set_threshold(50_000, 20, 20)  # requests leave no cycles behind; looking for some is slow
    sys.setswitchinterval(0.0005)  # seconds that the recorder's thread may hold up a request


class Front:
    """The application that the server calls for every request."""

    def __init__(self, service: Service, app: Flask) -> None:
        self.service, self.app = service, app
        self.limit = service.settings.max_body_bytes
        self.watcher = Watcher(service)
        self.threads = ThreadPoolExecutor(THREADS, "answers")
        self.apart = dict.fromkeys(PROBES, ThreadPoolExecutor(1, "probes"))
        self.apart["/feedback"] = ThreadPoolExecutor(1, "feedback")  # it waits for the database

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end the worker's life."""
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        started = perf_counter()
        body = await read(receive, self.limit)
        if body is None:
            return
        if scope["path"] == "/predict" and scope["method"] == "POST":
            status, headers, content = await self.predict(scope["headers"], body)
            request_id, seconds = find(headers, b"x-request-id"), perf_counter() - started
            access.finish(self.service, request_id, "/predict", status, seconds)
        else:
            work = partial(self.ask_app, scope, body)
            status, headers, content = await self.in_thread(work, scope["path"])
        if isinstance(content, Response):
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send_pieces(content, receive, send, self.in_thread)
            return
        headers = [*headers, (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def live(self, receive: Receive, send: Send) -> None:
        """The worker's life: at its end no prediction may be missing in the log."""
        await receive()
        self.watcher.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.in_thread(self.watcher.close)
        await self.in_thread(self.service.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def in_thread(self, work: Callable[[], Any], path: str = "") -> Any:
        """Do what takes long beside the requests of others; some paths have their own threads."""
        threads = self.apart.get(path, self.threads)
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    async def predict(self, headers: Headers, body: bytes) -> Reply:
        """POST /predict."""
        recorder = self.service.recorder
        while recorder and recorder.is_full:
            await asyncio.sleep(ROOM_SECONDS)
        if len(body) > LARGE_BYTES:
            return await self.in_thread(partial(self.answer, headers, body))  # type: ignore[no-any-return]
        return self.answer(headers, body)

    def answer(self, headers: Headers, body: bytes) -> Reply:
        """The predictions, or why there are none."""
        started, request_id = perf_counter(), make_id()
        try:
            if len(body) > self.limit:
                raise too_large(self.service.settings)
            check_type(find(headers, b"content-type"))
            key = find(headers, KEY_HEADER) if self.service.trial else ""
            status, answer = 200, self.service.predict(parse(body), request_id, started, body, key)
        except FORESEEN as error:
            status, answer = explain(error, request_id)
        except Exception as error:
            status, answer = 500, report_failure(error, request_id)
        reply = [*JSON_HEADERS, (b"x-request-id", request_id.encode())]
        return status, reply, orjson.dumps(answer)

    def ask_app(self, scope: dict[str, Any], body: bytes) -> Reply | LongReply:
        """What Flask answers; one of unknown length is still to be made."""
        builder = EnvironBuilder(
            query_string=scope["query_string"].decode("latin-1"),
            method=scope["method"],
            headers=[
                (name.decode("latin-1"), text.decode("latin-1")) for name, text in scope["headers"]
            ],
            input_stream=BytesIO(body),
            environ_overrides={
                "PATH_INFO": scope["path"].encode().decode("latin-1"),  # as WSGI wants it
                "CONTENT_LENGTH": str(len(body)),
            },
        )
        response = Response.from_app(self.app, builder.get_environ())
        headers = [pair for pair in response.headers if pair[0].lower() != "content-length"]
        if is_long(response):
            return response.status_code, to_bytes(headers), response
        with response:
            return response.status_code, to_bytes(headers), response.get_data()


def find(headers: Headers, wanted: bytes) -> str:
    """The value of a header, or nothing."""
    for name, value in headers:
        if name == wanted:
            return value.decode("latin-1")
    return ""


async def read(receive: Receive, limit: int) -> bytes | None:
    """The body, of one that is too large only a part; None where the client went away."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
    return None if message["type"] == "http.disconnect" else body
