"""The fitted pipeline on its way from one step of the line to the next.

Stored by skops, which, unlike pickle, builds only types that it or TRUSTED knows.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import skops.io
from sklearn.pipeline import Pipeline

from .errors import LineError

TRUSTED = {
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.tree._tree.Tree",
    f"{__package__}.steps.CategoryGrouper",
    f"{__package__}.steps.MissingFlags",
    f"{__package__}.steps.OutlierCapper",
    f"{__package__}.steps.end_of_tail",
}
"""Types beyond skops' own that may be in the file: whole names, for a library also holds types
that run code. An estimator you bring may need one more."""


class UntrustedError(LineError):
    """The file holds types that are not in TRUSTED."""


def save(pipeline: Pipeline, path: Path) -> None:
    """Write the pipeline to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    skops.io.dump(pipeline, path)


def load(path: Path) -> Pipeline:
    """Read the pipeline in `path`; other types raise UntrustedError."""
    try:
        found = skops.io.get_untrusted_types(file=path)
    except (BadZipFile, KeyError, ValueError) as error:
        raise LineError(f"{path} is damaged: delete it, and `poe line` trains again") from error
    unknown = sorted(set(found) - TRUSTED)
    if unknown:
        raise UntrustedError(f"{path} holds types that TRUSTED does not list: {', '.join(unknown)}")
    return skops.io.load(path, trusted=found)
