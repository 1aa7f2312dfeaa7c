"""What people do to a project, one edit of each kind, and what an update has to make of it."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from releases_of_two import executed
from support import Files, snapshot

LINE = "# a line of our own\n"
STAGE = """\
  ours:
    desc: a step of our own
    cmd: python -c "print('ours')"
"""
MODULE = '"""A module of our own."""\n'
EDITS: dict[str, Callable[[str], str] | None] = {
    "conf/config.yaml": lambda text: re.sub(r"^seed: \d+$", "seed: 4711", text, flags=re.MULTILINE),
    "docs/remotes.md": None,  # deleted
    "dvc.yaml": lambda text: text + STAGE,
    ".github/workflows/ci.yml": lambda text: re.sub(r"(minutes): \d+", r"\1: 99", text, count=1),
    "notebooks/01_explore.ipynb": executed,
    "README.md": lambda text: text + "\n## Who we are\n\nThe team that forecasts.\n",
    "conf/data.yaml": lambda text: f"# about our own table\n{text}",
    "OURS.md": lambda text: "# Ours\n",  # added
}


def make_edits(project: Path, leave_out: tuple[str, ...] = ()) -> None:
    """Edit a project as a team would, and append a line to each of its Python files."""
    for name in EDITS.keys() - set(leave_out):
        file, edit = project / name, EDITS[name]
        if edit is None:
            file.unlink(missing_ok=True)
        elif file.exists() or name == "OURS.md":
            file.write_text(edit(file.read_text("utf-8") if file.exists() else ""), "utf-8")
    for file in sorted(project.rglob("*.py")):
        if not {".git", ".venv"} & set(file.parts):
            file.write_text(file.read_text("utf-8") + LINE, "utf-8")


def edited_both_sides(base: Path, mine: Path, fresh: Path) -> tuple[Files, list[str], list[str]]:
    """What an update has to give: the files, those in conflict, those gone although edited."""
    before, ours, theirs = snapshot(base), snapshot(mine), snapshot(fresh)
    wanted, conflicts, kept = dict(theirs), [], []
    for path in before.keys() | ours.keys():
        if path == ".copier-answers.yml" or before.get(path) == ours.get(path):
            continue
        if path not in ours:
            wanted.pop(path, None)
        elif path not in theirs:
            if path in before:
                kept.append(path)
            else:
                wanted[path] = ours[path]
        else:
            content, clean = merged(mine / path, base / path, fresh / path)
            wanted[path] = theirs[path][0], content
            if not clean:
                conflicts.append(path)
    return wanted, conflicts, kept


def merged(mine: Path, base: Path, fresh: Path) -> tuple[bytes, bool]:
    """What git makes of two sides, and whether it could."""
    empty = Path("/dev/null")
    sides = [str(side if side.exists() else empty) for side in (mine, base, fresh)]
    done = subprocess.run(["git", "merge-file", "-p", *sides], capture_output=True)
    return done.stdout, done.returncode == 0
