"""The git repository of a project, of which the project may be only a folder."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .problems import Problem, Refusal

BEGUN = "mlkeel-update"  # in the .git folder: the commit that an update began from
NOBODY = dict.fromkeys(  # the author of commits that no branch will have
    ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"), "mlkeel"
)
HIDDEN_BYTES = 1_000_000  # of a file that a template might write; a database is larger
UNMERGED = {"DD", "AU", "UD", "UA", "DU", "AA", "UU"}


class GitProblem(Problem):
    """Git could not do it."""


def git(folder: Path, *arguments: str, **environment: str) -> str:
    """What git says in a folder."""
    return git_bytes(folder, *arguments, **environment).decode("utf-8", "replace")


def git_bytes(folder: Path, *arguments: str, **environment: str) -> bytes:
    """What git says in a folder, byte for byte."""
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise Problem("this needs git, which is not installed") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitProblem(f"git {arguments[0]} failed: {said}")
    return done.stdout


class Repository:
    """What git knows of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        paths = ("--git-path", BEGUN, "--git-path", "objects")
        try:
            said = git(folder, "rev-parse", "HEAD", "--show-prefix", *paths)
        except GitProblem:
            raise Refusal(
                f"{folder} is in no git repository with a commit, and an update needs one to "
                "merge into:\n  git init && git add -A && git commit -m 'Before the update'"
            ) from None
        # The prefix is the folder as seen from the top, with a slash at its end.
        self.head, self.prefix, note, objects = said.splitlines()
        self.note, self.objects = folder / note, folder / objects

    def changes(self) -> dict[str, str]:
        """The two letters of `git status` for each path of the folder that is not as committed."""
        # -uall: files, not folders; --no-renames: one path for each entry
        said = git(self.folder, "status", "--porcelain", "-z", "-uall", "--no-renames", "--", ".")
        entries = filter(None, said.split("\0"))
        return {entry[3:].removeprefix(self.prefix): entry[:2] for entry in entries}

    def check_clean(self) -> None:
        """An update mixes with nothing: what is not committed could not be told from it."""
        changes = self.changes()
        if unmerged := [path for path, letters in changes.items() if letters in UNMERGED]:
            raise Refusal(
                "a merge is not finished; resolve these, `git add` them and commit:"
                + listed(unmerged)
            )
        if changes:
            raise Refusal("commit or stash these first, then repeat:" + listed(list(changes)))

    def hidden(self) -> dict[str, bytes]:
        """Small files that git ignores, and so can not bring back; not those of ignored folders."""
        words = ("--others", "--ignored", "--exclude-standard", "--directory", "-z", "--", ".")
        paths = git(self.folder, "ls-files", *words).split("\0")
        files = {path: self.folder / path for path in paths if path and not path.endswith("/")}
        return {
            path: file.read_bytes()
            for path, file in files.items()
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= HIDDEN_BYTES
        }

    def overwritten(self, hidden: dict[str, bytes]) -> list[str]:
        """Of hidden files those that are not as they were."""
        return [
            path
            for path, content in hidden.items()
            if not (self.folder / path).is_file() or (self.folder / path).read_bytes() != content
        ]

    def committed(self, path: str) -> bytes:
        """A file of the folder as the last commit has it."""
        return git_bytes(self.folder, "show", f"HEAD:./{path}")

    def renamed(self) -> dict[str, str]:
        """Which files went since the last commit, and under which name they seem to be back."""
        with self.everything() as index:
            words = ("diff", "--cached", "--relative", "-M", "--diff-filter=R", "--name-status")
            said = git(self.folder, *words, "-z", "HEAD", "--", ".", **index).split("\0")
        return dict(zip(said[1::3], said[2::3], strict=True))

    def kept_state(self) -> str:
        """A commit, on no branch, with every file of the folder as it is now."""
        with self.everything() as index:
            tree = git(self.folder, "write-tree", **index).strip()
        message = "Before `mlkeel update --undo`"
        words = ("commit-tree", tree, "-p", "HEAD", "-m", message)
        return git(self.folder, *words, **NOBODY).strip()

    @contextmanager
    def everything(self) -> Iterator[dict[str, str]]:
        """An index beside the repository's own, with every file of the folder as it is now."""
        with tempfile.TemporaryDirectory(prefix="mlkeel-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            git(self.folder, "read-tree", "HEAD", **index)
            git(self.folder, "add", "--all", "--", ".", **index)
            yield index

    def restore(self) -> None:
        """Make the folder what the last commit has; what git ignores stays."""
        git(self.folder, "restore", "--source=HEAD", "--staged", "--worktree", "--", ".")
        git(self.folder, "clean", "-qfd", "--", ".")


def listed(paths: list[str], most: int = 10) -> str:
    """Paths below each other, not endlessly many."""
    return "".join(f"\n  {line}" for line in lines(paths, most))


def lines(paths: list[str], most: int) -> Iterator[str]:
    """The first paths, and how many more there are."""
    yield from paths[:most]
    if len(paths) > most:
        yield f"… and {len(paths) - most} more"
