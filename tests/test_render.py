"""Every project the template can make is sound, whatever was chosen."""

import re
import sys
from pathlib import Path

import pytest

from mlkeel.create import write
from mlkeel.options import options
from mlkeel.render import Template
from support import (
    ROOT,
    assert_sound,
    combinations_of,
    covering,
    held_by,
    parameters,
    run,
    snapshot,
)

TEMPLATE = Template(ROOT)
CHOICES = parameters(TEMPLATE)
TRIPLES = covering(CHOICES, 3)
RECORD = {"_src_path": "gh:mlkeel/mlkeel", "_commit": "v0.0.0"}
SEAMS = re.compile(
    r"pyproject\.toml|(.+/)?README\.md|conf/config\.yaml|dvc\.yaml|compose\.yaml|\.gitignore|\.env\.example"
    r"|\.github/workflows/.+\.yml|docs/.+\.md"
)
MACHINERY = {".templateignore", ".copier-answers.yml", "LICENSE"}
CONTROL = re.compile(r"\[%-?\s*(\w+)(.*?)%\]", re.DOTALL)


def test_the_rows_hold_every_triple_of_options():
    held = {held for row in TRIPLES for held in held_by(row, 3)}
    assert held >= set(combinations_of(CHOICES, 3))


@pytest.mark.parametrize("row", TRIPLES, ids=lambda row: "-".join(map(str, row.values())))
def test_every_file_of_every_triple_is_sound(render, row):
    assert_sound(snapshot(render(**row).path))


def test_ruff_finds_nothing_in_any_project(tmp_path):
    for number, row in enumerate(TRIPLES):
        answers = TEMPLATE.questions.complete(row)
        write(TEMPLATE.render(answers, RECORD), tmp_path / str(number))
    ruff(tmp_path)


@pytest.mark.parametrize("package_name", ["a", "z" * 40], ids=["shortest", "longest"])
def test_formatting_does_not_depend_on_the_length_of_a_name(tmp_path, package_name):
    answers = TEMPLATE.questions.complete({"package_name": package_name})
    write(TEMPLATE.render(answers, RECORD), tmp_path)
    ruff(tmp_path)


def ruff(folder: Path) -> None:
    command = (sys.executable, "-m", "ruff")
    run(*command, "check", "--no-cache", ".", cwd=folder)
    run(*command, "format", "--no-cache", "--check", ".", cwd=folder)


@pytest.mark.parametrize(
    ("option", "choice"),
    [(name, choice) for name, choices in CHOICES.items() for choice in choices[1:]],
)
def test_every_choice_changes_the_project(option, choice):
    answers = TEMPLATE.questions.complete({})
    other = {**answers, option: choice}
    ours, theirs = (TEMPLATE.render(a, RECORD) for a in (answers, other))
    differing = {path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)}
    assert differing - {".copier-answers.yml"}


def test_the_first_choice_is_the_default():
    for option in options(TEMPLATE):
        question = TEMPLATE.questions[option.name]
        assert not question.choices or question.choices[0] == TEMPLATE.questions.default(
            question, {}
        )


def test_options_stand_only_in_seams():
    for source in set(TEMPLATE.sources()) - MACHINERY:
        text = (TEMPLATE.tree / source).read_bytes().decode("utf-8", "replace")
        if CONTROL.search(text):
            assert SEAMS.fullmatch(source), f"{source} is no seam; choose between two files instead"


@pytest.mark.parametrize("option", CHOICES)
def test_an_option_has_one_block_in_a_file(option):
    for source in set(TEMPLATE.sources()) - MACHINERY:
        text = (TEMPLATE.tree / source).read_bytes().decode("utf-8", "replace")
        blocks = [
            rest for tag, rest in CONTROL.findall(text) if tag == "if" and f".{option}" in rest
        ]
        assert len(blocks) <= 1, f"{source} has {len(blocks)} blocks of {option}"


def test_python_of_the_template_holds_no_control_tag():
    for source in TEMPLATE.sources():
        if source.endswith(".py"):
            assert not CONTROL.search((TEMPLATE.tree / source).read_text(encoding="utf-8")), source
