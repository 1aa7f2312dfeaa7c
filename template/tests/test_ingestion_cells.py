import datetime

import pandas as pd
import pyarrow as pa
import pytest

from {= cookiecutter.package_name =}.adoption.reading import Reading
from {= cookiecutter.package_name =}.ingestion.cells import Spelling, convert
from {= cookiecutter.package_name =}.schema import Column

OWN = Spelling()
COMMA = Spelling(Reading(decimal=","), adopted=True)
ADOPTED = Spelling(Reading(), adopted=True, sentinels={"x": ["-999"]})
X = None, False
"""A cell that is not understood."""


@pytest.mark.parametrize(
    ("kind", "spelling", "cells", "expected"),
    [
        ("number", OWN, ["1", "2.5", "007", "NA", ""], [1, 2.5, 7, None, None]),
        ("number", OWN, ["1", "many", "inf"], [1, X, X]),
        ("number", OWN, ["1,5", "2.5", "3"], [X, 2.5, 3]),
        ("number", COMMA, ["1,5", "1.234,5"], [1.5, 1234.5]),
        ("number", COMMA, ["1,5", "2.5", "3"], [1.5, X, 3]),
        ("number", ADOPTED, [1.0, -999.0, float("inf"), None], [1, None, X, None]),
        ("number", ADOPTED, ["1", "-999"], [1, None]),
        ("boolean", OWN, ["yes", "No", "1", "", "maybe"], [True, False, True, None, X]),
        ("boolean", OWN, [1.0, 0.0, 3.0], [True, False, X]),
        ("datetime", OWN, ["2024-01-31", "soon", ""], ["2024-01-31", X, None]),
        ("datetime", OWN, ["2024-01-31", "01/02/2024"], ["2024-01-31", X]),
        ("datetime", OWN, [datetime.date(2024, 1, 31), None], ["2024-01-31", None]),
        ("datetime", OWN, [1.0], [X]),
        ("category", OWN, ["a", " b ", "NA", ""], ["a", "b", "NA", None]),
        ("category", ADOPTED, ["a", "NA"], ["a", None]),
        ("category", OWN, [1.0, 2.5, None], ["1", "2.5", None]),
        ("text", OWN, [None, None], [None, None]),
    ],
)
def test_every_cell_is_understood_by_itself(kind, spelling, cells, expected):
    found = convert(Column("x", kind), pa.chunked_array([pa.array(cells)]), spelling)
    assert found.understood.tolist() == [wanted is not X for wanted in expected]
    for value, wanted in zip(found.values, expected, strict=True):
        if wanted in (X, None):
            assert pd.isna(value)
        else:
            assert str(value).startswith(str(wanted)) or value == wanted


def test_a_listed_category_is_never_a_mark_for_nothing():
    column = Column("x", "category", categories=("NA", "EU"))
    found = convert(column, pa.chunked_array([pa.array(["NA", "EU"])]), ADOPTED)
    assert found.values.tolist() == ["NA", "EU"]
