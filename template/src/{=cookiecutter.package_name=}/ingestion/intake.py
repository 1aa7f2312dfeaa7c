"""Take files in, in an order in which a kill at any moment loses no row and doubles none.

What a file becomes depends on nothing but its contents and the rows that were there before, and
has the hash of its contents in its name. So a file that was interrupted is simply done again: it
gives the same rows at the same place, until the ledger says that it is done.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..config import IngestSettings
from ..schema import Schema
from . import arrivals, blocks, checks, quality
from .arrivals import Arrival, Places
from .cells import Spelling
from .inspection import THERE, Inspection, inspect
from .ledger import REFUSED, TAKEN, Entry, Ledger
from .table import collect, extend
from .writing import write_bad, write_good

Report = dict[str, Any]


class Intake:
    """Takes files into one table."""

    def __init__(
        self, schema: Schema, places: Places, settings: IngestSettings, ledger: Ledger
    ) -> None:
        self.schema, self.places, self.settings, self.ledger = schema, places, settings, ledger
        shutil.rmtree(places.drafts, ignore_errors=True)  # of a run that was killed
        places.drafts.mkdir(parents=True)

    def take_all(self, paths: list[Path], spelling: Spelling) -> Iterator[Report]:
        """Every file, one after the other; what became of it."""
        ready: list[Arrival] = []
        for path in paths:
            try:
                stamp = arrivals.wait(path, self.settings["settle"])
                ready.append(Arrival(path, stamp, arrivals.identify(path)))
            except arrivals.NotReadyError as error:
                yield {"file": path.name, "status": "waiting", "reason": str(error)}
        self.look_around(ready)
        for arrival in sorted(ready, key=lambda a: not self.output(a).exists()):
            yield self.take(arrival, spelling)
        shutil.rmtree(self.places.drafts, ignore_errors=True)

    def take_source(self, arrival: Arrival, spelling: Spelling) -> Report:
        """A table that is read again: most of its rows are there already, and are only counted."""
        self.look_around([arrival])
        return self.take(arrival, spelling, source=True)

    def look_around(self, ready: list[Arrival]) -> None:
        """What is there, without what these files left there when they were interrupted."""
        unfinished = {a.stem for a in ready if not self.find_earlier(a)}
        self.there = collect(self.schema, self.places.raw, unfinished)

    def find_earlier(self, arrival: Arrival) -> Entry | None:
        """The same contents, taken before; unless their rows are gone, as after a refresh."""
        found = self.ledger.find(self.schema.name, arrival.sha256)
        if found is None or not found.accepted:
            return found
        kept = self.places.raw.glob(f"{arrivals.name_after(found.file, found.sha256)}.parquet*")
        return found if any(kept) else None

    def output(self, arrival: Arrival) -> Path:
        """Where its good rows go."""
        return self.places.raw / f"{arrival.stem}.parquet"

    def take(self, arrival: Arrival, spelling: Spelling, *, source: bool = False) -> Report:
        """One file; source: rows that are there already are only counted."""
        name = arrival.path.name
        if earlier := self.find_earlier(arrival):
            arrival.path.unlink()
            reason = f"the same contents came as {earlier.file}, {earlier.time}"
            return {"file": name, "status": "again", "reason": reason}
        try:
            return self.look_through(arrival, spelling, source=source)
        except arrivals.NotReadyError as error:
            return {"file": name, "status": "waiting", "reason": str(error)}

    def look_through(self, arrival: Arrival, spelling: Spelling, *, source: bool) -> Report:
        """Inspect a file and decide on it."""
        there = self.there
        try:
            lost = checks.find_lost(self.schema, blocks.read(arrival.path, spelling.reading).names)
            if lost:
                return self.refuse(arrival, f"it has no {', '.join(lost)}")
            found = inspect(self.schema, arrival.path, spelling, there)
            report = self.decide(arrival, found, spelling, source=source)
        except blocks.UnreadableError as error:
            return self.refuse(arrival, str(error))
        now = datetime.now(UTC)
        return report | {"quality": quality.describe(self.schema, found, there, now)}

    def decide(
        self, arrival: Arrival, found: Inspection, spelling: Spelling, *, source: bool
    ) -> Report:
        """Take the good rows, or refuse the file where too many are bad."""
        drafts = self.places.drafts
        path, good, bad = arrival.path, drafts / "good.parquet", drafts / "bad.csv"
        if found.total == 0:
            return self.refuse(arrival, "it holds no rows")
        quarantined = write_bad(path, spelling, found, bad, known=not source)
        share = found.bad / found.total
        if share > self.settings["bad_share"]:
            self.put(bad, f"{arrival.stem}.csv")
            allowed = f"{self.settings['bad_share']:.0%} are allowed"
            reason = f"{found.bad} of {found.total} rows are bad ({share:.0%}, {allowed})"
            return self.refuse(arrival, reason, found.total)
        accepted = write_good(self.schema, path, spelling, found, good)
        known = found.count().get(THERE, 0) if source else 0
        entry = self.note(arrival, TAKEN, found.total, accepted, quarantined, known)
        arrival.refuse_changed()
        if quarantined:
            self.put(bad, f"{arrival.stem}.csv")
        if accepted:
            self.places.raw.mkdir(parents=True, exist_ok=True)
            good.replace(self.output(arrival))
        self.ledger.add(entry)
        path.unlink()
        self.there = extend(self.there, found.rows.take(found.good), found.sum)
        return asdict(entry)

    def refuse(self, arrival: Arrival, reason: str, rows: int = 0) -> Report:
        """Put the whole file into quarantine."""
        arrival.refuse_changed()
        entry = self.note(arrival, REFUSED, rows, 0, rows, 0, reason)
        last = self.ledger.entries[-1:]
        if not last or (last[0].sha256, last[0].reason) != (entry.sha256, reason):
            self.ledger.add(entry)
        endings = "".join(arrival.path.suffixes)
        self.put(arrival.path, f"{arrival.stem}.refused{endings}")
        return asdict(entry)

    def note(self, arrival: Arrival, status: Any, *counts: Any) -> Entry:
        """The entry of the ledger."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Entry(self.schema.name, arrival.path.name, arrival.sha256, now, status, *counts)

    def put(self, draft: Path, name: str) -> None:
        """Move something into quarantine."""
        self.places.quarantine.mkdir(parents=True, exist_ok=True)
        shutil.move(draft, self.places.quarantine / name)
