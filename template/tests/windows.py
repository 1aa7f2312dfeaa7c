"""References and windows with a known difference, for the tests of monitoring."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
from toy import make_schema

from {= cookiecutter.package_name =} import features, reference
from {= cookiecutter.package_name =}.monitoring import checking, settings
from {= cookiecutter.package_name =}.monitoring.baseline import Baseline
from {= cookiecutter.package_name =}.monitoring.blocks import NOBODY, Block
from {= cookiecutter.package_name =}.signature import Predictions
from {= cookiecutter.package_name =}.unseen import Unseen

MONITOR = settings.Settings(
    days=30,
    rows=None,
    minimum_rows=25,
    alpha=0.01,
    effect=0.1,
    missing=0.05,
    new=0.01,
    outside=0.01,
    labelled_rows=25,
    worse=0.05,
    keep=3,
)
CONFIGURATION = settings.Configuration(
    MONITOR, settings.Resampling(20, 1000, 0.9), settings.Places(Path("models"), Path("results"))
)
METRICS = {"metric": "roc_auc", "scores": {"roc_auc": {"value": 0.8, "low": 0.75, "high": 0.85}}}


def draw(seed: int, rows: int = 1000, shift: float = 0.0) -> pd.DataFrame:
    """Rows of toy's binary table."""
    random = np.random.default_rng(seed)
    size = random.normal(shift, 1, rows).clip(-9, 9)
    colour = random.choice(["blue", "red"], rows)
    table = pd.DataFrame({"size": size, "colour": colour, "flag": random.random(rows) > 0.5})
    return table.assign(answer=np.where(size + random.normal(size=rows) > 0, "yes", "no"))


def answer(table: pd.DataFrame) -> Predictions:
    """A model that knows what counts."""
    share = 1 / (1 + np.exp(-table["size"].to_numpy(dtype=float)))
    shares = np.column_stack([1 - share, share]).astype(np.float32)
    return Predictions(np.where(share > 0.5, "yes", "no"), shares)


def make_baseline(table: pd.DataFrame, times: pd.Series | None = None) -> Baseline:
    """What a package made from these rows knows of them."""
    signature = make_schema("binary").signature({})
    inputs = features.to_inputs(signature, table)
    unseen = Unseen(np.arange(len(table)), answer(table))
    found = reference.describe(signature, inputs, unseen, times)
    manifest = SimpleNamespace(name="toy", version="v1")
    return Baseline.build(Path("models/v1"), manifest, signature, found)


class Frame:
    """A window of rows in memory."""

    name, since, until = "memory", None, None

    def __init__(self, table: pd.DataFrame, months: int = NOBODY, labelled: bool = False) -> None:
        self.table, self.months, self.labelled = table, months, labelled

    def blocks(self):
        """All rows at once, as a file's reader would give them."""
        found = answer(self.table)
        columns = {name: pa.array(self.table[name], from_pandas=True) for name in self.table}
        shares = dict(zip(["no", "yes"], found.probabilities.T.copy(), strict=True))
        yield Block(
            rows=len(self.table),
            columns=columns,
            predictions={"prediction": pa.array(found.value.astype(object))}
            | {f"probability {label}": pa.array(share) for label, share in shares.items()},
            months=np.full(len(self.table), self.months),
            truth=columns["answer"] if self.labelled else None,
        )


def check(baseline: Baseline, rows, **changes):
    """A report."""
    time = "2026-01-31T12:00:00.000+00:00"
    return checking.check(baseline, rows, CONFIGURATION, time, lambda: METRICS, **changes)
