"""Files and folders replaced all or none.

Everything is prepared in a folder beside, so that only names change at the end. Ctrl-C waits for
those few milliseconds; if one of them fails, the others are taken back.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Fill = Callable[[Path], object]
"""Writes a file or a folder at the path it is given."""


def exchange(root: Path, new: Mapping[str, Fill], gone: list[str]) -> None:
    """Put new files and folders in their places below `root`, and remove those that are gone."""
    with tempfile.TemporaryDirectory(prefix=".adopting-", dir=root) as folder:
        before, after = Path(folder, "before"), Path(folder, "after")
        for name, fill in new.items():
            (after / name).parent.mkdir(parents=True, exist_ok=True)
            fill(after / name)
        with undisturbed():
            move_all(root, before, after, [*new], gone)


def move_all(root: Path, before: Path, after: Path, new: list[str], gone: list[str]) -> None:
    """Old things out, new things in; the way back if anything fails."""
    moves = [(root / name, before / name) for name in [*gone, *new] if (root / name).exists()]
    moves += [(after / name, root / name) for name in new]
    done = []
    try:
        for old, place in moves:
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(old, place)  # noqa: PTH105 (for folders too)
            done.append((old, place))
    except OSError:
        for old, place in reversed(done):
            os.replace(place, old)  # noqa: PTH105
        raise


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C and a request to end come after the block."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if threading.current_thread() is not threading.main_thread():
        signals = []
    came: list[int] = []
    previous = [signal.signal(number, lambda number, _: came.append(number)) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, previous, strict=True):
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)
