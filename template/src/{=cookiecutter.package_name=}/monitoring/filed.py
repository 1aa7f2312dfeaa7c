"""The rows of a CSV or Parquet file, as batch prediction reads and writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ..batch import readers
from .baseline import Baseline
from .blocks import NOBODY, Block, WindowError, read_months

BLOCK_ROWS = 1 << 13
"""Of a Parquet file, at a time: more would take more memory and no less time."""


class FileRows:
    """A file. Its predictions are compared too where it has them, as `poe predict` writes them."""

    def __init__(self, path: Path, baseline: Baseline) -> None:
        self.source = readers.open_source(path, BLOCK_ROWS)
        self.name, self.baseline = str(path), baseline
        self.since = self.until = None
        there = self.source.schema.names
        gone = [name for name in baseline.columns if name not in there]
        if gone:
            raise WindowError(
                f"{path} lacks columns that {baseline.manifest.version} reads: {', '.join(gone)}\n"
                f"It has {', '.join(there)}"
            )
        self.predicted = [name for name in baseline.predictions if name in there]
        target = baseline.signature.target.name
        self.target = target if target in there and "prediction" in there else None
        self.time = baseline.time if baseline.time in there else None

    def blocks(self) -> Iterator[Block]:
        """Every row."""
        for block in self.source.blocks():
            yield Block(
                rows=block.num_rows,
                columns={name: block.column(name) for name in self.baseline.columns},
                predictions={name: block.column(name) for name in self.list_predictions(block)},
                months=read_months(block.column(self.time))
                if self.time
                else np.full(block.num_rows, NOBODY),
                truth=block.column(self.target) if self.target else None,
            )

    def list_predictions(self, block: pa.RecordBatch) -> list[str]:
        """Columns of predictions, all probabilities among them: the score needs each."""
        classes = self.baseline.signature.classes
        known = ["prediction", *(f"probability {label}" for label in classes)]
        return [name for name in known if name in block.schema.names]
