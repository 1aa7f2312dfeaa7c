"""Text that means dates: 2020-12-31 · 31/12/2020 · 12/31/20 · 31.12.2020 14:05 · Dec 31, 2020."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

YEAR_FIRST = r"^(\d{4})[-/.](\d{1,2})([-/.]\d{1,2}([T ].*)?)?$"
YEAR_LAST = r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})([T ,].*)?$"
NAMED = (
    r"(?i)^(\w+,? )?(\d{1,2}[-. ]+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-., ]"
)
COMPACT = (19000101, 21001231)


class Dates(NamedTuple):
    """A moment for each text (UTC), whether it was understood, whether its order is unknown."""

    values: NDArray[Any]
    understood: NDArray[np.bool_]
    ambiguous: str | None = None  # an example
    contradictory: bool = False


def understand(texts: pa.Array, dayfirst: bool | None = None) -> Dates:
    """Dates, where texts are dates; in any mixture of forms.

    `dayfirst` counts where no text proves the order of day and month.
    """
    values = np.full(len(texts), np.datetime64("NaT", "us"))
    numeric = matches(texts, YEAR_LAST)
    order, example = find_order(texts.filter(pa.array(numeric)))
    if order == "both":
        return Dates(values, np.zeros(len(texts), bool), contradictory=True)
    first = order == "day" if order else bool(dayfirst)
    for chosen, form in (
        (matches(texts, YEAR_FIRST), year_first),
        (numeric, lambda some: year_last(some, first)),
        (matches(texts, NAMED), lambda some: some),
    ):
        if chosen.any():
            mixed = form is not year_first and bool(matches(texts, NAMED).any())
            values[chosen] = read(form(texts.filter(pa.array(chosen))), mixed)
    unknown = example if order is None and dayfirst is None else None
    return Dates(values, ~np.isnat(values), unknown)


def matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Which texts have a form."""
    return np.asarray(pc.match_substring_regex(texts, pattern).fill_null(False))


def find_order(texts: pa.Array) -> tuple[str | None, str | None]:
    """Which of day and month comes first: day, month, both or not known; and an example."""
    if not len(texts):
        return None, None
    parts = texts.to_pandas().astype("object").str.extract(YEAR_LAST)
    first, second = parts[0].astype(int), parts[2].astype(int)
    day = bool((first > 12).any() or (parts[1] == ".").all())
    month = bool((second > 12).any())
    if day and month:
        return "both", None
    if day or month:
        return ("day" if day else "month"), None
    return None, texts[0].as_py()


def year_first(texts: pa.Array) -> pa.Array:
    """As ISO 8601 writes it: dashes, two digits."""
    texts = pc.replace_substring_regex(texts, r"^(\d{4})[/.](\d{1,2})[/.]", r"\1-\2-")
    texts = pc.replace_substring_regex(texts, r"^(\d{4})[/.](\d{1,2})$", r"\1-\2")
    return pad(texts)


def year_last(texts: pa.Array, dayfirst: bool) -> pa.Array:
    """Turned into ISO 8601; two digits of a year are of 1969 to 2068."""
    texts = pc.replace_substring_regex(texts, r"^(\d+[-/.]\d+[-/.])(69|[789]\d)($|\D)", r"\119\2\3")
    texts = pc.replace_substring_regex(texts, r"^(\d+[-/.]\d+[-/.])(\d\d)($|\D)", r"\120\2\3")
    turned = r"\3-\2-\1\4" if dayfirst else r"\3-\1-\2\4"
    pattern = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}),?(.*)$"
    return pad(pc.replace_substring_regex(texts, pattern, turned))


def pad(texts: pa.Array) -> pa.Array:
    """Months and days of one digit get a zero."""
    texts = pc.replace_substring_regex(texts, r"^(\d{4}-)(\d)($|\D)", r"\10\2\3")
    return pc.replace_substring_regex(texts, r"^(\d{4}-\d\d-)(\d)($|\D)", r"\10\2\3")


def read(texts: pa.Array, mixed: bool) -> NDArray[Any]:
    """Moments in UTC, NaT where a text is none."""
    series = texts.to_pandas().astype("object")
    clock = series.str.contains(r"[ap]\.?m", case=False).any()
    form = "mixed" if mixed or clock else "ISO8601"
    moments = pd.to_datetime(series, format=form, errors="coerce", utc=True)
    return np.asarray(moments.dt.tz_localize(None), dtype="datetime64[us]")


def are_compact(values: NDArray[np.float64]) -> bool:
    """Whether whole numbers are all dates such as 20201231; a few could be chance."""
    low, high = COMPACT
    if len(values) < 10 or np.min(values) < low or np.max(values) > high:
        return False
    return bool(
        pd.to_datetime(values.astype(int).astype(str), format="%Y%m%d", errors="coerce")
        .notna()
        .all()
    )


def from_compact(texts: pa.Array) -> NDArray[Any]:
    """20201231 and the like as dates."""
    days = pd.to_datetime(texts.to_pandas().astype("object"), format="%Y%m%d")
    return np.asarray(days, dtype="datetime64[us]")
