"""The wall clock jumps while the service runs, as it does when a machine is told the right time."""

import time

import pytest

from {= cookiecutter.package_name =}.serving import service, settings
from {= cookiecutter.package_name =}.store.history import (
    History,
    Window,
    key_of,
)
from {= cookiecutter.package_name =}.store.sqlite import SQLiteStore

HOUR, DAY = 3600, 86_400


@pytest.fixture
def clock(monkeypatch):
    """A wall clock that stands; the only item of the list is added to it, in seconds."""
    shift, now = [0], time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + shift[0] * 10**9)
    monkeypatch.setattr(time, "time", lambda: now / 1e9 + shift[0])
    return shift


def test_a_clock_that_jumps_costs_no_record_and_no_page_of_them(package, tmp_path, clock):
    path = tmp_path / "predictions.db"
    SQLiteStore(path).close()  # as the server's start does, before it has workers
    served = service.Service(package, settings.Settings(predictions=path, log_flush_ms=20))
    log, ids = History(path), []
    for shift in (0, DAY, -HOUR, 0):
        clock[0] = shift
        for _ in range(20):
            ids.append(service.make_id())
            served.predict(package.signature.example, ids[-1], time.perf_counter())
        wait(lambda: log.count() == len(ids))  # it is written on, in time
    assert len(set(ids)) == 80  # in the same moment, twice
    first = log.page(limit=30)
    clock[0] = -HOUR
    served.predict(package.signature.example, service.make_id(), time.perf_counter())
    served.close()
    pages = [first]
    while page := log.page(limit=30, before=key_of(pages[-1][-1])):
        pages.append(page)
    seen = [row.request_id for page in pages for row in page]
    assert len(seen) == len(set(seen))
    assert set(ids) <= set(seen)
    streamed = [row for rows in log.stream(rows=7) for row in rows]
    assert {row.request_id for row in streamed} == set(seen)
    assert len(streamed) == 81
    tomorrow = Window(since=max(row.time for row in streamed))
    assert {row.request_id for row in log.page(tomorrow)} == set(ids[20:40])


def wait(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
