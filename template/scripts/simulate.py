"""See the loop close: replay the future against the service, month by month, and let the jobs work.

For example, from the project's root:

    python scripts/simulate.py                               the future as it is
    python scripts/simulate.py --fault flip --from 2014-09   and what leads to rain no longer does
    python scripts/simulate.py --fault unit:wind --months 12 a unit changes
    python scripts/simulate.py --fault category              a category that nobody knew
    python scripts/simulate.py --fault sensor                a sensor that is stuck

The future is what lies in data/future. All happens in a copy of the project, with a service and a
registry of its own: nothing here changes but results/simulation.json and figures/simulation.png.
Every month its rows are predicted, their truth comes back, the monitor looks, the file is ingested,
and a retraining is tried where there is a reason. The score is told for the loop, for the first
model left alone (frozen), and for the same recipe fitted every month without a question (blind).
"""

import argparse
import contextlib
import io
import os
import runpy
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import requests
from hydra import compose, initialize_config_dir
from rich.console import Console
from rich.table import Table

from {= cookiecutter.package_name =} import config, data, features, results, trained
from {= cookiecutter.package_name =}.errors import LineError, shown
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.schema import Schema
from {= cookiecutter.package_name =}.signature import Predictions
from {= cookiecutter.package_name =}.simulation import (
    future,
    picture,
    scores,
)
from {= cookiecutter.package_name =}.simulation.faults import (
    FAULTS,
    Fault,
)
from {= cookiecutter.package_name =}.simulation.future import Month

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "{= cookiecutter.package_name =}"
LEFT_OUT = [".git", ".venv", "cache", "storage", "mlruns", "notebooks", "tests", "predictions.db*"]
LEFT_OUT += ["__pycache__", ".*_cache", "incoming", "quarantine", "ingested.json", "results"]
QUICK = ["training.trials=3", "training.folds=2", "evaluation.resamples=100"]
QUICK += ["retrain.cooldown_hours=0", "retrain.per_day=1000", "retrain.folds=2"]
"""A search of the usual length would take most of the time and tell the same."""

START_SECONDS = 30
COOL = 2
"""Months between two retrainings: the clock of this machine does not know of those replayed."""

WINDOW = 3
"""Months of the log that the monitor looks at."""


@dataclass(frozen=True)
class Told:
    """What the service said to the rows of a month: an answer, or none where it refused."""

    answers: list[dict[str, Any] | None]

    @property
    def rows(self) -> list[int]:
        """The rows that were answered."""
        return [row for row, answer in enumerate(self.answers) if answer]


