"""The emitted service beside what else could serve its model: requests a second, latency, weight.

    python benchmarks/serving.py PROJECT [--rounds 3] [--seconds 3] [--environments FOLDER]

PROJECT is an emitted project whose line has run (`poe line`). Needs uv and wrk on the PATH. Peers
get environments of their own, with the project's versions of scikit-learn and pandas, and serve the
project's trained pipeline. Servers start once, each with one worker; rounds go through them in
turn, so that a slow or busy machine is slow for all; figures are medians over the rounds.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOADS = {"1 row, 1 connection": (1, 1), "1 row, 16 connections": (1, 16), "100 rows": (100, 1)}

BARE = """
import os, uvicorn

ANSWER = os.environ["ANSWER"].encode()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]

async def app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})

uvicorn.run(app, port=int(os.environ["PORT"]), http="httptools", ws="none", lifespan="off",
            interface="asgi3", access_log=False, server_header=False, log_level="warning")
"""

FASTAPI = """
import json, os
import pandas as pd, skops.io, uvicorn
from fastapi import FastAPI
from pydantic import create_model

path = os.environ["PIPELINE"]
pipeline = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
fields = json.loads(os.environ["FIELDS"])
Row = create_model("Row", **{name: (float if kind != "category" else str, ...)
                             for name, kind in fields})
order = [name for name, kind in fields if kind != "category"]
order += [name for name, kind in fields if kind == "category"]
app = FastAPI()

@app.get("/ready")
def ready():
    return {}

@app.post("/predict")
def predict(rows: Row | list[Row]):
    given = [row.model_dump() for row in (rows if isinstance(rows, list) else [rows])]
    frame = pd.DataFrame(given)[order].set_axis([f"x{n}" for n in range(len(order))], axis=1)
    labels, shares = pipeline.predict(frame), pipeline.predict_proba(frame)
    return [{"prediction": label, "probabilities": share}
            for label, share in zip(labels.tolist(), shares.tolist())]

uvicorn.run(app, port=int(os.environ["PORT"]), access_log=False, log_level="warning")
"""

SAVE = """
import os, mlflow.sklearn, skops.io
path = os.environ["PIPELINE"]
pipeline = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
mlflow.sklearn.save_model(pipeline, os.environ["MODEL"], serialization_format="cloudpickle",
                          pip_requirements=["scikit-learn"])
"""

WRK = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local file = io.open(os.getenv("BODY"), "rb")
wrk.body = file:read("*a")
file:close()
"""


