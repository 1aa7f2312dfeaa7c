"""The wheel carries the template whole, and makes what the checkout makes."""

import json
import shutil
import sys
import zipfile

import pytest

from mlkeel.releases import releases
from mlkeel.source import installed_from
from releases_of_two import made
from support import PROGRAMS, Project, assert_same, commit_all, git, mlkeel, run, snapshot


def build(repository, folder):
    """The wheel, built from the sdist, as a release would be."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, repository)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory):
    """The wheel of a development version."""
    template = at_version("7.8.9.dev0", repository, tmp_path_factory.mktemp("source") / "mlkeel")
    return build(template, tmp_path_factory.mktemp("dist"))


def at_version(version, repository, folder):
    """This checkout as another version of itself."""
    template = shutil.copytree(repository, folder)
    pyproject = template / "pyproject.toml"
    stated = pyproject.read_text().partition('version = "')[2].partition('"')[0]
    pyproject.write_text(pyproject.read_text().replace(stated, version, 1))
    return template


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    return install(wheel, tmp_path_factory.mktemp("installed"))


def install(wheel, folder):
    """An environment with the wheel, its two dependencies lent by the one that runs the tests."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin/python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--compile",
        wheel,
    )  # the bytecode that pip makes of the template's files must not leak
    lend = "import sys; print([path for path in sys.path if path.endswith('site-packages')][0])"
    (site,) = folder.glob("lib/*/site-packages")
    (site / "lent.pth").write_text(run(sys.executable, "-c", lend))
    return folder


def test_the_wheel_makes_what_the_checkout_makes(installed, repository, tmp_path):
    assert list(installed.rglob("template/**/__pycache__")), "pip made no bytecode that could leak"
    run(installed / "bin/mlkeel", "new", tmp_path / "installed", "--yes", PYTHONPATH="")
    mlkeel(repository, "new", "checkout", "--yes", cwd=tmp_path)
    ours, theirs = snapshot(tmp_path / "installed"), snapshot(tmp_path / "checkout")
    record = ours.pop(".copier-answers.yml")[1].decode().splitlines()
    other = theirs.pop(".copier-answers.yml")[1].decode().splitlines()
    assert_same(ours, theirs)
    assert [line for line in record if line[0] != "_"] == [line for line in other if line[0] != "_"]
    assert '_src_path: "gh:mlkeel/mlkeel"' in record


def test_a_released_wheel_makes_what_its_tag_makes(repository, tmp_path):
    """The record included: the wheel names the tag, from which an update starts."""
    template = at_version("7.8.9", repository, tmp_path / "mlkeel")
    commit_all(template, "Release 7.8.9")
    git("tag", "v7.8.9", cwd=template)
    command = install(build(template, tmp_path / "dist"), tmp_path / "installed") / "bin/mlkeel"
    run(command, "new", tmp_path / "wheel", "--yes", PYTHONPATH="")
    run(PROGRAMS / "copier", "copy", "--defaults", "-qr", "v7.8.9", template, tmp_path / "tag")
    wheel, tag = snapshot(tmp_path / "wheel"), snapshot(tmp_path / "tag")
    mode, record = tag[".copier-answers.yml"]
    assert b'_commit: "v7.8.9"' in record
    tag[".copier-answers.yml"] = mode, record.replace(bytes(template), b"gh:mlkeel/mlkeel")
    assert_same(wheel, tag)


def test_the_wheel_of_the_last_release_makes_what_its_tag_makes(history, tree_of, tmp_path):
    version = list(releases())[-1]
    template = tree_of(version)
    command = install(build(template, tmp_path / "dist"), tmp_path / "installed") / "bin/mlkeel"
    run(command, "new", tmp_path / "wheel", "--yes", PYTHONPATH="")
    tag = snapshot(made(history, f"v{version}", {}, tmp_path / "tag"))
    mode, record = tag[".copier-answers.yml"]
    tag[".copier-answers.yml"] = mode, record.replace(bytes(history), b"gh:mlkeel/mlkeel")
    assert_same(snapshot(tmp_path / "wheel"), tag)


def test_a_development_wheel_records_no_tag_and_says_so(installed, tmp_path):
    assert ".dev" in run(installed / "bin/mlkeel", "--version", PYTHONPATH="")
    said = run(installed / "bin/mlkeel", "new", tmp_path / "p", "--yes", PYTHONPATH="")
    assert "the project cannot be updated\nlater. Install a released version" in said
    assert "_commit" not in Project(tmp_path / "p", {}).text(".copier-answers.yml")


def test_a_development_version_from_git_records_where_it_came_from(tmp_path):
    """What pip and uv write down for `pip install git+https://…`, after PEP 610."""
    folder = tmp_path / "mlkeel-0.2.0.dev0.dist-info"
    folder.mkdir()
    origin = {"url": "https://example.com/x", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    (folder / "direct_url.json").write_text(json.dumps(origin))
    assert installed_from(tmp_path) == ("git+https://example.com/x", "abc")
    (folder / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {}}')
    assert installed_from(tmp_path) == ("gh:mlkeel/mlkeel", "")


def test_the_installed_command_lists_the_options(installed):
    assert json.loads(run(installed / "bin/mlkeel", "options", "--json", PYTHONPATH=""))


def test_the_wheel_holds_nothing_but_the_package_and_its_template(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2
    assert "mlkeel" in tops
    assert "mlkeel/_source/copier.yml" in names
    assert "mlkeel/_source/template/.templateignore" in names
    assert "mlkeel/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
