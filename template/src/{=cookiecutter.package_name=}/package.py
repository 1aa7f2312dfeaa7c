"""The model package: a folder that holds a model and everything that must travel with it.

    model.onnx       the model; loading it executes no code from the file. Or model.skops, where
                     only scikit-learn itself answers exactly (runtimes.py)
    signature.json   the fields it reads and the target it predicts
    reference.json   what the training data looked like, for drift and explanations
    metrics.json     how good it was on the test rows
    card.md          the same for people
    manifest.json    version, hashes of the files above, lineage

Light on purpose: the service and batch prediction import it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import runtimes
from .errors import LineError
from .runtimes import ONNX, Runtime
from .signature import Inputs, Predictions, Signature

FORMAT = 1
REFERENCE_FORMAT = 2
"""Version of reference.json: 1 knew no months and no predictions of unseen rows."""
SIGNATURE, REFERENCE = "signature.json", "reference.json"
METRICS, CARD, MANIFEST = "metrics.json", "card.md", "manifest.json"
FILES = {SIGNATURE, REFERENCE, METRICS, CARD}
"""What every package holds beside its model."""


class PackageError(LineError):
    """The package can't be used; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What a package is, what is in it (name → SHA-256) and where it comes from.

    runtime: what computes its answers. reason: why it isn't ONNX. requires: library → version.
    reference: version of reference.json; a package without one is served all the same, but not
        monitored until it is made again.
    """

    name: str
    version: str
    created: str
    files: dict[str, str]
    lineage: dict[str, Any]
    format: int = FORMAT
    runtime: str = ONNX
    reason: str = ""
    requires: dict[str, str] = field(default_factory=dict)
    reference: int = 1

    @property
    def model(self) -> str:
        """The name of the model's file."""
        return runtimes.FILES[self.runtime]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists, as manifest.json holds them."""
        return asdict(self)


@dataclass(frozen=True)
class Package:
    """A verified package, ready to predict."""

    path: Path
    manifest: Manifest
    signature: Signature
    runtime: Runtime

    @classmethod
    def load(cls, path: Path) -> Package:
        """Read the package in `path`; a missing or altered file raises PackageError."""
        manifest = read_manifest(path)
        verify(path, manifest)
        signature = read_signature(path)
        package = cls(path, manifest, signature, start(path, manifest, signature))
        package.read_words()
        return package

    @property
    def name(self) -> str:
        """What the model is called, in the registry too."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """Which one it is: a hash of what it answers and how it was judged."""
        return self.manifest.version

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """How good it was on the test rows."""
        return dict(json.loads((self.path / METRICS).read_text("utf-8")))

    @cached_property
    def trained_until(self) -> str | None:
        """The time of the latest row it learnt from, where its table has time."""
        found = json.loads((self.path / REFERENCE).read_text("utf-8")).get("until")
        return None if found is None else str(found)

    @cached_property
    def card(self) -> str:
        """The model card, in Markdown."""
        return (self.path / CARD).read_text("utf-8")

    @cached_property
    def reference(self) -> dict[str, Any]:
        """What the training data looked like."""
        return dict(json.loads((self.path / REFERENCE).read_text("utf-8")))

    def read_words(self) -> None:
        """Read the rest now: the folder may go while the model is served."""
        _ = self.metrics, self.card, self.reference

    def predict(self, inputs: Inputs) -> Predictions:
        """Predict every row of `inputs`; the order of its columns is the signature's."""
        return self.runtime.predict(inputs)


def read_manifest(path: Path) -> Manifest:
    """Read manifest.json of the package in `path`."""
    try:
        manifest = Manifest(**json.loads((path / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise PackageError(f"{path} holds no readable model package: {error}") from error
    if manifest.format != FORMAT:
        raise PackageError(
            f"{path} has package format {manifest.format}, this code reads {FORMAT}: "
            "package the model again"
        )
    if manifest.runtime not in runtimes.FILES:
        raise PackageError(f"{path} wants the runtime {manifest.runtime!r}, which is unknown")
    return manifest


def read_signature(path: Path) -> Signature:
    """Read signature.json of the package in `path`."""
    try:
        return Signature.from_json(json.loads((path / SIGNATURE).read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise PackageError(
            f"{path / SIGNATURE} is not what this code writes ({error!r}): package the model again"
        ) from error


def verify(path: Path, manifest: Manifest) -> None:
    """Compare every file of the package with its hash in the manifest."""
    named = {*FILES, manifest.model}
    if set(manifest.files) != named or version_of(manifest.files) != manifest.version:
        raise PackageError(f"{path / MANIFEST} is not what packaging wrote")
    for name, expected in manifest.files.items():
        file = path / name
        if not file.is_file():
            raise PackageError(f"{file} is missing from the package")
        if hash_file(file) != expected:
            raise PackageError(f"{file} was changed after packaging: its SHA-256 is another")


def version_of(files: dict[str, str]) -> str:
    """A name that follows from the contents: the same model, judged the same, on every machine.

    The card is left out, it names the commit. The letter keeps the name from being a number.
    """
    model = next(name for name in runtimes.FILES.values() if name in files)
    contents = "".join(files[name] for name in (model, SIGNATURE, REFERENCE, METRICS))
    return "v" + hashlib.sha256(contents.encode()).hexdigest()[:12]


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def start(path: Path, manifest: Manifest, signature: Signature) -> Runtime:
    """Load the model of a verified package."""
    try:
        return runtimes.load(manifest.runtime, path, signature, manifest.requires)
    except LineError as error:
        raise PackageError(f"{path}: {error}") from error
    except Exception as error:  # ONNX Runtime has no common base class for its errors
        raise PackageError(f"{path / manifest.model} can't be loaded: {error}") from error
