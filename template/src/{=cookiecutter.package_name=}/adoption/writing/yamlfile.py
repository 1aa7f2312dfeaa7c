"""YAML that people read and that hostile names survive.

Hydra reads conf/ through OmegaConf, which knows more numbers than YAML and replaces ${…} in values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

WIDTH = 100
LETTERS = "A-Za-z\u00a1-\ud7ff\ue000-\ufefe\U00010000-\U0010ffff"
BARE = re.compile(rf"[{LETTERS}_/][{LETTERS}\d_/.,:;%()?!' -]*")
WORDS = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|nan|inf|infinity")
INTERPOLATION = re.compile(r"(\\*)\$\{")


class Writer(yaml.SafeDumper):  # type: ignore[misc,unused-ignore]
    """Quotes whatever could be read as anything but text, and lists on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002
        """Lists stand further in than their name."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """No anchors: a person would have to follow them."""
        return True


def represent_text(writer: Writer, text: str) -> yaml.ScalarNode:
    """Bare where nobody can take it for anything else."""
    plain = BARE.fullmatch(text) and text.isprintable() and not WORDS.fullmatch(text)
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


def represent_list(writer: Writer, values: list[Any]) -> yaml.SequenceNode:
    """Short items share their lines; sentences have one each."""
    short = all(len(str(value)) < WIDTH // 3 for value in values)
    return writer.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


def represent_float(writer: Writer, value: float) -> yaml.ScalarNode:
    """Whole numbers without a fraction."""
    if value.is_integer() and abs(value) < 1e15:
        return writer.represent_int(int(value))
    return writer.represent_float(value)


Writer.add_representer(str, represent_text)
Writer.add_representer(list, represent_list)
Writer.add_representer(float, represent_float)


def write(title: str, content: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """A file: a comment on top, then the entries in their order, some with a comment behind."""
    lines = [f"# {title}"]
    for name, value in content.items():
        text = yaml.dump(
            {name: value}, Dumper=Writer, allow_unicode=True, width=WIDTH, sort_keys=False
        ).rstrip("\n")
        first, *rest = text.split("\n")
        room = not rest or isinstance(value, dict)  # a comment within a long text would be text
        lines += [f"{first} # {comments[name]}" if name in comments and room else first, *rest]
    return "\n".join(lines) + "\n"


def escape(value: Any) -> Any:
    """Values (not keys) so that OmegaConf takes ${ for text; in lists and mappings too."""
    if isinstance(value, str):
        return INTERPOLATION.sub(lambda found: found[1] * 2 + r"\${", value)
    if isinstance(value, list):
        return [escape(item) for item in value]
    if isinstance(value, dict):
        return {name: escape(item) for name, item in value.items()}
    return value
