"""Make a model package out of a trained pipeline, and prove that it answers the same.

The conversion to ONNX is exact for the pipelines that features.py and conf/model/ build. Others
convert without an error and answer differently, so the proof is never skipped.
"""

from __future__ import annotations

import shutil
import tempfile
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.pipeline import Pipeline

from . import conversion, features, results, trained
from .errors import LineError
from .metrics import predict
from .package import (
    CARD,
    MANIFEST,
    METRICS,
    REFERENCE,
    REFERENCE_FORMAT,
    SIGNATURE,
    Manifest,
    Package,
    PackageError,
    hash_file,
    version_of,
)
from .runtimes import FILES, ONNX, SKLEARN, list_libraries
from .schema import Schema
from .signature import MISSING, Inputs, Signature


class ConversionError(LineError):
    """The pipeline can't be compiled."""


@dataclass(frozen=True)
class Contents:
    """What goes into a package beside the model."""

    signature: Signature
    reference: dict[str, Any]
    metrics: dict[str, Any]
    card: str
    lineage: dict[str, Any]


def make(
    path: Path,
    schema: Schema,
    pipeline: Pipeline,
    contents: Contents,
    test: Inputs,
    tolerance: float,
) -> Package:
    """Write the package to `path`, which must not exist.

    test: rows to compare on. Compiled if that answers the same, else served by scikit-learn; a
    package that answers differently even so raises PackageError and is not written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".packaging-") as temporary:
        draft = Path(temporary) / path.name
        try:
            write(draft, schema.name, pipeline, contents)
            prove(schema, pipeline, Package.load(draft), test, tolerance)
        except (PackageError, ConversionError) as error:
            write(draft, schema.name, pipeline, contents, reason=str(error))
            prove(schema, pipeline, Package.load(draft), test, tolerance)
        draft.rename(path)
    return Package.load(path)


def write(path: Path, name: str, pipeline: Pipeline, contents: Contents, reason: str = "") -> None:
    """Write every file of the package, the manifest last.

    reason: why the model can't be compiled; nothing where it can.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    runtime = SKLEARN if reason else ONNX
    if reason:
        trained.save(pipeline, path / FILES[SKLEARN])
    else:
        (path / FILES[ONNX]).write_bytes(convert(contents.signature, pipeline))
    results.write(path / SIGNATURE, contents.signature.to_json())
    results.write(path / REFERENCE, contents.reference, indent=None)
    results.write(path / METRICS, contents.metrics)
    (path / CARD).write_text(contents.card, "utf-8")
    files = {file.name: hash_file(file) for file in sorted(path.iterdir())}
    manifest = Manifest(
        name=name,
        version=version_of(files),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        lineage=contents.lineage,
        runtime=runtime,
        reason=reason,
        requires=list_libraries(runtime),
        reference=REFERENCE_FORMAT,
    )
    results.write(path / MANIFEST, manifest.to_json())


def convert(signature: Signature, pipeline: Pipeline) -> bytes:
    """The pipeline as ONNX, with one number matrix and one category matrix as inputs."""
    tensors = [
        ("number", FloatTensorType([None, signature.width])),
        ("category", StringTensorType([None, len(signature.categories)])),
    ]
    inputs = [(name, tensor) for name, tensor in tensors if tensor.shape[1]]
    pipeline = with_float32_thresholds(pipeline)
    options = None if signature.task == "regression" else {id(pipeline): {"zipmap": False}}
    conversion.register()
    try:
        model = convert_sklearn(
            pipeline,
            name="model",
            initial_types=inputs,
            target_opset=conversion.OPSETS,
            options=options,
        )
    except Exception as error:  # skl2onnx has no common base class for its errors
        raise ConversionError(f"there is no conversion to ONNX: {error}") from error
    return bytes(model.SerializeToString())


def with_float32_thresholds(pipeline: Pipeline) -> Pipeline:
    """Boosted trees whose thresholds ONNX can hold, and that decide alike on every float32.

    Thresholds lie halfway between values, in 64 bits; ONNX has 32 and would round some of them up,
    onto a value that scikit-learn sends the other way. Rounded down they part the same numbers.
    """
    copied = deepcopy(pipeline)
    for trees in getattr(copied.named_steps["model"], "_predictors", []):
        for tree in trees:
            exact = tree.nodes["num_threshold"]
            near = exact.astype(np.float32)
            low = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
            tree.nodes["num_threshold"] = low
    return copied


def prove(
    schema: Schema, pipeline: Pipeline, package: Package, test: Inputs, tolerance: float
) -> None:
    """Compare the packaged model with the pipeline on the test rows and on edge rows."""
    for name, inputs in {"test": test, "edge": edge_rows(package.signature, test)}.items():
        trained = predict(schema, pipeline, features.to_frame(inputs))
        packaged = package.predict(inputs)
        row = first_difference(trained, packaged, tolerance)
        if row is not None:
            raise PackageError(
                f"the packaged model differs from the trained one on {name} row {row}: "
                f"{answer(packaged, row)} instead of {answer(trained, row)} "
                f"for {inputs.number[row].tolist()}, {inputs.category[row].tolist()}"
            )


def first_difference(one: Any, other: Any, tolerance: float) -> int | None:
    """The first row on which two sets of predictions differ by more than the tolerance."""
    left, right = (p.value if p.probabilities is None else p.probabilities for p in (one, other))
    if left.shape != right.shape:
        raise PackageError(f"the packaged model answers in another shape: {right.shape}")
    close = np.isclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    close = close.reshape(len(left), -1).all(axis=1)
    if one.probabilities is not None:
        top = np.sort(left, axis=1)
        tied = top[:, -1] - top[:, -2] <= 2 * tolerance
        close &= (one.value == other.value) | tied
    rows = np.flatnonzero(~close)
    return int(rows[0]) if len(rows) else None


def answer(predictions: Any, row: int) -> Any:
    """What was predicted for one row, for a message."""
    values = predictions.value if predictions.probabilities is None else predictions.probabilities
    return np.asarray(values[row]).tolist()


def edge_rows(signature: Signature, test: Inputs) -> Inputs:
    """Rows that break conversions: each value of a true row missing, extreme, or never seen."""
    rows = [single(test, 0)]
    for position, field in enumerate(signature.numbers):
        limits = [limit for limit in (field.minimum, field.maximum) if limit is not None]
        for value in [np.nan, 0.0, -1e30, 1e30, *limits]:
            rows.append(changed(rows[0], "number", position, value))
    for position, field in enumerate(signature.categories):
        for text in [MISSING, "", "never seen", *field.categories]:
            rows.append(changed(rows[0], "category", position, text))
    blank = Inputs(np.full_like(rows[0].number, np.nan), np.full_like(rows[0].category, MISSING))
    rows.append(blank)
    return Inputs(
        np.concatenate([row.number for row in rows]), np.concatenate([row.category for row in rows])
    )


def single(test: Inputs, row: int) -> Inputs:
    """One row of the test rows."""
    return Inputs(test.number[row : row + 1], test.category[row : row + 1])


def changed(row: Inputs, matrix: str, position: int, value: Any) -> Inputs:
    """A copy of a row with one value replaced."""
    copy = getattr(row, matrix).copy()
    copy[0, position] = value
    return replace(row, **{matrix: copy})