class Sandbox:
    """A copy of the project with a service of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.session = requests.Session()
        self.session.trust_env = False
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """The service, as long as the block lasts."""
        port = self.address.rpartition(":")[2]
        command = [sys.executable, "-m", f"{PACKAGE}.serving", "--port", port]
        with (self.home / "service.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=self.home, stdout=log, stderr=log)
        try:
            self.wait(process)
            yield
        finally:
            process.terminate()
            process.wait()

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it is ready."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                if self.session.get(f"{self.address}/ready", timeout=2).ok:
                    return
            time.sleep(0.05)
        said = (self.home / "service.log").read_text("utf-8", "replace")
        raise LineError(f"the service did not start: {said[-1000:]}")

    def ask(self, rows: list[dict[str, Any]]) -> Told:
        """Ask for one row after the other, as clients do."""
        return Told([self.post("/predict", row) for row in rows])

    def tell(self, told: Told, truth: list[Any]) -> None:
        """The truth comes back."""
        given = [
            {"request_id": answer["request_id"], "label": label}
            for answer, label in zip(told.answers, truth, strict=True)
            if answer
        ]
        if given:
            self.post("/feedback", given)

    def post(self, path: str, body: Any) -> dict[str, Any] | None:
        """The answer; None where the body is refused."""
        answer = self.session.post(f"{self.address}{path}", json=body, timeout=30)
        if answer.status_code == 422:
            return None
        answer.raise_for_status()
        return dict(answer.json())

    def turn_clock(self, told: Told, month: Month, schema: Schema) -> None:
        """Let the log say when the rows were: the service's clock knows only today."""
        pairs = [
            (moment.isoformat(timespec="milliseconds"), answer["request_id"])
            for moment, answer in zip(month.times(schema), told.answers, strict=True)
            if answer
        ]
        with contextlib.closing(sqlite3.connect(self.home / "predictions.db", 10)) as log, log:
            log.executemany("UPDATE requests SET time = ? WHERE request_id = ?", pairs)

    def run(self, script: str, *words: str) -> tuple[Any, str]:
        """One of the jobs, in this process: what it returns, and its last line."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            done = runpy.run_path(str(self.home / "scripts" / f"{script}.py"))["main"]([*words])
        return done, (said.getvalue().strip().splitlines() or [""])[-1]


class Simulation:
    """The months, one after the other."""

    def __init__(self, sandbox: Sandbox, settings: config.Config) -> None:
        self.sandbox = sandbox
        self.schema = schema = Schema.from_config(settings["data"])
        self.scores = scores.Scores(schema, settings["metric"][schema.task])
        models = ModelFolder(sandbox.home / settings["paths"]["models"])
        self.frozen = models.load("champion")
        self.results = sandbox.home / settings["paths"]["results"]
        pipeline = trained.load(models.path / "trained.skops")
        self.rest = 0
        self.blind = scores.Blind(schema, pipeline, data.read(schema, sandbox.home / schema.path))

    def live(self, month: Month) -> dict[str, Any]:
        """One month: asked, told, monitored, ingested, perhaps trained anew."""
        told = self.sandbox.ask(month.to_rows(self.schema))
        self.sandbox.tell(told, month.table[self.schema.target].tolist())
        time.sleep(0.3)  # the log is written in the background
        self.sandbox.turn_clock(told, month, self.schema)
        self.score(month, told)
        window = [f"{month.period - WINDOW + 1}-01", f"{month.period + 1}-01"]
        code, words = self.sandbox.run("monitor", "--since", window[0], "--until", window[1])
        self.deliver(month)
        outcome = self.retrain()
        return {
            "name": month.name,
            "rows": len(month.table),
            "refused": len(month.table) - len(told.rows),
            "drift": code == 1,
            "monitor": words,
            "retraining": outcome,
            "promoted": outcome == "champion",
            "version": next((answer["version"] for answer in told.answers if answer), None),
            "scores": {way: self.scores.measure(way, scores.MONTHS) for way in scores.WAYS},
        }

    def score(self, month: Month, told: Told) -> None:
        """What each way says to the rows that were answered."""
        table = month.table.iloc[told.rows]
        if table.empty:
            return
        answers = [told.answers[row] for row in told.rows]
        self.scores.add(
            features.to_target(self.schema, table),
            loop=to_predictions(
                self.schema, [(answer or {})["predictions"][0] for answer in answers]
            ),
            frozen=scores.ask(self.frozen, table),
            blind=self.blind.ask(table),
        )

    def deliver(self, month: Month) -> None:
        """The month's file comes in."""
        incoming = self.sandbox.home / "data" / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        month.table.to_csv(incoming / f"{month.name}.csv", index=False)
        self.sandbox.run("ingest", "ingest.settle=0")
        self.blind.learn(month.table)

    def retrain(self) -> str | None:
        """Where there is a reason: what came of it."""
        self.rest -= 1
        if self.rest > 0:
            return None
        before = self.attempts()
        with contextlib.suppress(SystemExit):  # a retraining that fails leaves the champion
            self.sandbox.run("retrain", *QUICK)
        after = self.attempts()
        if len(after) == len(before):
            return None
        self.rest = COOL
        return str(after[-1]["outcome"])

    def attempts(self) -> list[dict[str, Any]]:
        """All retrainings so far."""
        path = self.results / "retraining.json"
        return list(results.read(path)["attempts"]) if path.is_file() else []


