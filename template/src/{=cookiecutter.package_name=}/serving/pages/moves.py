"""What moved one prediction, for the eye: the fields with the largest shares first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...explain import Explanation
from ...signature import Field, Signature
from .words import name_of, show_number, show_points, show_share

MOST = 12
"""So many fields are shown by name; what the others moved is added up."""


@dataclass(frozen=True)
class Move:
    """One field's share. `left` and `width` place its bar in a picture from -100 to 100."""

    label: str
    value: str
    share: str
    left: float
    width: float


@dataclass(frozen=True)
class Moves:
    """All of them, and the average prediction from which they lead to this one."""

    average: str
    prediction: str
    of: str | None
    moves: list[Move]


def picture(
    signature: Signature,
    explanation: Explanation,
    prediction: Mapping[str, Any],
    texts: Mapping[str, str],
) -> Moves:
    """The shares of the predicted class's probability, or of the predicted number."""
    label = prediction["prediction"] if signature.classes else None
    column = signature.classes.index(label) if label is not None else 0
    average = float(explanation.average[column])
    shares = explanation.shares[:, column].tolist()
    found = average + sum(shares)
    show, show_move = show_share, show_points
    if label is None:
        show, show_move = writer(signature.target.unit, ""), writer(signature.target.unit, "+")
    named = [
        (name_of(field), write_value(field, texts.get(field.name)), share)
        for field, share in zip(signature.fields, shares, strict=True)
    ]
    return Moves(show(average), show(found), label, order(named, show_move))


def write_value(field: Field, text: str | None) -> str:
    """What was given, with its unit."""
    return f"{text} {field.unit or ''}".strip() if text else "not known"


def order(named: list[tuple[str, str, float]], show: Any) -> list[Move]:
    """The largest first; what is beyond MOST becomes one."""
    ordered = sorted(named, key=lambda entry: -abs(entry[2]))
    first, rest = ordered[:MOST], ordered[MOST:]
    if rest:
        first.append((f"{len(rest)} more fields", "", sum(share for _, _, share in rest)))
    largest = max((abs(share) for _, _, share in first), default=0) or 1
    return [
        Move(label, value, show(share), min(share, 0) / largest * 100, abs(share) / largest * 100)
        for label, value, share in first
    ]


def writer(unit: str | None, sign: str) -> Any:
    """A function that writes a number with its unit."""
    return lambda number: f"{show_number(number, sign)} {unit or ''}".strip()
