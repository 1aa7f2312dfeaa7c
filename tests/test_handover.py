"""`mlkeel set` and `mlkeel update` check what was asked and give the work to Copier."""

import sys

import pytest

from mlkeel import update as handover
from mlkeel.problems import Problem, Refusal
from mlkeel.render import Template
from support import ROOT

QUESTIONS = Template(ROOT).questions


@pytest.fixture
def calls(render, tmp_path, monkeypatch):
    """The commands given to Copier, from inside a project."""
    record = render().text(".copier-answers.yml")
    (tmp_path / ".copier-answers.yml").write_text(record, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = []
    monkeypatch.setattr(handover.subprocess, "call", lambda command: given.append(command) or 0)
    return given


def test_update_is_an_update_by_copier(calls):
    assert handover.update() == 0
    assert calls == [[sys.executable, "-m", "copier", "update", "--defaults"]]


def test_set_is_an_update_at_the_current_version(calls):
    assert handover.switch({"notebooks": False, "package_manager": "uv"}) == 0
    assert calls[0][3:] == [
        *("update", "--defaults", "--vcs-ref=:current:"),
        *("--data", "notebooks=no", "--data", "package_manager=uv"),
    ]


def test_outside_a_project_they_say_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refusal, match=r"there is no .* here; run this in the folder of a project"):
        handover.update()


@pytest.mark.parametrize("damaged", ["a: [", "- a list", ""])
def test_a_damaged_record_is_named(calls, tmp_path, damaged):
    (tmp_path / ".copier-answers.yml").write_text(damaged)
    with pytest.raises(Problem, match="is damaged"):
        handover.update()
    assert not calls


def test_copier_is_taken_from_where_it_is(monkeypatch):
    there = {"copier": "/bin/copier", "uvx": "/bin/uvx"}
    monkeypatch.setattr(handover, "find_spec", lambda name: None)
    monkeypatch.setattr(handover.shutil, "which", there.get)
    assert handover.copier_command() == ["/bin/copier"]
    del there["copier"]
    assert handover.copier_command() == ["/bin/uvx", "copier>=9.18,<10"]
    del there["uvx"]
    with pytest.raises(Problem, match="this needs Copier: install it with"):
        handover.copier_command()
