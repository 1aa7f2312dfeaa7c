"""Three ways to make the same project, and ways to look at what came out."""

import ast
import json
import os
import random
import socket
import stat
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import copier
import yaml
from cookiecutter.main import cookiecutter

from mlkeel.create import create
from mlkeel.questions import Answers
from mlkeel.render import Template

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
ENGINES = ["cookiecutter", "copier", "mlkeel"]
Row = dict[str, Any]
Files = dict[str, tuple[int, bytes]]


# -- commands ---------------------------------------------------------------------------------


def run(*command: str | Path, cwd: Path | None = None, code: int | None = 0, **env: str) -> str:
    """Run a command and return what it said; any other exit code fails the test."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert code is None or done.returncode == code, f"{words} -> {done.returncode}\n{said}"
    return said


def git(*arguments: str | Path, cwd: Path) -> str:
    return run("git", *arguments, cwd=cwd).strip()


def commit_all(folder: Path, message: str) -> None:
    if not (folder / ".git").exists():
        git("init", "-q", "-b", "main", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", message, cwd=folder)


def mlkeel(repository: Path, *arguments: str | Path, cwd: Path, code: int | None = 0) -> str:
    """The command of a checkout: of its code, with its template."""
    generator = str(repository / "generator")
    return run(sys.executable, "-m", "mlkeel", *arguments, cwd=cwd, code=code, PYTHONPATH=generator)


# -- engines, in this process -----------------------------------------------------------------


def make(engine: str, repository: Path, answers: Answers, folder: Path) -> Path:
    """Make a project with one engine, as its command would, and return where it is."""
    return {
        "cookiecutter": by_cookiecutter,
        "copier": by_copier,
        "mlkeel": by_mlkeel,
    }[engine](repository, answers, folder)


def by_cookiecutter(repository: Path, answers: Answers, folder: Path) -> Path:
    made = cookiecutter(
        str(repository),
        no_input=True,
        extra_context=answers,
        output_dir=str(folder),
        default_config=True,
    )
    return Path(made)


def by_copier(repository: Path, answers: Answers, folder: Path) -> Path:
    project = folder / "copier"
    copier.run_copy(str(repository), project, data=answers, defaults=True, quiet=True)
    return project


def by_mlkeel(repository: Path, answers: Answers, folder: Path) -> Path:
    project = folder / "mlkeel"
    template = Template(repository)
    pairs = [f"{name}={value}" for name, value in answers.items()]
    complete = template.questions.complete(template.questions.parse(pairs))
    create(template.render(complete, {"_src_path": str(repository)}), project)
    return project


# -- what came out ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Project:
    """A project on the disk."""

    path: Path
    answers: Answers

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def run(self, *command: str | Path, code: int | None = 0, **env: str) -> str:
        return run(*command, cwd=self.path, code=code, **env)


def snapshot(project: Path) -> Files:
    """Mode and bytes of every file; an empty folder appears with a slash at its end."""
    found = {}
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        if ".git" in path.relative_to(project).parts:
            continue
        if path.is_file():
            found[name] = (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        elif not any(path.iterdir()):
            found[f"{name}/"] = (0, b"")
    return found


def assert_same(one: Files, other: Files) -> None:
    """Two projects have the same files, named in few words where they have not."""
    differing = sorted(
        name for name in one.keys() | other.keys() if one.get(name) != other.get(name)
    )
    details = [f"{name}: {one.get(name)} / {other.get(name)}"[:500] for name in differing]
    assert not differing, "\n".join(details)


PARSERS = {
    ".py": ast.parse,
    ".json": json.loads,
    ".ipynb": json.loads,
    ".toml": tomllib.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


def assert_sound(files: Files) -> None:
    """Every file parses, none is empty or half a template, and only scripts are executable."""
    for name, (mode, content) in files.items():
        assert not name.endswith("/"), f"{name} is an empty folder"
        assert content or name.endswith("py.typed"), f"{name} is empty"
        assert bool(mode & 0o100) == content.startswith(b"#!"), f"{name}: executable or no script"
        if is_text(content):
            assert_sound_text(name, content.decode())


def is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def assert_sound_text(name: str, text: str) -> None:
    for mark in ("{=", "=}", "[%", "%]", "#%]"):
        assert mark not in text, f"{name} still has {mark}"
    assert "\r" not in text, f"{name} has carriage returns"
    assert not text or text.endswith("\n"), f"{name} ends without a newline"
    parse = PARSERS.get(Path(name).suffix)
    if parse:
        try:
            parse(text)
        except Exception as error:
            raise AssertionError(f"{name} does not parse: {error}") from error


# -- covering arrays --------------------------------------------------------------------------


def parameters(template: Template) -> dict[str, list[Any]]:
    """Every question with a finite number of answers."""
    return {
        question.name: list(question.choices) for question in template.questions if question.choices
    }


def covering(choices: dict[str, list[Any]], strength: int) -> list[Row]:
    """Rows in which all combinations of `strength` options appear; a test checks that they do.

    Greedy: of some random rows that hold a missing combination, the one that adds the most.
    """
    randomly = random.Random(strength)  # the same rows in every run
    names = list(choices)
    missing = dict.fromkeys(combinations_of(choices, strength))
    rows = []
    while missing:
        wanted = dict(next(iter(missing)))
        candidates = [
            {name: wanted.get(name, randomly.choice(choices[name])) for name in names}
            for _ in range(50)
        ]
        best = max(
            candidates, key=lambda row: sum(held in missing for held in held_by(row, strength))
        )
        rows.append(best)
        for held in held_by(best, strength):
            missing.pop(held, None)
    return rows


def combinations_of(choices: dict[str, list[Any]], strength: int) -> Iterator[tuple]:
    for names in combinations(choices, strength):
        for values in product(*(choices[name] for name in names)):
            yield tuple(zip(names, values, strict=True))


def held_by(row: Row, strength: int) -> Iterator[tuple]:
    return combinations(row.items(), strength)


# -- services ---------------------------------------------------------------------------------


def find_free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, service: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    """Wait until an address answers; a service that ended or stays silent fails the test."""
    wait_until(lambda: answers(url), service, log, seconds)


def wait_until(
    happened: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float
) -> None:
    """Wait for something that a process brings about; one that ends before fails the test."""
    deadline = time.monotonic() + seconds
    while not happened():
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, f"it did not happen\n{log.read_text()}"
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether an address answers."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
