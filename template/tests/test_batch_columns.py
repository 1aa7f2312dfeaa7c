import io
from math import nextafter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from {= cookiecutter.package_name =} import casts
from {= cookiecutter.package_name =}.batch import columns
from {= cookiecutter.package_name =}.serving.rows import RowReader, RowsError
from {= cookiecutter.package_name =}.signature import (
    MISSING,
    MISSING_MARKS,
    Field,
    Signature,
    Target,
)

FIELDS = [
    Field("speed", "number", unit="m/s", minimum=0, maximum=60),
    Field("level", "number", nullable=True, minimum=-0.5),
    Field("wide", "number", nullable=True, minimum=-1e300, maximum=1e300),
    Field("free number", "number"),
    Field("flag", "boolean"),
    Field("maybe", "boolean", nullable=True),
    Field("kind", "category", categories=("a", "ü", "NA", "")),
    Field("perhaps", "category", nullable=True, categories=("a", "3")),
    Field("free text", "category", nullable=True),
    Field("day", "datetime", parts=("month", "year_cycle")),
    Field("moment", "datetime", nullable=True, parts=("hour",)),
]
NUMBERS = [None, 0.0, -0.0, 60.0, nextafter(60, 61), -0.5, -0.50001, 1e39, -1e39, 3.4e38, 5e-324]
NUMBERS += [3.4028234663852886e38, 1e308, float("inf"), float("-inf"), 16777217.5, 0.1]
WORDS = [None, "a", "A", "ü", "u\u0308", "NA", "null", "3", "", " a", "a\n", MISSING, "雨" * 50]
DATES = [None, "2024-02-29", "2023-02-29", "2024-02-29T23:59:59", "2024-02-29 10:30", "20240229"]
DATES += ["29.02.2024", "today", "2024-W09-4", "0001-01-01", "9999-12-31"]
VALUES = {"number": NUMBERS, "boolean": [None, True, False], "category": WORDS, "datetime": DATES}
KINDS = {kind: pa.string() for kind in VALUES} | {"number": pa.float64(), "boolean": pa.bool_()}
TEXTS = ["1", "+5", "-0", " 5", "5 ", "1.", ".5", "1e5", "1E-5", "1e400", "1_0", "１", "0x10"]
TEXTS += ["1,0", "--1", "1f", "e5", ".", "1 2", "fast", "inf", "-Infinity", "-nan", "n/a", "#N/A"]


def read_one(field, row):
    """What the service reads in one row, or why not."""
    reader = RowReader(Signature("regression", Target("y"), (field,), {}))
    try:
        inputs = reader.read([row])
    except RowsError as error:
        return None, error.problems[0]["message"]
    read = [*inputs.number[0], *inputs.category[0]]
    return read if field.parts else read[0], None


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_column_is_read_and_refused_as_the_service_reads_and_refuses_its_rows(field):
    values = np.random.default_rng(1).choice(np.array(VALUES[field.type], object), 200).tolist()
    checked = columns.check(field, pa.array(values, KINDS[field.type]))
    for row, value in enumerate(values):
        read, message = read_one(field, {} if value is None else {field.name: value})
        assert checked.good[row] == (message is None), value
        if message is not None:
            assert checked.explain(row) == message
        else:
            np.testing.assert_array_equal(checked.values[row], read)


@pytest.mark.parametrize("other", ["boolean", "category", "number"])
@pytest.mark.parametrize("field", FIELDS[1::2], ids=lambda field: field.name)
def test_values_of_another_type_are_refused_with_the_service_s_words(field, other):
    if field.type in {other, "category"}:
        return  # any value can be a category: it is the text of it
    for value in [value for value in VALUES[other] if value not in {None, "3", "", "NA", "null"}]:
        if value in {0, 1} and field.type == "boolean":
            continue  # files spell booleans so
        checked = columns.check(field, pa.array([value], KINDS[other]))
        assert not checked.good[0]
        assert checked.explain(0).startswith(f"{field.name} must be ")


