"""Long answers, sent while they are made: memory holds one piece, however long the whole is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from .settings import Settings

SECONDS = 2 * Settings.from_environment().read_seconds
"""Who takes longer to read a piece is cut off."""

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


def is_long(response: Response) -> bool:
    """Whether nobody knows yet how long the answer is."""
    return response.status_code == 200 and response.content_length is None


async def send_pieces(response: Response, receive: Any, send: Any, in_thread: InThread) -> None:
    """Send an answer's pieces as fast as the client reads them, until it goes away.

    An error on the way ends the connection, so that half an answer can't pass for a whole one.
    """
    gone = asyncio.ensure_future(receive())
    pieces = iter(response.response)
    try:
        while not gone.done() and (piece := await in_thread(partial(next, pieces, None))):
            message = {"type": "http.response.body", "body": piece, "more_body": True}
            await asyncio.wait_for(send(message), SECONDS)
    finally:
        gone.cancel()
        await in_thread(response.close)  # before the end is sent: who has read it all may ask again
    await send({"type": "http.response.body", "body": b""})
