"""The `mlkeel` command, as a person sees it."""

import json
import sys
import tomllib

import pytest

from support import ROOT, mlkeel, snapshot
from terminal import Terminal

MLKEEL = (sys.executable, "-m", "mlkeel")


def test_help_shows_how_to_begin(tmp_path):
    said = mlkeel(ROOT, "--help", cwd=tmp_path)
    assert "mlkeel new my-project --yes --run" in said
    for command in ("new", "options", "status", "update", "set", "diff", "adopt-repo"):
        assert f"\n    {command}" in said


def test_version_is_the_one_of_pyproject(tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert mlkeel(ROOT, "--version", cwd=tmp_path) == f"mlkeel {project['project']['version']}\n"


def test_new_says_what_to_do_next(tmp_path):
    said = mlkeel(ROOT, "new", "my project", "--yes", cwd=tmp_path)
    assert said == (
        "my project is ready: My ML Project\n"
        "Next:  cd 'my project' && python scripts/bootstrap.py\n"
    )


def test_new_refuses_an_occupied_folder_and_changes_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/mine").write_text("mine")
    said = mlkeel(ROOT, "new", "taken", "--yes", cwd=tmp_path, code=2)
    assert said == "mlkeel: taken is not empty; name a new or an empty folder\n"
    assert list(snapshot(tmp_path)) == ["taken/mine"]


def test_new_without_a_terminal_wants_yes(tmp_path):
    said = mlkeel(ROOT, "new", "p", "--set", "project_name=A", cwd=tmp_path, code=2)
    assert "mlkeel: there is no terminal to ask at; --yes takes the defaults" in said
    assert said.endswith(
        ": description, author_name, author_email, project_slug, package_name, "
        "license, python_version, package_manager, notebooks\n"
    )
    assert not list(tmp_path.iterdir())


def test_no_serve_belongs_to_run(tmp_path):
    assert "say both" in mlkeel(ROOT, "new", "p", "--yes", "--no-serve", cwd=tmp_path, code=2)


def test_a_bad_answer_is_refused_with_its_name(tmp_path):
    said = mlkeel(ROOT, "new", "p", "--yes", "--set", "package_name=class", cwd=tmp_path, code=2)
    assert said.startswith("mlkeel: package_name: must not be class: ")
    assert not list(tmp_path.iterdir())


def test_a_command_is_missing(tmp_path):
    assert "required: COMMAND" in mlkeel(ROOT, cwd=tmp_path, code=2)


def test_options_tell_what_a_choice_brings(tmp_path):
    said = mlkeel(ROOT, "options", cwd=tmp_path)
    assert "package_manager: What installs the dependencies\n  poetry (default)\n  uv\n" in said
    assert "drops poetry.toml" in said


def test_options_are_there_for_programs(tmp_path):
    found = json.loads(mlkeel(ROOT, "options", "--json", cwd=tmp_path))
    manager = next(option for option in found if option["name"] == "package_manager")
    assert manager["default"] == "poetry"
    assert "poetry.toml" in manager["effects"]["uv"]["drops"]


def test_questions_are_asked_with_help_choices_and_defaults_and_asked_again(tmp_path):
    terminal = Terminal(*MLKEEL, "new", "p", cwd=tmp_path)
    terminal.expect("[1/10] Name of the project, as people say it")
    terminal.answer("project_name [My ML Project]: ", "a {{ b")
    terminal.expect("project_name: must not contain any of {{ {% {#")
    terminal.answer("project_name [My ML Project]: ", "Rain in Seattle")
    terminal.answer("description [", "")
    terminal.answer("author_name [Your Name]: ", "Ann")
    terminal.answer("author_email [you@example.com]: ", "ann@example.com")
    terminal.answer("project_slug [rain-in-seattle]: ", "rain")
    terminal.answer("package_name [rain]: ", "class")
    terminal.expect("package_name: must not be class")
    terminal.answer("package_name [rain]: ", "")
    terminal.expect("  2 BSD-3-Clause\n")
    terminal.answer("license [MIT]: ", "2")
    terminal.answer("python_version [3.12]: ", "3.14")
    terminal.expect("python_version: must be one of 3.12, 3.11, 3.13, not '3.14'")
    terminal.answer("python_version [3.12]: ", "3.13")
    terminal.answer("package_manager [poetry]: ", "uv")
    terminal.answer("notebooks [yes]: ", "maybe")
    terminal.expect("notebooks: must be yes or no, not 'maybe'")
    terminal.answer("notebooks [yes]: ", "no")
    assert terminal.end() == 0, terminal.said
    answers = (tmp_path / "p/.copier-answers.yml").read_text()
    assert 'project_name: "Rain in Seattle"\n' in answers
    assert 'project_slug: "rain"\n' in answers
    assert 'license: "BSD-3-Clause"\n' in answers
    assert 'python_version: "3.13"\n' in answers
    assert 'package_manager: "uv"\n' in answers
    assert "notebooks: false\n" in answers


def test_what_was_set_is_not_asked(tmp_path):
    given = ("--set", "project_name=A", "--set", "license=MIT")
    terminal = Terminal(*MLKEEL, "new", "p", *given, cwd=tmp_path)
    terminal.expect("[1/8] What it does, in one line")
    assert terminal.leave(b"\x03") == 130
    assert "project_name [" not in terminal.said


@pytest.mark.parametrize(
    ("key", "code", "words"),
    [
        (b"\x03", 130, "mlkeel: stopped"),
        (b"\x04", 1, "mlkeel: the answers ended early; nothing was written"),
    ],
)
def test_leaving_at_a_question_writes_nothing(tmp_path, key, code, words):
    terminal = Terminal(*MLKEEL, "new", "p", cwd=tmp_path)
    terminal.expect("project_name [My ML Project]: ")
    assert terminal.leave(key) == code
    assert words in terminal.said
    assert "Traceback" not in terminal.said
    assert not list(tmp_path.iterdir())
