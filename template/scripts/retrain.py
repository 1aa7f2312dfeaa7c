"""Train anew where there is a reason, and replace the champion only by a surely better model.

For example, from the project's root:

    python scripts/retrain.py          where a trigger of conf/config.yaml holds
    python scripts/retrain.py --now    in any case

Runs the line on all rows there are now, with those of the prediction log whose truth is known, in
models/.retraining. The challenger must be better than the champion on the latest rows, with
confidence; not be worse for anybody in a sensitive column; and answer in time. The decision with
its figures goes to results/retraining.json and to MLflow. Killed at any moment, the champion is
served on.
"""

import argparse
import os
import runpy
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import (
    canary,
    config,
    data,
    evaluation,
    features,
    gate,
    package,
    prepared,
    registry,
    results,
    runs,
    trained,
)
from {= cookiecutter.package_name =}.alerts import (
    channels,
    telling,
)
from {= cookiecutter.package_name =}.alerts.told import Problem
from {= cookiecutter.package_name =}.errors import LineError, shown
from {= cookiecutter.package_name =}.ingestion.table import FEEDBACK
from {= cookiecutter.package_name =}.lock import alone
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.package import Package, PackageError
from {= cookiecutter.package_name =}.retraining import (
    contest,
    feedback,
    trial,
    triggers,
)
from {= cookiecutter.package_name =}.retraining.attempts import Attempt, Attempts
from {= cookiecutter.package_name =}.schema import Schema
from {= cookiecutter.package_name =}.store.history import History, Window

ROOT = Path(__file__).resolve().parents[1]
STEPS = ["validate", "prepare", "train", "evaluate"]
LOG = "predictions.db"


@shown
def main(arguments: list[str] | None = None) -> None:
    """data/raw, the prediction log → perhaps a challenger; results/retraining.json."""
    options = parse(arguments)
    os.chdir(ROOT)
    settings = config.read(configure(options.overrides))
    models = Path(settings["paths"]["models"])
    incoming = Path(settings["paths"]["incoming"])
    with (
        alone(models / ".retrain.lock", "another retraining"),
        alone(incoming.parent / ".ingest.lock", "an ingest"),
    ):
        print(run(settings, options.overrides, now=options.now))


def run(settings: config.Config, overrides: list[str], *, now: bool = False) -> str:
    """Retrain if there is a reason; what came of it, in a sentence."""
    schema = Schema.from_config(settings["data"])
    models = ModelFolder(settings["paths"]["models"])
    if canary.read(models.path):
        return "a challenger is on trial: poe canary decides about it first"
    attempts = Attempts(Path(settings["paths"]["results"], "retraining.json"))
    told = read_feedback(settings, schema)
    rows = count_rows(schema) + len(told.rows)
    reasons = {"by_hand": "you said so"} if now else {}
    reasons |= triggers.find(settings["retrain"], find_facts(settings, models, attempts, rows))
    if not reasons:
        return "there is no reason to train anew (poe retrain --now does)"
    print(*(f"{name}: {reason}" for name, reason in reasons.items()), sep="\n")
    obstacle = attempts.find_obstacle(settings["retrain"], datetime.now(UTC))
    if obstacle and not now:
        return f"but not now: {obstacle}"
    started = datetime.now(UTC).isoformat(timespec="seconds")
    attempts.begin(Attempt(started, [*reasons], rows, len(told.rows)))
    try:
        said = retrain(settings, overrides, schema, models, attempts, told)
        alert(settings, None)
        return said
    except (Exception, SystemExit) as error:  # whatever it was, the attempt has ended
        attempts.end("failed", str(error))
        alert(settings, str(error))
        raise LineError(f"the retraining failed, the champion is served on: {error}") from error


def alert(settings: config.Config, failure: str | None) -> None:
    """Tell who wants to know that retraining failed, and when it works again."""
    problems = [Problem("failed", "the retraining failed", failure)] if failure else []
    place = Path(settings["paths"]["results"], telling.STATE)
    telling.update(place, "retrain", problems, channels.open_channels())


def retrain(
    settings: config.Config,
    overrides: list[str],
    schema: Schema,
    models: ModelFolder,
    attempts: Attempts,
    told: feedback.Feedback,
) -> str:
    """Run the line beside what is served, judge, and move the aliases where it is better."""
    mlflow = registry.Registry(settings["registry"], schema.name, models)  # before hours of work
    work = models.path / ".retraining"
    shutil.rmtree(work, ignore_errors=True)  # of one that was killed
    work.mkdir(parents=True)
    feedback.write(schema, told.rows, Path(schema.path, FEEDBACK), work / FEEDBACK)
    cfg = configure_line(overrides, work, settings["retrain"]["test_share"])
    run_steps(cfg, STEPS)
    held = hold_contest(settings, schema, models, work)
    if held:
        fit_winner(settings, schema, held, work)
    run_steps(cfg, ["package"])
    challenger = Package.load(work / "models/candidate")
    test = prepared.read(schema, work / "prepared/test.parquet")
    beside = held.comparison if held else None
    verdict = trial.judge(schema, challenger, models.champion, test, settings, beside)

    folders = {"package": challenger.path, "figures": work / "results/figures"}
    mlflow.register(challenger, runs.describe(challenger), folders)
    champion = models.aliases().get("champion")
    facts = {"version": challenger.version, "champion": champion}
    decision = facts | {"triggers": attempts.every[-1].triggers, "feedback_left_out": told.left_out}
    decision |= verdict.to_json() | {"history": held.history if held else None}
    tags = {"retraining": "passed" if verdict.passed else "refused"}
    mlflow.note(challenger.version, tags, verdict.figures(), ("retraining.json", decision))
    outcome: Any = "refused"
    if verdict.passed:
        mlflow.point("challenger", challenger.version)
        outcome = "challenger"
        if settings["retrain"]["promote"] == "at_once" or champion is None:
            mlflow.point("champion", challenger.version)
            outcome = "champion"
    attempts.end(outcome, verdict.reason, decision=decision, **facts)
    shutil.rmtree(work, ignore_errors=True)
    keep_by_dvc(Path(schema.path, FEEDBACK))
    word = f"is the {outcome}" if verdict.passed else "is refused"
    return f"{challenger.version} {word}: {verdict.reason}"


