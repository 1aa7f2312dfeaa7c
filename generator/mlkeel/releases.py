"""The list of releases: tags do not always travel with a clone, the list does."""

import json
import subprocess
from pathlib import Path

LIST = Path(__file__).with_name("releases.json")


def releases(path: Path = LIST) -> dict[str, str]:
    """The commit of each released version, the oldest first."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def tag_of(version: str) -> str:
    """The name of a release's tag."""
    return f"v{version}"


def is_released(version: str) -> bool:
    """Whether this is a released version, and not one in the making between two releases."""
    return ".dev" not in version


def tag(clone: Path, path: Path = LIST) -> list[str]:
    """Give a clone the tags that it lacks; what was added."""
    there = set(git(clone, "tag", "--list").split())
    missing = {tag_of(version): commit for version, commit in releases(path).items()}
    added = [name for name in missing if name not in there]
    for name in added:
        git(clone, "tag", name, missing[name])
    return added


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
