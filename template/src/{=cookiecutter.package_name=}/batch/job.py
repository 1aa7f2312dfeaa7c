"""The blocks of a file, checked and predicted, several at a time."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from .draft import Draft
from .scoring import Scored, Scorer
from .sources import BLOCK_BYTES, BLOCK_ROWS, SHOWN, BatchError, Source


@dataclass
class Report:
    """What happened to the rows; they are counted from 1, below the header."""

    blocks: int = 0
    rows: int = 0
    bad: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)

    def add(self, scored: Scored) -> None:
        """Count a block."""
        for row, messages in scored.errors.items():
            if len(self.first) < SHOWN:
                self.first.append(f"row {self.rows + row + 1}: {'; '.join(messages)}")
        self.blocks += 1
        self.rows += scored.rows.num_rows
        self.bad += scored.bad
        self.counts += scored.counts

    def refuse(self, source: Source) -> None:
        """Say everything that is wrong in the file."""
        if self.bad:
            counts = ", ".join(f"{name} ({count})" for name, count in self.counts.most_common())
            first = "\n".join(self.first)
            raise BatchError(
                f"{source.path}: {self.bad} of {self.rows} rows can't be used; "
                "nothing was written\n"
                f"by column: {counts}\n{first}\n"
                "Mend them, or give --skip-bad to predict the others"
            )


def identify(source: Source, scorer: Scorer) -> dict[str, Any]:
    """What must be the same for finished blocks to be of use."""
    state = source.path.stat()
    return {
        "file": str(source.path.resolve()),
        "bytes": state.st_size,
        "changed": state.st_mtime_ns,
        "model": scorer.package.version,
        "columns": scorer.schema.to_string(),
        "blocks": [BLOCK_BYTES, BLOCK_ROWS],
    }


def run(
    source: Source, scorer: Scorer, draft: Draft, advance: Callable[[int], Any] = lambda _: None
) -> Report:
    """Predict every block that the draft lacks; BatchError if rows are bad and not explained.

    The file is read to its end either way, so that the error counts all that is wrong in it.
    """
    report = Report()

    def work(block: pa.RecordBatch, number: int) -> Scored:
        if draft.has(number):
            return scorer.recount(draft.read(number))
        scored = scorer.score(block)
        if scorer.explains or not (scored.bad or report.bad):
            draft.write(number, scored.rows)
        return scored

    for scored in spread(work, source.blocks()):
        report.add(scored)
        advance(scored.rows.num_rows)
    if report.bad and not scorer.explains:
        draft.remove()
        report.refuse(source)
    return report


def spread(
    work: Callable[[pa.RecordBatch, int], Scored], blocks: Iterator[pa.RecordBatch]
) -> Iterator[Scored]:
    """Work on as many blocks at a time as there are processors; results in order."""
    processors = os.cpu_count() or 1
    waiting: deque[Future[Scored]] = deque()
    with ThreadPoolExecutor(processors) as pool:
        for number, block in enumerate(blocks):
            waiting.append(pool.submit(work, block, number))
            if len(waiting) > processors:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
