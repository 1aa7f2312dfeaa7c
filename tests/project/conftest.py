"""Emitted projects that are really installed and run, one for each package manager."""

import os
import re
import shlex
import signal
import sys
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from pip._internal.models.index import PyPI

from emitted import LONG, Emitted, commands_of, commit, execute, started
from support import ROOT, wait_until

ADDRESS = "https://github.com/mlkeel/mlkeel"
HOSTILE = {
    "project_name": 'Régen à Zürich – l\'essai "1" \\ 雨; rm -rf $HOME & co',
    "author_name": 'Ann "Ö" O\'Neil \\ Co',
    "description": '<b>It\'s "quoted"</b> & `ticked`',
    "package_manager": "poetry",
    "license": "Proprietary",
    "notebooks": "no",
}


@pytest.fixture(scope="session")
def managers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment variables with which poetry and uv are found, and reach the package index.

    Poetry asks PyPI for more than a simple index has. Where only such an index is reachable, its
    plugin for mirrors stands in; nothing of that is in the emitted project.
    """
    home = tmp_path_factory.mktemp("managers")
    execute(sys.executable, "-m", "venv", home, cwd=home)
    wanted = ["poetry>=2.2,<3", "poetry-plugin-pypi-mirror>=0.6", "uv"]
    execute(home / "bin/python", "-m", "pip", "install", "-q", *wanted, cwd=home)
    return {
        "PATH": f"{home}/bin:{os.environ['PATH']}",
        "POETRY_PYPI_MIRROR_URL": f"{PyPI.simple_url}/",
        "POETRY_VIRTUALENVS_CREATE": "true",
    }


@pytest.fixture(scope="session")
def born(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, managers: dict[str, str]
) -> Callable[[str], Emitted]:
    """`born("uv")`: a project that one command brought to its first prediction, once a session.

    The one with uv comes from the command of our README, on a machine that has only Python and git;
    the one with poetry has hostile answers.
    """
    makers = {
        "uv": lambda folder: from_readme(folder, repository),
        "poetry": lambda folder: from_hostile_answers(folder, managers),
    }

    @cache
    def born(manager: str) -> Emitted:
        folder = tmp_path_factory.mktemp(manager) / "with a space"
        folder.mkdir()
        project = makers[manager](folder)
        commit(project)
        return project

    return born


def from_readme(folder: Path, repository: Path) -> Emitted:
    """Paste the first command of README.md, look at the page, press Ctrl-C."""
    line = commands_of(ROOT / "README.md")[0].replace(ADDRESS, shlex.quote(str(repository)))
    log = folder / "said.log"
    with (
        log.open("wb") as output,
        started(["bash", "-c", f"{line}"], folder, output, new_group=True) as shell,
    ):
        served = re.compile(r"The model is served at (http://127\.0\.0\.1:\d+)")
        wait_until(lambda: served.search(log.read_text()) is not None, shell, log, LONG)
        with urllib.request.urlopen(served.findall(log.read_text())[0], timeout=5) as page:
            assert b"<form" in page.read()
        os.killpg(shell.pid, signal.SIGINT)
        assert shell.wait(timeout=20) == 0, log.read_text()
    return Emitted(folder / "my-project", log.read_text())


def from_hostile_answers(folder: Path, managers: dict[str, str]) -> Emitted:
    """What a person could type, and a template could stumble over."""
    pairs = [part for name, value in HOSTILE.items() for part in ("--set", f"{name}={value}")]
    project = folder / "my new project"
    said = execute(
        *(sys.executable, "-m", "mlkeel", "new", project, "--yes", "--run", "--no-serve", *pairs),
        cwd=folder,
        PYTHONPATH=str(ROOT / "generator"),
        **managers,
    )
    return Emitted(project, said)
