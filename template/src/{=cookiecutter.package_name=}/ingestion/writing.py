"""Write a file's good rows as Parquet and its bad ones, with their reasons, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from ..schema import Column, Schema
from . import blocks, checks
from .arrivals import NotReadyError
from .cells import Spelling, convert
from .inspection import THERE, Inspection

ROW, REASON, TEXT = f"{blocks.OWN}row", f"{blocks.OWN}reason", f"{blocks.OWN}text"
TYPES = {"number": pa.float64(), "boolean": pa.bool_(), "datetime": pa.timestamp("us")}


def write_good(
    schema: Schema, path: Path, spelling: Spelling, found: Inspection, output: Path
) -> int:
    """The accepted rows, and how many there are. Columns that nobody knows stay, as text."""
    unknown = [Column(name, "text") for name in checks.find_unknown(schema, found.names)]
    every = [*schema.columns, *unknown]
    form = pa.schema([(column.name, TYPES.get(column.type, pa.string())) for column in every])
    written = 0
    with parquet.ParquetWriter(output, form, compression="zstd") as writer:
        for raw, codes, _ in walk(path, spelling, found):
            good = raw.filter(pa.array(codes == 0))
            cells = {c.name: convert(c, checks.find_column(c, good), spelling) for c in every}
            columns = [pa.array(cells[name].values, form.field(name).type) for name in form.names]
            writer.write_table(pa.table(columns, schema=form))
            written += good.num_rows
    return written


def write_bad(
    path: Path, spelling: Spelling, found: Inspection, output: Path, *, known: bool = True
) -> int:
    """The other rows as the file has them, and how many there are.

    known: whether those that are there already are written too.
    """
    left_out = [] if known else [found.reasons.index(THERE)] if THERE in found.reasons else []
    written = 0
    with output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        own = [name for name in found.names if not name.startswith(blocks.OWN)]
        writer.writerow([ROW, REASON, *([TEXT] if found.odd else []), *own])
        blank = [""] if found.odd else []
        for raw, codes, numbers in walk(path, spelling, found):
            chosen = (codes > 0) & ~np.isin(codes, left_out)
            bad = raw.select(own).filter(pa.array(chosen))
            columns = [column.to_pylist() for column in bad.columns]
            reasons = [found.reasons[code] for code in codes[chosen]]
            for row, reason, *values in zip(numbers[chosen], reasons, *columns, strict=True):
                writer.writerow([row, reason, *blank, *values])
            written += bad.num_rows
        for odd in found.odd:
            writer.writerow([odd.number, odd.reason, odd.text, *([""] * len(own))])
    return written + len(found.odd)


def walk(
    path: Path, spelling: Spelling, found: Inspection
) -> Iterator[tuple[pa.Table, NDArray[Any], NDArray[Any]]]:
    """The blocks again, each with the reasons and the numbers of its rows."""
    begin = 0
    for raw in blocks.read(path, spelling.reading):
        end = begin + raw.num_rows
        if end > len(found.codes):
            break
        yield raw, found.codes[begin:end], found.numbers[begin:end]
        begin = end
    if begin != len(found.codes):
        raise NotReadyError("it changed while it was read")
