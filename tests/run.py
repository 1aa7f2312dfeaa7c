"""Run the tests of this repository with nothing but Python 3.11 or newer and git.

    python3 tests/run.py [arguments for pytest]

Makes an environment of its own in `.venv-tests/`, installs the test group of pyproject.toml into it
and runs pytest; the second run only does the last of the three.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv-tests"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MADE_FROM = FOLDER / "made-from"  # what the environment was made from, to notice a change


def main() -> int:
    """Prepare the environment where it is needed, then run pytest."""
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever runs this may have an older one)
        sys.exit(f"The tests need Python 3.11 or newer; this is {sys.version.split()[0]}.")
    wanted = f"{sys.version}\n{(ROOT / 'pyproject.toml').read_text(encoding='utf-8')}"
    if not MADE_FROM.is_file() or MADE_FROM.read_text(encoding="utf-8") != wanted:
        make_environment()
        MADE_FROM.write_text(wanted, encoding="utf-8")
    arguments = sys.argv[1:] or ["--numprocesses=auto", "--dist=loadfile"]
    return subprocess.call([PYTHON, "-m", "pytest", *arguments], cwd=ROOT)


def make_environment() -> None:
    """An environment with this package and what its tests need."""
    print(f"Preparing {FOLDER} …", flush=True)
    try:
        venv.create(FOLDER, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(
            "This Python cannot make an environment with pip in it.\n"
            "On Debian and Ubuntu: apt install python3-venv; then run this again."
        )
    install("pip>=25.1")  # the first that knows dependency groups
    install("--group", "test", "--editable", ".")


def install(*what: str) -> None:
    """Install something into the environment, or stop."""
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    if subprocess.call(command, cwd=ROOT):
        sys.exit(f"{what[-1]} could not be installed; the reason is above.")


if __name__ == "__main__":
    raise SystemExit(main())
