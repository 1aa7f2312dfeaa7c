"""`mlkeel adopt-repo` brings an existing project under the template and leaves its files alone."""

import pytest

from releases_of_two import change, update
from support import commit_all, git, mlkeel, snapshot

ARGUMENTS = ("--yes", "--set", "package_name=rain")


@pytest.fixture
def existing(tmp_path):
    """A project that nobody's template made."""
    folder = tmp_path / "existing"
    (folder / "src/rain").mkdir(parents=True)
    (folder / "src/rain/model.py").write_text("RAIN = True\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "rain"\nversion = "3.0"\n')
    (folder / "LICENSE").write_text("Ours.\n")
    commit_all(folder, "Years of work")
    return folder


@pytest.fixture
def first(small):
    """The small template as it was at its first release."""
    git("reset", "-q", "--hard", "v1.0.0", cwd=small)
    return small


def test_nothing_that_exists_is_touched_and_what_is_missing_comes(first, existing):
    before = snapshot(existing)
    said = mlkeel(first, "adopt-repo", existing, *ARGUMENTS, cwd=existing)
    assert "These are yours and stay" in said
    assert "\n  LICENSE\n  pyproject.toml\n" in said
    after = snapshot(existing)
    assert {path: after[path] for path in before} == before
    assert "src/rain/errors.py" in after
    record = (existing / ".copier-answers.yml").read_text()
    assert '_commit: "v1.0.0"' in record
    assert 'package_name: "rain"' in record


@pytest.mark.parametrize("command", ["mlkeel", "copier"])
def test_updates_work_from_then_on(command, first, existing):
    mlkeel(first, "adopt-repo", existing, *ARGUMENTS, "--over", "LICENSE", cwd=existing)
    commit_all(existing, "Under the template")
    git("reset", "-q", "--hard", "v2.0.0", cwd=first)
    update(command, existing)
    assert (existing / "LICENSE").read_text().endswith("\nA new last line.\n")
    assert "seed: 2\n" in (existing / "conf/config.yaml").read_text()
    assert (existing / "NEW.md").exists()
    assert (existing / "pyproject.toml").read_text().endswith('version = "3.0"\n')
    assert (existing / "src/rain/model.py").read_text() == "RAIN = True\n"


def test_a_file_is_replaced_where_that_is_asked_for(first, existing):
    said = mlkeel(first, "adopt-repo", existing, *ARGUMENTS, "--over", "*.toml", cwd=existing)
    assert "\n  LICENSE\n" in said
    assert "nbclient" in (existing / "pyproject.toml").read_text()
    assert (existing / "LICENSE").read_text() == "Ours.\n"


def test_a_project_that_lost_its_record_gets_one_again(first, project):
    (project / ".copier-answers.yml").unlink()
    change(project / "conf/config.yaml", lambda text: text + "ours: true\n")
    commit_all(project, "Lost")
    assert "`mlkeel adopt-repo .`" in mlkeel(first, "update", cwd=project, code=2)
    mlkeel(first, "adopt-repo", ".", "--yes", cwd=project)
    assert git("status", "--porcelain", cwd=project) == "?? .copier-answers.yml"


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda folder: (folder / "draft").write_text(""), "commit or stash these first"),
        (lambda folder: git("mv", "LICENSE", "COPYING", cwd=folder), "commit or stash these"),
        (lambda folder: (folder / ".copier-answers.yml").write_text(""), "has a template already"),
        (lambda folder: (folder / ".git").rename(folder / "git"), "is in no git repository"),
    ],
)
def test_a_folder_that_is_not_ready_is_refused(first, existing, prepare, words):
    prepare(existing)
    before = snapshot(existing)
    assert words in mlkeel(first, "adopt-repo", existing, *ARGUMENTS, cwd=existing, code=2)
    assert snapshot(existing) == before