@dataclass
class Server:
    """One candidate: how to start it, what to send it, what was measured."""

    name: str
    command: list[str | Path]
    environment: dict[str, str]
    bodies: dict[int, bytes]
    path: str = "/predict"
    ready: str = "/ready"
    port: int = 0
    start: float = 0
    megabytes: float = 0
    rounds: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    default = Path(tempfile.gettempdir(), "mlkeel-benchmark-environments")
    parser.add_argument("--environments", type=Path, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as folder:
        servers = list(prepare(options.project.resolve(), Path(folder), options.environments))
        with ExitStack() as stack:
            for server in servers:
                stack.enter_context(running(server, Path(folder)))
            for _ in range(options.rounds):
                for server in servers:
                    measure(server, Path(folder), options.seconds)
        show(servers)


def prepare(project: Path, folder: Path, environments: Path) -> Iterator[Server]:
    """The candidates; the first is ours, the second the floor."""
    python = project / ".venv/bin/python"
    package = next(project.glob("src/*/serving")).parent.name
    row = json.loads((project / "results/example.json").read_text())
    bodies = {1: json.dumps(row).encode(), 100: json.dumps([row] * 100).encode()}
    log = {"PREDICTIONS": str(folder / "predictions.db"), "MODELS": str(project / "models")}
    yield Server("this project", [python, "-m", f"{package}.serving"], log, bodies)
    shares = {"prediction": "yes", "probabilities": {"no": 0.7501, "yes": 0.2499}}
    answer = {"model": "m" * 16, "version": "v" * 12, "route": "champion", "predictions": [shares]}
    floor = {"ANSWER": json.dumps(answer | {"request_id": "r" * 32})}
    yield Server("the same server, bare", [python, "-c", BARE], floor, bodies, ready="/")
    yield from prepare_peers(project, python, folder, environments, row, bodies)


def prepare_peers(project, python, folder, environments, row, bodies) -> Iterator[Server]:
    """FastAPI as everyone writes it, and MLflow's own server."""
    versions = read_versions(python, "scikit-learn", "pandas", "skops", "mlflow")
    same = [f"{name}=={versions[name]}" for name in ("scikit-learn", "pandas", "skops")]
    signature = next((project / "models").glob("*/signature.json")).read_text()
    kinds = [(field["name"], field["type"]) for field in json.loads(signature)["fields"]]
    common = {
        "PIPELINE": str(project / "models/trained.skops"),
        "FIELDS": json.dumps(kinds),
        "MODEL": str(folder / "mlflow-model"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    fastapi = make_environment(environments / "fastapi", "fastapi", "uvicorn[standard]", *same)
    command = [fastapi / "bin/python", "-c", FASTAPI]
    yield Server("FastAPI + pandas + scikit-learn", command, common, bodies)
    mlflow = make_environment(environments / "mlflow", f"mlflow=={versions['mlflow']}", *same)
    call([mlflow / "bin/python", "-c", SAVE], common)
    order = sorted(kinds, key=lambda pair: pair[1] == "category")
    record = {f"x{position}": row[name] for position, (name, _) in enumerate(order)}
    records = {
        count: json.dumps({"dataframe_records": [record] * count}).encode() for count in bodies
    }
    serve = [mlflow / "bin/mlflow", "models", "serve", "--env-manager", "local", "--workers", "1"]
    common = common | {"PATH": f"{mlflow}/bin{os.pathsep}{os.environ['PATH']}"}
    yield Server(
        "mlflow models serve",
        [*serve, "--model-uri", folder / "mlflow-model"],
        common,
        records,
        path="/invocations",
        ready="/ping",
    )


def read_versions(python: Path, *names: str) -> dict[str, str]:
    """What the project has installed."""
    code = "import json, sys; from importlib.metadata import version as v;"
    code += "print(json.dumps({name: v(name) for name in sys.argv[1:]}))"
    said = subprocess.run([python, "-c", code, *names], capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def make_environment(path: Path, *packages: str) -> Path:
    """A virtual environment with these packages, made once."""
    if not (path / "made").exists():
        shutil.rmtree(path, ignore_errors=True)
        call(["uv", "venv", "-q", "--python", sys.executable, path])
        command = ["uv", "pip", "install", "-q", "--compile-bytecode"]
        call([*command, "--python", path / "bin/python", *packages])
        (path / "made").touch()
    return path


def call(command: list[str | Path], environment: dict[str, str] | None = None) -> None:
    """Run a command that must succeed."""
    subprocess.run(
        [str(word) for word in command],
        env=os.environ | (environment or {}),
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def running(server: Server, folder: Path) -> Iterator[None]:
    """Start a server and wait until it answers."""
    server.port = find_free_port()
    command = [str(word) for word in server.command]
    if server.name.startswith("mlflow"):
        command += ["--port", str(server.port)]
    environment = os.environ | server.environment | {"PORT": str(server.port)}
    begin = time.perf_counter()
    with (folder / "said.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        while not answers(server):
            if process.poll() is not None or time.perf_counter() - begin > 60:
                sys.exit(f"{server.name} did not start\n{(folder / 'said.log').read_text()}")
            time.sleep(0.005)
        server.start = time.perf_counter() - begin
        yield
        server.megabytes = weigh(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def find_free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(server: Server) -> bool:
    """Whether it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{server.ready}", timeout=1):
            return True
    except OSError:
        return False


def weigh(pid: int) -> float:
    """Resident megabytes of a process and all it started."""
    pairs = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    ).stdout.split()
    rows = [tuple(map(int, pairs[place : place + 3])) for place in range(0, len(pairs), 3)]
    family, size = {pid}, -1
    while size != len(family):
        size = len(family)
        family |= {child for child, parent, _ in rows if parent in family}
    return sum(rss for process, _, rss in rows if process in family) / 1000


def measure(server: Server, folder: Path, seconds: int) -> None:
    """One round of every load."""
    (folder / "post.lua").write_text(WRK)
    for name, (rows, connections) in LOADS.items():
        (folder / "body.json").write_bytes(server.bodies[rows])
        address = f"http://127.0.0.1:{server.port}{server.path}"
        figures = None
        while figures is None:  # wrk sometimes leaves a percentile blank
            figures = read(load(server, address, connections, seconds, folder))
        server.rounds.setdefault(name, []).append(figures)


def load(server: Server, address: str, connections: int, seconds: int, folder: Path) -> str:
    """What wrk says about one load."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency"]
    said = subprocess.run(
        [*command, "-s", folder / "post.lua", address],
        env=os.environ | {"BODY": str(folder / "body.json")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{server.name} does not answer as it should\n{said}")
    return said


def read(said: str) -> tuple[float, float, float] | None:
    """Requests a second, median and 99th percentile in milliseconds, from what wrk says."""
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    found = [
        re.search(rf"^ +{share}% +([\d.]+)(us|ms|s)$", said, re.MULTILINE) for share in (50, 99)
    ]
    if None in found:
        return None
    factors = {"us": 0.001, "ms": 1, "s": 1000}
    half, most = (float(match[1]) * factors[match[2]] for match in found)
    return rate, half, most


def show(servers: list[Server]) -> None:
    """A table for each load, with ratios to ours; then start and weight."""
    for name in LOADS:
        print(f"\n{name:<34}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'ours is':>12}")
        for server in servers:
            rate, half, most = map(statistics.median, zip(*server.rounds[name], strict=True))
            ratios = [
                ours[0] / other[0]
                for ours, other in zip(servers[0].rounds[name], server.rounds[name], strict=True)
            ]
            ratio = f"{statistics.median(ratios):.2f} ×"
            print(f"  {server.name:<32}{rate:>11,.0f}{half:>9.2f}{most:>9.2f}{ratio:>12}")
    print(f"\n{'start and weight':<34}{'ready s':>11}{'MB':>9}")
    for server in servers:
        print(f"  {server.name:<32}{server.start:>11.2f}{server.megabytes:>9.0f}")


if __name__ == "__main__":
    main()
