"""From a new project to its first served prediction, as a person would do it by hand."""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from .problems import Problem
from .processes import started

HOST = "127.0.0.1"
PORT = 8000  # where people look first
READY_WITHIN = 60.0  # seconds


def run(project: Path, package: str, *, keep_serving: bool) -> None:
    """Set the project up, run its line, serve the model and show one prediction."""
    project = project.absolute()
    with step(1, "Set up the environment"):
        call([base_python(), "scripts/bootstrap.py", "--install-manager"], project)
    with step(2, "Run the line, from raw data to a registered model"):
        call([program(project, "poe"), "line"], project)
    port = free_port()
    serve = [
        program(project, "python"),
        "-m",
        f"{package}.serving",
        "--host",
        HOST,
        "--port",
        str(port),
    ]
    with started(serve, project) as service:
        with step(3, "Serve the model"):
            wait_until_ready(service, port, hint(serve, project))
        with step(4, "Ask for one prediction"):
            show_prediction(port)
        if keep_serving:
            keep(service, port)


@contextmanager
def step(number: int, title: str) -> Iterator[None]:
    """A heading before, the elapsed seconds after."""
    print(f"\n==> [{number}/4] {title}", flush=True)
    begin = time.monotonic()
    yield
    print(f"    {time.monotonic() - begin:.1f} s", flush=True)


def call(command: list[str], project: Path) -> None:
    """Run a command of the project to its end, its output going where ours goes."""
    try:
        with started(command, project) as process:
            code = process.wait()
    except OSError as error:
        raise Problem(f"{error.strerror}: {hint(command, project)}") from error
    if code:
        raise Problem(f"exit code {code}: {hint(command, project)}")


def hint(command: list[str], project: Path) -> str:
    """Which command failed, and how to go on by hand."""
    return (
        f"{shlex.join(command)} failed in {project}\n"
        "The project is complete; when the cause shown above is gone, go on by hand:\n"
        f"  cd {shlex.quote(str(project))}\n"
        f"  {shlex.join(command)}\n"
        "and then as its README.md says."
    )


def base_python() -> str:
    """The Python beneath the environment mlkeel runs in, which may be gone tomorrow (uvx)."""
    return str(getattr(sys, "_base_executable", sys.executable))


def program(project: Path, name: str) -> str:
    """A program of the project's own environment."""
    folder = ".venv/Scripts" if os.name == "nt" else ".venv/bin"
    return str(project / folder / name)


def free_port() -> int:
    """The usual port, or a free one when something else has it."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Problem(f"no free port on {HOST}")


def wait_until_ready(service: subprocess.Popen[bytes], port: int, advice: str) -> None:
    """Ask the service again and again until it says that it is ready."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if service.poll() is not None:
            raise Problem(f"exit code {service.returncode}: {advice}")
        try:
            if ask(port, "GET", "/ready")[0] == HTTPStatus.OK:
                return
        except (OSError, HTTPException):
            pass  # not listening yet
        time.sleep(0.05)
    raise Problem(f"the service was not ready within {READY_WITHIN:.0f} s: {advice}")


def ask(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One request to the service: the status and the JSON of the answer."""
    connection = HTTPConnection(HOST, port, timeout=READY_WITHIN)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()


def show_prediction(port: int) -> None:
    """Send the model its own example, and show request, answer and how to repeat it."""
    try:
        row = ask(port, "GET", "/model")[1]["signature"]["example"]
        status, answer = ask(port, "POST", "/predict", row)
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Problem(f"the service gave no prediction: {error!r}; its output is above") from error
    if status != HTTPStatus.OK:
        raise Problem(
            f"the service refused its own example with status {status}: {json.dumps(answer)}"
        )
    body = json.dumps(row)
    url = f"http://{HOST}:{port}"
    print(
        f"    POST {url}/predict\n    {body}\n    {json.dumps(answer)}\n    again, from a terminal:"
    )
    print(
        f"    curl -X POST {url}/predict -H 'Content-Type: application/json' -d {shlex.quote(body)}"
    )


def keep(service: subprocess.Popen[bytes], port: int) -> None:
    """Leave the service in the foreground until Ctrl-C, which is the way to end it."""
    try:
        print(f"\nThe model is served at http://{HOST}:{port} (Ctrl-C stops it)", flush=True)
        code = service.wait()
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
    else:
        raise Problem(f"the service ended by itself with exit code {code}; its output is above")
