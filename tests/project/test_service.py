"""The emitted service under what production does to it; about a minute in all."""

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from emitted import environment
from support import find_free_port, wait_for

pytestmark = pytest.mark.timeout(900)
GARBAGE = [b"", b"{", b"[]", b"[[[[", b"\xff\xfe", b"null", b'{"a": NaN}', b"[" * 5000, b"7" * 5000]
SECONDS = 8


class Service:
    """A service of a project, with models/ and the prediction log in a folder of their own."""

    def __init__(self, project, folder):
        self.project, self.folder, self.port = project, folder, find_free_port()
        self.models, self.records = folder / "models", folder / "predictions.db"
        self.log = folder / "service.log"
        kept = shutil.ignore_patterns("candidate", "*.skops")
        shutil.copytree(project.path / "models", self.models, ignore=kept)
        self.row = json.loads((project.path / "results/example.json").read_text())

    @contextmanager
    def running(self, *before, **settings):
        """The service, until SIGTERM ends it; `before` comes before its command."""
        package = next(self.project.path.glob("src/*/serving")).parent.name
        command = [*before, "python", "-m", f"{package}.serving", "--port", str(self.port)]
        settings = {"MODELS": str(self.models), "PREDICTIONS": str(self.records)} | settings
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.project.path,
                env=environment(self.project.path, **settings),
                stdout=log,
                stderr=log,
            )
        try:
            wait_for(f"http://127.0.0.1:{self.port}/ready", process, self.log)
            yield process
        finally:
            process.terminate()
            assert process.wait(timeout=30) == 0, self.log.read_text()

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def logged(self):
        with sqlite3.connect(self.records) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = connection.execute("SELECT request_id, row FROM predictions").fetchall()
        assert len(found) == len(set(found))
        return {request_id for request_id, _ in found}


class Clients:
    """Threads that ask all the time, right and wrong, and note what they were answered."""

    def __init__(self, service, count=6, pause=0.002):
        self.service, self.pause = service, pause
        self.answered: list[tuple[float, str]] = []
        self.statuses: set[int] = set()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(n,)) for n in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=30)

    def ask(self, number):
        choices = random.Random(number)
        row = json.dumps(self.service.row).encode()
        bodies = [row] * 6 + [b"[" + b",".join([row] * 20) + b"]", *GARBAGE]
        connection = self.connect()
        while not self.ended.wait(self.pause):
            try:
                headers = {"Content-Type": "application/json"}
                connection.request("POST", "/predict", choices.choice(bodies), headers)
                answer = connection.getresponse()
                found = json.loads(answer.read())
            except (OSError, http.client.HTTPException):  # between two services nobody listens
                connection.close()
                time.sleep(0.02)
                connection = self.connect()
                continue
            self.statuses.add(answer.status)
            if answer.status == 200:
                self.answered.append((time.time(), found["request_id"]))
        connection.close()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)


@pytest.fixture
def service(born, tmp_path):
    return Service(born("uv"), tmp_path)


def move_alias(service, version):
    draft = service.models / "draft.json"
    draft.write_text(json.dumps({"champion": version}))
    draft.replace(service.models / "aliases.json")


def copy_package(service):
    """A second version: the same model, judged otherwise."""
    code = (
        "import json, shutil, sys; from pathlib import Path; import importlib as i;"
        "p = i.import_module(sys.argv[1] + '.package'); old = Path(sys.argv[2]);"
        "new = old.with_name('.draft'); shutil.copytree(old, new);"
        "(new / p.METRICS).write_text('{}');"
        "m = json.loads((new / p.MANIFEST).read_text());"
        "m['files'][p.METRICS] = p.hash_file(new / p.METRICS);"
        "m['version'] = p.version_of(m['files']);"
        "(new / p.MANIFEST).write_text(json.dumps(m)); new.rename(old.with_name(m['version']));"
        "print(m['version'])"
    )
    package = next(service.project.path.glob("src/*/serving")).parent.name
    version = json.loads((service.models / "aliases.json").read_text())["champion"]
    said = service.project.run("python", "-c", code, package, service.models / version)
    return version, said.split()[-1]


def test_swaps_restarts_and_garbage_cost_no_answer_and_no_record(service):
    versions = copy_package(service)
    broken = ["absent", 5, "..", None]
    with Clients(service) as clients:
        for _ in range(2):
            with service.running(SWAP_MS="50"):
                for turn in range(SECONDS * 2):
                    move_alias(service, versions[turn % 2] if turn % 5 else broken[turn % 4])
                    time.sleep(0.2)
                assert service.metric("serving_model_swaps_total") >= 5
                assert service.metric("serving_model_refusals_total") >= 1
                move_alias(service, versions[0])
                time.sleep(0.2)
    assert clients.statuses == {200, 400, 422}
    assert len(clients.answered) > 100
    assert {request_id for _, request_id in clients.answered} <= service.logged()
    assert "Traceback" not in service.log.read_text()


def test_a_killed_worker_loses_at_most_the_last_moment_and_is_replaced(service):
    with service.running(WORKERS="2", LOG_FLUSH_MS="100") as process, Clients(service) as clients:
        time.sleep(2)
        victim = workers_of(process.pid)[-1]
        killed = time.time()
        os.kill(victim, signal.SIGKILL)
        until(lambda: set(workers_of(process.pid)) - {victim} and len(workers_of(process.pid)) == 2)
        until(lambda: clients.answered[-1][0] > killed + 2)
        clients.ended.set()
        time.sleep(1)
    logged = service.logged()
    lost = [moment for moment, request_id in clients.answered if request_id not in logged]
    assert all(killed - 2 < moment < killed + 2 for moment in lost)  # clients note it late
    assert clients.statuses == {200, 400, 422}


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


def test_while_the_database_is_locked_answers_go_on_and_nothing_is_lost(service):
    with service.running(), Clients(service) as clients:
        time.sleep(0.5)
        with sqlite3.connect(service.records, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            before = len(clients.answered)
            until(lambda: len(clients.answered) > before + 100)
            until(lambda: service.metric("serving_log_queued_rows") > 100)
            until(lambda: "locked" in service.log.read_text())
            other.execute("ROLLBACK")
        clients.ended.set()
        deadline = time.monotonic() + 15
        while service.metric("serving_log_queued_rows") and time.monotonic() < deadline:
            time.sleep(0.1)
    assert clients.statuses == {200, 400, 422}
    assert {request_id for _, request_id in clients.answered} <= service.logged()
    said = service.log.read_text()
    assert "works again" in said


def test_a_full_disk_costs_records_that_are_counted_but_no_answer(service):
    limited = ["bash", "-c", 'ulimit -f 200; exec "$@"', "limited"]  # kilobytes of every file
    with ExitStack() as stack:
        stack.enter_context(service.running(*limited, LOG_ROWS="500"))
        clients = stack.enter_context(Clients(service))
        until(lambda: service.metric("serving_log_dropped_rows_total") > 0)
        assert service.metric("serving_log_queued_rows") < 500 + 20  # and the request on the way
    assert clients.statuses == {200, 400, 422}
    assert service.logged()
    said = service.log.read_text()
    assert "predictions wait in memory" in said
    assert "lost_rows" in said
