"""How a project departs from its template, as git shows a difference."""

import os
import subprocess
import tempfile
from pathlib import Path

from .outcome import fresh
from .project import find
from .repository import Repository, git
from .status import borrowing


def departure(folder: Path, options: list[str], *, own: bool) -> int:
    """Show what was changed and removed since the template made it; `own`: what was added, too."""
    project = find(folder)
    with tempfile.TemporaryDirectory(prefix="mlkeel-") as near:
        made = Path(near, "made")
        borrowing(Repository(folder), made)
        fresh(project, made)
        git(made, "add", "--all", "--force")
        tree = git(made, "write-tree").strip()
        # The copy's index, the project's files: nothing is written into the project's own.
        here = {"GIT_DIR": str(made / ".git"), "GIT_WORK_TREE": str(folder.resolve())}
        git(folder, "add", "--all", "--", ".", **here)
        kinds = [] if own else ["--diff-filter=a"]
        command = ["git", "diff", "--cached", "--no-renames", *kinds, *options, tree]
        return subprocess.call(command, cwd=folder, env={**os.environ, **here})
