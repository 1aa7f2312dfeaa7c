"""What is predicted, and which task that makes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...signature import Task
from ..columns import recognition
from ..columns.found import Found
from ..columns.levels import Levels
from ..reading import AdoptionError, Reading

CLASSES = 20
"""Up to so many whole numbers that count from 0 or 1 may be names of classes."""
MOST = 1000
"""More classes than this are refused."""
POSITIVE = ("yes", "true", "1", "y", "t", "positive", "pos", "on", "bad", "churned", "fraud")


@dataclass(frozen=True)
class Target:
    """The column that is predicted, as the task needs it. `reason`: why it is this task."""

    found: Found
    task: Task
    reason: str
    positive: str | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.found.name

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each class."""
        levels = Levels.of(pa.chunked_array([self.found.values]))
        return dict(zip(levels.values.to_pylist(), levels.counts.tolist(), strict=True))


def find(
    name: str,
    column: pa.ChunkedArray,
    reading: Reading,
    *,
    task: Task | None,
    positive: str | None,
    present: tuple[str, ...] = (),
) -> Target:
    """The target; its column must hold at least two values."""
    found = recognition.find(name, column, reading, present=present)
    if found.distinct < 2:
        raise AdoptionError(f"--target: {name} holds {found.distinct or 'no'} value: {WAY_OUT}")
    if found.note.startswith("numbers the rows"):
        found = recognition.find(name, column, reading, "number", present)
    chosen, reason = (task, "as you said") if task else choose(found)
    if chosen == "regression":
        return Target(as_number(found, column, reading), chosen, reason)
    return as_classes(found, column, reading, task, reason, positive)


WAY_OUT = "there is nothing to learn; name another column"


def choose(found: Found) -> tuple[Task, str]:
    """The task that the values suggest, and why."""
    if found.type == "number":
        numbers = np.unique(found.values.drop_null().to_numpy(zero_copy_only=False))
        counted = np.arange(len(numbers)) + numbers[0]
        if len(numbers) == 2:
            return "binary", "it holds two numbers"
        if len(numbers) <= CLASSES and numbers[0] in (0, 1) and np.array_equal(numbers, counted):
            words = f"the whole numbers {numbers[0]:g} to {numbers[-1]:g} look like classes"
            return "multiclass", f"{words} (--task regression if they are amounts)"
        return "regression", f"it holds {len(numbers):,} different numbers"
    if found.type == "datetime":
        raise AdoptionError(
            f"--target: {found.name} holds dates; a model predicts classes or numbers"
        )
    if found.distinct == 2:
        return "binary", "it holds two values"
    return "multiclass", f"it holds {found.distinct:,} different texts"


def as_number(found: Found, column: pa.ChunkedArray, reading: Reading) -> Found:
    """The target of a regression."""
    if found.type == "number":
        return found
    return recognition.find(found.name, column, reading, "number")


def as_classes(
    found: Found,
    column: pa.ChunkedArray,
    reading: Reading,
    task: Task | None,
    reason: str,
    positive: str | None,
) -> Target:
    """The target of a classification: text, all of its classes listed."""
    texts = pa.chunked_array([found.values]) if found.type == "number" else column
    words = recognition.find(found.name, texts, reading, "category")
    rows = len(words.codes) - words.missing
    if words.distinct > MOST or words.distinct > max(2, rows / 2):
        raise AdoptionError(
            f"--target: {found.name} holds {words.distinct:,} different values in {rows:,} rows, "
            "too many for classes"
        )
    words = drop_fraction(words) if found.type == "boolean" else words
    listed = tuple(sorted(set(words.values.drop_null().unique().to_pylist())))
    words = replace(words, categories=listed, marks=found.marks)
    two = len(listed) == 2
    if task == "binary" and not two:
        raise AdoptionError(
            f"--task binary: {found.name} holds {len(listed)} classes: {listed[:5]}"
        )
    chosen: Task = task or ("binary" if two else "multiclass")
    target = Target(words, chosen, reason)
    return (
        replace(target, positive=choose_positive(target, positive))
        if chosen == "binary"
        else target
    )


def drop_fraction(words: Found) -> Found:
    """0 and 1 for 0.0 and 1.0."""
    return replace(words, values=pc.replace_substring_regex(words.values, r"^([01])\.0$", r"\1"))


def choose_positive(target: Target, wanted: str | None) -> str:
    """The class that probabilities are about: the one told, one that says yes, or the rarer one."""
    counts = target.counts
    if wanted is not None:
        same = [name for name in counts if name.casefold() == wanted.casefold()]
        if not same:
            raise AdoptionError(f"--positive: {target.name} holds {' and '.join(counts)}")
        return same[0]
    affirming = [name for name in counts if name.casefold() in POSITIVE]
    return affirming[0] if len(affirming) == 1 else min(sorted(counts), key=counts.__getitem__)
