"""Whatever is wrong when a project is to be updated: a clear message, and nothing lost."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from releases_of_two import change, moved_to, ours, update
from support import ROOT, assert_same, commit_all, git, run, snapshot

RECORD = ".copier-answers.yml"


def refused(project, *words, command=("update",), code=1):
    """The command fails, says these words, and leaves every file as it is."""
    before = snapshot(project), git("status", "--porcelain", cwd=project)
    said = ours(*command, cwd=project, code=code)
    assert "Traceback" not in said
    for word in words:
        assert word in said
    assert (snapshot(project), git("status", "--porcelain", cwd=project)) == before


def test_uncommitted_changes(project):
    change(project / "LICENSE", lambda text: text + "Draft.\n")
    (project / "draft.txt").write_text("precious")
    refused(project, "commit or stash these first, then repeat:\n  LICENSE\n  draft.txt", code=2)


def test_a_merge_that_is_not_finished(project):
    change(project / "conf/config.yaml", lambda text: text.replace("seed: 1\n", "seed: 42\n"))
    commit_all(project, "Edited")
    ours("update", cwd=project, code=1)
    refused(
        project,
        "a merge is not finished; resolve these, `git add` them and commit:\n  conf/config.yaml",
        "`mlkeel update --undo` takes it\nback",
        code=2,
    )


def test_a_file_that_git_ignores_is_kept_beside_the_template_s(project):
    git("rm", "-q", "--cached", "conf/config.yaml", cwd=project)
    (project / ".gitignore").write_text("/conf/config.yaml\n")
    change(project / "conf/config.yaml", lambda text: text + "secret: mine\n")
    commit_all(project, "Not in git")
    said = ours("update", cwd=project)
    assert "yours is conf/config.yaml.kept now" in said
    assert (project / "conf/config.yaml.kept").read_text().endswith("secret: mine\n")


def test_no_git_repository(project):
    shutil.rmtree(project / ".git")
    said = ours("update", cwd=project, code=2)
    assert "is in no git repository with a commit" in said
    assert "git init && git add -A && git commit" in said


def test_a_repository_without_a_commit(project):
    shutil.rmtree(project / ".git")
    git("init", "-q", cwd=project)
    assert "is in no git repository with a commit" in ours("update", cwd=project, code=2)


def test_no_network(project):
    moved_to("http://127.0.0.1:9/mlkeel.git", project)
    refused(project, "http://127.0.0.1:9/mlkeel.git cannot be reached", "Nothing was changed.")


@pytest.mark.parametrize("address", ["/nowhere/mlkeel", "file:///nowhere/mlkeel.git", "../mlkeel"])
def test_a_template_that_moved(address, project):
    moved_to(address, project)
    refused(project, f"there is no template at {address}. If it moved, write the new", "_src_path:")


def test_a_template_that_is_a_folder_without_history(plain, project):
    moved_to(plain, project)
    refused(project, f"there is no template at {plain}", "git-tracked")


def test_a_template_at_its_new_address(two_releases, project, tmp_path):
    """What the message says to do, done."""
    elsewhere = shutil.copytree(two_releases[0], tmp_path / "elsewhere")
    moved_to(elsewhere, project)
    ours("update", cwd=project)
    assert f'_src_path: "{elsewhere}"' in (project / RECORD).read_text()
    assert (project / "NEW.md").exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: "a: [", "is damaged"),
        (lambda text: "", "is damaged"),
        (lambda text: "- a list\n", "is damaged"),
        (lambda text: f"<<<<<<< ours\n{text}=======\n>>>>>>> theirs\n", "is damaged"),
        (lambda text: re.sub("_src_path: .*\n", "", text), "it has lost _src_path"),
        (lambda text: re.sub("package_name: .*\n", "", text), "it has lost package_name"),
        (lambda text: re.sub("_commit: .*\n", "", text), "does not say which version"),
    ],
)
def test_a_damaged_record(damage, words, project):
    change(project / RECORD, damage)
    commit_all(project, "Damaged")
    refused(project, words, RECORD)


def test_a_missing_record_comes_back_from_git(project):
    git("rm", "-q", RECORD, cwd=project)
    git("commit", "-qm", "Lost", cwd=project)
    refused(
        project, f"there is no {RECORD} in {project}", f"git checkout COMMIT~1 -- {RECORD}", code=2
    )
    git("checkout", "HEAD~1", "--", RECORD, cwd=project)
    commit_all(project, "Found")
    ours("update", cwd=project)


def test_a_folder_that_is_no_project(tmp_path):
    assert "Run this in the folder of a project" in ours("update", cwd=tmp_path, code=2)
    assert "there is no" in ours("update", "nowhere", cwd=tmp_path, code=2)
    assert "there is no folder" in ours("update", "--undo", "nowhere", cwd=tmp_path, code=2)


def test_a_deleted_tag(small, project):
    git("tag", "-d", "v1.0.0", cwd=small)
    moved_to(small, project)
    refused(project, "does not have v1.0.0, the version of this project", "_commit: …")


def test_a_deleted_tag_of_a_release_that_we_know(small, project, monkeypatch):
    """The list of releases still has its commit; with that in the record the update works."""
    commit = git("rev-parse", "v1.0.0", cwd=small)
    git("tag", "-d", "v1.0.0", cwd=small)
    moved_to(small, project)
    checkout = small / "generator/mlkeel/releases.json"
    checkout.write_text(f'{{"1.0.0": "{commit}"}}\n')
    said = run(
        *(sys.executable, "-m", "mlkeel", "update"),
        cwd=project,
        code=1,
        PYTHONPATH=str(small / "generator"),
    )
    assert f'\n  _commit: "{commit}"\ncommit that, and repeat.' in said
    git("checkout", "-q", ".", cwd=small)
    change(project / RECORD, lambda text: re.sub("_commit: .*", f'_commit: "{commit}"', text))
    commit_all(project, "Its commit")
    ours("update", cwd=project)
    assert (project / "NEW.md").exists()


def test_nothing_newer(small, project):
    ours("update", cwd=project)
    commit_all(project, "Updated")
    git("tag", "-d", "v2.0.0", cwd=small)
    moved_to(small, project)
    change(
        project / RECORD, lambda text: text.replace("v2.0.0", git("rev-parse", "main", cwd=small))
    )
    commit_all(project, "Ahead")
    refused(project, "that is newer than anything at")


@pytest.mark.parametrize("command", ["mlkeel", "copier"])
def test_a_project_in_a_folder_of_a_larger_repository(command, project, tmp_path):
    top = tmp_path / "top"
    shutil.copytree(project, top / "services/rain", ignore=shutil.ignore_patterns(".git"))
    (top / "README.md").write_text("ours\n")
    commit_all(top, "Everything")
    (top / "README.md").write_text("a draft beside the project\n")
    update(command, top / "services/rain")
    assert (top / "services/rain/NEW.md").exists()
    assert "seed: 2" in (top / "services/rain/conf/config.yaml").read_text()
    assert (top / "README.md").read_text() == "a draft beside the project\n"
    if command == "mlkeel":
        ours("update", "--undo", cwd=top / "services/rain")
        assert git("status", "--porcelain", cwd=top) == "M README.md"


def test_a_package_renamed_by_hand(project):
    git("mv", "src/my_ml_project", "src/rain", cwd=project)
    git("commit", "-qm", "Renamed", cwd=project)
    refused(project, "there is no src/my_ml_project", "mlkeel set package_name=rain", code=2)


SLOW = """\
#!/bin/sh
# Stands before git: an update is under way as soon as Copier applies the difference.
case " $* " in *" apply "*) touch "{reached}"; sleep 60;; esac
exec "{git}" "$@"
"""


def interrupted(project, tmp_path, number):
    """An update that a signal ends while files of the project are half-written."""
    reached, programs = tmp_path / "reached", tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text(SLOW.format(reached=reached, git=shutil.which("git")))
    (programs / "git").chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "mlkeel", "update"],
        cwd=project,
        env={
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "generator"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    deadline = time.monotonic() + 60
    while not reached.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert git("status", "--porcelain", cwd=project), "nothing was changed yet"
    if number == signal.SIGKILL:
        os.killpg(process.pid, number)
    else:
        os.kill(process.pid, number)
    try:
        return process.communicate(timeout=60)[0], process.returncode
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what sleeps in git's place


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_update_is_taken_back(number, project, tmp_path):
    before = snapshot(project)
    _, code = interrupted(project, tmp_path, number)
    assert code == 128 + number
    assert_same(snapshot(project), before)
    assert git("status", "--porcelain", cwd=project) == ""
    ours("update", cwd=project)


def test_a_killed_update_is_taken_back_on_request(project, tmp_path):
    before = snapshot(project)
    interrupted(project, tmp_path, signal.SIGKILL)
    said = ours("update", cwd=project, code=2)
    assert "They come from an update that is not committed, or was interrupted." in said
    ours("update", "--undo", cwd=project)
    assert_same(snapshot(project), before)
    ours("update", cwd=project)
    assert (project / "NEW.md").exists()


def test_without_copier_it_says_how_to_get_it(project, tmp_path):
    """A Python with nothing but our two dependencies, and a PATH with nothing but git."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git"))
    hide = "import sys; sys.modules['copier'] = None; "
    code = f"{hide}from mlkeel.cli import main; raise SystemExit(main(['update']))"
    said = run(
        *(sys.executable, "-c", code),
        cwd=project,
        code=1,
        PYTHONPATH=str(ROOT / "generator"),
        PATH=str(programs),
    )
    assert 'this needs Copier: install it with `pip install "copier>=9.18,<10"`' in said
    assert git("status", "--porcelain", cwd=project) == ""
