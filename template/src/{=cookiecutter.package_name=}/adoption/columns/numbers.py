"""Text that means numbers: 1,234.5 · 1.234,5 · 1 234 · € 12 · 15 % · −3 · 1e5."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PROBE = 1000
"""Values of a column that are asked for its decimal mark."""
SIGNS = r"[$€£¥₹₩₽₺]|US\$|USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|kr|zł|%|‰"
SPACES = "[ '’\u00a0\u202f\u2009]"
SPACED = rf"^[+-]?\d{{1,3}}({SPACES}\d{{3}})+(\.\d*)?$"
PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
CODE = r"^0\d+$"
SAYS_DOT = r"^[^\d.,]*(\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,}))[^\d.,]*$"
SAYS_COMMA = r"^[^\d.,]*(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,}))[^\d.,]*$"


class Meaning(NamedTuple):
    """What texts mean: a value for each, whether it was understood, the unit beside them."""

    values: NDArray[np.float64]
    understood: NDArray[np.bool_]
    unit: str | None = None


def understand(texts: pa.Array, decimal: str | None = None) -> Meaning:
    """Numbers, where texts are numbers. `decimal` counts where the texts themselves don't tell.

    Digits with a zero before them, such as 00420, are codes and no numbers.
    """
    if has_codes(texts):
        return nothing(texts)
    try:
        return finish(pc.cast(texts, pa.float64()), pc.is_valid(texts))
    except pa.ArrowInvalid:
        pass
    texts, unit = drop_signs(texts)
    comma = find_decimal(texts) or decimal or "."
    if comma == "mixed":
        return nothing(texts)
    if comma == ",":
        texts = swap(texts)
    spaced = pc.match_substring_regex(texts, SPACED)
    grouped = pc.if_else(spaced, pc.replace_substring_regex(texts, SPACES, ""), texts)
    commas = pc.match_substring_regex(grouped, GROUPED)
    plain = pc.if_else(commas, pc.replace_substring(grouped, ",", ""), grouped)
    valid = pc.match_substring_regex(plain, PLAIN)
    numbers = pc.cast(pc.if_else(valid, plain, pa.scalar(None, pa.string())), pa.float64())
    return finish(numbers, valid, unit)


def has_codes(texts: pa.Array) -> bool:
    """Whether some texts are digits that begin with a needless zero."""
    return bool(pc.any(pc.match_substring_regex(texts, CODE)).as_py())


def nothing(texts: pa.Array) -> Meaning:
    """No text was understood."""
    return Meaning(np.full(len(texts), np.nan), np.zeros(len(texts), bool))


def finish(numbers: pa.Array, valid: pa.Array, unit: str | None = None) -> Meaning:
    """Arrow's answer as NumPy's."""
    values = numbers.to_numpy(zero_copy_only=False).astype(np.float64)
    return Meaning(values, valid.to_numpy(zero_copy_only=False).astype(bool), unit)


def drop_signs(texts: pa.Array) -> tuple[pa.Array, str | None]:
    """Without currency and percent, where all texts that have any have the same one."""
    texts = pc.replace_substring_regex(texts, "[\u2212\u2013]", "-")
    pattern = (
        rf"^(?P<minus>[+-]?)(?P<before>{SIGNS})?\s*(?P<rest>[+-]?[\d.,].*?)\s*(?P<after>{SIGNS})?$"
    )
    parts = pc.extract_regex(texts, pattern)
    signs = {
        sign
        for place in ("before", "after")
        for sign in pc.unique(pc.struct_field(parts, place)).to_pylist()
        if sign
    }
    if len(signs) != 1:
        return texts, None
    bare = pc.binary_join_element_wise(
        pc.struct_field(parts, "minus"), pc.struct_field(parts, "rest"), ""
    )
    return pc.if_else(pc.is_valid(parts), bare, texts), signs.pop()


def find_decimal(texts: pa.Array) -> str | None:
    """The decimal mark that some of the texts prove; "mixed" where they contradict each other."""
    comma = bool(pc.any(pc.match_substring_regex(texts, SAYS_COMMA)).as_py())
    dot = bool(pc.any(pc.match_substring_regex(texts, SAYS_DOT)).as_py())
    return {(True, False): ",", (False, True): ".", (True, True): "mixed"}.get((comma, dot))


def swap(texts: pa.Array) -> pa.Array:
    """Dots for commas and the other way round."""
    for old, new in ((",", "\0"), (".", ","), ("\0", ".")):
        texts = pc.replace_substring(texts, old, new)
    return texts


def guess_decimal(columns: Iterable[pa.ChunkedArray]) -> str:
    """The decimal mark of most columns of texts, for those that don't show their own."""
    texts = [column.slice(0, PROBE) for column in columns if pa.types.is_string(column.type)]
    marks = [find_decimal(some.combine_chunks()) for some in texts]
    return "," if marks.count(",") > marks.count(".") else "."
