"""A service of a project, and those who ask it all the time: right, wrong, by halves."""

import http.client
import json
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emitted import Emitted, environment
from support import find_free_port, wait_for

GARBAGE = [b"", b"{", b"[]", b"[[[[", b"\xff\xfe", b"null", b'{"a": NaN}', b"[" * 5000, b"7" * 5000]
HALVES = [
    b"POST /pre",
    b"POST /predict HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
    b"\x16\x03\x01\x02",
]
HUGE = b" " * 5_000_000
PAGES = ["/", "/predictions", "/model", "/monitoring", "/metrics", "/openapi.json", "/v2", "/ping"]
KEYS = {"predictions": ["row", "route"], "labels": ["row"]}
"""What names a row of these tables, beside the request's id."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Service:
    """A service of a project, with models/ and the prediction log in a folder of their own."""

    def __init__(self, project: Emitted, folder: Path) -> None:
        self.project, self.folder, self.port = project, folder, find_free_port()
        self.models, self.records = folder / "models", folder / "predictions.db"
        self.log = folder / "service.log"
        kept = shutil.ignore_patterns("candidate", "*.skops")
        shutil.copytree(project.path / "models", self.models, ignore=kept)
        self.row = json.loads((project.path / "results/example.json").read_text())
        self.package = next(project.path.glob("src/*/serving")).parent.name

    @contextmanager
    def running(self, *before: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """The service, until SIGTERM ends it; `before` comes before its command."""
        command = [*before, "python", "-m", f"{self.package}.serving", "--port", str(self.port)]
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

    def read(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return answer.read()

    def metric(self, name: str) -> float:
        lines = self.read("/metrics").decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def logged(self, table: str = "predictions") -> set[str]:
        """The ids that are in the log, each of whose rows is there once."""
        names = [*KEYS[table], "request_id"]
        with sqlite3.connect(self.records) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()  # noqa: S608
        assert len(found) == len(set(found))
        return {request_id for *_, request_id in found}

    def point(self, version: Any) -> None:
        """Let the champion be a version, or what could be none."""
        self.replace("aliases.json", {"champion": version})

    def try_out(self, canary: dict[str, Any] | None) -> None:
        """Let a challenger come, or go."""
        if canary is None:
            (self.models / "canary.json").unlink(missing_ok=True)
        else:
            self.replace("canary.json", canary)

    def replace(self, name: str, content: Any) -> None:
        draft = self.models / "draft.json"
        draft.write_text(json.dumps(content))
        draft.replace(self.models / name)

    def add_version(self) -> list[str]:
        """A second version beside the champion: the same model, judged otherwise."""
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
        version = json.loads((self.models / "aliases.json").read_text())["champion"]
        said = self.project.run("python", "-c", code, self.package, self.models / version)
        return [version, said.split()[-1]]


@dataclass(frozen=True)
class Ask:
    """One request of a kind."""

    kind: str
    path: str
    body: bytes | None = None
    type: str = JSON
    recorded: bool = False
    """Whether its answer is a prediction, which the log must hold."""


@dataclass
class Seen:
    """What clients were answered; all of their threads append to it."""

    predicted: list[tuple[float, str]] = field(default_factory=list)
    """When, and under which id."""
    labelled: list[str] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)
    answers: set[tuple[str, int]] = field(default_factory=set)
    failures: list[tuple[int, str, bytes]] = field(default_factory=list)

    @property
    def statuses(self) -> set[int]:
        return {status for _, status in self.answers}


class Clients:
    """Threads that ask all the time, and note what they were answered."""

    def __init__(self, service: Service, asks: Callable[..., Any] | None = None) -> None:
        self.service, self.asks, self.pause = service, asks or predictions, 0.002
        self.seen, self.ended = Seen(), threading.Event()
        self.turn = threading.Lock()  # more than two readers of the log are told to come again
        self.threads = [threading.Thread(target=self.ask, args=(n,)) for n in range(6)]

    def __enter__(self) -> "Clients":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=30)

    def ask(self, number: int) -> None:
        choices = random.Random(number)
        connection = self.connect()
        while not self.ended.wait(self.pause):
            ask = self.asks(self, choices)
            reads_log = ask.path.startswith(("/predictions", "/monitoring"))
            try:
                with self.turn if reads_log else nullcontext():
                    self.note(ask, *exchange(connection, ask))
            except (OSError, http.client.HTTPException):  # between two services nobody listens
                connection.close()
                time.sleep(0.02)
                connection = self.connect()
        connection.close()

    def note(self, ask: Ask, status: int, request_id: str | None, content: bytes) -> None:
        self.seen.answers.add((ask.kind, status))
        if status >= 500:
            told = re.search(rb'id="message">([^<]*)', content)
            self.seen.failures.append((status, ask.path, told[1] if told else content))
        self.seen.ids.append(request_id)
        if status == 200 and ask.recorded:
            self.seen.predicted.append((time.monotonic(), str(request_id)))
        if status == 200 and ask.kind == "feedback":
            self.seen.labelled.append(json.loads(ask.body or b"")["request_id"])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)


def exchange(connection: http.client.HTTPConnection, ask: Ask) -> tuple[int, str | None, bytes]:
    """Status, id and content of an answer."""
    method = "GET" if ask.body is None else "POST"
    headers = {"Accept": "text/html"} if ask.body is None else {"Content-Type": ask.type}
    connection.request(method, ask.path, ask.body, headers)
    answer = connection.getresponse()
    content = answer.read()
    return answer.status, answer.getheader("X-Request-Id"), content


def predictions(clients: Clients, choices: random.Random) -> Ask:
    """Rows and garbage for /predict."""
    row = json.dumps(clients.service.row).encode()
    rows = b"[" + b",".join([row] * 20) + b"]"
    body = choices.choice([row] * 6 + [rows, *GARBAGE])
    return Ask("predict", "/predict", body, recorded=True)


class Mixture:
    """Everything that a service is asked, and what nobody should ask it."""

    def __init__(self, service: Service) -> None:
        version = json.loads((service.models / "aliases.json").read_text())["champion"]
        manifest, signature = (
            json.loads((service.models / version / name).read_text())
            for name in ("manifest.json", "signature.json")
        )
        row = service.row
        self.infer = f"/v2/models/{manifest['name']}/infer"
        self.tensors = dump({"inputs": [to_tensor(name, row[name]) for name in row]})
        self.typed = urllib.parse.urlencode({name: row[name] for name in row}).encode()
        self.row, self.rows = dump(row), dump({"dataframe_records": [row] * 3})
        self.truth = (signature["target"].get("classes") or [1.5])[0]

    def __call__(self, clients: "Clients", choices: random.Random) -> Ask:
        chosen = choices.random()
        if chosen < 0.02:
            stall(clients.service.port, choices)
        if chosen < 0.5:
            return predictions(clients, choices)
        known = clients.seen.predicted[-choices.randint(1, 50) :]
        return choices.choice(self.others(known[0][1] if known else "none", choices))

    def others(self, known: str, choices: random.Random) -> list[Ask]:
        """What isn't for /predict; some of it asks about a prediction that is known."""
        truth, garbage = (
            {"request_id": known, "row": 0, "label": self.truth},
            choices.choice(GARBAGE),
        )
        return [
            Ask("mlflow", "/invocations", self.rows, recorded=True),
            Ask("mlflow", "/invocations", garbage),
            Ask("mlflow", "/invocations", self.rows, "text/plain"),
            Ask("infer", self.infer, self.tensors, recorded=True),
            Ask("infer", self.infer, garbage),
            Ask("infer", "/v2/models/absent/infer", self.tensors),
            Ask("form", "/", self.typed, FORM, recorded=True),
            Ask("explain", "/explain", self.row),
            Ask("feedback", "/feedback", dump(truth)),
            Ask("feedback", "/feedback", garbage),
            Ask("page", choices.choice(PAGES)),
            Ask("page", f"/predictions.csv?request_id={known}"),
            Ask("page", "/absent"),
            Ask("huge", choices.choice(["/predict", "/invocations", "/feedback"]), HUGE),
        ]


def to_tensor(name: str, value: Any) -> dict[str, Any]:
    """One value of a row, as the Open Inference Protocol has it."""
    kinds = {bool: "BOOL", int: "FP64", float: "FP64", str: "BYTES"}
    return {"name": name, "shape": [1], "datatype": kinds[type(value)], "data": [value]}


def dump(content: Any) -> bytes:
    return json.dumps(content).encode()


def stall(port: int, choices: random.Random) -> None:
    """Begin a request, and go away without an answer."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as half:
        half.sendall(choices.choice(HALVES))
