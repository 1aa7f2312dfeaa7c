"""Where the table is: a file, a folder, an address of the web, a query to a database."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa
import requests
import urllib3

from ..reading import AdoptionError, Reading, Watch
from . import databases, files
from .names import make_names

SECRETS = re.compile(r"pass|pwd|secret|token|signature|^sig$|key|credential|auth", re.IGNORECASE)
TIMEOUT = (10, 60)
"""Seconds to wait for a connection, and for the next bytes."""


@dataclass(frozen=True)
class Source:
    """A place. `location` is a path, an address or $NAME, a variable that holds one of them."""

    location: str
    sql: str | None = None

    def __post_init__(self) -> None:
        refuse_secrets(self.location)

    @property
    def name(self) -> str:
        """A word for the table: letters, digits and dashes."""
        stem = "query" if self.sql else Path(unquote(urlsplit(self.location).path)).name
        words = re.split(r"[^a-z0-9]+", stem.lower().split(".")[0])
        return "-".join(filter(None, words)) or "table"

    def resolve(self, environment: Mapping[str, str] = os.environ) -> str:
        """The place itself, looked up where a variable holds it."""
        if not self.location.startswith("$"):
            return self.location
        variable = self.location[1:].strip("{}")
        if variable not in environment:
            raise AdoptionError(f"the environment variable {variable} is not set")
        return environment[variable]


@dataclass(frozen=True)
class Raw:
    """A table as it was read: text, or the types that its file has. `renamed`: old to new names."""

    columns: dict[str, pa.ChunkedArray]
    reading: Reading
    renamed: list[tuple[str, str]]


def refuse_secrets(location: str) -> None:
    """A secret in an address would end in a file that git keeps, and in the shell's history."""
    parts = urlsplit(location)
    if "://" not in location:
        return
    if parts.password or any(SECRETS.search(name) for name, _ in parse_qsl(parts.query)):
        raise AdoptionError(
            "the address holds a password or a key, and would be written to conf/source.yaml: "
            "put the whole address into an environment variable and name that instead, "
            "for example TABLE_URL and '$TABLE_URL' (in quotes, so that the shell leaves it alone)"
        )


def read(source: Source, reading: Reading, watch: Watch) -> Raw:
    """Read the table, with names that the line can use."""
    place = source.resolve()
    try:
        if source.sql:
            table, names = databases.read(place, source.sql)
        elif re.match(r"https?://", place):
            table, names, reading = read_address(place, reading, watch)
        else:
            table, names, reading = files.read(Path(place).expanduser(), reading, watch)
    except AdoptionError as error:
        raise AdoptionError(str(error).replace(place, source.location)) from None
    found = [str(name) for name in names] or [""] * table.num_columns
    unique = make_names(found)
    renamed = [(old, new) for old, new in zip(found, unique, strict=True) if old != new]
    return Raw(dict(zip(unique, table.columns, strict=True)), reading, renamed)


def read_address(
    address: str, reading: Reading, watch: Watch
) -> tuple[pa.Table, list[str], Reading]:
    """Fetch a file, then read it."""
    with tempfile.TemporaryDirectory(prefix="adopt-") as folder:
        path = Path(folder, Path(unquote(urlsplit(address).path)).name or "table")
        try:
            with requests.get(address, stream=True, timeout=TIMEOUT) as answer:
                if not answer.ok:
                    raise AdoptionError(f"{address} answers {answer.status_code} {answer.reason}")
                answer.raw.decode_content = True
                size = int(answer.headers.get("Content-Length", 0))
                with path.open("wb") as file:
                    shutil.copyfileobj(watch(answer.raw, size), file)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise AdoptionError(f"{address} can't be fetched: {type(error).__name__}") from error
        return files.read(path, reading, watch)
