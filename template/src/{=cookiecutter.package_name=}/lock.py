"""One at a time: a lock that the system lets go of even when its holder is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import LineError


class BusyError(LineError):
    """Another process does the same; the message says what."""


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold the lock as long as the block lasts; BusyError where another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"{what} is running here already: wait until it ends") from None
    try:
        yield
    finally:
        lock.release()
