"""A block of rows with its predictions, and what is wrong in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..package import Package
from ..serving.answers import NO_ANSWER
from ..signature import Inputs, Predictions
from . import columns
from .columns import Checked
from .sources import SHOWN, BatchError, Source
from .spelling import is_text

OTHER_DELIMITERS = ";\t|"


@dataclass(frozen=True)
class Scored:
    """A block with its predictions; where rows can't be used, these are null.

    bad: how many rows that are. counts: how many values, by column.
    errors: what is wrong in them, by the row's place in the block.
    """

    rows: pa.RecordBatch
    bad: int
    counts: Counter[str]
    errors: dict[int, list[str]]


class Scorer:
    """A package for the rows of one file, which must have the columns that it reads.

    The columns of the file keep their order. Behind them come `prediction`, `probability <class>`
    for each class, `model_version`, and `error` if bad rows are to be explained in the output.
    `prefix` goes before these names. `typed` turns text in the columns that the model reads into
    numbers and booleans.
    """

    def __init__(
        self,
        package: Package,
        source: Source,
        prefix: str = "",
        explains: bool = False,
        typed: bool = False,
    ) -> None:
        self.package, self.explains, self.typed = package, explains, typed
        self.version = f"{package.name} {package.version}"
        classes = [f"probability {label}" for label in package.signature.target.classes]
        names = ["prediction", *classes, "model_version"] + ["error"] * explains
        self.added = [prefix + name for name in names]
        refuse_missing(package, source)
        refuse_taken(self.added, source)
        nothing = pa.RecordBatch.from_pylist([], schema=source.schema)
        self.schema: pa.Schema = self.score(nothing).rows.schema
        """The columns of the output."""

    def score(self, block: pa.RecordBatch) -> Scored:
        """Check every row, predict the good ones."""
        fields = self.package.signature.fields
        checked = [columns.check(field, block.column(field.name)) for field in fields]
        good = np.all([column.good for column in checked], axis=0)
        predictions, unanswered = self.predict(columns.to_inputs(checked, good))
        unanswered = {int(np.flatnonzero(good)[row]): why for row, why in unanswered.items()}
        good[list(unanswered)] = False
        bad = np.flatnonzero(~good)
        errors = {
            row: columns.explain(checked, row) or [unanswered[row]]
            for row in (bad if self.explains else bad[:SHOWN]).tolist()
        }
        counts = Counter({column.field.name: int((~column.good).sum()) for column in checked})
        counts[self.added[0]] = len(unanswered)
        answers = [answer if good.all() else spread(answer, good) for answer in predictions]
        return Scored(self.join(block, checked, answers, errors), len(bad), counts, errors)

    def recount(self, rows: pa.RecordBatch) -> Scored:
        """A block that was scored before."""
        bad = rows.num_rows - rows.column(self.added[-1]).null_count if self.explains else 0
        return Scored(rows, bad, Counter(), {})

    def predict(self, inputs: Inputs) -> tuple[list[pa.Array], dict[int, str]]:
        """Columns of answers, without the rows that the model has no answer for; and those."""
        target = self.package.signature.target
        if len(inputs) == 0:
            kinds = [pa.string() if target.classes else pa.float32()]
            kinds += [pa.float32()] * len(target.classes)
            return [pa.array([], kind) for kind in kinds], {}
        predictions = self.package.predict(inputs)
        finite = find_finite(predictions)
        if not finite.all():
            answers, _ = self.predict(Inputs(inputs.number[finite], inputs.category[finite]))
            return answers, dict.fromkeys(np.flatnonzero(~finite).tolist(), NO_ANSWER)
        return to_columns(predictions), {}

    def join(
        self,
        block: pa.RecordBatch,
        checked: list[Checked],
        answers: list[pa.Array],
        errors: dict[int, list[str]],
    ) -> pa.RecordBatch:
        """The block's columns, then the added ones."""
        kept = dict(zip(block.schema.names, block.columns, strict=True))
        if self.typed:
            kept |= {
                column.field.name: column.typed
                for column in checked
                if column.field.type in ("number", "boolean")
                and is_text(kept[column.field.name].type)
            }
        version = pa.repeat(self.version, block.num_rows)
        added = [*answers, version]
        if self.explains:
            words = ["; ".join(errors[row]) if row in errors else None for row in range(len(block))]
            added.append(pa.array(words, pa.string()))
        return pa.record_batch(kept | dict(zip(self.added, added, strict=True)))


def find_finite(predictions: Predictions) -> NDArray[np.bool_]:
    """Which rows have an answer, as the service sees it."""
    numbers = predictions.value if predictions.probabilities is None else predictions.probabilities
    finite = np.isfinite(numbers.reshape(len(numbers), -1))
    return np.asarray(finite.all(axis=1), dtype=bool)


def to_columns(predictions: Predictions) -> list[pa.Array]:
    """The prediction, and each class's probability."""
    if predictions.probabilities is None:
        return [pa.array(predictions.value, pa.float32())]
    shares = [pa.array(share) for share in predictions.probabilities.T.copy()]
    return [pa.array(predictions.value, pa.string()), *shares]


def spread(answers: pa.Array, good: NDArray[np.bool_]) -> pa.Array:
    """The answers at the places of the good rows, null at the others."""
    return answers.take(pa.array(np.cumsum(good) - 1, mask=~good))


def refuse_missing(package: Package, source: Source) -> None:
    """Name every column that the model reads and the file lacks."""
    missing = [
        field.name for field in package.signature.fields if field.name not in source.schema.names
    ]
    if missing:
        raise BatchError(
            f"{source.path} lacks columns that the model reads: {', '.join(missing)}\n"
            f"It has {', '.join(source.schema.names)}{suspect_delimiter(source)}"
        )


def suspect_delimiter(source: Source) -> str:
    """A sentence about fields that something else than a comma parts."""
    name, *others = source.schema.names
    mark = next((mark for mark in OTHER_DELIMITERS if mark in name and not others), None)
    if mark is None:
        return ""
    return f"\nIts fields seem to be parted by {mark!r}: save it with commas between them"


def refuse_taken(added: list[str], source: Source) -> None:
    """The file's own columns are kept, so none of them may have the name of an added one."""
    taken = [name for name in added if name in source.schema.names]
    if taken:
        raise BatchError(
            f"{source.path} has columns that the output would add: {', '.join(taken)}\n"
            "Give --prefix NAME to begin the names of the added columns with NAME"
        )
