"""Errors that a person can mend: their message says what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


class LineError(Exception):
    """A step can't be done as things are."""


def shown(step: Callable[..., None]) -> Callable[..., None]:
    """A step that ends with a message that tells a person what to mend, not with a traceback."""

    @wraps(step)
    def run(*arguments: Any) -> None:
        try:
            step(*arguments)
        except LineError as error:
            raise SystemExit(str(error)) from error
        except FileNotFoundError as error:
            raise SystemExit(f"{error.filename} is not there: `poe line` makes it") from error

    return run
