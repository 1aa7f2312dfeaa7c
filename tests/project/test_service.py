"""The emitted service under what production does to it: a minute of mixed load, and more."""

import contextlib
import http.client
import itertools
import json
import os
import signal
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from clock import DAY, HOUR, Clock
from load import Ask, Clients, Mixture, Service, exchange

pytestmark = pytest.mark.timeout(900)
LIVES = [0.15, 0.15, 0.7]
"""Shares of the time after which the service is ended and started again."""
CONTRACT = {200, 400, 404, 413, 415, 422}
KINDS = {"predict", "mlflow", "infer", "form", "feedback", "page"}
GROWTH = 16 * 2**20
"""Bytes that a worker's memory may move by: for a moment it holds two models, or bodies of 5 MB.
In ten minutes a leak of some hundred bytes a request is more."""
READ_ALL = """
import sys; from pathlib import Path; import importlib as i
h = i.import_module(sys.argv[1] + ".store.history"); log = h.History(Path(sys.argv[2]))
paged, before = [], None
while page := log.page(limit=5000, before=before):
    paged += map(h.key_of, page); before = paged[-1]
assert paged == sorted(set(paged), reverse=True)
streamed = {h.key_of(row) for rows in log.stream() for row in rows}
print(len(paged), len(streamed), log.count())
"""


@pytest.fixture
def service(born, tmp_path):
    return Service(born("uv"), tmp_path)


def test_mixed_load_costs_no_answer_no_record_and_no_memory(service, tmp_path, request):
    """Swaps, canaries, restarts, killed workers and a clock that jumps, all at once."""
    seconds = request.config.getoption("--load-minutes") * 60
    disturber = Disturber(service, Clock(tmp_path))
    settings = {"SWAP_MS": "50", "READ_SECONDS": "2", "LOG_FLUSH_MS": "100", "ACCESS_LOG": "yes"}
    settings |= disturber.clock.environment
    with Clients(service, Mixture(service)) as clients:
        for share in LIVES:
            with service.running(WORKERS="2", **settings) as process:
                disturber.disturb(process, seconds * share)
                assert service.metric("serving_model_swaps_total") > 0
                assert service.metric("serving_model_refusals_total") > 0
    check_answers(clients.seen, seconds)
    check_records(service, clients.seen, disturber.kills)
    check_access_log(service, clients.seen)
    assert find_growth(disturber.sizes) < GROWTH, disturber.sizes


class Disturber:
    """Does to a service what production does."""

    def __init__(self, service, clock):
        self.service, self.clock = service, clock
        one, two = service.add_version()
        self.versions = itertools.cycle([one, two, "absent", two, one, 5, one, "..", two, None])
        trials = [{"version": two, "share": 50}, {"version": one, "share": 50}, None]
        shadow = {"version": two, "share": 100, "shadow": True}
        self.trials = itertools.cycle([*trials, shadow, {"version": "absent"}, None])
        self.shifts = itertools.cycle([0, DAY, -HOUR])
        self.last = one
        self.kills: list[float] = []
        self.sizes: list[int] = []
        """The memory of the worker that lived longest, now and then."""

    def disturb(self, process, seconds):
        """For so long; soon a worker is killed, and the other one gets its clients."""
        begin, killed, sizes = time.monotonic(), False, {}
        while (passed := time.monotonic() - begin) < seconds:
            self.service.point(next(self.versions))
            self.service.try_out(next(self.trials))
            self.clock.move(next(self.shifts))
            time.sleep(0.25)
            for pid in (workers := workers_of(process.pid)):
                sizes.setdefault(pid, []).append(measure(pid))
            if not killed and passed > seconds / 10 and len(workers) == 2:
                self.kills.append(time.monotonic())
                os.kill(workers[-1], signal.SIGKILL)
                killed = True
        self.service.try_out(None)
        self.service.point(self.last)
        assert killed
        self.sizes = max(sizes.values(), key=len)