def to_predictions(schema: Schema, answers: list[dict[str, Any]]) -> Predictions:
    """Answers of the service as a model gives them."""
    value = np.array([answer["prediction"] for answer in answers])
    if not schema.classes:
        return Predictions(value)
    shares = [[answer["probabilities"][name] for name in schema.classes] for answer in answers]
    return Predictions(value, np.array(shares, np.float32))


@shown
def main(arguments: list[str] | None = None) -> None:
    """data/future → results/simulation.json, results/figures/simulation.png."""
    options = parse(arguments)
    os.chdir(ROOT)
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        settings = config.read(compose("config"))
    schema = Schema.from_config(settings["data"])
    ModelFolder(settings["paths"]["models"]).load("champion")
    months = future.read(schema, ROOT / "data" / "future" / schema.name)[: options.months]
    if options.since and options.since not in {month.name for month in months}:
        raise LineError(
            f"--from {options.since}: the months are {months[0].name} to {months[-1].name}"
        )
    fault = Fault.parse(options.fault, schema) if options.fault else None
    begin = options.since or (months[len(months) // 2].name if months else "")
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        sandbox = Sandbox(copy_project(Path(folder, "project")))
        os.environ["PREDICTIONS"] = "predictions.db"
        os.environ.pop("MLFLOW_TRACKING_URI", None)
        with contextlib.chdir(sandbox.home), sandbox.serving():
            print(f"the service of the copy: {sandbox.address} (Ctrl-C ends the simulation)")
            simulation = Simulation(sandbox, settings)
            lived = []
            for month in months:
                is_hit = fault is not None and month.name >= begin
                lived.append(
                    simulation.live(fault.hit(schema, month) if fault and is_hit else month)
                )
                tell_month(lived[-1], is_hit=is_hit)
    report(settings, simulation.scores, lived, fault)


def copy_project(home: Path) -> Path:
    """What the jobs need, without what is large."""
    shutil.copytree(ROOT, home, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    subprocess.run(["git", "init", "--quiet"], cwd=home, check=True)
    return home


def tell_month(lived: dict[str, Any], *, is_hit: bool) -> None:
    """A line for the terminal."""
    shares = "  ".join(
        f"{way} {'-' if score is None else format(score, '.3f')}"
        for way, score in lived["scores"].items()
    )
    events = [
        "fault" if is_hit else "",
        f"{lived['refused']} rows refused" if lived["refused"] else "",
        "drift" if lived["drift"] else "",
        f"retrained: {lived['retraining']}" if lived["retraining"] else "",
    ]
    print(f"{lived['name']}  {shares}  {', '.join(filter(None, events))}", flush=True)


def report(
    settings: config.Config, found: scores.Scores, lived: list[dict[str, Any]], fault: Fault | None
) -> None:
    """The whole of it, for machines and for people."""
    folder = Path(settings["paths"]["results"])
    total = {way: found.measure(way) for way in scores.WAYS}
    content = {"metric": found.metric, "fault": str(fault or ""), "total": total, "months": lived}
    results.write(folder / "simulation.json", content)
    (folder / "figures").mkdir(exist_ok=True)
    picture.draw(found.metric, lived).savefig(folder / "figures" / "simulation.png")
    table = Table("way", found.metric, "new champions", title="all months together")
    for way, score in total.items():
        promotions = {"loop": sum(m["promoted"] for m in lived), "frozen": 0, "blind": len(lived)}
        table.add_row(
            picture.WORDS[way], "-" if score is None else f"{score:.3f}", str(promotions[way])
        )
    Console().print(table)
    print(f"{folder / 'simulation.json'}, {folder / 'figures' / 'simulation.png'}")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--fault", metavar="KIND[:COLUMN]", help=f"one of {', '.join(FAULTS)}")
    add("--from", dest="since", metavar="MONTH", help="when the fault begins (default: half way)")
    add("--months", type=count, help="how many months (default: all)")
    return parser.parse_args(arguments)


def count(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of months from 1")
    return int(text)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nstopped; the project is as it was")
