import json
import runpy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from test_serving_watcher import make_other
from toy import CONFIG, make_schema

from {= cookiecutter.package_name =} import canary, registry, rollout
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.store.records import (
    Answered,
    Prediction,
    dump,
)
from {= cookiecutter.package_name =}.store.sqlite import SQLiteStore

SETTINGS = {
    "shares": [5, 50, 100],
    "key": None,
    "rule": {},
    "requests": 100,
    "minutes": 0,
    "seconds": 0.01,
    "errors": 0.01,
    "latency": 2.0,
    "distance": 0.2,
    "labels": 50,
}
JUDGED = CONFIG | {"canary": SETTINGS}
JUDGED["evaluation"] = CONFIG["evaluation"] | {"confidence": 0.9}


def log(task, route, rows=300, seed=0, right=0.8):
    """Rows of the log: labelled, right about as often as `right` says."""
    generator = np.random.default_rng(seed)
    classes = make_schema(task).classes
    found = []
    for number in range(rows):
        hit = generator.random() < right
        if classes:
            label = str(generator.choice(classes))
            other = str(generator.choice([name for name in classes if name != label]))
            prediction = label if hit else other
            rest = 0.3 / (len(classes) - 1)
            shares = {name: 0.7 if name == prediction else rest for name in classes}
        else:
            label = generator.normal()
            prediction, shares = label + generator.normal() * (1 - right), None
        text = json.dumps(shares) if shares else None
        found.append(
            Prediction(
                request_id=f"{route} {number}",
                row=0,
                time="2026",
                model="toy",
                version="v1",
                route=route,
                features="{}",
                prediction=prediction,
                probabilities=text,
                latency_ms=float(generator.gamma(4)),
                label=label,
            )
        )
    return found


def judge(task, challenger, champion=None):
    old = champion or log(task, "champion")
    return rollout.judge(make_schema(task), old, challenger, JUDGED)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_an_equal_challenger_goes_ahead(task):
    verdict = judge(task, log(task, "challenger", seed=1))
    assert verdict.state == "ahead", verdict.reason


def test_with_few_requests_it_is_too_early():
    verdict = judge("binary", log("binary", "challenger", rows=30, seed=1))
    assert (verdict.state, verdict.reason[:2]) == ("wait", "30")
    assert judge("binary", []).state == "wait"


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_a_surely_worse_score_is_a_breach(task):
    verdict = judge(task, log(task, "challenger", seed=1, right=0.5))
    assert verdict.checks["score"].state == "breach"
    assert json.dumps(verdict.to_json())


def test_failures_are_a_breach_as_soon_as_chance_does_not_explain_them():
    rows = log("binary", "challenger", rows=60, seed=1)
    one = [replace(row, prediction=None) if number < 1 else row for number, row in enumerate(rows)]
    some = [replace(row, prediction=None) if number < 9 else row for number, row in enumerate(rows)]
    assert judge("binary", one).state == "wait"
    verdict = judge("binary", some)
    assert (verdict.state, verdict.reason) == ("breach", "9 of 60 requests failed")


def test_a_slow_challenger_is_a_breach():
    rows = [replace(row, latency_ms=row.latency_ms * 3) for row in log("binary", "challenger")]
    assert judge("binary", rows).checks["latency"].state == "breach"
    rows = [replace(row, latency_ms=row.latency_ms * 1.5) for row in log("binary", "challenger")]
    assert judge("binary", rows).checks["latency"].state == "ahead"


@pytest.mark.parametrize(("task", "change"), [("binary", "yes"), ("regression", 9.5)])
def test_other_predictions_are_a_breach_without_any_label(task, change):
    rows = [
        replace(row, label=None, prediction=change if number % 3 else row.prediction)
        for number, row in enumerate(log(task, "challenger", seed=1))
    ]
    assert judge(task, rows).checks["predictions"].state == "breach"
    assert "too few" in judge(task, rows).checks["score"].words


