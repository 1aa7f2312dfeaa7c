"""Copier is found where it is, and what it says of a failure is explained."""

import sys
from pathlib import Path

import pytest

from mlkeel import copier
from mlkeel.problems import Problem
from mlkeel.project import Project

PROJECT = Project(Path(), "gh:mlkeel/mlkeel", "v0.1.0", {})


def test_copier_is_taken_from_where_it_is(monkeypatch):
    assert copier.copier_command() == [sys.executable, "-m", "copier"]
    there = {"copier": "/bin/copier", "uvx": "/bin/uvx"}
    monkeypatch.setattr(copier, "find_spec", lambda name: None)
    monkeypatch.setattr(copier.shutil, "which", there.get)
    assert copier.copier_command() == ["/bin/copier"]
    del there["copier"]
    assert copier.copier_command() == ["/bin/uvx", "copier>=9.18,<10"]
    del there["uvx"]
    with pytest.raises(Problem, match="this needs Copier: install it with"):
        copier.copier_command()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "is there a network?"),
        ("ssh: connect to host x port 22: Connection refused", "is there a network?"),
        ("remote: Repository not found.\nfatal: repository 'x' not found", "If it moved"),
        ("fatal: could not read Username for 'https://github.com'", "If it moved"),
        ("ValueError: Local template must be a directory.", "If it moved"),
        ("ValueError: Unknown revision: 'v0.1.0'", "does not have v0.1.0, the version of this"),
        ("You are downgrading from 2 to 1. Downgrades are not supported.", "newer than anything"),
        ("something\nnobody thought of", "its last words:\n  something\n  nobody thought of"),
    ],
)
def test_a_failure_is_explained(said, words):
    assert words in copier.explained(said, PROJECT)
