"""Copier, which does the merging: found, run, and its failures said in plain words."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from .problems import Problem
from .processes import OURS, PATIENCE
from .project import RECORD, Project
from .releases import releases

REQUIREMENT = "copier>=9.18,<10"


def call(project: Project, *arguments: str) -> None:
    """Run Copier on a project, to its end or not at all; a Problem says what went wrong."""
    command = [*copier_command(), *arguments]
    if sys.stderr.isatty():
        print(f"asking {project.address} …", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="mlkeel-", ignore_cleanup_errors=True) as folder:
        # Its temporary clones go with the folder, whatever happens to it.
        kept = {key: value for key, value in os.environ.items() if key not in OURS}
        environment = {**kept, "TMPDIR": folder, "TEMP": folder, "PYTHONIOENCODING": "utf-8"}
        log = Path(folder, "said")
        with (
            log.open("wb") as output,
            subprocess.Popen(
                command, cwd=project.folder, env=environment, stdout=output, stderr=output
            ) as process,
        ):
            code = ended(process)
        if code:
            raise Problem(explained(log.read_text(encoding="utf-8", errors="replace"), project))


def ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code; when we are stopped, so is the process."""
    try:
        return process.wait()
    except BaseException:
        process.terminate() if os.name == "nt" else process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def copier_command() -> list[str]:
    """Copier beside us, else on the PATH, else fetched by uv."""
    if find_spec("copier"):
        return [sys.executable, "-m", "copier"]
    if command := shutil.which("copier"):
        return [command]
    if uvx := shutil.which("uvx"):
        return [uvx, REQUIREMENT]
    raise Problem(
        f'this needs Copier: install it with `pip install "{REQUIREMENT}"` or `pipx install copier`'
    )


def explained(said: str, project: Project) -> str:
    """What a person can do about it; Copier's own last words where we know nothing better."""
    last = "\n".join(f"  {line}" for line in said.strip().splitlines()[-8:])
    for pattern, explain in REASONS.items():
        if re.search(pattern, said):
            return explain(project, last)
    return f"Copier could not do it; its last words:\n{last}"


def gone(project: Project, _: str) -> str:
    """The version that made the project is not in the template any more."""
    commit = releases().get(project.commit.removeprefix("v"))
    advice = (
        f'its commit may still be there. Write it into {RECORD}:\n  _commit: "{commit}"\n'
        if commit
        else f"name a version that it has, close to the project's, in {RECORD}:\n  _commit: …\n"
    )
    return (
        f"{project.address} does not have {project.commit}, the version of this project (or the "
        f"version asked for). If a tag was deleted, or did not travel with a copy, {advice}"
        "commit that, and repeat."
    )


def moved(project: Project, last: str) -> str:
    """There is nothing at the template's address."""
    return (
        f"there is no template at {project.address}. If it moved, write the new address into "
        f"{RECORD}:\n  _src_path: …\n"
        f"commit that, and repeat. What was said:\n{last}"
    )


def offline(project: Project, last: str) -> str:
    """The template's address does not answer."""
    return f"{project.address} cannot be reached; is there a network? What was said:\n{last}"


def older(project: Project, _: str) -> str:
    """There is nothing newer."""
    return (
        f"this project has {project.commit}, and that is newer than anything at {project.address}"
    )


REASONS = {
    r"Unknown revision|not our ref|unadvertised object": gone,
    r"Local template must be a directory|not appear to be a git repo|[Rr]epository not found"
    r"|error: 404|could not read Username|does not exist|git-tracked templates": moved,
    r"Could not resolve host|unable to access|Failed to connect|Connection (refused|timed|reset)"
    r"|unreachable|Could not read from remote": offline,
    r"downgrading": older,
}
