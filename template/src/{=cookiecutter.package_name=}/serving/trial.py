"""A challenger on trial beside the champion: it gets its share of the requests, or shadows them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from ..canary import Canary

if TYPE_CHECKING:
    from .service import ServedModel

WAITING = 100
"""Requests that may wait to be shadowed; with more, some are left out."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trial:
    """The canary and the challenger's model."""

    canary: Canary
    model: ServedModel

    def takes(self, rows: list[Any], key: str) -> bool:
        """Whether the challenger answers a request."""
        return not self.canary.shadow and self.canary.takes(rows, key)

    def shadows(self, rows: list[Any], key: str) -> bool:
        """Whether it predicts beside the champion, unseen."""
        return self.canary.shadow and self.canary.takes(rows, key)


class Shadows:
    """Does in one thread what nobody waits for; leaves work out where too much waits."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, "shadow")
        self.room = BoundedSemaphore(WAITING)

    def submit(self, work: Callable[[], object]) -> bool:
        """Do it soon; False where it is left out."""
        if not self.room.acquire(blocking=False):
            return False
        self.thread.submit(self.run, work)
        return True

    def run(self, work: Callable[[], object]) -> None:
        """Do it; what fails is told in the log."""
        try:
            work()
        except Exception:
            log.exception("a shadow failed")
        finally:
            self.room.release()

    def close(self) -> None:
        """Do what is left, and end."""
        self.thread.shutdown()
