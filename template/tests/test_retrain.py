"""The script, on the project's own table: the line once more, beside what is served."""

import json
import runpy
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, SMALL

from {= cookiecutter.package_name =} import canary
from {= cookiecutter.package_name =}.models import ModelFolder

SCRIPT = runpy.run_path(str(ROOT / "scripts/retrain.py"))
EASY = ["retrain.test_rows=1", "retrain.slice_tolerance=1e9", "retrain.latency_ms=1e9"]


@pytest.fixture
def overrides(line, tmp_path):
    """Places of its own, with what the line made."""
    places = {"data.path": line.data.path, "registry.artifacts": tmp_path / "mlruns"}
    for name in ("models", "results"):
        places[f"paths.{name}"] = shutil.copytree(line.paths[name], tmp_path / name)
    database = shutil.copy(line.registry.tracking_uri.removeprefix("sqlite:///"), tmp_path)
    places["registry.tracking_uri"] = f"sqlite:///{Path(database).as_posix()}"
    return [*SMALL, *EASY, *(f"{name}='{place}'" for name, place in places.items())]


def run(overrides, *more: str, now: bool = True) -> str:
    settings = SCRIPT["config"].read(SCRIPT["configure"]([*overrides, *more]))
    return SCRIPT["run"](settings, [*overrides, *more], now=now)


def read(tmp_path) -> dict:
    return json.loads((tmp_path / "results/retraining.json").read_text("utf-8"))


def test_a_surely_better_model_is_served_at_once(overrides, tmp_path):
    before = ModelFolder(tmp_path / "models").aliases()
    assert "is the champion" in run(overrides, "retrain.margin=-1e9", "seed=2")
    after = ModelFolder(tmp_path / "models").aliases()
    found = read(tmp_path)
    assert after["champion"] == after["challenger"] == found["decision"]["version"]
    assert found["attempts"][0]["champion"] == before["champion"]
    assert not (tmp_path / "models/.retraining").exists()


def test_without_a_reason_nothing_happens(overrides, tmp_path):
    said = run(overrides, "retrain.new_rows=10000000", "retrain.every_days=9999", now=False)
    assert said.startswith("there is no reason")
    assert not (tmp_path / "results/retraining.json").exists()


def test_a_challenger_that_is_on_trial_is_not_replaced(overrides, tmp_path):
    canary.write(tmp_path / "models", canary.Canary("v1", share=5))
    assert run(overrides).startswith("a challenger is on trial")


def test_a_step_that_fails_leaves_the_champion_served(overrides, tmp_path):
    before = ModelFolder(tmp_path / "models").aliases()
    with pytest.raises(SCRIPT["LineError"], match="the champion is served on"):
        run(overrides, "training.folds=100000")
    assert ModelFolder(tmp_path / "models").aliases() == before
    assert read(tmp_path)["attempts"][0]["outcome"] == "failed"
