"""Where a project stands: its version, its answers, and what an update would do to it."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import copier
from .ask import shown
from .outcome import Outcome, outcome, whereabouts
from .problems import Problem
from .project import check_package, find
from .repository import NOBODY, Repository, git, listed


@dataclass(frozen=True)
class Status:
    """What is known of a project; without `update` the `problem` says why not."""

    version: str
    template: str
    answers: dict[str, Any]
    uncommitted: list[str]
    update: Outcome | None
    problem: str = ""


def status(folder: Path) -> Status:
    """Look at a project and rehearse its update, on a copy: nothing is changed."""
    project = find(folder)
    found = Status(project.commit, project.address, project.answers, [], None)
    try:
        repository = Repository(folder)
        found = replace(found, uncommitted=list(repository.changes()))
        check_package(project)
        return replace(found, update=rehearse(repository))
    except Problem as problem:
        return replace(found, problem=str(problem))


def rehearse(repository: Repository) -> Outcome:
    """What an update would do to the last commit."""
    with copy(repository) as folder:
        project = find(folder)
        copier.call(project, "update", "--defaults")
        return outcome(project, Repository(folder))


@contextmanager
def copy(repository: Repository) -> Iterator[Path]:
    """The last commit of a project as a repository of its own; it borrows the objects."""
    with tempfile.TemporaryDirectory(prefix="mlkeel-") as near:
        folder = Path(near, "project")
        borrowing(repository, folder)
        tree = git(repository.folder, "rev-parse", f"HEAD:{repository.prefix}").strip()
        commit = git(folder, "commit-tree", tree, "-m", "The project", **NOBODY).strip()
        git(folder, "reset", "--hard", "--quiet", commit)
        yield folder


def borrowing(repository: Repository, folder: Path) -> None:
    """Make an empty repository that finds the objects of another."""
    git(repository.folder, "init", "--quiet", str(folder))
    alternates = folder / ".git/objects/info/alternates"
    alternates.write_text(f"{repository.objects.resolve()}\n", encoding="utf-8")


def as_json(found: Status) -> str:
    """For a program."""
    return json.dumps(asdict(found), indent=2)


def as_text(found: Status) -> Iterator[str]:
    """For a person."""
    yield f"version   {found.version}\ntemplate  {found.template}\nanswers"
    for name, answer in found.answers.items():
        yield f"  {name}: {shown(answer)}"
    if found.uncommitted:
        yield f"not committed; an update waits for that{listed(found.uncommitted)}"
    if found.problem:
        yield f"what is newer could not be found out: {found.problem}"
    if found.update:
        yield from update_text(found.update)


def update_text(update: Outcome) -> Iterator[str]:
    """What an update would do."""
    touched = {
        "add": update.added,
        "change": update.changed,
        "remove": update.removed,
        "remove, and keep a copy of, for you changed them:": whereabouts(update),
        "conflict with your changes in": update.conflicts,
    }
    if not any(touched.values()):
        yield "newest    this one; an update has nothing to do"
        return
    yield f"newest    {update.after}; `mlkeel update` would"
    for verb, paths in touched.items():
        if paths:
            yield f"  {verb}{listed([f'  {path}' for path in paths], 20)}"
