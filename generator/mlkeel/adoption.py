"""Bring a project that the template did not make under it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from .create import write
from .problems import Problem, Refusal
from .project import RECORD
from .questions import Answers
from .render import File
from .repository import Repository, listed
from .source import Source


@dataclass(frozen=True)
class Adoption:
    """Which of the template's files a project took, and which it has of its own."""

    written: list[str]
    same: list[str]
    kept: list[str]


def adopt(folder: Path, source: Source, answers: Answers, over: list[str]) -> Adoption:
    """Add the template's files; one that is there stays as it is, unless `over` names it."""
    repository = repository_of(folder, source)
    files = source.template.render(answers, source.record)
    adoption = sorted_out(folder, files, over)
    try:
        write({path: files[path] for path in adoption.written}, folder)
    except BaseException as error:
        repository.restore()
        if isinstance(error, OSError):
            raise Problem(f"{error.filename}: {error.strerror}; nothing was changed") from error
        raise
    return adoption


def repository_of(folder: Path, source: Source) -> Repository:
    """The repository, clean, without a record yet."""
    if not folder.is_dir():
        raise Refusal(f"there is no folder {folder}; `mlkeel new` creates a project")
    if (folder / RECORD).exists():
        raise Refusal(f"{folder / RECORD} is there: the project has a template already")
    if not source.commit:
        raise Refusal("this development version of mlkeel does not know its commit; use a release")
    repository = Repository(folder)
    repository.check_clean()
    return repository


def sorted_out(folder: Path, files: dict[str, File], over: list[str]) -> Adoption:
    """What happens to each file of the template."""
    there = {path for path in files if (folder / path).exists() or (folder / path).is_symlink()}
    same = {path for path in there if is_same(folder / path, files[path])}
    asked = {path for path in there - same if any(fnmatch(path, pattern) for pattern in over)}
    return Adoption(
        written=sorted(files.keys() - there | asked),
        same=sorted(same),
        kept=sorted(there - same - asked),
    )


def is_same(path: Path, file: File) -> bool:
    """Whether the project has a file just as the template makes it."""
    return path.is_file() and path.read_bytes() == file.content


def as_text(adoption: Adoption) -> Iterator[str]:
    """For the person who goes on from here."""
    yield f"{len(adoption.written)} files of the template were written; {RECORD} records it."
    if adoption.kept:
        yield (
            "These are yours and stay, though the template has files of that name; an update "
            f"merges into them what changes there:{listed(adoption.kept, 50)}"
        )
    yield "\nLook at it with `git status`, then commit. `mlkeel diff` shows how yours depart."
