import json

import pytest

from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.package import PackageError


def test_a_package_is_found_by_alias_and_by_version(package, tmp_path):
    models = ModelFolder(tmp_path)
    version = models.add(package.path)
    models.point("champion", version)
    assert models.load("champion").version == version
    assert models.load(version).version == version
    assert models.champion().version == version


def test_adding_a_package_twice_changes_nothing(package, tmp_path):
    models = ModelFolder(tmp_path)
    models.add(package.path)
    models.add(package.path)
    assert [entry.name for entry in tmp_path.iterdir()] == [package.version]


def test_moving_one_alias_leaves_the_other(tmp_path):
    models = ModelFolder(tmp_path)
    models.point("champion", "one")
    models.point("challenger", "two")
    assert json.loads((tmp_path / "aliases.json").read_text()) == models.aliases()
    assert models.aliases() == {"champion": "one", "challenger": "two"}


def test_an_empty_folder_says_how_to_make_a_model(tmp_path):
    assert ModelFolder(tmp_path).champion() is None
    with pytest.raises(PackageError, match="to make one"):
        ModelFolder(tmp_path).load("champion")


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"champion": 3}', "\x00"])
def test_a_broken_file_of_aliases_is_a_sentence(package, tmp_path, content):
    models = ModelFolder(tmp_path)
    version = models.add(package.path)
    (tmp_path / "aliases.json").write_text(content)
    with pytest.raises(PackageError, match=r"aliases\.json.*: remove it, then run"):
        models.load("champion")
    (tmp_path / "aliases.json").unlink()
    assert models.load(version).version == version


def test_a_package_that_lost_a_file_is_a_sentence(package, tmp_path):
    models = ModelFolder(tmp_path)
    version = models.add(package.path)
    (tmp_path / version / "model.onnx").unlink()
    with pytest.raises(PackageError, match=r"model\.onnx is missing"):
        models.load(version)
