"""What several tests need: the project's own configuration made small, and the line run once."""

import os
import re
import runpy
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import config, data
from {= cookiecutter.package_name =}.package import Package
from {= cookiecutter.package_name =}.schema import Schema

os.environ["OMP_NUM_THREADS"] = "1"  # on small tables threads only wait for each other
os.environ["PREDICTIONS"] = "off"
ROOT = Path(__file__).parents[1]
STEPS = ["validate", "prepare", "train", "evaluate", "package", "register"]
SMALL = ["training.trials=1", "training.folds=2", "evaluation.resamples=20"]
SMALL += ["gate.margin=-1e9"]  # a small search on any table must come to a champion
ROWS = 1000


@pytest.fixture(autouse=True)
def _project_root(monkeypatch):
    """The configuration's paths start at the project's root, wherever pytest was started."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def read_config(*overrides: str) -> DictConfig:
    """The project's configuration, as a script of the line gets it."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        return compose("config", [*overrides])


def run_script(name: str, cfg: DictConfig) -> None:
    """A script of the line, in this process."""
    runpy.run_path(str(ROOT / "scripts" / f"{name}.py"))["main"](cfg)


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The table that conf/data.yaml describes."""
    return Schema.from_config(config.read(read_config())["data"])


@pytest.fixture(scope="session")
def table(schema):
    """Its rows."""
    return data.read(schema, ROOT / schema.path)


@pytest.fixture(scope="session")
def line(tmp_path_factory, table) -> DictConfig:
    """The whole line, run on a sample in a folder of its own; its configuration."""
    home = tmp_path_factory.mktemp("line")
    (home / "raw").mkdir()
    table.tail(ROWS).to_parquet(home / "raw" / "sample.parquet")
    places = {
        "data.path": home / "raw",
        "paths.prepared": home / "prepared",
        "paths.models": home / "models",
        "paths.results": home / "results",
        "registry.tracking_uri": f"sqlite:///{(home / 'mlflow.db').as_posix()}",
        "registry.artifacts": home / "mlruns",
    }
    cfg = read_config(*SMALL, *(f"{key}='{value}'" for key, value in places.items()))
    for step in STEPS:
        run_script(step, cfg)
    return cfg


@pytest.fixture(scope="session")
def model_folder(line) -> Path:
    """models/ with a champion."""
    return Path(line.paths.models)


@pytest.fixture(scope="session")
def package(model_folder) -> Package:
    """The package that became the champion."""
    return Package.load(model_folder / "candidate")


@pytest.fixture(scope="session")
def prefix(package) -> str:
    """Begins the names of predicted columns; nothing, where no field has such a name itself."""
    taken = re.compile("prediction|probability .*|model_version|error")
    return "new " if any(taken.fullmatch(field.name) for field in package.signature.fields) else ""