def measure(pid):
    """Resident bytes of a process; 0 where it has just ended."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def find_growth(sizes):
    """Bytes by which the last fifth is above the middle one: by then all was seen."""
    fifth = len(sizes) // 5
    return median(sizes[-fifth:]) - median(sizes[2 * fifth : 3 * fifth])


def check_answers(seen, seconds):
    """Nothing but what the contract has, and every answer has an id of its own."""
    assert not seen.failures
    assert seen.statuses <= CONTRACT, sorted(seen.answers)
    assert {kind for kind, status in seen.answers if status == 200} >= KINDS
    assert ("huge", 413) in seen.answers
    assert len(seen.ids) > 10 * seconds
    assert None not in seen.ids
    assert len(seen.ids) == len(set(seen.ids))


def check_records(service, seen, kills):
    """What was answered is in the log, unless a worker was killed just then, and is read once."""
    logged, labelled = service.logged(), service.logged("labels")
    lost = [moment for moment, name in seen.predicted if name not in logged]
    assert all(any(abs(moment - kill) < 2 for kill in kills) for moment in lost)  # noted late
    assert len(lost) < 0.1 * len(seen.predicted)
    assert labelled
    assert set(seen.labelled) <= labelled
    said = service.project.run("python", "-c", READ_ALL, service.package, service.records)
    paged, streamed, counted = map(int, said.split())
    assert paged == streamed == counted


def check_access_log(service, seen):
    """It has a line for every answer, and no failure."""
    said = service.log.read_text()
    assert "Traceback" not in said
    lines = [json.loads(line) for line in said.splitlines() if '"message":"answered"' in line]
    told = [line["request_id"] for line in lines]
    assert len(told) == len(set(told))
    assert set(seen.ids) <= set(told)


def test_a_killed_worker_loses_at_most_the_last_moment_and_is_replaced(service):
    with service.running(WORKERS="2", LOG_FLUSH_MS="100") as process, Clients(service) as clients:
        time.sleep(2)
        victim = workers_of(process.pid)[-1]
        killed = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        until(lambda: set(workers_of(process.pid)) - {victim} and len(workers_of(process.pid)) == 2)
        until(lambda: clients.seen.predicted[-1][0] > killed + 2)
        clients.ended.set()
        time.sleep(1)
    logged = service.logged()
    lost = [moment for moment, request_id in clients.seen.predicted if request_id not in logged]
    assert all(killed - 2 < moment < killed + 2 for moment in lost)  # clients note it late
    assert clients.seen.statuses == {200, 400, 422}


def workers_of(pid):
    """The processes that uvicorn started; not the tracker that Python starts beside them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end while we look
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return sorted(found)


def until(condition, seconds=30):
    """Wait for something that takes longer on a busy machine."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_one_connection_too_many_is_refused_and_those_before_it_go_on(service):
    health = Ask("page", "/health")
    with service.running(MAX_CONNECTIONS="20", READ_SECONDS="30") as _, ExitStack() as stack:
        until(lambda: exchange(make_connection(service, stack), health)[0] == 200)
        opened = [make_connection(service, stack) for _ in range(20)]
        until(lambda: exchange(make_connection(service, stack), health)[0] == 503)
        status, request_id, content = exchange(make_connection(service, stack), health)
        assert (status, json.loads(content)["request_id"]) == (503, request_id)
        for connection in opened[:5] * 2:
            assert exchange(connection, health)[0] == 200
        for connection in opened[10:]:
            connection.close()
        until(lambda: exchange(make_connection(service, stack), health)[0] == 200)


def make_connection(service, stack):
    """A connection that is there, though nothing was asked yet."""
    made = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    made.connect()
    stack.callback(made.close)
    return made


def test_while_the_database_is_locked_answers_go_on_and_nothing_is_lost(service):
    with service.running(), Clients(service) as clients:
        time.sleep(0.5)
        with sqlite3.connect(service.records, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            before = len(clients.seen.predicted)
            until(lambda: len(clients.seen.predicted) > before + 100)
            until(lambda: service.metric("serving_log_queued_rows") > 100)
            until(lambda: "locked" in service.log.read_text())
            other.execute("ROLLBACK")
        clients.ended.set()
        deadline = time.monotonic() + 15
        while service.metric("serving_log_queued_rows") and time.monotonic() < deadline:
            time.sleep(0.1)
    assert clients.seen.statuses == {200, 400, 422}
    assert {request_id for _, request_id in clients.seen.predicted} <= service.logged()
    said = service.log.read_text()
    assert "works again" in said


def test_a_full_disk_costs_records_that_are_counted_but_no_answer(service):
    limited = ["bash", "-c", 'ulimit -f 200; exec "$@"', "limited"]  # kilobytes of every file
    with ExitStack() as stack:
        stack.enter_context(service.running(*limited, LOG_ROWS="500"))
        clients = stack.enter_context(Clients(service))
        until(lambda: service.metric("serving_log_dropped_rows_total") > 0)
        assert service.metric("serving_log_queued_rows") < 500 + 20  # and the request on the way
    assert clients.seen.statuses == {200, 400, 422}
    assert service.logged()
    said = service.log.read_text()
    assert "predictions wait in memory" in said
    assert "lost_rows" in said
