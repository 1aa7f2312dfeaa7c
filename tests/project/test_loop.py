"""New rows come in, models are trained anew; and whoever does it may be killed at any moment."""

import csv
import json
import os
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emitted import Emitted, started
from support import wait_until

pytestmark = pytest.mark.timeout(900)
INGEST, RETRAIN = ["python", "scripts/ingest.py"], ["python", "scripts/retrain.py"]
EASY = ["--now", "retrain.margin=-1", "retrain.latency_ms=1000"]
"""What is not much worse passes, on a busy machine too."""

COUNT = "import sys; from pyarrow.parquet import read_table as r; print(r(sys.argv[1]).num_rows)"


@pytest.fixture
def project(born, tmp_path) -> Emitted:
    """A copy of the project that uv made, to do anything to."""
    home = tmp_path / "project"
    left_out = shutil.ignore_patterns(".venv", ".*_cache")
    shutil.copytree(born("uv").path, home, ignore=left_out)
    (home / ".venv").symlink_to(born("uv").path / ".venv")
    (home / "data/incoming").mkdir(exist_ok=True)
    return Emitted(home, "")


def months(project: Emitted) -> Iterator[tuple[str, list[list[str]]]]:
    """The example's future, month by month, each with its header."""
    file = next((project.path / "data/future").glob("*/*.csv"))
    with file.open(newline="") as opened:
        header, *rows = csv.reader(opened)
    for month in dict.fromkeys(row[0][:7] for row in rows):
        yield month, [header, *(row for row in rows if row[0].startswith(month))]


def put(project: Emitted, name: str, rows: list[list[str]]) -> Path:
    """A file that waits, and has not grown for long."""
    path = project.path / "data/incoming" / name
    with path.open("w", newline="") as opened:
        csv.writer(opened).writerows(rows)
    os.utime(path, (1, 1))
    return path


def read(project: Emitted, name: str):
    return json.loads((project.path / name).read_text())


def aliases(project: Emitted) -> dict[str, str]:
    return read(project, "models/aliases.json")


def kill_when(project: Emitted, command: list[str], happened: Callable[[], bool]) -> None:
    """Start a command, and end it with SIGKILL as soon as something has happened."""
    log = project.path.parent / "killed.log"
    with log.open("wb") as output, started(command, project.path, output) as process:
        wait_until(happened, process, log, 120)
        process.kill()
        process.wait(timeout=20)


@pytest.fixture
def large(project) -> Path:
    """100,000 rows of which every tenth is bad."""
    _, (header, first, *_) = next(months(project))
    rows = []
    for number in range(100_000):
        day = f"{2100 + number // 336:04}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        rows.append([day, *first[1:5], first[5] if number % 10 else "no such weather", first[6]])
    return put(project, "large.csv", [header, *rows])


def test_an_ingest_that_is_killed_at_any_moment_loses_and_doubles_no_row(project, large):
    raw = next((project.path / "data/raw").iterdir())
    drafts, quarantine = project.path / "data/.ingesting", project.path / "data/quarantine"
    moments = [
        drafts.is_dir,
        (drafts / "bad.csv").exists,
        (drafts / "good.parquet").exists,
        lambda: any(quarantine.glob("*/*.csv")),
        lambda: any(raw.glob("large.*.parquet")),
        (project.path / "data/ingested.json").exists,
    ]
    for happened in moments:
        if large.exists():
            kill_when(project, INGEST, happened)
    project.run(*INGEST)
    (table,) = raw.glob("large.*.parquet")
    (bad,) = quarantine.glob("*/large.*.csv")
    assert int(project.run("python", "-c", COUNT, table)) == 90_000
    with bad.open(newline="") as opened:
        assert sum(1 for _ in csv.reader(opened)) - 1 == 10_000
    assert [entry["file"] for entry in read(project, "data/ingested.json")] == ["large.csv"]
    assert table.with_name(f"{table.name}.dvc").exists()
    assert not drafts.exists()
    assert "nothing waits" in project.run(*INGEST)


def test_a_second_ingest_is_told_that_one_is_running(project, large):
    log = project.path.parent / "first.log"
    drafts = project.path / "data/.ingesting"
    with log.open("wb") as output, started(INGEST, project.path, output) as first:
        wait_until(drafts.is_dir, first, log, 60)
        assert "another ingest is running here already" in project.run(*INGEST, code=1)
        assert first.wait(timeout=120) == 0
    assert "90000 accepted, 10000 quarantined" in log.read_text()


def test_months_that_come_in_lead_to_a_decision_with_figures(project):
    every = dict(months(project))
    for month in list(every)[:3]:
        put(project, f"{month}.csv", every[month])
    said = project.run(*INGEST)
    assert said.count(" accepted, 0 quarantined") == 3
    before = aliases(project)
    project.run(*RETRAIN, "--now", "retrain.margin=1")
    found = read(project, "results/retraining.json")
    assert found["attempts"][-1]["outcome"] == "refused"
    assert found["decision"]["comparison"]["gain"]["low"] < 1
    assert aliases(project) == before
    assert "it cools down until" in project.run(*RETRAIN, "retrain.every_days=1e-9")
    said = project.run(*RETRAIN, *EASY)
    assert " is the champion: " in said
    version = read(project, "results/retraining.json")["decision"]["version"]
    after = aliases(project)
    assert after["champion"] == after["challenger"] == version
    with project.serving() as address:
        assert ask(f"{address}/model")["version"] == version


def test_a_retraining_that_is_killed_leaves_the_champion_and_the_next_one_is_clean(project):
    before = aliases(project)
    work = project.path / "models/.retraining/models"
    for happened in ((work / "trained.skops").exists, (work / "candidate").is_dir):
        kill_when(project, [*RETRAIN, "--now"], happened)
        assert aliases(project) == before
    project.run(*RETRAIN, *EASY)
    attempts = read(project, "results/retraining.json")["attempts"]
    assert [attempt["outcome"] for attempt in attempts] == ["started", "started", "champion"]
    assert not work.parent.exists()


def test_feedback_of_the_service_becomes_rows_of_the_table(project):
    row = read(project, "results/example.json")
    row["precipitation"] += 0.123  # no row of the table
    with project.serving() as address:
        asked = ask(f"{address}/predict", row)
        ask(f"{address}/feedback", {"request_id": asked["request_id"], "label": "no"})
    project.run(*RETRAIN, "--now")
    assert read(project, "results/retraining.json")["attempts"][0]["feedback"] == 1
    (table,) = (project.path / "data/raw").glob("*/feedback.parquet")
    assert int(project.run("python", "-c", COUNT, table)) == 1


def ask(url: str, content: dict | None = None) -> dict:
    """What the service answers; content is posted."""
    body = json.dumps(content).encode() if content else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)