def configure_line(overrides: list[str], work: Path, test_share: float) -> DictConfig:
    """The line in a folder of its own; the latest rows test."""
    places = {name: work / name for name in ("prepared", "models", "results")}
    paths = [f"paths.{name}='{path.as_posix()}'" for name, path in places.items()]
    return configure([*overrides, *paths, f"split.test_share={test_share}"])


def run_steps(cfg: DictConfig, steps: list[str]) -> None:
    """Some steps of the line."""
    for step in steps:
        runpy.run_path(str(ROOT / "scripts" / f"{step}.py"))["main"](cfg)


def hold_contest(
    settings: config.Config, schema: Schema, models: ModelFolder, work: Path
) -> contest.Contest | None:
    """The recipe beside the champion, where rows have an order in time and both can be asked."""
    try:
        champion = models.champion()
    except PackageError:
        return None  # the trial tells
    if schema.time is None or champion is None:
        return None
    if not gate.same_target(schema.signature({}), champion.signature):
        return None
    table = read_rows(schema, work)
    if any(field.name not in table for field in champion.signature.fields):
        return None
    pipeline = trained.load(work / "models/trained.skops")
    return contest.hold(schema, table, pipeline, champion, settings)


def read_rows(schema: Schema, work: Path) -> pd.DataFrame:
    """All rows, in the order of time."""
    parts = [prepared.read(schema, work / f"prepared/{part}.parquet") for part in ("train", "test")]
    return pd.concat(parts, ignore_index=True)


def fit_winner(settings: config.Config, schema: Schema, held: contest.Contest, work: Path) -> None:
    """Fit the recipe on all rows of its history, to be packaged with the contest's scores."""
    table = read_rows(schema, work)
    pipeline = trained.load(work / "models/trained.skops")
    fitted, rows = contest.refit(schema, table, pipeline, held.history, settings)
    before = features.to_target(schema, table.iloc[: len(table) - len(held.test)])
    baseline = evaluation.naive(schema, before, len(held.test))
    truth = features.to_target(schema, held.test)
    found = evaluation.evaluate(schema, truth, held.predictions, baseline, held.test, settings)
    verdict = gate.judge(found, settings["gate"]["margin"])
    trained.save(fitted, work / "models/trained.skops")
    every = np.arange(len(held.test))
    prepared.write(schema, table, rows, work / "prepared/train.parquet")
    prepared.write(schema, held.test, every, work / "prepared/test.parquet")
    results.write(work / "results/evaluation.json", found.to_json())
    results.write(work / "results/gate.json", verdict.to_json())


def read_feedback(settings: config.Config, schema: Schema) -> feedback.Feedback:
    """What the service was told, from the log that it writes."""
    place = os.environ.get("PREDICTIONS", LOG)
    wanted = settings["retrain"]["feedback"]
    log = History(Path(place)).stream(Window(labelled=True)) if is_there(place) else iter(())
    if wanted == "none":
        log = iter(())
    return feedback.collect(schema, log, Path(schema.path), only_new=wanted == "new")


def is_there(place: str) -> bool:
    """Whether there is a log; a service that never answered has none."""
    return place != "off" and Path(place).is_file()


def count_rows(schema: Schema) -> int:
    """Rows of the table, without those of feedback."""
    table = data.read(schema, Path(schema.path))
    return len(table) - int(table.attrs["files"].get(FEEDBACK, 0))


def find_facts(
    settings: config.Config, models: ModelFolder, attempts: Attempts, rows: int
) -> triggers.Facts:
    """What the reasons follow from."""
    seen = [attempts.last.rows] if attempts.last else []
    made = {attempt.version for attempt in attempts.every}
    since = version = None
    try:
        if champion := models.champion():
            version = champion.version
            since = datetime.fromisoformat(champion.manifest.created)
            learnt = results.read(champion.path / package.REFERENCE).get("rows", 0)
            tested = champion.metrics.get("rows", 0)
            seen += [] if version in made else [learnt + tested]
    except PackageError as error:
        print(f"the champion can't be read: {error}")
    return triggers.Facts(
        now=datetime.now(UTC),
        champion=version,
        since=since,
        trained_rows=max(seen, default=0),
        rows=rows,
        drift=triggers.read_drift(Path(settings["paths"]["results"], "drift.json")),
        last=attempts.last,
    )


def keep_by_dvc(path: Path) -> None:
    """DVC keeps the rows of feedback as it keeps what was taken in."""
    kept = path.with_name(f"{path.name}.dvc")
    if not path.exists():
        kept.unlink(missing_ok=True)
        return
    command = [sys.executable, "-m", "dvc", "add", "--quiet", str(path)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        print(f"{path} is not in DVC: dvc add {path}")


def configure(overrides: list[str]) -> DictConfig:
    """The values of conf/."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        return compose("config", overrides)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("overrides", nargs="*", help="values of conf/, such as retrain.margin=0.01")
    add("--now", action="store_true", help="whatever triggers, cool-down and budget say")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nstopped; the champion is served on")
