"""The wheel carries the template whole, and makes what the checkout makes."""

import json
import sys
import zipfile

import pytest

from support import Project, assert_same, mlkeel, run, snapshot


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory):
    """The wheel, built from the sdist, as a release would be."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, repository)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel, its two dependencies lent by the one that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
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
    run(installed / "bin/mlkeel", "new", tmp_path / "installed", "--yes", cwd=tmp_path)
    mlkeel(repository, "new", "checkout", "--yes", cwd=tmp_path)
    ours, theirs = snapshot(tmp_path / "installed"), snapshot(tmp_path / "checkout")
    record = ours.pop(".copier-answers.yml")[1].decode().splitlines()
    other = theirs.pop(".copier-answers.yml")[1].decode().splitlines()
    assert_same(ours, theirs)
    assert [line for line in record if line[0] != "_"] == [line for line in other if line[0] != "_"]
    assert '_src_path: "gh:mlkeel/mlkeel"' in record


def test_the_wheel_records_the_tag_of_its_version(installed, tmp_path):
    version = run(installed / "bin/mlkeel", "--version").split()[1]
    run(installed / "bin/mlkeel", "new", tmp_path / "p", "--yes")
    assert f'_commit: "v{version}"\n' in Project(tmp_path / "p", {}).text(".copier-answers.yml")


def test_the_installed_command_lists_the_options(installed):
    assert json.loads(run(installed / "bin/mlkeel", "options", "--json"))


def test_the_wheel_holds_nothing_but_the_package_and_its_template(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2
    assert "mlkeel" in tops
    assert "mlkeel/_source/copier.yml" in names
    assert "mlkeel/_source/template/.templateignore" in names
    assert "mlkeel/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
