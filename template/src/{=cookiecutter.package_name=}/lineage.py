"""Where a model comes from: code, data, libraries."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .package import hash_file

LIBRARIES = ("scikit-learn", "skl2onnx", "onnxruntime", "numpy", "pandas")

MADE = ("dvc.lock", "results")
"""What the line itself writes into the working tree before a model is packaged."""


def trace(raw: Path, parameters: dict[str, Any]) -> dict[str, Any]:
    """Everything that is needed to make the same model again."""
    return {
        "git_commit": git_commit(),
        "data": {"path": raw.as_posix(), "sha256": hash_folder(raw)},
        "parameters": parameters,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def git_commit() -> str | None:
    """The commit that is checked out, "-dirty" where a file differs; None before the first."""
    try:
        commit = ask_git("rev-parse", "HEAD")
        changes = ask_git("status", "--porcelain", "--", ".", *(f":!{path}" for path in MADE))
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{commit}-dirty" if changes else commit


def ask_git(*arguments: str) -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def hash_folder(path: Path) -> str:
    """SHA-256 over names and contents of the files in a folder."""
    files = sorted(file for file in path.glob("*") if file.is_file())
    lines = [f"{hash_file(file)}  {file.name}\n" for file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
