"""Emitted projects that are really installed: commands and services in them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support import find_free_port, wait_for

LONG = 900  # seconds: an environment of some hundred megabytes may have to be fetched


@dataclass(frozen=True)
class Emitted:
    """A project on the disk, with its environment."""

    path: Path
    said: str

    def run(self, *command: str | Path, code: int = 0, **env: str) -> str:
        """A command in the project's folder, found in its environment first."""
        return execute(*command, cwd=self.path, code=code, **env)

    def poe(self, *arguments: str, code: int = 0) -> str:
        """A task of the project."""
        return self.run("poe", "-q", *arguments, code=code)

    @contextmanager
    def serving(self, *options: str) -> Iterator[str]:
        """The service, for as long as the block lasts; its address."""
        port = find_free_port()
        command = ["poe", "serve", "--port", str(port), *options]
        log = self.path.parent / "service.log"
        with log.open("wb") as output, started(command, self.path, output) as service:
            wait_for(f"http://127.0.0.1:{port}/ready", service, log)
            yield f"http://127.0.0.1:{port}"


def environment(folder: Path, **env: str) -> dict[str, str]:
    """A user's environment: the project's programs first, bytecode is kept."""
    kept = {**os.environ, **env}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PATH": f"{folder}/.venv/bin:{kept['PATH']}"}


def execute(*command: str | Path, cwd: Path, code: int = 0, **env: str) -> str:
    """Run a command to its end; what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=cwd,
        env=environment(cwd, **env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONG,
    )
    assert done.returncode == code, f"{words} -> {done.returncode}\n{done.stdout}"
    return done.stdout


@contextmanager
def started(
    command: list[str], folder: Path, output: Any, *, new_group: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A process, ended with the block."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(folder),
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0 if new_group else None,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


def commit(project: Emitted) -> None:
    """What a person does after looking around; the hooks run."""
    project.run("git", "add", "-A")
    project.run("git", "commit", "-qm", "A new project")


def commands_of(page: Path) -> list[str]:
    """The commands of a page: the lines of its ```sh blocks, and lines indented by four blanks."""
    inside, commands = False, []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = line == "```sh"
        elif inside or line.startswith("    "):
            commands.append(line.strip())
    return commands
