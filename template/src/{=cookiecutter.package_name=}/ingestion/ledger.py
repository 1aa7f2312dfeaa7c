"""Which files were taken in: by the hash of their contents, whatever they are called.

data/ingested.json has an entry for each file, the newest last; git keeps it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from .. import results
from ..errors import LineError

TAKEN, REFUSED = "taken", "refused"


@dataclass(frozen=True)
class Entry:
    """What became of a file. rows = accepted + quarantined + known.

    known: rows of a source that is read again and were there already; 0 for a file.
    """

    table: str
    file: str
    sha256: str
    time: str
    status: Literal["taken", "refused"]
    rows: int
    accepted: int
    quarantined: int
    known: int = 0
    reason: str = ""

    def __post_init__(self) -> None:
        """No row is lost."""
        if self.rows != self.accepted + self.quarantined + self.known:
            raise LineError(
                f"{self.file}: {self.rows} rows came, {self.accepted} were accepted and "
                f"{self.quarantined} quarantined: nothing is written, this must not be"
            )


class Ledger:
    """The entries in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries = read_entries(path)

    def find(self, table: str, sha256: str) -> Entry | None:
        """The entry of a file that was taken; one that was refused may be tried again."""
        wanted = (table, sha256, TAKEN)
        found = [e for e in self.entries if (e.table, e.sha256, e.status) == wanted]
        return found[-1] if found else None

    def add(self, entry: Entry) -> None:
        """Write an entry down: from now on its file is done."""
        self.entries.append(entry)
        results.write(self.path, [asdict(entry) for entry in self.entries])


def read_entries(path: Path) -> list[Entry]:
    """What was written before; LineError where that can't be read."""
    if not path.exists():
        return []
    found: list[dict[str, Any]] = results.read(path)
    try:
        return [Entry(**entry) for entry in found]
    except TypeError as error:
        raise LineError(f"{path} is not what `poe ingest` wrote: git restore {path}") from error
