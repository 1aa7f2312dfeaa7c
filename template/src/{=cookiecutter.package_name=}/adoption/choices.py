"""What the person decided instead of leaving it to be found out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from ..schema import ColumnType
from ..signature import Task
from .reading import AdoptionError
from .sources.names import find_name


@dataclass(frozen=True)
class Choices:
    """What the person decided instead of leaving it to be found out."""

    target: str
    task: Task | None = None
    positive: str | None = None
    time: str | None = None  # "none": the rows have no order
    group: str | None = None  # "none": every row stands for itself
    sensitive: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    present: tuple[str, ...] = ()


def check_names(choices: Choices, names: Sequence[str]) -> Choices:
    """Every column that an option names exists."""

    def known(option: str, wanted: str | None) -> str | None:
        return wanted if wanted in (None, "none") else find_name(option, wanted, names)

    for name, kind in choices.types.items():
        if kind not in get_args(ColumnType):
            kinds = ", ".join(get_args(ColumnType))
            raise AdoptionError(f"--type: {name} can be {kinds}, not {kind}")
    found = replace(
        choices,
        target=find_name("--target", choices.target, names),
        time=known("--time", choices.time),
        group=known("--group", choices.group),
        sensitive=tuple(find_name("--sensitive", name, names) for name in choices.sensitive),
        leave_out=tuple(find_name("--leave-out", name, names) for name in choices.leave_out),
        types={find_name("--type", name, names): kind for name, kind in choices.types.items()},
    )
    if found.target in (found.time, found.group, *found.leave_out):
        raise AdoptionError(f"{found.target} is what is predicted, it can't have another role")
    return found
