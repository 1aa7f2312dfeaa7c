#!/usr/bin/env python3
"""Make this folder ready to work in: git, the environment in .venv/, the pre-commit hooks.

    python scripts/bootstrap.py                      with the {= cookiecutter.package_manager =} that is installed
    python scripts/bootstrap.py --install-manager    gets {= cookiecutter.package_manager =} into .tools/ if it is missing

Run it as often as you like: what is done already is left alone. Needs only Python.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

MANAGER = "{= cookiecutter.package_manager =}"
ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
BIN = "Scripts" if os.name == "nt" else "bin"
OLDEST = (3, 11)
HOW_TO_GET = {
    "poetry": "pipx install poetry    (https://python-poetry.org/docs/#installation)",
    "uv": "pipx install uv    (https://docs.astral.sh/uv/getting-started/installation/)",
}


class BootstrapError(Exception):
    """A step can't be done; the message says what to do."""


def main() -> None:
    """Do every step that is not done yet."""
    options = parse()
    os.environ.pop("VIRTUAL_ENV", None)  # another environment that is active is not this one
    try:
        start_git()
        manager = find_manager(install=options.install_manager)
        make_environment(manager)
        install_hooks()
    except BootstrapError as error:
        sys.exit(f"bootstrap: {error}")
    program = os.path.relpath(manager, ROOT) if TOOLS in Path(manager).parents else MANAGER
    say(f"ready. Next: {program} run poe line, then {program} run poe serve")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--install-manager", action="store_true", help=f"get {MANAGER} through pip if it is missing"
    )
    if sys.version_info < OLDEST:
        parser.error(
            f"Python {'.'.join(map(str, OLDEST))} or newer is needed, this is {sys.version}"
        )
    return parser.parse_args()


def start_git() -> None:
    """Put the project under git, unless a repository around it does that already."""
    if shutil.which("git") is None:
        raise BootstrapError("git is missing: install it (https://git-scm.com/downloads)")
    found = ask("git", "rev-parse", "--show-toplevel")
    if found is None:
        run("git", "init", "--quiet", "--initial-branch=main")
        say("git repository started")
    elif Path(found) != ROOT:
        say(f"the git repository {found} holds this project: none of its own is started")


def find_manager(install: bool) -> str:
    """The command that runs the package manager: the user's own, or the one in .tools/."""
    program = shutil.which(MANAGER) or shutil.which(MANAGER, path=TOOLS / BIN)
    if program is None and install:
        say(f"installing {MANAGER} into {TOOLS.name}/")
        install_manager()
        program = shutil.which(MANAGER, path=TOOLS / BIN)
    if program is None:
        raise BootstrapError(
            f"{MANAGER} is missing. Install it:  {HOW_TO_GET[MANAGER]}\n"
            "or let this script keep one in .tools/:  python scripts/bootstrap.py --install-manager"
        )
    return program


def install_manager() -> None:
    """The manager in an environment of its own, apart from the system's and the project's."""
    if ask(sys.executable, "-m", "ensurepip", "--version") is not None:
        venv.create(TOOLS, with_pip=True, clear=True)
        run(TOOLS / BIN / "python", "-m", "pip", "install", "--quiet", MANAGER)
    elif ask(sys.executable, "-m", "pip", "--version") is not None:
        venv.create(TOOLS, with_pip=False, clear=True)
        run(sys.executable, "-m", "pip", "--python", TOOLS, "install", "--quiet", MANAGER)
    else:
        raise BootstrapError(
            f"this Python can't install {MANAGER}, it has neither ensurepip nor pip "
            "(on Debian and Ubuntu: apt install python3-venv)"
        )


def make_environment(manager: str) -> None:
    """Install the project and its tools into .venv/, and write the lock file."""
    python = choose_python(manager)
    say(f"environment in .venv/ with {MANAGER} and {python} (some minutes the first time)")
    if MANAGER == "uv":
        run(manager, "sync", "--python", python)
        return
    if not (ROOT / ".venv").exists():
        run(manager, "env", "use", "--quiet", python)
    if not (ROOT / "poetry.lock").exists():
        run(manager, "lock", "--no-interaction")
    run(manager, "sync", "--no-interaction")


def choose_python(manager: str) -> str:
    """The interpreter of .python-version where it is installed, else the one that runs this.

    The file then names the one in use: later commands of the manager follow it.
    """
    pinned = ROOT / ".python-version"
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = pinned.read_text("utf-8").strip() if pinned.exists() else own
    for candidate in interpreters(manager, wanted):
        if python_version(candidate) == wanted:
            return candidate
    pinned.write_text(f"{own}\n", "utf-8")
    say(f"Python {wanted} is not on this machine: {own} is used, and .python-version says so now")
    return sys.executable


def interpreters(manager: str, wanted: str) -> Iterator[str]:
    """Where the wanted Python may be; nothing is downloaded."""
    yield sys.executable
    yield from filter(None, map(shutil.which, (f"python{wanted}", "python3", "python")))
    if MANAGER == "uv":
        yield ask(manager, "python", "find", "--no-python-downloads", wanted) or ""


def python_version(program: str) -> str | None:
    """What a program says its Python version is; version managers' shims may say nothing."""
    return ask(program, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")


def install_hooks() -> None:
    """Let git run the checks before each commit."""
    if (ROOT / ".git").exists():
        run(ROOT / ".venv" / BIN / "pre-commit", "install")
    else:
        say("no pre-commit hooks: they belong to the repository around this project")


def run(*command: str | Path) -> None:
    """Run a command in the project; its output is the user's."""
    try:
        subprocess.run([str(part) for part in command], cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BootstrapError(f"{' '.join(map(str, command))} failed: {error}") from error


def ask(*command: str) -> str | None:
    """What a command prints, None when it fails."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def say(message: str) -> None:
    """Tell the user where we are."""
    print(f"bootstrap: {message}", flush=True)


if __name__ == "__main__":
    main()
