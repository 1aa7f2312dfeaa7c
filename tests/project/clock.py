"""A wall clock that jumps, for Python programs that we start; the clocks that only go on do so.

libfaketime moves the time of every program, but the length of a sleep, too, when it jumps then.
"""

from pathlib import Path

SITE = """
import os, time

real = time.time_ns


def time_ns():
    with open(os.environ["CLOCK"]) as file:
        return real() + int(file.read()) * 10**9


time.time_ns, time.time = time_ns, lambda: time_ns() / 10**9
"""
HOUR, DAY = 3600, 86_400


class Clock:
    """The wall clock of a program with `environment` is ours, moved by what `move` was told."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(SITE)
        self.environment = {"CLOCK": str(self.file), "PYTHONPATH": str(folder / "site")}
        self.move(0)

    def move(self, seconds: int) -> None:
        """So far before or behind the real one, from now on."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.replace(self.file)
