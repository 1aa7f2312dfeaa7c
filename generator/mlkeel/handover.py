"""Updates and switched options are Copier's work: check what was asked, then hand over."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import yaml

from .ask import shown
from .problems import Problem, Refusal
from .questions import Answers

RECORD = Path(".copier-answers.yml")
COPIER = "copier>=9.18,<10"


def update() -> int:
    """Bring the newest template into the project around us."""
    check_project()
    return copier("update", "--defaults")


def switch(answers: Answers) -> int:
    """Change answers of the project around us, at the version it has."""
    check_project()
    data = [
        word for name, answer in answers.items() for word in ("--data", f"{name}={shown(answer)}")
    ]
    return copier("update", "--defaults", "--vcs-ref=:current:", *data)


def check_project() -> None:
    """Copier's own words for a missing or broken record help nobody."""
    try:
        record = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal(f"there is no {RECORD} here; run this in the folder of a project") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        record = None
    if not isinstance(record, dict):
        raise Problem(f"{RECORD} is damaged; restore it from git")


def copier(*arguments: str) -> int:
    """Run Copier, from wherever it is found, on the folder we are in."""
    return subprocess.call([*copier_command(), *arguments])


def copier_command() -> list[str]:
    """Copier beside us, else on the PATH, else fetched by uv."""
    if find_spec("copier"):
        return [sys.executable, "-m", "copier"]
    if command := shutil.which("copier"):
        return [command]
    if uvx := shutil.which("uvx"):
        return [uvx, COPIER]
    raise Problem(
        f'this needs Copier: install it with `pip install "{COPIER}"` or `pipx install copier`'
    )
