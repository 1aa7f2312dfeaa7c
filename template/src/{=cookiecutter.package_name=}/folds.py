"""Which rows the search looks at, and the folds of its cross-validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
)

from .errors import LineError
from .schema import Schema
from .splits import mark_alike

Rows = NDArray[np.int_]


class FoldError(LineError):
    """The table can't be cut into folds; the message says what to change."""


def sample(schema: Schema, table: pd.DataFrame, limit: int, seed: int) -> Rows:
    """Rows for the search, in their order: all, or `limit` of a table that holds more.

    Whole groups where there are groups; evenly over time; random ones elsewhere.
    """
    if len(table) <= limit:
        return np.arange(len(table))
    if schema.time is not None:
        return np.linspace(0, len(table) - 1, limit).astype(int)
    generator = np.random.default_rng(seed)
    if schema.group is not None:
        codes, groups = pd.factorize(table[schema.group])
        chosen = generator.permutation(len(groups))[: max(1, len(groups) * limit // len(table))]
        return np.flatnonzero(np.isin(codes, chosen))
    return np.sort(generator.choice(len(table), limit, replace=False))


def choose(
    schema: Schema, table: pd.DataFrame, target: NDArray[Any], folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Rows to fit on and rows to score on: later ones where there is time, else other groups."""
    if schema.time is not None:
        found = split_by_time(table[schema.time], folds)
    elif schema.group is not None:
        found = split_by_group(schema, table[schema.group], target, folds, seed)
    else:
        found = split_at_random(schema, mark_alike(schema, table), target, folds, seed)
    for fit, score in found:
        if schema.task != "regression":
            check_classes(schema, target[fit], target[score])
        yield fit, score


def split_by_time(times: pd.Series, folds: int) -> Iterator[tuple[Rows, Rows]]:
    """Expanding windows; rows of one moment stay on one side."""
    moments = np.unique(times)
    if len(moments) <= folds:
        raise FoldError(f"{len(moments)} moments are too few for {folds} training.folds")
    for fit, score in TimeSeriesSplit(folds).split(moments):
        yield np.flatnonzero(times.isin(moments[fit])), np.flatnonzero(times.isin(moments[score]))


def split_by_group(
    schema: Schema, groups: pd.Series, target: NDArray[Any], folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """No group is on both sides; classes keep their shares as well as groups allow."""
    if groups.nunique() < folds:
        raise FoldError(
            f"{groups.nunique()} groups of {schema.group} are too few for {folds} training.folds"
        )
    kind = GroupKFold if schema.task == "regression" else StratifiedGroupKFold
    yield from kind(folds, shuffle=True, random_state=seed).split(target, target, groups)


def split_at_random(
    schema: Schema, alike: pd.Series, target: NDArray[Any], folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Equal rows stay on one side, classes keep their shares."""
    marks = alike.to_numpy()
    firsts = np.sort(np.unique(marks, return_index=True)[1])
    kind = KFold if schema.task == "regression" else StratifiedKFold
    try:
        found = list(kind(folds, shuffle=True, random_state=seed).split(firsts, target[firsts]))
    except ValueError as error:
        raise FoldError(f"the table is too small for {folds} training.folds: {error}") from error
    for _, chosen in found:
        scored = np.isin(marks, marks[firsts[chosen]])
        yield np.flatnonzero(~scored), np.flatnonzero(scored)


def check_classes(schema: Schema, fit: NDArray[Any], score: NDArray[Any]) -> None:
    """A model can't learn, and most metrics can't judge, from one class alone."""
    if len(set(fit)) < 2 or len(set(score)) < 2:
        raise FoldError(
            f"a fold of the cross-validation holds one class of {schema.target} only: "
            "use fewer training.folds, or more rows"
        )
