"""What computes a packaged model's answers: ONNX Runtime, or scikit-learn itself.

A model is compiled to ONNX wherever that is exact. Where it isn't, the fitted pipeline goes into
the package as it is, stored by skops, and is served by scikit-learn: slower, and only where the
train group is installed.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from .errors import LineError
from .signature import Inputs, Predictions, Signature

ONNX, SKLEARN = "onnx", "scikit-learn"
FILES = {ONNX: "model.onnx", SKLEARN: "model.skops"}
"""The model's file in a package, by runtime."""
BLOCK = 50_000
"""Rows that are predicted at once: every node of the graph holds them in a form of its own."""


class RuntimeMissingError(LineError):
    """The model can't be computed here; the message says what is missing."""


class Runtime(Protocol):
    """A loaded model."""

    def predict(self, inputs: Inputs) -> Predictions:
        """Predict every row."""


class OnnxRuntime:
    """A compiled model."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.names = [tensor.name for tensor in session.get_inputs()]
        self.outputs = [tensor.name for tensor in session.get_outputs()]

    @classmethod
    def load(cls, path: Path) -> OnnxRuntime:
        """Load the model with one thread: the server's workers are the parallelism."""
        import onnxruntime  # noqa: PLC0415 - who only reads packages need not wait for it

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return cls(onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]))

    def predict(self, inputs: Inputs) -> Predictions:
        """Predict every row."""
        return Predictions.join([self.predict_block(block) for block in inputs.blocks(BLOCK)])

    def predict_block(self, inputs: Inputs) -> Predictions:
        """Predict some rows."""
        wanted = {name: getattr(inputs, name) for name in self.names}
        value, *probabilities = self.session.run(self.outputs, wanted)
        return Predictions(value.reshape(-1), *probabilities)


class SklearnRuntime:
    """A fitted pipeline of scikit-learn."""

    def __init__(self, pipeline: Any, signature: Signature) -> None:
        self.pipeline, self.signature = pipeline, signature

    @classmethod
    def load(cls, path: Path, signature: Signature, requires: dict[str, str]) -> SklearnRuntime:
        """Load the pipeline; RuntimeMissingError where its libraries are not as it needs them."""
        check_libraries(requires)
        from . import trained  # noqa: PLC0415 - only where scikit-learn serves

        return cls(trained.load(path), signature)

    def predict(self, inputs: Inputs) -> Predictions:
        """Predict every row."""
        from . import features, metrics  # noqa: PLC0415 - likewise

        return metrics.predict(self.signature, self.pipeline, features.to_frame(inputs))


def load(runtime: str, path: Path, signature: Signature, requires: dict[str, str]) -> Runtime:
    """The model in the package `path`."""
    if runtime == SKLEARN:
        return SklearnRuntime.load(path / FILES[SKLEARN], signature, requires)
    return OnnxRuntime.load(path / FILES[ONNX])


def list_libraries(runtime: str) -> dict[str, str]:
    """What a package made here needs where it is served, in exactly these versions."""
    names = ("pandas", "scikit-learn", "skops") if runtime == SKLEARN else ()
    return {name: version(name) for name in names}


def check_libraries(requires: dict[str, str]) -> None:
    """A pipeline is only sure to answer the same under the libraries that fitted it."""
    wrong = [f"{name} {wanted}" for name, wanted in requires.items() if find(name) != wanted]
    if wrong:
        raise RuntimeMissingError(
            f"this model is served by scikit-learn and needs {', '.join(wrong)} here: install the "
            "train group as well (uv sync --group train, poetry install --with train)"
        )


def find(library: str) -> str | None:
    """The version that is installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None
