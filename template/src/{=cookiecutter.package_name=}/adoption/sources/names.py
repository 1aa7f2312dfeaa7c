"""Names that every part of the line can use: unique, not empty, on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ..reading import AdoptionError


def make_names(found: Sequence[str]) -> list[str]:
    """The names that were found, changed where they are empty, twofold or hold control letters."""
    taken: set[str] = set()
    names = []
    for number, text in enumerate(found, start=1):
        wanted = re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufeff]+", " ", text).strip() or f"column_{number}"
        name, count = wanted, 1
        while name in taken or (count > 1 and name in found):
            count += 1
            name = f"{wanted}_{count}"
        taken.add(name)
        names.append(name)
    return names


def find_name(option: str, wanted: str, names: Iterable[str]) -> str:
    """The column that an option names; case counts only where two differ by nothing else."""
    known = list(names)
    if wanted in known:
        return wanted
    same = [name for name in known if name.casefold() == wanted.strip().casefold()]
    if len(same) == 1:
        return same[0]
    near = get_close_matches(wanted, known, 3, 0.5) or known[:20]
    more = " …" if len(near) == 20 else ""
    raise AdoptionError(
        f"{option}: the table has no column {wanted!r}; it has {', '.join(near)}{more}"
    )


def say_renamed(old: str, new: str) -> str:
    """Why a column has another name here."""
    was = f"the column {old!r}" if old.strip() else "a column without a name"
    return f"{was} is called {new!r} here"
