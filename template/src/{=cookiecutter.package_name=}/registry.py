"""The model registry: MLflow's record of runs and versions, and the folder that is served.

The only module that imports MLflow.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when MLflow is imported
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # a server that is away holds up
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")  # nobody for many minutes

from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException

from .models import ModelFolder
from .package import Package, PackageError

logging.getLogger("mlflow").setLevel(logging.WARNING)
logging.getLogger("alembic").setLevel(logging.WARNING)

VERSION_TAG = "package_version"
"""The tag by which a run and a model version name the package they are about."""


SQLITE = "sqlite:///"
PLACES = [
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
]
"""Where MLflow's database keeps absolute places of files."""


@dataclass(frozen=True)
class Record:
    """A package in the registry: its run and MLflow's own count of versions."""

    name: str
    package_version: str
    run_id: str
    number: str

    def to_json(self) -> dict[str, Any]:
        """As results/registration.json holds it."""
        return asdict(self)


class Registry:
    """Runs and model versions of one registered model, in MLflow and in the folder models/."""

    def __init__(self, config: Mapping[str, str], name: str, models: ModelFolder) -> None:
        """config: `registry` of conf/config.yaml; MLFLOW_TRACKING_URI of the environment wins."""
        self.name = name
        self.models = models
        self.uri = os.environ.get("MLFLOW_TRACKING_URI", config["tracking_uri"])
        self.client = MlflowClient(self.uri)
        self.experiment = self.ensure_experiment(Path(config["artifacts"]))

    def ensure_experiment(self, artifacts: Path) -> str:
        """The experiment's id; made on the first call."""
        database = self.uri.removeprefix(SQLITE) if self.uri.startswith(SQLITE) else None
        place = artifacts.absolute().as_uri() if database else None
        found = self.client.get_experiment_by_name(self.name)
        if not found:
            return str(self.client.create_experiment(self.name, place))
        if database and place and found.artifact_location != place:
            relocate(Path(database), found.artifact_location, place)
        return str(found.experiment_id)

    def register(
        self, package: Package, facts: Mapping[str, Any], folders: dict[str, Path]
    ) -> Record:
        """Log a package as a run and add it to the registered model; once for each version.

        facts: `parameters`, `metrics` and `tags`, flat.
        folders: artifacts by their name in the run.
        """
        self.models.add(package.path)
        return self.find(package.version) or self.add(package, facts, folders)

    def find(self, package_version: str) -> Record | None:
        """The record of a package that is registered already."""
        wanted = f"name = '{self.name}' and tags.{VERSION_TAG} = '{package_version}'"
        for version in self.client.search_model_versions(wanted, max_results=1):
            return Record(self.name, package_version, str(version.run_id), str(version.version))
        return None

    def add(self, package: Package, facts: Mapping[str, Any], folders: dict[str, Path]) -> Record:
        """A new run with everything known of the package, and a model version that points at it."""
        tags = {VERSION_TAG: package.version} | facts["tags"]
        run = self.client.create_run(self.experiment, run_name=package.version, tags=tags)
        run_id = run.info.run_id
        try:
            self.log(run_id, facts, folders)
            number = self.add_version(f"{run.info.artifact_uri}/package", run_id, tags)
        except BaseException:
            self.client.set_terminated(run_id, "FAILED")
            raise
        self.client.set_terminated(run_id)
        return Record(self.name, package.version, run_id, number)

    def log(self, run_id: str, facts: Mapping[str, Any], folders: dict[str, Path]) -> None:
        """Parameters, metrics and artifacts."""
        now = self.client.get_run(run_id).info.start_time
        self.client.log_batch(
            run_id,
            metrics=[Metric(name, value, now, 0) for name, value in facts["metrics"].items()],
            params=[Param(name, str(value)) for name, value in facts["parameters"].items()],
        )
        for name, folder in folders.items():
            self.client.log_artifacts(run_id, str(folder), name)

    def add_version(self, source: str, run_id: str, tags: dict[str, str]) -> str:
        """A version of the registered model."""
        try:
            self.client.create_registered_model(self.name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        return str(self.client.create_model_version(self.name, source, run_id, tags=tags).version)

    def note(
        self,
        package_version: str,
        tags: Mapping[str, str],
        figures: Mapping[str, float],
        document: tuple[str, Any],
    ) -> None:
        """Write beside a registered package what was found out about it later.

        document: a name and what is kept under it, as JSON.
        """
        record = self.find(package_version)
        if record is None:
            raise PackageError(f"{package_version} is not registered in MLflow: run `poe line`")
        for name, value in tags.items():
            self.client.set_tag(record.run_id, name, value)
        for name, figure in figures.items():
            self.client.log_metric(record.run_id, name, figure)
        name, content = document
        self.client.log_dict(record.run_id, content, name)

    def point(self, alias: str, package_version: str) -> None:
        """Let the alias mean a registered package, for MLflow and for the service."""
        record = self.find(package_version)
        if record is None:
            raise PackageError(f"{package_version} is not registered in MLflow: run `poe line`")
        self.client.set_registered_model_alias(self.name, alias, record.number)
        self.models.point(alias, package_version)
        before = self.models.aliases().get("previous")
        if alias == "champion" and before and (record := self.find(before)):
            self.client.set_registered_model_alias(self.name, "previous", record.number)


def relocate(database: Path, old: str, new: str) -> None:
    """Tell MLflow that the project was moved: it keeps the absolute places of its files."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for table, column in PLACES:
            moved = f"UPDATE {table} SET {column} = replace({column}, ?, ?)"  # noqa: S608
            connection.execute(moved, (old, new))
