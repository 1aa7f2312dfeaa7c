"""A release is made from a clean main, whole or not at all; clones get its tag from the list."""

import json
import shutil
import sys

import pytest

from mlkeel import releases
from support import ROOT, commit_all, git, run


@pytest.fixture(scope="module")
def waiting(bones, tmp_path_factory):
    """A small checkout on main, with something to release."""
    folder = tmp_path_factory.mktemp("waiting") / "mlkeel"
    shutil.copytree(bones, folder)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generator", folder / "generator", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / ".gitignore", folder)
    (folder / "generator/mlkeel/releases.json").write_text("{}\n")
    pyproject = (folder / "pyproject.toml").read_text().splitlines(keepends=True)
    pyproject[2] = 'version = "0.1.0.dev0" # the only place\n'
    (folder / "pyproject.toml").write_text("".join(pyproject))
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n- Everything.\n")
    (folder / "docs").mkdir()
    run(sys.executable, "-m", "mlkeel.sync", cwd=folder, PYTHONPATH=f"{folder}/generator")
    commit_all(folder, "Everything")
    return folder


@pytest.fixture
def checkout(waiting, tmp_path):
    return shutil.copytree(waiting, tmp_path / "checkout")


def release(checkout, *arguments, code=0):
    command = (sys.executable, checkout / "generator/release.py", *arguments)
    return run(*command, cwd=checkout, code=code, PYTHONPATH=f"{checkout}/generator")


def test_a_release_is_two_commits_a_tag_and_an_entry(checkout):
    release(checkout, "make", "0.1.0", "--date", "2026-11-21")
    commit = git("rev-list", "-n1", "v0.1.0", cwd=checkout)
    assert git("rev-parse", "HEAD~1", cwd=checkout) == commit
    assert 'version = "0.1.0" #' in git("show", "v0.1.0:pyproject.toml", cwd=checkout)
    assert "## [0.1.0] - 2026-11-21\n\n- Every" in git("show", "v0.1.0:CHANGELOG.md", cwd=checkout)
    assert 'version = "0.2.0.dev0" #' in (checkout / "pyproject.toml").read_text()
    assert (checkout / "CHANGELOG.md").read_text().startswith("# Changelog\n\n## [Unreleased]\n\n")
    assert releases.releases(checkout / "generator/mlkeel/releases.json") == {"0.1.0": commit}
    assert git("status", "--porcelain", cwd=checkout) == ""


def test_the_next_release_is_made_the_same_way(checkout):
    release(checkout, "make", "0.1.0")
    changelog = checkout / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"))
    commit_all(checkout, "More")
    release(checkout, "make", "0.1.1")
    found = releases.releases(checkout / "generator/mlkeel/releases.json")
    assert list(found) == ["0.1.0", "0.1.1"]
    assert git("tag", cwd=checkout) == "v0.1.0\nv0.1.1"


def test_a_clone_without_tags_gets_them_from_the_list(checkout, tmp_path):
    release(checkout, "make", "0.1.0")
    git("clone", "-q", "--no-tags", checkout, tmp_path / "clone", cwd=tmp_path)
    assert git("tag", cwd=tmp_path / "clone") == ""
    assert release(tmp_path / "clone", "tag") == "v0.1.0\n"
    assert release(tmp_path / "clone", "tag") == "every release has its tag\n"
    commits = {git("rev-parse", "v0.1.0", cwd=clone) for clone in (checkout, tmp_path / "clone")}
    assert len(commits) == 1


def dirty(checkout):
    (checkout / "left").write_text("over")


def elsewhere(checkout):
    git("switch", "-qc", "feature", cwd=checkout)


def tagged(checkout):
    git("tag", "v0.1.0", cwd=checkout)


def silent(checkout):
    (checkout / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n## [0.0.1]\n\n- A.\n")
    commit_all(checkout, "Silent")


def stale(checkout):
    (checkout / "docs/options.md").write_text("old")
    commit_all(checkout, "Stale")


def released(checkout):
    listed(checkout, {"0.1.0": git("rev-parse", "HEAD", cwd=checkout)})


def unknown(checkout):
    listed(checkout, {"0.0.1": "0" * 40})


def mistaken(checkout):
    listed(checkout, {"0.0.1": git("rev-parse", "HEAD", cwd=checkout)})


def listed(checkout, entries):
    (checkout / "generator/mlkeel/releases.json").write_text(json.dumps(entries))
    commit_all(checkout, "Listed")


def between_two(checkout):
    pyproject = checkout / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("0.1.0.dev0", "0.1.0"))
    commit_all(checkout, "No development version")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (dirty, "there are changes that are not committed"),
        (elsewhere, "this is feature; releases are made on main"),
        (tagged, "the tag v0.1.0 exists"),
        (silent, "CHANGELOG.md has nothing under [Unreleased]"),
        (stale, "derived files are out of date"),
        (released, "0.1.0 is not newer than 0.1.0, which is released"),
        (unknown, "0.0.1 is listed as 000000"),
        (mistaken, "which states another version"),
        (between_two, "pyproject.toml says 0.1.0; between releases it ends in .dev0"),
    ],
)
def test_a_release_is_refused_with_the_reason_and_nothing_changes(checkout, fault, words):
    fault(checkout)
    before = git("rev-parse", "HEAD", cwd=checkout), git("tag", cwd=checkout)
    assert words in release(checkout, "make", "0.1.0", code=1)
    assert (git("rev-parse", "HEAD", cwd=checkout), git("tag", cwd=checkout)) == before


def test_a_wrong_version_is_refused(checkout):
    assert "0.2 is no version" in release(checkout, "make", "0.2", code=1)


def test_a_release_that_fails_half_way_leaves_nothing(checkout):
    hook = checkout / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\ntest ! -e .git/refs/tags/v0.1.0\n")  # refuses the second commit
    hook.chmod(0o755)
    before = git("rev-parse", "HEAD", cwd=checkout)
    release(checkout, "make", "0.1.0", code=1)
    assert git("rev-parse", "HEAD", cwd=checkout) == before
    assert git("tag", cwd=checkout) == git("status", "--porcelain", cwd=checkout) == ""
