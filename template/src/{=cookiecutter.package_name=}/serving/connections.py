"""Connections that are limited in time: who sends or reads too slowly is cut off.

A slow client holds no thread here, only a connection; without a limit enough of them would hold
all the connections there are.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .settings import Settings

SECONDS = Settings.from_environment().read_seconds


class TimedConnection(HttpToolsProtocol):
    """uvicorn's connection, looked at every SECONDS: what hangs for two looks is cut.

    To look now and then costs requests nothing; a clock for each would cost a tenth of their time.
    """

    def connection_made(self, transport: Any) -> None:
        """Begin to look."""
        super().connection_made(transport)
        self.hanging: object = None
        self.timer: asyncio.TimerHandle = self.loop.call_later(SECONDS, self.look)

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