@pytest.mark.parametrize("text", [*TEXTS, *MISSING_MARKS])
def test_text_is_a_number_where_pandas_reads_one(text):
    read = pd.read_csv(
        io.StringIO(f'x,y\n"{text}",\n7,'), na_values=MISSING_MARKS, keep_default_na=False
    )
    expected = casts.to_number(read["x"])
    checked = columns.check(Field("x", "number", nullable=True), pa.array([text, "7"]))
    is_number = pd.api.types.is_numeric_dtype(expected) and not np.isinf(expected[0])
    assert checked.good.tolist() == [is_number, True]
    if is_number:
        np.testing.assert_array_equal(checked.values, expected.to_numpy(np.float32))


def test_one_bad_value_does_not_change_how_the_others_are_read():
    field = FIELDS[1]
    checked = columns.check(field, pa.array(["1", "fast", " 2", "NA", None, "-1"]))
    assert checked.good.tolist() == [True, False, True, True, True, False]
    np.testing.assert_array_equal(checked.values[[0, 2, 3, 4]], np.float32([1, 2, "nan", "nan"]))
    assert checked.explain(1) == 'level must be a number of at least -0.5 or null, not "fast"'
    assert checked.explain(5) == "level must be a number of at least -0.5 or null, not -1"


def test_a_category_is_the_text_that_is_written():
    field = Field("country", "category", nullable=True, categories=("NA", "None", "null", "3"))
    checked = columns.check(field, pa.array(["NA", "None", "null", "3", None]))
    assert checked.values.tolist() == ["NA", "None", "null", "3", MISSING]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([3, None, 1], pa.int8()),
        pa.array([3.0, None, 1.0]),
        pa.array([3.0, float("nan"), 1.0]),
        pa.array(["3", None, "1"], pa.large_string()),
        pa.array([b"3", None, b"1"]),
    ],
    ids=lambda column: str(column.type),
)
def test_whole_numbers_with_a_gap_are_the_categories_that_they_were(column):
    field = Field("code", "category", nullable=True, categories=("1", "3"))
    assert columns.check(field, column).values.tolist() == ["3", MISSING, "1"]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["true", "FALSE", None, "True"]),
        pa.array(["1", "0", "NA", "1"]),
        pa.array([1, 0, None, 1]),
        pa.array([1.0, 0.0, None, 1.0]),
        pa.array([True, False, None, True]),
    ],
    ids=str,
)
def test_a_boolean_is_spelled_in_the_ways_of_files(column):
    checked = columns.check(Field("flag", "boolean", nullable=True), column)
    np.testing.assert_array_equal(checked.values, np.float32([1, 0, "nan", 1]))
    assert checked.good.all()


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["2024-05-01T12:00", None]),
        pa.array(["2024-05-01T14:00+02:00", "NA"]),
        pa.array([pd.Timestamp("2024-05-01 12:00"), None]),
        pa.array([pd.Timestamp("2024-05-01 14:00", tz="Etc/GMT-2"), None]),
    ],
    ids=lambda column: str(column.type),
)
def test_a_date_is_spelled_in_the_ways_of_files_and_of_the_training_data(column):
    checked = columns.check(FIELDS[-1], column)
    np.testing.assert_array_equal(checked.values, np.float32([[12], ["nan"]]))
    moments = casts.to_datetime(pd.Series(["2024-05-01T14:00+02:00", None]))
    assert moments[0] == pd.Timestamp("2024-05-01 12:00")


@pytest.mark.parametrize("kind", ["number", "boolean", "category"])
@pytest.mark.parametrize(
    "values",
    [[[1], None], [{"a": 1}, None], [pd.Timedelta("1 day"), None], [None, None]],
    ids=str,
)
def test_types_that_no_field_has_are_refused_or_missing_never_an_accident(kind, values):
    field = Field("x", kind, nullable=True, categories=("a",) if kind == "category" else ())
    checked = columns.check(field, pa.array(values))
    assert checked.good.tolist() == [values[0] is None, True]
    assert values[0] is None or "x must be" in checked.explain(0)
