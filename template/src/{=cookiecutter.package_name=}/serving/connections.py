"""Connections that are limited in time: who sends or reads too slowly is cut off.

A slow client holds no thread here, only a connection; without a limit enough of them would hold
all the connections there are.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .settings import Settings

READ_SECONDS = Settings.from_environment().read_seconds


class TimedConnection(HttpToolsProtocol):
    """uvicorn's connection with a clock that runs while a request arrives or an answer leaves."""

    timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A connection from which nothing comes is cut off, too."""
        super().connection_made(transport)
        self.since: float | None = self.loop.time()
        self.timer = self.loop.call_later(READ_SECONDS, self.look)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self.since = self.loop.time()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self.since = None
        super().on_message_complete()

    def look(self) -> None:
        """Cut the connection if a request takes too long to arrive, or an answer to be taken."""
        now = self.loop.time()
        stuck = self.transport.get_write_buffer_size() > 0
        if stuck and self.since is None:
            self.since = now  # cut at the next look, unless the client reads on
        elif self.since is not None and now - self.since >= READ_SECONDS:
            self.transport.abort()
            return
        self.timer = self.loop.call_later(READ_SECONDS / 4, self.look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever ended it."""
        if self.timer:
            self.timer.cancel()
        super().connection_lost(exc)
