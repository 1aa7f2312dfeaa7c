"""What an update did to a project, and what it leaves for a person to decide."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import copier
from .project import Project, find
from .repository import UNMERGED, Repository, listed

KEPT = ".kept"  # the ending of a copy


@dataclass(frozen=True)
class Outcome:
    """The files an update touched, by what happened to them."""

    before: str
    after: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # removed, but with changes of the person's own
    moved: dict[str, str] = field(default_factory=dict)  # of the kept ones, where the template went

    @property
    def is_anything(self) -> bool:
        """Whether a file was touched at all."""
        return bool(self.added or self.changed or self.removed or self.conflicts)

    @property
    def exit_code(self) -> int:
        """Not 0 while something is left to decide."""
        return int(bool(self.conflicts))


def outcome(project: Project, repository: Repository) -> Outcome:
    """What has happened to a project since its last commit; copies of what must not be lost."""
    changes = repository.changes()
    by_kind: dict[str, list[str]] = {}
    for path, letters in changes.items():
        by_kind.setdefault(kind(letters), []).append(path)
    kept = edited(project, repository, by_kind.get("removed", []))
    renamed = repository.renamed() if kept else {}
    moved = {path: renamed[path] for path in kept if path in renamed}
    for path in kept:
        copy = project.folder / f"{path}{KEPT}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(repository.committed(path))
    after = find(project.folder).commit
    return Outcome(project.commit, after, **by_kind, kept=kept, moved=moved)


def kind(letters: str) -> str:
    """What the two letters of `git status` mean here."""
    if letters in UNMERGED:
        return "conflicts"
    return {"?": "added", "A": "added", "D": "removed"}.get(letters.strip()[0], "changed")


def edited(project: Project, repository: Repository, removed: list[str]) -> list[str]:
    """Of the files that are gone those that were not as the template had made them."""
    if not removed:
        return []
    with tempfile.TemporaryDirectory(prefix="mlkeel-") as folder:
        made = fresh(project, Path(folder, "made"))
        return [path for path in removed if differs(made / path, repository.committed(path))]


def differs(made: Path, content: bytes) -> bool:
    """Whether a file is not as the template made it."""
    return not made.is_file() or made.read_bytes() != content


def fresh(project: Project, folder: Path) -> Path:
    """What the template's version of a project makes of its answers."""
    with tempfile.TemporaryDirectory(prefix="mlkeel-") as near:
        answers = Path(near, "answers.json")  # JSON is YAML, too
        answers.write_text(json.dumps(project.answers), encoding="utf-8")
        version = f"--vcs-ref={project.commit}"
        data = f"--data-file={answers}"
        words = ("copy", "--defaults", "--quiet", version, data, project.address, str(folder))
        copier.call(project, *words)
    return folder


def as_json(result: Outcome) -> str:
    """For a program."""
    return json.dumps(asdict(result), indent=2)


def as_text(result: Outcome, folder: Path) -> Iterator[str]:
    """For the person who has to go on from here."""
    count = {name: len(getattr(result, name)) for name in ("changed", "added", "removed")}
    touched = ", ".join(f"{number} {name}" for name, number in count.items() if number)
    version = result.after
    if result.before != result.after:
        version = f"{result.before} → {result.after}"
    yield f"{version}: {touched or 'nothing to do'}"
    if result.kept:
        yield (
            "\nYou had changed these; they are no part of the project now. A copy of each is kept "
            f"beside its place, with {KEPT} at its end:{listed(whereabouts(result), 50)}"
        )
    if result.conflicts:
        yield conflicts_text(result, folder)
    elif touched:
        yield "\nLook at the changes with `git diff`, run `poe check`, then commit."


def whereabouts(result: Outcome) -> list[str]:
    """The edited files that went, and where the template has them now."""
    now = {path: f"{path}: now {new}" for path, new in result.moved.items()}
    return [now.get(path, path) for path in result.kept]


def conflicts_text(result: Outcome, folder: Path) -> str:
    """Each conflict with its place, and how to resolve it."""
    places = [place(folder, path) for path in result.conflicts]
    files = "1 file" if len(places) == 1 else f"{len(places)} files"
    return f"""
Your changes and the template's meet in {files}:{listed(places, 50)}

In each of them decide what stays of
  <<<<<<< before updating     yours, down to the next mark
  >>>>>>> after updating      the template's, above this mark
and delete the marks. Then `git add` the file. Run `poe check`, and commit.
`mlkeel update --undo` takes the whole update back instead."""


def place(folder: Path, path: str) -> str:
    """A conflict and the lines it begins at."""
    try:
        text = (folder / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return path
    numbers = [str(n) for n, line in enumerate(text.splitlines(), 1) if line.startswith("<<<<<<< ")]
    return f"{path}: line {', '.join(numbers)}" if numbers else path
