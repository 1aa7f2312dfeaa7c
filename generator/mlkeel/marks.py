"""The marks of the template, and what stands in their place: Jinja as both engines set it up."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2 import Template as Compiled


class Marks:
    """Fills in texts and files. Compiling is what takes time: it is done once, if at all."""

    def __init__(self, envops: Mapping[str, Any], *roots: Path) -> None:
        self.options = {name: value for name, value in envops.items() if name != "undefined"}
        self.environment = Environment(
            loader=FileSystemLoader(roots),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701 (source code, not HTML)
            optimized=False,  # compiling once costs more than it saves
            auto_reload=False,
            cache_size=-1,
            **self.options,
        )
        self._starts = [mark for name, mark in self.options.items() if "_start_" in name]
        self._compiled = cache(self._compile)

    def fill(self, text: str, context: Mapping[str, Any]) -> str:
        """The text with its marks filled in."""
        return self._compiled(text).render(context) if self.are_in(text) else text

    def fill_file(self, name: str, context: Mapping[str, Any]) -> str:
        """A file of the roots with its marks filled in."""
        return self.environment.get_template(name).render(context)

    def are_in(self, text: str) -> bool:
        """Whether there is anything to fill in."""
        return any(start in text for start in self._starts)

    def _compile(self, text: str) -> Compiled:
        return self.environment.from_string(text)
