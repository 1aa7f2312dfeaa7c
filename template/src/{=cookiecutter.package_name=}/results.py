"""What a step of the line finds out, as JSON that the next step and people can read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import get_ident
from typing import Any

from .errors import LineError


def write(path: Path, content: Any, indent: int | None = 2) -> None:
    """Write JSON, whole or not at all; its folder is made."""
    text = json.dumps(content, indent=indent, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file, whole or not at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def read(path: Path) -> Any:
    """Read JSON that an earlier step wrote."""
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise LineError(f"{path} is no JSON: delete it, and `poe line` writes it again") from error
