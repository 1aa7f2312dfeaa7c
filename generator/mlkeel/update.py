"""Updates and switched options: checked before, done by Copier, taken back when it fails."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import copier
from .ask import shown
from .outcome import KEPT, Outcome, outcome
from .problems import Problem, Refusal
from .project import Project, check_package, find
from .questions import Answers, Questions
from .repository import Repository

OVERWRITTEN = "git ignores {path}, and the template has such a file: yours is {kept} now"
CURRENT = ":current:"  # Copier's word for the version that the project has


def update(folder: Path, to: str = "") -> Outcome:
    """Bring a version of the template into a project: the newest, or the one named."""
    project = find(folder)
    with undertaken(project) as repository:
        check_package(project)
        try:
            copier.call(project, "update", "--defaults", *([f"--vcs-ref={to}"] if to else []))
        except Problem as problem:
            if to and "does not have" in str(problem):
                words = f"{project.address} does not have {to}; without --to it is the newest one"
                raise Problem(words) from None
            raise
        return concluded(project, repository)


def switch(folder: Path, questions: Questions, pairs: list[str]) -> Outcome:
    """Change answers of a project, at the version it has."""
    project = find(folder)
    answers = parsed(project, questions, pairs)
    with undertaken(project) as repository:
        check_renaming(project, answers)
        data = [f"--data={name}={shown(answer)}" for name, answer in answers.items()]
        copier.call(project, "update", "--defaults", f"--vcs-ref={CURRENT}", *data)
        return concluded(project, repository)


def concluded(project: Project, repository: Repository) -> Outcome:
    """What Copier did; if that is nothing, what changes from now on is the person's own."""
    result = outcome(project, repository)
    if not result.is_anything:
        repository.note.unlink()
    return result


def undo(folder: Path) -> str:
    """Take back an update that is not committed yet; a commit that has the files as they were."""
    repository = Repository(find_anyway(folder))
    note = repository.note
    if not note.is_file() or note.read_text(encoding="utf-8") != begun(repository):
        raise Refusal("there is no update to take back; what is committed, `git revert` takes back")
    state = repository.kept_state()
    repository.restore()
    note.unlink()
    return state


def find_anyway(folder: Path) -> Path:
    """A folder that may hold half a project."""
    if not folder.is_dir():
        raise Refusal(f"there is no folder {folder}")
    return folder


@contextmanager
def undertaken(project: Project) -> Iterator[Repository]:
    """Something that changes a project whole, or leaves it as it was."""
    repository = Repository(project.folder)
    note = repository.note
    try:
        repository.check_clean()
    except Refusal as refusal:
        if note.is_file() and note.read_text(encoding="utf-8") == begun(repository):
            raise Refusal(f"{refusal}\n{UNFINISHED}") from None
        raise
    note.write_text(begun(repository), encoding="utf-8")
    hidden = repository.hidden()
    try:
        yield repository
        for path in repository.overwritten(hidden):
            (project.folder / f"{path}{KEPT}").write_bytes(hidden[path])
            print(OVERWRITTEN.format(path=path, kept=f"{path}{KEPT}"), file=sys.stderr)
    except BaseException as error:
        repository.restore()
        for path in repository.overwritten(hidden):
            (project.folder / path).write_bytes(hidden[path])
        note.unlink()
        if isinstance(error, Problem):
            raise type(error)(f"{error}\nNothing was changed.") from None
        raise


UNFINISHED = """\
They come from an update that is not committed, or was interrupted. `mlkeel update --undo` takes it
back, and with it what you changed since.\
"""


def begun(repository: Repository) -> str:
    """The commit and the folder an update begins from."""
    return f"{repository.head}\n{repository.prefix}\n"


def parsed(project: Project, questions: Questions, pairs: list[str]) -> Answers:
    """The new answers, checked as far as this version of mlkeel knows the questions."""
    answers: Answers = {}
    known = {question.name for question in questions}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if name in known or not equals or name not in project.answers:
            answers |= questions.parse([pair])
        else:  # of a newer version than ours, or of somebody's own template
            answers[name] = text
    if unknown := [name for name in answers if name not in project.answers]:
        raise Refusal(
            f"{', '.join(unknown)}: {project.commit}, the version of this project, does not have "
            "that question; `mlkeel update` first"
        )
    return answers


def check_renaming(project: Project, answers: Answers) -> None:
    """A renamed package takes its files along only when git has moved them before."""
    old, new = project.answers["package_name"], answers.get("package_name", "")
    if not new or new == old or not (project.folder / "src" / str(old)).is_dir():
        return
    raise Refusal(
        f"move the package first, so that your changes move with it, then repeat:\n"
        f"  git mv src/{old} src/{new} && git commit -m 'Move the package'"
    )
