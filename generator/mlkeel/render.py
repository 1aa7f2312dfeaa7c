"""Render the template: answers in, files out. Nothing here touches the disk it writes to.

The files are those that Copier and Cookiecutter make, byte for byte, `.copier-answers.yml`
included: that is why `copier update` can take over. See docs/decisions/0005-plain-renderer.md.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .marks import Marks
from .questions import BRIDGE, Answers, Questions

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it exists
RULES = ".templateignore"


class File(NamedTuple):
    """A file of a project."""

    content: bytes
    executable: bool


class Template:
    """copier.yml and the tree beside it."""

    def __init__(self, root: Path) -> None:
        config = yaml.load((root / "copier.yml").read_bytes(), Loader)  # noqa: S506 (a safe one)
        self.tree = root / config["_subdirectory"]
        self.marks = Marks(config["_envops"], self.tree, root)
        self.questions = Questions(config, self.marks)
        self._never = [pattern for pattern in config["_exclude"] if "include" not in pattern]

    def render(self, answers: Answers, record: Mapping[str, str]) -> dict[str, File]:
        """Every file of the project that these answers make, by its path."""
        context = {BRIDGE: {**answers, **record}}
        is_left_out = self._is_left_out(context)
        files = {}
        for source in self.sources():
            path = "/".join(self.marks.fill(part, context) for part in source.split("/"))
            if not is_left_out(path):
                files[path] = self._file(source, context)
        return files

    def sources(self) -> Iterator[str]:
        """The path of every file of the tree, still with its marks."""
        for folder, folders, names in os.walk(self.tree):
            folders[:] = sorted(filter(self._is_kept, folders))
            for name in sorted(filter(self._is_kept, names)):
                yield Path(folder, name).relative_to(self.tree).as_posix()

    def _is_kept(self, name: str) -> bool:
        """Whether a name belongs to the template, and not to a cache that a tool left in it."""
        return not any(fnmatch(name, pattern) for pattern in self._never)

    def _is_left_out(self, context: Mapping[str, Any]) -> Callable[[str], bool]:
        rules = self.marks.fill_file(RULES, context).splitlines()
        paths = {rule.strip("/") for rule in rules if rule}
        below = tuple(f"{path}/" for path in paths)
        return lambda path: path in paths or path.startswith(below)

    def _file(self, source: str, context: Mapping[str, Any]) -> File:
        path = self.tree / source
        content = path.read_bytes()
        if self.marks.are_in(content.decode("utf-8", "replace")):
            content = self.marks.fill_file(source, context).encode()
        return File(content, executable=bool(path.stat().st_mode & 0o100))
