import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient

from {= cookiecutter.package_name =} import registry
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.package import PackageError


@pytest.fixture
def mlflow(line):
    return registry.Registry(line.registry, line.data.name, ModelFolder(line.paths.models))


def test_a_registered_package_has_a_run_with_its_metrics_and_files(line, mlflow, package):
    record = mlflow.find(package.version)
    client = MlflowClient(line.registry.tracking_uri)
    run = client.get_run(record.run_id)
    assert run.info.status == "FINISHED"
    assert set(run.data.metrics) >= set(package.metrics["scores"])
    assert run.data.tags["data_sha256"] == package.manifest.lineage["data"]["sha256"]
    names = {file.path for file in client.list_artifacts(record.run_id)}
    assert names >= {"package", "figures"}


def test_registering_twice_gives_the_same_record(mlflow, package):
    assert mlflow.register(package, {}, {}) == mlflow.find(package.version)


def test_an_alias_is_moved_in_mlflow_and_in_the_folder(line, mlflow, package):
    mlflow.point("trial", package.version)
    client = MlflowClient(line.registry.tracking_uri)
    found = client.get_model_version_by_alias(line.data.name, "trial")
    assert found.tags[registry.VERSION_TAG] == package.version
    assert mlflow.models.aliases()["trial"] == package.version


def test_an_alias_can_not_point_at_what_is_not_registered(mlflow):
    with pytest.raises(PackageError, match="is not registered"):
        mlflow.point("champion", "000000000000")


def test_a_run_that_can_not_be_logged_is_marked_as_failed(line, mlflow, package, monkeypatch):
    monkeypatch.setattr(mlflow, "find", lambda version: None)
    with pytest.raises(KeyError):
        mlflow.register(package, {"tags": {}}, {})
    runs = MlflowClient(line.registry.tracking_uri).search_runs([mlflow.experiment])
    assert runs[0].info.status == "FAILED"


def test_a_moved_project_keeps_its_files(line, package, tmp_path):
    old = Path(line.registry.artifacts).parent
    for name in ("mlflow.db", "mlruns"):
        copy = shutil.copytree if (old / name).is_dir() else shutil.copy
        copy(old / name, tmp_path / name)
    config = {
        "tracking_uri": f"sqlite:///{(tmp_path / 'mlflow.db').as_posix()}",
        "artifacts": str(tmp_path / "mlruns"),
    }
    moved = registry.Registry(config, line.data.name, ModelFolder(line.paths.models))
    record = moved.find(package.version)
    run = MlflowClient(config["tracking_uri"]).get_run(record.run_id)
    assert run.info.artifact_uri.startswith((tmp_path / "mlruns").as_uri())
    version = moved.client.get_model_version(line.data.name, record.number)
    assert version.source.startswith((tmp_path / "mlruns").as_uri())
    assert moved.client.list_artifacts(record.run_id, "package")


def test_what_is_found_out_later_is_written_beside_the_run(line, mlflow, package):
    mlflow.note(package.version, {"trial": "refused"}, {"gain": 0.5}, ("trial.json", {"a": 1}))
    client = MlflowClient(line.registry.tracking_uri)
    run = client.get_run(mlflow.find(package.version).run_id)
    assert run.data.tags["trial"] == "refused"
    assert "trial.json" in {file.path for file in client.list_artifacts(run.info.run_id)}
    with pytest.raises(PackageError, match="is not registered"):
        mlflow.note("unknown", {}, {}, ("trial.json", {}))
