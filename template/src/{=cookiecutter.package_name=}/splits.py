"""Which rows train the model and which test it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .data import DataError
from .schema import Schema

Rows: TypeAlias = NDArray[np.int_]
"""Places of rows in the table, from 0: they take less memory than the rows."""

FEWEST = 2
WAY_OUT = "get more rows, or set another split.test_share in conf/config.yaml"


def split(schema: Schema, table: pd.DataFrame, test_share: float, seed: int) -> tuple[Rows, Rows]:
    """Training and test rows: the latest rows test where there is time, random ones elsewhere.

    Rows of one moment or of one group stay on one side. Without time and group, classes keep
    their shares.
    """
    if schema.time is not None:
        train, test = split_by_time(table[schema.time], test_share)
    elif schema.group is not None:
        train, test = part(mark_groups(table[schema.group], test_share, seed))
    else:
        train, test = part(mark_at_random(schema, table, test_share, seed))
    check_test(schema, table, test)
    return train, test


def part(tests: pd.Series) -> tuple[Rows, Rows]:
    """The places of the rows that are not marked, and of those that are."""
    return np.flatnonzero(~tests), np.flatnonzero(tests)


def mark_at_random(schema: Schema, table: pd.DataFrame, test_share: float, seed: int) -> pd.Series:
    """Equal rows stay on one side: the model would have seen those it is tested on."""
    alike = mark_alike(schema, table)
    first = ~alike.duplicated()
    targets = table.loc[first, schema.target]
    groups = targets if schema.task == "regression" else targets.groupby(targets)
    chosen = groups.sample(frac=test_share, random_state=seed).index
    return alike.isin(alike[chosen])


def mark_alike(schema: Schema, table: pd.DataFrame) -> pd.Series:
    """A number for each row, the same for rows that are equal to the model."""
    columns = [column.name for column in schema.features]
    return pd.util.hash_pandas_object(table[columns], index=False)


def split_by_time(times: pd.Series, test_share: float) -> tuple[Rows, Rows]:
    """Rows in the order of time, cut where the last ones begin."""
    order = np.argsort(times.to_numpy(), kind="stable")
    moments = times.to_numpy()[order]
    cut = int(np.searchsorted(moments, moments[int(len(moments) * (1 - test_share))]))
    if cut == 0:
        raise DataError(f"all rows have the same {times.name}: set time to null in conf/data.yaml")
    return order[:cut], order[cut:]


def mark_groups(groups: pd.Series, test_share: float, seed: int) -> pd.Series:
    """Random groups test, as many as hold the share of the rows."""
    sizes = groups.groupby(groups).size().sample(frac=1, random_state=seed)
    if len(sizes) < 2:
        raise DataError(
            f"all rows have the same {groups.name}: set group to null in conf/data.yaml"
        )
    fitting = sizes.index[sizes.cumsum() <= test_share * len(groups)]
    return groups.isin(fitting if len(fitting) else [sizes.idxmin()])


def check_test(schema: Schema, table: pd.DataFrame, test: Rows) -> None:
    """Rows that can judge a model: some, of more than one class."""
    if len(test) < FEWEST:
        raise DataError(f"{len(test)} rows to test on say nothing about a model: {WAY_OUT}")
    if schema.task != "regression" and table[schema.target].iloc[test].nunique() < 2:
        raise DataError(f"all rows to test on are of one class of {schema.target}: {WAY_OUT}")