@pytest.fixture
def project(tmp_path, package, monkeypatch):
    """models/ with champion and challenger, a log that both write to, and the script."""
    models = ModelFolder(tmp_path / "models")
    models.path.mkdir()
    models.point("champion", models.add(package.path))
    models.point("challenger", models.add(make_other(package.path, tmp_path / "other")))
    monkeypatch.setenv("PREDICTIONS", str(tmp_path / "log.db"))
    script = runpy.run_path(str(ROOT / "scripts" / "canary.py"))
    monkeypatch.setattr(registry, "Registry", Stub(models).Registry)
    places = [f"paths.models='{models.path}'", f"paths.results='{tmp_path / 'results'}'"]
    quick = ["canary.minutes=0", "canary.requests=20", "canary.seconds=0.01"]

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            script["main"]([*words, *places, *quick] if words[0] != "status" else [*words, *places])
        return ended.value.code

    return models, run


class Stub:
    """Stands for MLflow, which these tests do without: only models/ follows."""

    def __init__(self, models):
        self.models = models

    def Registry(self, *_):  # noqa: N802
        return self.models


def answer(models, package, failing=False):
    """Requests that both answer."""
    store = SQLiteStore(Path(models.path.parent, "log.db"))
    label = package.signature.classes[0] if package.signature.classes else 1.0
    good, bad = {"prediction": label}, {"prediction": None}
    if package.signature.classes:
        good["probabilities"] = {label: 1.0}
    for route, answered in {"champion": good, "challenger": bad if failing else good}.items():
        version = models.aliases()[route]
        now = datetime.now(UTC).timestamp() + 0.01
        store.add(
            [
                Answered(
                    f"{now} {n}", now, "m", version, route, 1, b"[{}]", dump([answered]), 0.001
                )
                for n in range(25)
            ]
        )
    store.close()


def test_a_good_challenger_gets_share_after_share_and_becomes_the_champion(
    project, package, capsys
):
    models, run = project
    before, challenger = models.aliases()["champion"], models.aliases()["challenger"]
    assert run("start") == 0
    assert run("step") == 3  # too early
    shares = []
    while found := canary.read(models.path):
        shares.append(found.share)
        answer(models, package)
        assert run("status") == 0
        assert run("step") == 0
    assert shares == [5, 25, 50, 100]
    assert models.aliases() == {
        "champion": challenger,
        "challenger": challenger,
        "previous": before,
    }
    assert "is the champion" in capsys.readouterr().out
    assert run("rollback") == 0
    assert models.aliases() == {"champion": before, "challenger": before}
    assert "champion already" in str(run("start"))  # nothing brings it back by itself
    assert "nothing to roll back to" in str(run("rollback"))


def test_a_registry_that_is_away_holds_up_no_rollback(project, monkeypatch, capsys):
    models, run = project
    champion, challenger = models.aliases()["champion"], models.aliases()["challenger"]
    models.point("champion", challenger)
    canary.write(models.path, canary.Canary("v1", 50))

    def fail(*_):
        raise registry.MlflowException("the server is away")

    monkeypatch.setattr(registry, "Registry", fail)
    assert run("rollback") == 0
    assert models.aliases()["champion"] == champion
    assert canary.read(models.path) is None
    assert "the server is away" in capsys.readouterr().out


def test_a_key_that_no_request_holds_is_refused(project):
    _, run = project
    assert "X-Routing-Key" in str(run("start", "canary.key=customer"))


def test_a_failing_challenger_is_stopped(project, package, tmp_path):
    models, run = project
    champion = models.aliases()["champion"]
    assert run("start") == 0
    answer(models, package, failing=True)
    assert run("watch") == 1
    assert canary.read(models.path) is None
    assert models.aliases()["champion"] == champion
    (look,) = json.loads((tmp_path / "results" / "canary.json").read_text())["looks"]
    assert (look["state"], look["checks"]["errors"]["figure"]) == ("breach", 1.0)


def test_there_must_be_a_challenger(project):
    models, run = project
    models.point("challenger", models.aliases()["champion"])
    assert "champion already" in str(run("start"))
    assert "no challenger is on trial" in str(run("step"))
    assert run("stop") == 0
