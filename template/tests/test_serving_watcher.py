import json
import shutil

import pytest

from {= cookiecutter.package_name =} import package as packages
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.serving import app, service, settings
from {= cookiecutter.package_name =}.serving.watcher import Watcher


@pytest.fixture
def folder(tmp_path, package):
    """models/ with one champion."""
    models = ModelFolder(tmp_path / "models")
    models.path.mkdir()
    models.point("champion", models.add(package.path))
    return models


@pytest.fixture
def other(tmp_path, package):
    """Another package, not yet in models/."""
    return make_other(package.path, tmp_path / "other")


@pytest.fixture
def served(folder):
    chosen = settings.Settings(models=folder.path, predictions=None)
    return service.Service(app.load(folder.path, "champion"), chosen)


@pytest.fixture
def watcher(served):
    return Watcher(served)


def make_other(path, copy):
    """A copy of a package that was judged otherwise: the same answers, another version."""
    shutil.copytree(path, copy)
    metrics = json.loads((copy / packages.METRICS).read_text())
    (copy / packages.METRICS).write_text(json.dumps(metrics | {"again": True}))
    manifest = json.loads((copy / packages.MANIFEST).read_text())
    manifest["files"][packages.METRICS] = packages.hash_file(copy / packages.METRICS)
    manifest["version"] = packages.version_of(manifest["files"])
    (copy / packages.MANIFEST).write_text(json.dumps(manifest))
    return copy


def ask(served, row):
    return served.predict(row, "request", 0.0)["version"]


def test_a_moved_alias_takes_effect(watcher, served, folder, other, package):
    watcher.look()
    assert ask(served, package.signature.example) == package.version
    version = folder.add(other)
    folder.point("champion", version)
    watcher.look()
    assert ask(served, package.signature.example) == version != package.version
    text = served.metrics.show("")[0].decode()
    assert "serving_model_swaps_total 1.0" in text
    assert f'version="{version}"}} 1.0' in text
    assert f'version="{package.version}"}} 0.0' in text


def test_the_same_model_again_is_no_change(watcher, served, folder, package):
    before = served.served
    folder.point("challenger", package.version)
    watcher.look()
    assert served.served is before


def test_a_worker_that_starts_beside_a_broken_champion_serves_the_one_before(
    folder, other, package, caplog
):
    version = folder.add(other)
    folder.point("champion", version)
    (folder.path / version / packages.METRICS).write_text("broken")
    found = app.load(folder.path, "champion")
    assert found.version == package.version
    assert version in caplog.text
    assert isinstance(app.load(folder.path, "challenger"), packages.PackageError)


def test_a_worker_that_starts_beside_broken_aliases_serves_what_the_server_began_with(
    folder, package, monkeypatch
):
    (folder.path / "aliases.json").write_text("[]")
    assert isinstance(app.load(folder.path, "champion"), packages.PackageError)
    monkeypatch.setenv(app.BEGAN_WITH, package.version)
    assert app.load(folder.path, "champion").version == package.version


def test_a_service_without_a_model_gets_one_later(tmp_path, folder, package):
    chosen = settings.Settings(models=tmp_path / "empty", predictions=None)
    served = service.Service(app.load(chosen.models, "champion"), chosen)
    watcher = Watcher(served)
    watcher.look()
    with pytest.raises(service.Refusal, match="no model"):
        ask(served, package.signature.example)
    shutil.copytree(folder.path, chosen.models)
    watcher.look()
    assert ask(served, package.signature.example) == package.version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "can't be read"),
        ("[" * 100_000, "can't be read"),
        ("[]", "must hold the version"),
        ('{"champion": 3}', "must hold the version"),
        ('{"champion": "absent"}', "which isn't there"),
        ('{"champion": "../other"}', "which isn't there"),
        ('{"champion": "../../etc"}', "which isn't there"),
        ("{}", "no model 'champion'"),
    ],
)
def test_broken_aliases_are_refused_once_in_words_and_the_model_goes_on(
    watcher, folder, package, caplog, text, words
):
    watcher.look()
    (folder.path / "aliases.json").write_text(text)
    watcher.look()
    watcher.look()
    assert ask(watcher.service, package.signature.example) == package.version
    assert [words in record.getMessage() for record in caplog.records] == [True]
    assert "serving_model_refusals_total 1.0" in watcher.service.metrics.show("")[0].decode()


@pytest.mark.parametrize("file", [*sorted(packages.FILES), "model.onnx"])
def test_a_broken_package_is_refused_and_the_one_before_goes_on(
    watcher, served, folder, other, package, caplog, file
):
    version = folder.add(other)
    (folder.path / version / file).write_bytes(b"broken")
    folder.point("champion", version)
    watcher.look()
    assert ask(served, package.signature.example) == package.version
    assert file in caplog.text
    shutil.rmtree(folder.path / version)
    folder.add(other)
    watcher.look()
    assert ask(served, package.signature.example) == version
