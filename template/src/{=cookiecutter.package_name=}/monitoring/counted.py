"""A window, counted: all that a check remembers of it."""

from __future__ import annotations

import numpy as np

from . import counting
from .baseline import Baseline
from .blocks import NOBODY, Block
from .performance import Labelled


class Counted:
    """A window, counted."""

    def __init__(self, baseline: Baseline) -> None:
        fields = {field.name: field for field in baseline.signature.fields}
        self.columns = {
            name: counting.make(column, fields[name]) for name, column in baseline.columns.items()
        }
        self.predictions = {
            name: counting.make(column) for name, column in baseline.predictions.items()
        }
        self.months = np.zeros(12)
        self.rows = 0
        self.labelled = Labelled(baseline.signature)

    def add(self, block: Block) -> None:
        """Count some rows."""
        self.rows += block.rows
        for name, tally in self.columns.items():
            tally.add(block.columns[name])
        for name, tally in self.predictions.items():
            if name in block.predictions:
                tally.add(block.predictions[name])
        self.months += np.bincount(block.months[block.months != NOBODY], minlength=12)
        self.labelled.add(block)
