"""A project gets a newer version of its template, whoever made it and however it was edited."""

import json
import shutil

import pytest

from releases_of_two import MADE_BY, born, change, executed, moved_to, ours, second_release, update
from support import PROGRAMS, assert_same, commit_all, git, run, snapshot

CONFIG = "conf/config.yaml"
NOTEBOOK = "notebooks/01_explore.ipynb"


def edit(project):
    """What a team does in the first weeks; none of it meets the second release."""
    change(project / "LICENSE", lambda text: "Our own first line.\n" + text)
    change(project / CONFIG, lambda text: text + "ours: true\n")
    change(project / NOTEBOOK, executed)
    change(project / "conf/data.yaml", lambda text: "# about our own table\n" + text)
    change(project / "data/metadata.yaml", lambda text: "owner: us\n")
    (project / "conf/model/forest.yaml").unlink()
    (project / "src/my_ml_project/ours.py").write_text('"""Our own module."""\n')
    commit_all(project, "Edited")


def edit_where_the_template_changes(project):
    change(project / CONFIG, lambda text: text.replace("seed: 1\n", "seed: 42\n"))
    commit_all(project, "Edited")


def states(project):
    """The files, and what git says of each."""
    return snapshot(project), git("status", "--porcelain", cwd=project)


@pytest.mark.parametrize("engine", MADE_BY)
def test_an_update_keeps_edits_and_brings_what_is_new(engine, two_releases, tmp_path):
    first = two_releases[1] / engine / "my-ml-project"
    assert '_commit: "v1.0.0"' in (first / ".copier-answers.yml").read_text()
    found = {}
    for command in ("mlkeel", "copier"):
        project = shutil.copytree(first, tmp_path / command)
        edit(project)
        update(command, project)
        found[command] = states(project)

    assert (project / "LICENSE").read_text().startswith("Our own first line.\n")
    assert (project / "LICENSE").read_text().endswith("\nA new last line.\n")
    config = (project / CONFIG).read_text()
    assert "seed: 2\n" in config
    assert config.endswith("ours: true\n")
    notebook = json.loads((project / NOTEBOOK).read_text())
    assert notebook["cells"][0]["source"][0] == "# A look at the table\n"
    assert notebook["cells"][1]["outputs"][0]["text"] == ["seen\n"]
    assert (project / "conf/data.yaml").read_text().startswith("# about our own table\n")
    assert (project / "data/metadata.yaml").read_text() == "owner: us\n"
    assert not (project / "conf/model/forest.yaml").exists()
    assert (project / "src/my_ml_project/ours.py").exists()
    assert (project / "NEW.md").read_text() == "# New in My ML Project\n"
    assert '_commit: "v2.0.0"' in (project / ".copier-answers.yml").read_text()
    assert_same(found["mlkeel"][0], found["copier"][0])
    assert found["mlkeel"][1] == found["copier"][1]


def test_an_untouched_project_becomes_what_the_new_version_makes(project, two_releases, tmp_path):
    said = ours("update", cwd=project)
    assert said.startswith("v1.0.0 → v2.0.0: 4 changed, 1 added\n")
    fresh = tmp_path / "fresh"
    run(PROGRAMS / "copier", "copy", "--quiet", "--defaults", two_releases[0], fresh)
    metadata = "data/metadata.yaml"  # the project's own from its first day
    files, wanted = snapshot(project), snapshot(fresh)
    assert files.pop(metadata) != wanted.pop(metadata)
    assert_same(files, wanted)


def test_a_named_version_is_taken(project):
    assert ours("update", "--to", "v1.0.0", cwd=project).startswith("v1.0.0: nothing to do")


def test_an_update_for_a_program(project):
    found = json.loads(ours("update", "--json", str(project), cwd=project.parent))
    assert (found["before"], found["after"], found["added"]) == ("v1.0.0", "v2.0.0", ["NEW.md"])
    assert not found["conflicts"]


def test_a_conflict_is_marked_listed_and_not_silent(project, tmp_path):
    edit_where_the_template_changes(project)
    other = shutil.copytree(project, tmp_path / "other")
    said = ours("update", cwd=project, code=1)
    assert f"meet in 1 file:\n  {CONFIG}: line 10\n" in said
    assert "delete the marks. Then `git add` the file." in said
    marked = "<<<<<<< before updating\nseed: 42\n=======\nseed: 2\n>>>>>>> after updating\n"
    assert marked in (project / CONFIG).read_text()
    assert f"UU {CONFIG}" in git("status", "--porcelain", cwd=project)
    update("copier", other)
    assert_same(snapshot(project), snapshot(other))


