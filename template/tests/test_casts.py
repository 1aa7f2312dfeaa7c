import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from {= cookiecutter.package_name =} import casts


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["a", None, "a"], ["a", None, "a"]),
        (pd.array([3, None, 3], "Int64"), ["3", None, "3"]),
        ([1, "many", np.nan], ["1", "many", None]),
    ],
)
def test_a_category_is_text_or_none(values, texts):
    assert casts.to_category(pd.Series(values)).tolist() == texts


def test_equal_categories_are_held_once():
    values = casts.to_category(pd.Series(["".join(["r", "ed"]) for _ in range(9)], dtype="object"))
    assert len(set(map(id, values))) == 1


@pytest.mark.parametrize(
    ("kind", "values", "dtype"),
    [
        ("number", pa.array([1, None]), "float64"),
        ("boolean", pa.array([True, None]), "boolean"),
        ("category", pa.array([1, None]), "object"),
        ("datetime", pa.array([0, None], pa.timestamp("us", "UTC")), "datetime64[us]"),
        ("datetime", pa.array([0, None], pa.date32()), None),
        ("identifier", pa.array([1, None]), casts.COMPACT),
    ],
)
def test_arrow_s_columns_get_the_same_types_as_all_others(kind, values, dtype):
    found = casts.CASTS[kind](pd.Series(values.to_pandas(types_mapper=pd.ArrowDtype)))
    assert found.isna().tolist() == [False, True]
    assert found.dtype == dtype if dtype else found.dtype.kind == "M"
