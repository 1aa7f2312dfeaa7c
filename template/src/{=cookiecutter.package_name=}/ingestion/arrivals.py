"""The files that wait in data/incoming, and whether they are complete."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..package import hash_file

TAKEN = re.compile(r"\.[0-9a-f]{12}\.parquet$")
"""How the names of files end that were taken in."""

BEAT = 0.1
"""Seconds between two looks at a file that may be growing."""


class Stamp(NamedTuple):
    """What changes when a file is written."""

    size: int
    written: int


@dataclass(frozen=True)
class Places:
    """Folders: what waits, the table, bad rows, and unfinished work on the same disk."""

    incoming: Path
    raw: Path
    quarantine: Path
    drafts: Path


class NotReadyError(Exception):
    """The file can't be taken now; the next run tries again. The message says why."""


@dataclass(frozen=True)
class Arrival:
    """A complete file."""

    path: Path
    stamp: Stamp
    sha256: str

    @property
    def stem(self) -> str:
        """What it becomes is called like this."""
        return name_after(self.path.name, self.sha256)

    def refuse_changed(self) -> None:
        """What was read is not what is there now, if it was written since."""
        if stamp(self.path) != self.stamp:
            raise NotReadyError("it changed while it was read")


def name_after(name: str, sha256: str) -> str:
    """A file's name in letters that every system takes, and the beginning of its hash."""
    words = re.sub(r"[^\w-]+", "-", name.split(".", maxsplit=1)[0], flags=re.ASCII).strip("-")
    return f"{words or 'file'}.{sha256[:12]}"


def find(folder: Path) -> list[Path]:
    """All files but hidden ones, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not is_hidden(path))


def is_hidden(path: Path) -> bool:
    """Other programs hide what is not for us, such as a file on its way."""
    return path.name.startswith((".", "~$")) or path.suffix in (".part", ".tmp", ".crdownload")


def wait(path: Path, settle: float) -> Stamp:
    """Wait until the file has not been written for `settle` seconds, as long as it stays as it is.

    The stamp tells later whether it changed while it was read.
    """
    before = stamp(path)
    while time.time() - before.written / 1e9 < settle:
        if before.written / 1e9 > time.time() + settle:
            break  # the clock of whoever wrote it is ahead, its age tells nothing
        time.sleep(BEAT)
        if stamp(path) != before:
            raise NotReadyError("it is still being written")
    return before


def stamp(path: Path) -> Stamp:
    """Its size and when it was last written."""
    try:
        found = path.stat()
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise NotReadyError("it is gone") from None
    except OSError as error:
        raise NotReadyError(f"it can't be opened: {error.strerror}") from error
    return Stamp(found.st_size, found.st_mtime_ns)


def identify(path: Path) -> str:
    """The hash of its contents; NotReadyError where another program holds it."""
    try:
        return hash_file(path)
    except OSError as error:
        raise NotReadyError(f"it can't be read: {error.strerror}") from error
