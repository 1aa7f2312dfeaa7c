"""Alerts, told to a real web server and a real mail server on this machine."""

import json
import logging
import socketserver
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from {= cookiecutter.package_name =}.alerts import channels, telling, told
from {= cookiecutter.package_name =}.alerts.told import AlertError, Problem

WIND = Problem("columns.wind", "wind has drifted", "twice as strong <&>")
RAIN = Problem("columns.rain", "rain has drifted")
HIDDEN = "T0/s3cret"


def serve(server):
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    return server


@pytest.fixture
def hook():
    """A web server; `hook.bodies` is what it was told, `hook.status` what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.server.bodies.append(json.loads(self.rfile.read(length)))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.bodies, server.status = [], 200
        yield serve(server)
        server.shutdown()


@pytest.fixture
def post():
    """A mail server; `post.mails` is what it was given."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 here")
            for line in self.rfile:
                word = line.decode().split()[0].upper()
                if word == "DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    self.server.mails.append(b"".join(lines).decode())
                self.say("221 bye" if word == "QUIT" else "250 ok")
                if word == "QUIT":
                    return

        def say(self, text):
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.mails = []
        yield serve(server)
        server.shutdown()


@pytest.fixture
def state(tmp_path):
    return tmp_path / "results" / telling.STATE


def open_hook(hook):
    url = f"http://127.0.0.1:{hook.server_port}/{HIDDEN}"
    return channels.open_channels({"ALERT_WEBHOOK_URL": url})


def test_the_same_state_alerts_once_and_recovery_is_told(state, hook, caplog):
    people = open_hook(hook)
    for problems in ([WIND], [WIND], [WIND, RAIN], [RAIN], [], []):
        telling.update(state, "monitor", problems, people)
    assert [body["text"].split(" (since")[0] for body in hook.bodies] == [
        "alert: wind has drifted. twice as strong &lt;&amp;&gt;",
        "alert: rain has drifted",
        "over: wind has drifted",
        "over: rain has drifted",
    ]
    assert len(caplog.messages) == 4
    assert told.read(state) == {}


def test_sources_do_not_end_each_others_alerts(state):
    telling.update(state, "monitor", [WIND], [])
    still_open = telling.update(state, "ingest", [RAIN], [])
    assert set(still_open) == {"monitor/columns.wind", "ingest/columns.rain"}


def test_what_could_not_be_told_is_told_later_and_shows_no_secret(state, hook, caplog):
    hook.status = 500
    telling.update(state, "monitor", [WIND], open_hook(hook))
    dead = channels.open_channels({"ALERT_WEBHOOK_URL": f"http://127.0.0.1:1/{HIDDEN}"})
    telling.update(state, "monitor", [WIND], dead)
    assert "answers 500" in caplog.text
    assert "can't be reached" in caplog.text
    hook.status = 200
    telling.update(state, "monitor", [WIND], open_hook(hook))
    assert len(hook.bodies) == 2
    assert HIDDEN not in caplog.text + state.read_text("utf-8")


def test_what_nobody_heard_of_need_not_be_taken_back(state, hook):
    hook.status = 500
    telling.update(state, "monitor", [WIND], open_hook(hook))
    hook.status = 200
    telling.update(state, "monitor", [], open_hook(hook))
    assert len(hook.bodies) == 1


def test_a_problem_that_comes_back_is_told_again(state, hook):
    for problems in ([WIND], [], [WIND]):
        telling.update(state, "monitor", problems, open_hook(hook))
    assert [body["text"][:5] for body in hook.bodies] == ["alert", "over:", "alert"]


def test_people_get_mail(state, post):
    host, port = post.server_address
    environment = {
        "ALERT_EMAIL_TO": "ann@example.com, bob@example.com",
        "ALERT_SMTP_HOST": host,
        "ALERT_SMTP_PORT": str(port),
        "ALERT_SMTP_SECURITY": "none",
    }
    people = channels.open_channels(environment)
    telling.update(state, "monitor", [WIND, RAIN], people)
    telling.update(state, "monitor", [RAIN], people)
    first, second = post.mails
    assert "Subject: alert: wind has drifted and 1 more" in first
    assert "To: ann@example.com, bob@example.com" in first
    assert "twice as strong" in first
    assert "Subject: over: wind has drifted" in second


def test_mail_without_encryption_goes_out_only_where_that_is_said(state, post, caplog):
    host, port = post.server_address
    environment = {"ALERT_EMAIL_TO": "a@b.c", "ALERT_SMTP_HOST": host, "ALERT_SMTP_PORT": str(port)}
    telling.update(state, "monitor", [WIND], channels.open_channels(environment))
    assert post.mails == []
    assert "no mail goes through" in caplog.text


def test_an_issue_says_what_is_open_and_is_gone_with_it(state, tmp_path):
    body, summary = tmp_path / "issue.md", tmp_path / "summary.md"
    people = channels.open_channels(
        {"ALERT_ISSUE_FILE": str(body), "GITHUB_STEP_SUMMARY": str(summary)}
    )
    problem = Problem("x", "@ann's [wind](https://x) has drifted")
    telling.update(state, "monitor", [problem], people)
    telling.update(state, "monitor", [problem], people)
    text = body.read_text("utf-8")
    assert text.startswith("# alert: @\u200bann's \\[wind\\](https://x) has drifted\n")
    assert summary.read_text("utf-8") == text * 2
    telling.update(state, "monitor", [], people)
    assert not body.exists()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ALERT_WEBHOOK_URL": "hooks.slack.com/s3cret"}, "must begin with https://"),
        ({"ALERT_EMAIL_TO": "a@b.c"}, "needs ALERT_SMTP_HOST"),
        ({"ALERT_SMTP_HOST": "mail"}, "needs ALERT_EMAIL_TO"),
        (
            {"ALERT_EMAIL_TO": "a@b.c", "ALERT_SMTP_HOST": "m", "ALERT_SMTP_PORT": "x"},
            "ALERT_SMTP_PORT must be",
        ),
        (
            {"ALERT_EMAIL_TO": "a@b.c", "ALERT_SMTP_HOST": "m", "ALERT_SMTP_SECURITY": "ssl"},
            "ALERT_SMTP_SECURITY must be",
        ),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(environment, said):
    with pytest.raises(AlertError, match=said) as error:
        channels.open_channels(environment)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 9, "alerts": {}}'])
def test_a_damaged_state_is_named(state, text):
    state.parent.mkdir()
    state.write_text(text)
    with pytest.raises(AlertError, match=telling.STATE):
        telling.update(state, "monitor", [WIND], [])


def test_two_processes_at_once_alert_once(state, hook):
    code = (
        "import sys; from pathlib import Path\n"
        f"from {telling.__package__} import channels, telling\n"
        f"from {telling.__package__}.told import Problem\n"
        "problems = [Problem(str(number), 'moved') for number in range(20)]\n"
        "telling.update(Path(sys.argv[1]), 'monitor', problems, channels.open_channels())\n"
    )
    environment = {"ALERT_WEBHOOK_URL": f"http://127.0.0.1:{hook.server_port}/x"}
    both = [
        subprocess.Popen([sys.executable, "-c", code, state], env=environment, stderr=-3)
        for _ in range(2)
    ]
    assert [process.wait(30) for process in both] == [0, 0]
    assert len(hook.bodies) == 1
    assert len(told.read(state)) == 20


@pytest.fixture(autouse=True)
def _heard(caplog):
    caplog.set_level(logging.WARNING)
