import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from {= cookiecutter.package_name =}.serving import __main__ as server

START_SECONDS, STOP_SECONDS = 20, 10
"""How long a busy machine may take; an idle one needs a tenth of it."""


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def process(model_folder, port, home):
    command = [sys.executable, "-m", server.__package__, "--port", str(port)]
    environment = os.environ | {"MODELS": str(model_folder), "HOME": str(home)}
    for name in ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        yield started
        started.kill()


def ask(port, path, body=None):
    """Ask the server, as soon as it listens."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urlopen(request, timeout=5) as answer:  # noqa: S310
                return json.load(answer)
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def test_the_server_starts_predicts_and_ends_cleanly(process, port, package, home):
    assert ask(port, "/ready")["version"] == package.version
    answer = ask(port, "/predict", package.signature.example)
    assert len(answer["predictions"]) == 1
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=STOP_SECONDS)
    assert list(home.rglob("*")) == []  # no library leaves a trace of who uses it
    assert "Traceback" not in said
    if os.name == "posix":  # Windows ends a process without asking it
        assert process.returncode == 0
        assert said.splitlines()[0].startswith(f"serving {package.name} {package.version} on")


def test_a_port_in_use_is_one_clear_sentence(model_folder, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert server.main(["--port", port, "--models", str(model_folder)]) == 1
    assert capsys.readouterr().err.startswith(f"error: can't listen on 127.0.0.1:{port}: ")


def test_a_port_that_does_not_exist_is_refused(capsys):
    assert server.main(["--port", "70000"]) == 1
    assert "PORT must be from 1 to 65535, not 70000" in capsys.readouterr().err


def test_no_model_is_one_clear_sentence(tmp_path, port, capsys):
    assert server.main(["--port", str(port), "--models", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "no model 'champion' yet" in said


def test_a_setting_that_is_no_number_is_one_clear_sentence(monkeypatch, capsys):
    monkeypatch.setenv("WORKERS", "many")
    assert server.main([]) == 1
    assert capsys.readouterr().err == "error: WORKERS must be a whole number above 0, not 'many'\n"


def test_help_names_the_defaults(capsys):
    with pytest.raises(SystemExit) as ended:
        server.main(["--help"])
    assert ended.value.code == 0
    assert "default: 127.0.0.1" in capsys.readouterr().out
