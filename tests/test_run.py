"""`mlkeel new --run`, with a project in the template's place that takes no time.

The project's programs write their process numbers down: when the command has ended, however it
ended, none of them may be alive.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from mlkeel import run
from support import ROOT, mlkeel

BOOTSTRAP = """\
import os, pathlib, sys
print("bootstrap", *sys.argv[1:], flush=True)
assert "VIRTUAL_ENV" not in os.environ, "the environment of mlkeel leaked"
programs = pathlib.Path(".venv/bin")
programs.mkdir(parents=True)
(programs / "python").symlink_to(sys.executable)
poe = programs / "poe"
poe.write_text(f"#!{sys.executable}\\n" + pathlib.Path("poe.py").read_text())
poe.chmod(0o755)
"""
POE = """\
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path("processes").write_text(f"{os.getpid()}\\n{child.pid}\\n")
print("poe", *sys.argv[1:], flush=True)
LINE
child.kill()
"""
SERVING = """\
import http.server, json, os, pathlib, sys
pathlib.Path("processes").write_text(f"{os.getpid()}\\n")
_, host, _, port = sys.argv[1:]
asked = 0

class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self, status, answer):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def do_GET(self):
        global asked
        if self.path == "/model":
            return self.reply(200, {"signature": {"example": {"it's": 1}}})
        asked += 1
        self.reply(200 if asked > 2 else 503, {"ready": asked > 2})

    def do_POST(self):
        row = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Content-Type"] == "application/json"
        self.reply(STATUS, {"predictions": [row]})
        AFTER

    def log_message(self, *_):
        pass

BEGIN
http.server.HTTPServer((host, int(port)), Handler).serve_forever()
"""


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """A checkout of mlkeel with a stand-in for its template; parts of it can be made to fail."""
    monkeypatch.setenv("VIRTUAL_ENV", "/nowhere")
    checkout = tmp_path / "checkout"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generator", checkout / "generator", ignore=ignore)
    for name in ("copier.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)

    def tool(line="", begin="", status="200", after=""):
        serving = SERVING.replace("BEGIN", begin).replace("STATUS", status)
        serving = serving.replace("AFTER", after)
        files = {
            ".templateignore": "/.templateignore\n",
            "scripts/bootstrap.py": BOOTSTRAP,
            "poe.py": POE.replace("LINE", line),
            "{=cookiecutter.package_name=}/serving.py": serving,
        }
        for name, text in files.items():
            path = checkout / "template" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return checkout

    return tool


@pytest.fixture
def project(tmp_path):
    return tmp_path / "p"


def new(checkout, project, *more, code=0):
    return mlkeel(checkout, "new", project, "--yes", "--run", *more, cwd=project.parent, code=code)


@contextmanager
def started(checkout, project):
    """`mlkeel new --run` while it runs."""
    command = [sys.executable, "-m", "mlkeel", "new", str(project), "--yes", "--run"]
    environment = {**os.environ, "PYTHONPATH": str(checkout / "generator")}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        yield process


def wait_for(process, words):
    """Read what the command says until it says this; return all of it."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"no {words!r} in:\n{said}")


def assert_gone(project):
    """None of the project's programs is alive (nor waits, dead, for anything but its parent)."""
    for number in (project / "processes").read_text().split():
        deadline = time.monotonic() + 10
        while subprocess.run(["ps", "-o", "stat=", "-p", number], capture_output=True).stdout[
            :1
        ] not in (b"", b"Z"):
            assert time.monotonic() < deadline, f"process {number} is still alive"


def test_each_step_is_shown_and_the_prediction_at_the_end(tool, project):
    said = new(tool(), project, "--no-serve")
    for number, title in enumerate(
        ["Set up", "Run the line", "Serve", "Ask for one prediction"], 1
    ):
        assert f"==> [{number}/4] {title}" in said
    assert "bootstrap --install-manager\n" in said
    assert "poe line\n" in said
    assert '{"it\'s": 1}\n    {"predictions": [{"it\'s": 1}]}\n' in said
    assert "-H 'Content-Type: application/json' -d '{\"it'\"'\"'s\": 1}'" in said
    assert said.count(" s\n") == 4
    assert_gone(project)


def test_a_failing_step_tells_what_failed_where_and_how_to_go_on(tool, project):
    said = new(tool(line="sys.exit(3)"), project, "--no-serve", code=1)
    poe = project / ".venv/bin/poe"
    assert f"mlkeel: exit code 3: {poe} line failed in {project}\n" in said
    assert f"go on by hand:\n  cd {project}\n  {poe} line\n" in said
    assert "[3/4]" not in said
    assert_gone(project)


def test_a_service_that_does_not_start_is_reported(tool, project):
    said = new(tool(begin="sys.exit(4)"), project, "--no-serve", code=1)
    assert "mlkeel: exit code 4: " in said
    assert "-m my_ml_project.serving" in said
    assert_gone(project)


def test_a_refused_example_is_reported(tool, project):
    said = new(tool(status="422"), project, "--no-serve", code=1)
    assert "mlkeel: the service refused its own example with status 422: " in said
    assert_gone(project)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_the_service_runs_until_it_is_stopped(tool, project, number, code):
    with started(tool(), project) as process:
        said = wait_for(process, "The model is served at")
        assert "(Ctrl-C stops it)" in said
        process.send_signal(number)
        assert process.wait(30) == code
    assert_gone(project)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_line_leaves_no_process_behind(tool, project, number, code):
    with started(tool(line="time.sleep(600)"), project) as process:
        wait_for(process, "poe line")
        process.send_signal(number)
        assert process.wait(30) == code
    assert_gone(project)


def test_a_service_that_ends_by_itself_is_reported(tool, project):
    with started(tool(after="os._exit(5)"), project) as process:
        wait_for(process, "the service ended by itself with exit code 5")
        assert process.wait(30) == 1


def test_another_port_is_taken_when_the_usual_one_is_in_use(monkeypatch):
    with socket.socket() as other:
        other.bind((run.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(run, "PORT", taken)
        assert run.free_port() not in (0, taken)
    assert run.free_port() == taken