def test_a_half_finished_merge_cannot_be_committed(project):
    """The hooks are those of the project, run by the real pre-commit."""
    run(PROGRAMS / "pre-commit", "install", cwd=project)
    edit_where_the_template_changes(project)
    ours("update", cwd=project, code=1)
    assert "unmerged" in run("git", "commit", "-m", "Updated", cwd=project, code=128)
    git("add", "-A", cwd=project)  # the mistake that makes git itself believe it is resolved
    said = run("git", "commit", "-m", "Updated", cwd=project, code=1)
    assert "no half-finished merge" in said
    assert f"{CONFIG}:10:<<<<<<< before updating" in said
    text = (project / CONFIG).read_text().replace("seed: 42\n=======\n", "")
    lines = [line for line in text.splitlines(keepends=True) if line[:1] not in "<>"]
    (project / CONFIG).write_text("".join(lines))
    git("add", "-A", cwd=project)
    assert "no half-finished merge" in run("git", "commit", "-m", "Updated", cwd=project)
    assert git("status", "--porcelain", cwd=project) == ""


def test_a_rejected_patch_cannot_be_committed(project):
    run(PROGRAMS / "pre-commit", "install", cwd=project)
    (project / "conf/config.yaml.rej").write_text("@@ -1 +1 @@\n")
    git("add", "-A", cwd=project)
    said = run("git", "commit", "-m", "Updated", cwd=project, code=1)
    assert "Bring in by hand what a .rej file holds" in said


def test_what_a_project_owns_comes_back_only_where_no_project_can_do_without(project):
    """The trap of `_skip_if_exists`: of those files a deleted one comes back."""
    deleted = ["conf/data.yaml", "conf/model/forest.yaml", NOTEBOOK]
    deleted += [path.relative_to(project).as_posix() for path in project.glob("data/raw/*/*.csv")]
    assert len(deleted) > 3
    for path in deleted:
        (project / path).unlink()
    commit_all(project, "Deleted")
    ours("update", cwd=project)
    assert [path for path in deleted if (project / path).exists()] == ["conf/data.yaml"]


def test_undo_takes_an_update_back_and_keeps_what_was_there(project):
    edit_where_the_template_changes(project)
    before = states(project)
    ours("update", cwd=project, code=1)
    (project / "draft.txt").write_text("written since\n")
    said = ours("update", "--undo", cwd=project)
    assert "the project is as it was committed" in said
    assert states(project) == before
    state = said.split("git show ")[1].strip()
    assert git("show", f"{state}:draft.txt", cwd=project) == "written since"
    assert "no update to take back" in ours("update", "--undo", cwd=project, code=2)


def test_after_an_update_that_did_nothing_there_is_nothing_to_take_back(project):
    ours("update", "--to", "v1.0.0", cwd=project)
    (project / "draft.txt").write_text("precious")
    assert "come from an update" not in ours("update", cwd=project, code=2)
    assert "no update to take back" in ours("update", "--undo", cwd=project, code=2)
    assert (project / "draft.txt").exists()


def test_undo_leaves_alone_what_no_update_did(project):
    (project / "ours.txt").write_text("precious")
    assert "no update to take back" in ours("update", "--undo", cwd=project, code=2)
    assert (project / "ours.txt").exists()


def test_of_an_edited_file_that_moved_a_copy_stays_and_its_new_place_is_told(small, project):
    git("mv", "template/conf/model/forest.yaml", "template/conf/trees.yaml", cwd=small)
    commit_all(small, "Moved")
    git("tag", "v3.0.0", cwd=small)
    old = project / "conf/model/forest.yaml"
    change(old, lambda text: text + "# ours\n")
    moved_to(small, project)
    assert "conf/model/forest.yaml: now conf/trees.yaml" in ours("status", cwd=project)
    said = ours("update", cwd=project)
    assert ".kept at its end:\n  conf/model/forest.yaml: now conf/trees.yaml\n" in said
    assert (project / "conf/model/forest.yaml.kept").read_text().endswith("# ours\n")
    assert (project / "conf/trees.yaml").exists()
    assert git("diff", "--cached", "--name-only", cwd=project) == ""


def test_a_project_made_between_two_releases_is_updated_too(small, tmp_path):
    """Cookiecutter takes the newest commit, Copier the newest release."""
    git("tag", "-d", "v2.0.0", cwd=small)
    git("reset", "-q", "--hard", "v1.0.0", cwd=small)
    (small / "template/MORE.md").write_text("More\n")
    commit_all(small, "More")
    project = born("cookiecutter", small, tmp_path / "made")
    assert '_commit: "v1.0.0-1-g' in (project / ".copier-answers.yml").read_text()
    edit(project)
    second_release(small)
    ours("update", cwd=project)
    assert '_commit: "v2.0.0"' in (project / ".copier-answers.yml").read_text()
    assert (project / "NEW.md").exists()
    assert (project / "LICENSE").read_text().startswith("Our own first line.\n")
