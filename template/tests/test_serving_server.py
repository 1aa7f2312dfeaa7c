import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from {= cookiecutter.package_name =}.serving import __main__ as server

START_SECONDS, STOP_SECONDS = 60, 30
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
def records(tmp_path):
    return tmp_path / "predictions.db"


@pytest.fixture
def started(model_folder, port, home, records):
    """`started(...)`: a server with these settings; all end with the test."""
    command = [sys.executable, "-m", server.__package__, "--port", str(port)]
    environment = os.environ | {"MODELS": str(model_folder), "HOME": str(home)}
    environment |= {"PREDICTIONS": str(records)}
    for name in ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    with ExitStack() as stack:

        def start(**settings):
            process = subprocess.Popen(
                command,
                env=environment | settings,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.terminate)
            return process

        yield start


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


def read_metrics(port):
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if line[0] != "#"]
    return {name.partition("{")[0]: value for name, value in pairs}


def count(records):
    with sqlite3.connect(records) as connection:
        return connection.execute("SELECT count(*) FROM predictions").fetchone()[0]


def test_the_server_starts_predicts_and_ends_cleanly(started, port, package, home, records):
    process = started(LOG_FLUSH_MS="60000")
    assert ask(port, "/ready")["version"] == package.version
    answer = ask(port, "/predict", package.signature.example)
    assert len(answer["predictions"]) == 1
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=STOP_SECONDS)
    assert list(home.rglob("*")) == []  # no library leaves a trace of who uses it
    assert "Traceback" not in said
    if os.name == "posix":  # Windows ends a process without asking it
        assert count(records) == 1
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


@pytest.mark.parametrize(
    ("aliases", "words"),
    [
        ("{}", "no model 'champion' yet"),
        ("{", "can't be read"),
        ("[]", "must hold the version of each alias"),
        ('{"champion": "absent"}', "says that champion is absent, which isn't there"),
    ],
)
def test_no_model_is_one_clear_sentence(tmp_path, port, capsys, aliases, words):
    (tmp_path / "aliases.json").write_text(aliases)
    assert server.main(["--port", str(port), "--models", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert words in said


def test_a_setting_that_is_no_number_is_one_clear_sentence(monkeypatch, capsys):
    monkeypatch.setenv("WORKERS", "many")
    assert server.main([]) == 1
    assert capsys.readouterr().err == "error: WORKERS must be a whole number above 0, not 'many'\n"


def test_help_names_the_defaults(capsys):
    with pytest.raises(SystemExit) as ended:
        server.main(["--help"])
    assert ended.value.code == 0
    assert "default: 127.0.0.1" in capsys.readouterr().out


@pytest.mark.parametrize("setting", ["--workers=0", "--port=0", "--workers=two"])
def test_a_bad_option_is_one_clear_sentence(setting, capsys):
    assert server.main([setting]) == 1
    name = setting.strip("-").partition("=")[0].upper()
    said = capsys.readouterr().err
    assert said.startswith(f"error: {name} must be a whole number above 0, not ")
    assert said.count("\n") == 1


def test_a_log_that_cannot_be_written_is_one_clear_sentence(
    model_folder, port, capsys, monkeypatch
):
    monkeypatch.setenv("PREDICTIONS", str(model_folder))
    assert server.main(["--port", str(port), "--models", str(model_folder)]) == 1
    assert "the prediction log" in capsys.readouterr().err


def test_clients_that_stall_hold_up_nobody_and_are_cut_off(started, port, package):
    started(READ_SECONDS="2")
    ask(port, "/ready")
    halves = [b"", b"POST /pre", b"POST /predict HTTP/1.1\r\nContent-Length: 50\r\n\r\n{"] * 20
    clients = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in halves]
    for client, half in zip(clients, halves, strict=True):
        client.sendall(half)
    assert ask(port, "/predict", package.signature.example)["predictions"]
    assert ask(port, "/model")["name"] == package.name
    assert not select.select(clients, [], [], 0)[0]  # all of them still stall
    for client in clients:
        with client, suppress(ConnectionResetError):
            assert client.recv(100) == b""


def test_several_workers_count_and_log_together(started, port, package, records):
    process = started(WORKERS="2")
    for _ in range(30):
        ask(port, "/predict", package.signature.example)
    wanted = {"serving_predicted_rows_total": "30.0", "serving_log_queued_rows": "0.0"}
    wanted |= {"serving_model_info": "2.0"}  # one from each worker, which need not start together
    deadline = time.monotonic() + START_SECONDS
    while not wanted.items() <= (found := read_metrics(port)).items():
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=STOP_SECONDS)
    assert count(records) == 30
