"""Writes the prediction log in the background, so that no request waits for the disk."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .records import Answered, Store, StoreError

BATCH_ROWS = 5_000
"""Rows of one transaction."""

EARLY = 8
"""The queue is written at once when an eighth of it is taken."""

LAST_SECONDS = 5.0
"""How long `close` tries to write what is left."""

log = logging.getLogger(__name__)


class Recorder:
    """A queue in memory and a thread that empties it every `seconds` into the store.

    capacity: rows that may wait. waits: whether requests ask `is_full` first and wait for room;
    then the queue grows by what is under way. Otherwise, and while the store can't be written,
    what finds no room is dropped, counted and logged; the thread tries again.
    """

    def __init__(
        self, open_store: Callable[[], Store], capacity: int, seconds: float, *, waits: bool = False
    ) -> None:
        self.waits = waits
        self.open_store = open_store
        self.capacity, self.seconds = capacity, seconds
        self.queue: deque[Answered] = deque()
        self.queued = self.dropped = 0
        self.failing = False
        self.watch: Callable[[int, int], None] = lambda queued, dropped: None
        self.store: Store | None = None
        self.lock = threading.Lock()  # guards the queue and its counts
        self.writing = threading.Lock()  # guards the store
        self.wake, self.ended = threading.Event(), threading.Event()
        self.thread: threading.Thread | None = None

    @property
    def is_full(self) -> bool:
        """Whether a request should wait a moment: there is no room, but there soon will be."""
        return self.waits and self.queued >= self.capacity and not self.failing

    def put(self, request: Answered) -> None:
        """Queue a request's rows, or drop them where there is no room."""
        rows = request.rows
        with self.lock:
            if self.queued >= self.capacity and (self.failing or not self.waits):
                self.dropped += rows
                return
            self.queue.append(request)
            self.queued += rows
        if self.queued * EARLY > self.capacity:
            self.wake.set()
        if self.thread is None:
            self.start()

    def start(self) -> None:
        """Start the thread with the first request: a forked process needs one of its own."""
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="recorder", daemon=True)
                self.thread.start()
                atexit.register(self.close)  # for a server that doesn't tell when it ends

    def run(self) -> None:
        """Write every `seconds`, or earlier where much is queued, until the end."""
        while not self.ended.is_set():
            self.wake.wait(self.seconds)
            self.wake.clear()
            if not self.flush():
                self.ended.wait(self.seconds)
            self.report()

    def report(self) -> None:
        """Tell how many rows wait, and what was dropped since the last time."""
        with self.lock:
            dropped, self.dropped = self.dropped, 0
        if dropped:
            log.error("the prediction log is full", extra={"dropped_rows": dropped})
        self.watch(self.queued, dropped)

    def flush(self) -> bool:
        """Write all that is queued; False where the store doesn't take it now."""
        with self.writing:
            while batch := self.peek():
                if not self.write(batch):
                    return False
                self.forget(batch)
        return True

    def peek(self) -> list[Answered]:
        """The next rows, which stay queued until they are written."""
        batch, rows = [], 0
        with self.lock:
            for request in self.queue:
                batch.append(request)
                rows += request.rows
                if rows >= BATCH_ROWS:
                    break
        return batch

    def write(self, batch: list[Answered]) -> bool:
        """Write one batch; tell once when the store begins to fail, and once when it ends."""
        try:
            self.opened().add(batch)
        except StoreError as error:
            if not self.failing:
                log.error("predictions wait in memory: %s", error)
            self.failing = True
            return False
        if self.failing:
            log.warning("the prediction log works again")
        self.failing = False
        return True

    @contextmanager
    def borrow(self) -> Iterator[Store]:
        """The store for oneself, with everything in it that was queued; StoreError without it."""
        if not self.flush():
            raise StoreError("the prediction log can't be used now, predictions wait in memory")
        with self.writing:
            yield self.opened()

    def opened(self) -> Store:
        """The store, opened when it is first needed, and again where somebody removed it."""
        if self.store is not None and self.store.is_gone():
            log.error("the prediction log was removed: it begins anew")
            self.store.close()
            self.store = None
        if self.store is None:
            self.store = self.open_store()
        return self.store

    def forget(self, batch: list[Answered]) -> None:
        """Take what was written from the queue."""
        with self.lock:
            for request in batch:
                self.queue.popleft()
                self.queued -= request.rows

    def close(self) -> None:
        """Write what is left and stop; say what could not be written."""
        atexit.unregister(self.close)
        self.ended.set()
        self.wake.set()
        if self.thread is not None:
            self.thread.join()
        deadline = time.monotonic() + LAST_SECONDS
        while not self.flush() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.report()
        if self.queued:
            log.error("the prediction log ends unfinished", extra={"lost_rows": self.queued})
        if self.store is not None:
            self.store.close()
