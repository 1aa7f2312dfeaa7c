"""How a source is read; what is not told is found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from ..errors import LineError

Watch = Callable[[BinaryIO, int], BinaryIO]
"""Wraps an open file of so many bytes, to show how far its reading is."""


class AdoptionError(LineError):
    """The table can't be adopted as it is; the message says what to do."""


@dataclass(frozen=True)
class Reading:
    """What was told or found out about a source. conf/source.yaml keeps it for the next time."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None  # empty: quotes are text like any other
    header: bool | None = None
    skip: int = 0  # lines before the header
    sheet: str | None = None
    decimal: str | None = None  # . or , where a column's own values don't tell
    dayfirst: bool | None = None  # whether 01/02/2020 is the first of February
    missing: tuple[str, ...] = ()  # texts that stand for no value, beside the usual ones

    def to_config(self) -> dict[str, Any]:
        """What is known, as conf/source.yaml holds it."""
        found = asdict(self) | {"missing": list(self.missing)}
        return {name: value for name, value in found.items() if value not in (None, 0, [])}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Reading:
        """Read what `to_config` wrote."""
        return cls(**config | {"missing": tuple(map(str, config.get("missing", ())))})


def unwatched(file: BinaryIO, size: int) -> BinaryIO:  # noqa: ARG001
    """The file as it is: nobody looks."""
    return file
