"""The line as a whole: the scripts in their order, on the project's own table."""

import ast
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT, STEPS, run_script
from omegaconf import OmegaConf

from {= cookiecutter.package_name =} import package
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.package import Package

PACKAGE = Path(package.__file__).parent


def test_every_step_of_dvc_yaml_is_a_script_in_the_same_order():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    assert list(stages) == STEPS
    for name, stage in stages.items():
        assert stage["cmd"] == f"python scripts/{name}.py"
        for dependency in stage["deps"]:
            made = dependency.startswith(("data/prepared", "models/", "results/"))
            assert made or (ROOT / dependency).exists(), dependency


def imported(code: str) -> set[str]:
    """The modules of the package that a script or a module imports."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (
            node.level or node.module.startswith(PACKAGE.name)
        ):
            module = (node.module or "").removeprefix(PACKAGE.name).strip(".")
            found |= {module} if module else {alias.name for alias in node.names}
    return {name for name in found if (PACKAGE / f"{name}.py").is_file()}


def needed(script: Path) -> set[str]:
    """All that a script imports, and all that this imports."""
    todo, done = imported(script.read_text("utf-8")), set()
    while todo:
        done.add(name := todo.pop())
        todo |= imported((PACKAGE / f"{name}.py").read_text("utf-8")) - done
    return done


@pytest.mark.parametrize("step", STEPS)
def test_a_step_runs_again_when_any_module_it_needs_changes(step):
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"][step]
    listed = {Path(path).stem for path in stage["deps"] if path.startswith("src/")}
    assert listed == needed(ROOT / "scripts" / f"{step}.py")


def test_the_line_writes_its_results(line):
    results = Path(line.paths.results)
    for name in (
        "validation",
        "training",
        "evaluation",
        "metrics",
        "gate",
        "example",
        "registration",
    ):
        assert json.loads((results / f"{name}.json").read_text("utf-8")), name
    assert list((results / "figures").glob("*.png"))


def test_the_trained_model_is_the_champion_that_is_served(line):
    models = ModelFolder(line.paths.models)
    assert models.champion().version == Package.load(Path(line.paths.models, "candidate")).version
    assert models.aliases()["challenger"] == models.aliases()["champion"]


def test_no_test_row_is_used_for_training(line):
    train, test = (
        pd.read_parquet(Path(line.paths.prepared, f"{part}.parquet")) for part in ("train", "test")
    )
    if line.data.time:
        assert train[line.data.time].max() < test[line.data.time].min()
    assert (
        len(train) + len(test)
        == json.loads(Path(line.paths.results, "validation.json").read_text("utf-8"))["rows"]
    )


@pytest.fixture
def spoilt(line, tmp_path):
    """A copy of what the line made, to spoil; with a configuration that points at it."""
    cfg = OmegaConf.create(OmegaConf.to_container(line))
    for place in ("results", "models"):
        cfg.paths[place] = str(shutil.copytree(line.paths[place], tmp_path / place))
    database = line.registry.tracking_uri.removeprefix("sqlite:///")
    copy = Path(shutil.copy(database, tmp_path))
    cfg.registry.tracking_uri = f"sqlite:///{copy.as_posix()}"
    return cfg


def test_a_model_that_does_not_beat_the_baseline_gets_no_alias(spoilt):
    spoilt.gate.margin = 1e9
    for step in ("evaluate", "package"):
        run_script(step, spoilt)
    Path(spoilt.paths.models, "aliases.json").unlink()
    with pytest.raises(SystemExit, match="the gate is not passed"):
        run_script("register", spoilt)
    assert ModelFolder(spoilt.paths.models).aliases() == {}
    spoilt.promote = Package.load(Path(spoilt.paths.models, "candidate")).version
    with pytest.raises(SystemExit, match="is not promoted"):
        run_script("promote", spoilt)


def test_promotion_can_wait_for_a_person(spoilt):
    Path(spoilt.paths.models, "aliases.json").unlink()
    spoilt.registry.automatic = False
    run_script("register", spoilt)
    assert list(ModelFolder(spoilt.paths.models).aliases()) == ["challenger"]
    run_script("promote", spoilt)
    assert "champion" in ModelFolder(spoilt.paths.models).aliases()


def test_bad_rows_stop_the_line_with_their_rule(spoilt, schema, table, tmp_path):
    column = schema.column(schema.target)
    bad = table.astype({column.name: "object"})
    bad.loc[0, column.name] = None
    (tmp_path / "raw").mkdir()
    bad.to_parquet(tmp_path / "raw" / "bad.parquet")
    spoilt.data.path = str(tmp_path / "raw")
    with pytest.raises(SystemExit, match="not every rule holds"):
        run_script("validate", spoilt)
    report = json.loads(Path(spoilt.paths.results, "validation.json").read_text("utf-8"))
    assert report["violations"][0]["column"] == column.name
