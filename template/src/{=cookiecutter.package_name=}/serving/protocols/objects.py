"""JSON objects whose names are known, each given once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NoReturn

from ..body import Repeated
from ..fields import enumerate_names, shorten, show
from ..rows import MAX_PROBLEMS, Problem, RowsError

Json = dict[str, Any]
Measure = Callable[[list[Any]], None]
"""Refuses a list of too many rows, before anything is made of them."""


def read_object(
    value: Any, what: str, known: Collection[str], needed: Collection[str] = ()
) -> Json:
    """The object, if all its names are in `known` and those `needed` are there."""
    if not isinstance(value, dict):
        refuse(None, f"{what} must be an object, not {show(value)}")
    problems = {name: f"{name} is missing in {what}" for name in needed if name not in value}
    for name in value.keys() - known:
        text = f"{what} knows no {shorten(name)}; it may hold {enumerate_names(known)}"
        problems[shorten(name)] = text
    for name in value.repeated if isinstance(value, Repeated) else ():
        problems[shorten(name)] = f"{shorten(name)} is given more than once in {what}"
    refuse_all([Problem(row=None, field=name, message=text) for name, text in problems.items()])
    return dict(value)


def read_parameters(given: Json) -> Json:
    """The parameters of an object, which may hold anything and need not be there."""
    parameters = given.get("parameters")
    if not (parameters is None or isinstance(parameters, dict)):
        refuse("parameters", f"parameters must be an object, not {show(parameters)}")
    return parameters or {}


def refuse(field: str | None, message: str) -> NoReturn:
    """End the request with one problem."""
    raise RowsError([Problem(row=None, field=field, message=message)])


def refuse_all(problems: list[Problem]) -> None:
    """End the request where there are problems."""
    if problems:
        raise RowsError(problems[:MAX_PROBLEMS])
