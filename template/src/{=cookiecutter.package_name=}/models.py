"""The folder models/: every registered package by its version, and the aliases that point at them.

    models/<version>/      a package, never changed once it is there
    models/aliases.json    champion, challenger and previous (the champion before), each a version

The MLflow registry holds the same aliases (registry.py moves both); this folder is what the
service reads, so that serving needs no MLflow.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from .package import MANIFEST, Package, PackageError, read_manifest

ALIASES = "aliases.json"
MEND_ALIASES = "remove it, then run `poe promote promote=VERSION`"


class ModelFolder:
    """The packages under one folder."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def add(self, package: Path) -> str:
        """Copy a package in under its version, whole or not at all; return the version."""
        version = read_manifest(package).version
        home = self.path / version
        if not (home / MANIFEST).is_file():
            with tempfile.TemporaryDirectory(dir=self.path, prefix=".adding-") as temporary:
                copy = Path(shutil.copytree(package, Path(temporary) / version))
                copy.rename(home)
        return version

    def load(self, name: str) -> Package:
        """The package behind an alias or a version."""
        return Package.load(self.find(name))

    def find(self, name: str) -> Path:
        """The folder of the package behind an alias or a version."""
        version = self.aliases().get(name, name)
        home = self.path / version
        if home.parent != self.path or not (home / MANIFEST).is_file():
            if version != name:
                raise PackageError(
                    f"{self.path / ALIASES} says that {name} is {version}, which isn't there"
                )
            raise PackageError(f"{self.path} has no model {name!r} yet: run `poe line` to make one")
        return home

    def champion(self) -> Package | None:
        """The package that is served, if there is one."""
        return self.load("champion") if "champion" in self.aliases() else None

    def aliases(self) -> dict[str, str]:
        """Alias → version; PackageError where the file holds something else."""
        path = self.path / ALIASES
        try:
            found = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise PackageError(f"{path} can't be read ({error}): {MEND_ALIASES}") from error
        if type(found) is not dict or not all(type(version) is str for version in found.values()):
            raise PackageError(f"{path} must hold the version of each alias: {MEND_ALIASES}")
        return found

    def point(self, alias: str, version: str) -> None:
        """Let `alias` mean `version`; a reader sees the old file or the new one, never half.

        The champion that another one replaces stays at hand as `previous`.
        """
        before = self.aliases()
        aliases = before | {alias: version}
        if alias == "champion" and before.get(alias, version) != version:
            aliases["previous"] = before[alias]
        self.write(aliases)

    def roll_back(self) -> str:
        """The champion before is it again, and nobody is on trial: return its version.

        The one that goes is neither challenger nor previous: nothing brings it back by itself.
        """
        aliases = self.aliases()
        version = aliases.pop("previous", None)
        if version is None:
            raise PackageError("there is no champion before this one: nothing to roll back to")
        Package.load(self.find(version))  # what is broken must not be served
        self.write(aliases | {"champion": version, "challenger": version})
        return version

    def write(self, aliases: dict[str, str]) -> None:
        """Replace aliases.json, whole or not at all."""
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self.path, prefix=".aliases-", delete=False
        ) as file:
            json.dump(aliases, file, indent=2, sort_keys=True)
            file.write("\n")
        draft = Path(file.name)
        draft.chmod(0o644)  # a temporary file is private; other users serve this one
        draft.replace(self.path / ALIASES)
