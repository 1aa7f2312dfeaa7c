"""Derived files say what copier.yml says."""

import json

import pytest

from mlkeel import sync
from mlkeel.render import Template
from support import ROOT


@pytest.mark.parametrize("path", sync.derived(Template(ROOT)), ids=lambda path: path.name)
def test_a_derived_file_is_up_to_date(path):
    assert path.read_text(encoding="utf-8") == sync.derived(Template(ROOT))[path], (
        "run: python -m mlkeel.sync"
    )


def test_check_tells_what_is_out_of_date_and_changes_nothing(monkeypatch, capsys, tmp_path):
    stale = tmp_path / "cookiecutter.json"
    stale.write_text("{}")
    monkeypatch.setattr(sync, "derived", lambda _: {stale: "new\n"})
    assert sync.main(["--check"]) == 1
    assert f"{stale} is out of date" in capsys.readouterr().err
    assert stale.read_text() == "{}"
    assert sync.main([]) == 0
    assert stale.read_text() == "new\n"
    assert sync.main(["--check"]) == 0


def test_questions_keep_their_order_and_words():
    context = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    questions = Template(ROOT).questions
    assert [name for name in context if name[0] != "_"] == [question.name for question in questions]
    assert context["__prompts__"] == {question.name: question.help for question in questions}


def test_names_are_qualified_as_names_not_as_text():
    marks = Template(ROOT).marks
    text = "{= name.name ~ 'name' ~ other.name ~ named =} name"
    assert (
        sync.qualified(text, marks, {"name": "name"})
        == "{= cookiecutter.name.name ~ 'name' ~ other.name ~ named =} name"
    )
