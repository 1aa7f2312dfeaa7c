"""The three commands as a person types them, over every way to reach the template."""

import shutil
import sys

import pytest

from mlkeel.render import Template
from support import PROGRAMS, assert_same, mlkeel, run, snapshot
from terminal import Terminal

COPIER = (PROGRAMS / "copier", "copy", "--quiet")
COOKIECUTTER = (PROGRAMS / "cookiecutter", "--no-input")


def test_a_local_path_gives_the_same_project_with_every_command(repository, tmp_path):
    run(*COPIER, "--defaults", repository, tmp_path / "copier")
    run(*COOKIECUTTER, repository, "-o", tmp_path / "cookiecutter")
    mlkeel(repository, "new", "ours", "--yes", cwd=tmp_path)
    ours = snapshot(tmp_path / "ours")
    assert b"_commit: " in ours[".copier-answers.yml"][1]
    assert f'_src_path: "{repository}"'.encode() in ours[".copier-answers.yml"][1]
    assert_same(snapshot(tmp_path / "copier"), ours)
    assert_same(snapshot(tmp_path / "cookiecutter/my-ml-project"), ours)


def test_a_git_url_gives_the_same_project_with_both_engines(bare, tmp_path):
    run(*COPIER, "--defaults", f"file://{bare}", tmp_path / "copier")
    run(*COOKIECUTTER, f"file://{bare}", "-o", tmp_path / "cookiecutter")
    copied = snapshot(tmp_path / "copier")
    assert f'_src_path: "file://{bare}"'.encode() in copied[".copier-answers.yml"][1]
    assert_same(snapshot(tmp_path / "cookiecutter/my-ml-project"), copied)


def test_a_zip_gives_the_same_project_and_knows_where_updates_come_from(
    archive, repository, tmp_path
):
    run(*COOKIECUTTER, archive, "-o", tmp_path / "cookiecutter")
    mlkeel(repository, "new", "ours", "--yes", cwd=tmp_path)
    zipped = snapshot(tmp_path / "cookiecutter/my-ml-project")
    ours = snapshot(tmp_path / "ours")
    record = zipped.pop(".copier-answers.yml")[1].decode()
    assert '_src_path: "gh:mlkeel/mlkeel"' in record
    assert "_commit: " in record
    ours.pop(".copier-answers.yml")
    assert_same(zipped, ours)


def test_answers_on_the_command_line_mean_the_same_to_all(repository, tmp_path):
    answers = [
        "project_name=Crème brûlée",
        "package_manager=uv",
        "notebooks=no",
        "license=Proprietary",
    ]
    data = [word for answer in answers for word in ("--data", answer)]
    sets = [word for answer in answers for word in ("--set", answer)]
    run(*COPIER, "--defaults", *data, repository, tmp_path / "copier")
    run(*COOKIECUTTER, repository, "-o", tmp_path / "cookiecutter", *answers)
    mlkeel(repository, "new", "ours", "--yes", *sets, cwd=tmp_path)
    ours = snapshot(tmp_path / "ours")
    assert not (tmp_path / "ours/notebooks").exists()
    assert_same(snapshot(tmp_path / "copier"), ours)
    assert_same(snapshot(tmp_path / "cookiecutter/creme-brulee"), ours)


def test_enter_at_every_question_gives_the_same_project(repository, tmp_path):
    """Without --defaults, --no-input or --yes; and Copier does not want --trust."""
    folder = tmp_path / "cookiecutter"
    commands = (
        (*COPIER, repository, tmp_path / "copier"),
        (PROGRAMS / "cookiecutter", repository, "-o", folder),
        (sys.executable, "-m", "mlkeel", "new", tmp_path / "ours"),
    )
    for command in commands:
        terminal = Terminal(*command, cwd=tmp_path, PYTHONPATH=repository / "generator")
        for question in Template(repository).questions:
            terminal.answer(question.help, "")
        assert terminal.end() == 0, terminal.said
    ours = snapshot(tmp_path / "ours")
    assert_same(snapshot(tmp_path / "copier"), ours)
    assert_same(snapshot(tmp_path / "cookiecutter/my-ml-project"), ours)


@pytest.mark.parametrize("engine", ["copier", "cookiecutter", "mlkeel"])
def test_a_path_with_blanks_is_a_path(engine, repository, tmp_path):
    folder = tmp_path / "my projects (new)"
    folder.mkdir()
    if engine == "copier":
        run(*COPIER, "--defaults", repository, folder / "the first")
    elif engine == "cookiecutter":
        run(*COOKIECUTTER, repository, "-o", folder)
    else:
        mlkeel(repository, "new", "the first", "--yes", cwd=folder)
    (project,) = folder.iterdir()
    assert (project / "pyproject.toml").is_file()


def test_caches_of_the_checkout_are_left_out(plain, tmp_path):
    littered = tmp_path / "littered"
    shutil.copytree(plain, littered)
    for name in ("scripts/__pycache__/train.cpython-311.pyc", ".ruff_cache/x", "conf/.DS_Store"):
        (littered / "template" / name).parent.mkdir(exist_ok=True)
        (littered / "template" / name).write_text("left over")
    run(*COOKIECUTTER, littered, "-o", tmp_path / "cookiecutter")
    run(*COPIER, "--defaults", littered, tmp_path / "copier")
    mlkeel(littered, "new", "ours", "--yes", cwd=tmp_path)
    for project in ("cookiecutter/my-ml-project", "copier", "ours"):
        names = {path.name for path in (tmp_path / project).rglob("*")}
        assert "pyproject.toml" in names
        assert not {"__pycache__", ".ruff_cache", ".DS_Store"} & names
