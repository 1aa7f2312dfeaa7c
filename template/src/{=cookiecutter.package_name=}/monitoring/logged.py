"""A window of the prediction log: the rows that one version of the model answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.json

from ..store.history import History, Window, key_of
from ..store.records import Prediction
from .baseline import Baseline
from .blocks import Block, read_months

TYPES = {
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "category": pa.string(),
    "datetime": pa.string(),
}
"""How the values of a field are logged."""

PAGE = 5_000
"""Rows that are looked through at a time for where the newest ones begin."""


class LoggedRows:
    """Rows of the log that the package's version answered, whatever its route."""

    def __init__(self, history: History, window: Window, baseline: Baseline) -> None:
        self.history, self.baseline = history, baseline
        self.window = replace(window, version=baseline.manifest.version)
        self.name = str(history.path)
        self.since, self.until = window.since, window.until

    def newest(self, rows: int | None) -> LoggedRows:
        """The window cut to its newest rows; those of one moment stay together."""
        if rows is None or self.history.count(self.window) <= rows:
            return self
        since, before = self.window.since, None
        while rows > 0 and (page := self.history.page(self.window, min(rows, PAGE), before)):
            since, before, rows = page[-1].time, key_of(page[-1]), rows - len(page)
        return LoggedRows(self.history, replace(self.window, since=since), self.baseline)

    def blocks(self) -> Iterator[Block]:
        """Every row, in order of time."""
        yield from map(self.to_block, self.history.stream(self.window))

    def to_block(self, rows: Sequence[Prediction]) -> Block:
        """Some rows of the log as columns."""
        signature = self.baseline.signature
        columns = parse(
            [row.features for row in rows], {field.name: field.type for field in signature.fields}
        )
        answer = "category" if signature.classes else "number"
        kinds = {"time": "datetime", "prediction": answer, "label": answer}
        told = parse(
            [orjson.dumps({kind: getattr(row, kind) for kind in kinds}).decode() for row in rows],
            kinds,
        )
        classes = dict.fromkeys(signature.classes, "number")
        shares = parse([row.probabilities or "{}" for row in rows], classes) if classes else {}
        own_time = self.baseline.time in columns  # a row that tells its time is of that time
        times = columns[str(self.baseline.time)] if own_time else told["time"]
        return Block(
            rows=len(rows),
            columns=columns,
            predictions={"prediction": told["prediction"]}
            | {f"probability {label}": column for label, column in shares.items()},
            months=read_months(times),
            truth=told["label"],
        )


def parse(texts: Sequence[str], kinds: Mapping[str, str]) -> dict[str, pa.Array]:
    """JSON objects as columns: name → the type of its field. Other names are left out."""
    lines = "\n".join(texts).encode()
    schema = pa.schema([(name, TYPES[kind]) for name, kind in kinds.items()])
    shape = pyarrow.json.ParseOptions(schema, unexpected_field_behavior="ignore")
    size = pyarrow.json.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    try:
        table = pyarrow.json.read_json(pa.BufferReader(lines), size, shape)
        return {name: table[name].combine_chunks() for name in kinds}
    except pa.ArrowInvalid:
        return parse_loosely(texts, kinds)


def parse_loosely(texts: Sequence[str], kinds: Mapping[str, str]) -> dict[str, pa.Array]:
    """The same where a value is of another type than its field: it becomes text."""
    rows = orjson.loads(f"[{','.join(texts)}]")
    return {name: to_column([row.get(name) for row in rows]) for name in kinds}


def to_column(values: list[Any]) -> pa.Array:
    """Values of JSON as a column; those of several types as text."""
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])
