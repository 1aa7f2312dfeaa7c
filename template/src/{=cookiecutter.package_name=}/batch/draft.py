"""Finished blocks on the disk, so that an interrupted job goes on where it stopped.

    .<output>.parts/job.json       which file, model and settings the blocks belong to
    .<output>.parts/000000.arrow   the first block with its predictions, and so on

A block is written under another name and renamed when it is whole.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from .sources import BatchError

AGAIN = "run the same command again, it goes on where it stopped"
JOB = "job.json"


class Draft:
    """The folder of one job's finished blocks; those of another job are thrown away."""

    def __init__(self, path: Path, job: dict[str, Any]) -> None:
        self.path = path
        if self.read_job() != job:
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            (path / JOB).write_text(json.dumps(job), "utf-8")

    def read_job(self) -> Any:
        """What the blocks in the folder belong to."""
        try:
            return json.loads((self.path / JOB).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def has(self, number: int) -> bool:
        """Whether a block is finished."""
        return self.part(number).exists()

    def part(self, number: int) -> Path:
        """The file of a block."""
        return self.path / f"{number:06}.arrow"

    def write(self, number: int, block: pa.RecordBatch) -> None:
        """Keep a block."""
        part = self.part(number)
        unfinished = part.with_suffix(".unfinished")
        with (
            pa.OSFile(str(unfinished), "wb") as file,
            pa.ipc.new_file(file, block.schema) as writer,
        ):
            writer.write_batch(block)
        unfinished.replace(part)

    def read(self, number: int) -> pa.RecordBatch:
        """A block that was kept."""
        with pa.OSFile(str(self.part(number))) as file:
            return pa.ipc.open_file(file).get_batch(0)

    def blocks(self, count: int) -> Iterator[pa.RecordBatch]:
        """The first `count` blocks, in order; OSError if one is gone."""
        return map(self.read, range(count))

    def remove(self) -> None:
        """The job is done, or can't be."""
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C and what the disk may say, in a sentence; finished blocks stay."""
    try:
        yield
    except KeyboardInterrupt:
        print(f"\nstopped: {AGAIN}", file=sys.stderr)
        raise SystemExit(130) from None
    except OSError as error:
        raise BatchError(f"{error}\nMend that, then {AGAIN}") from error
