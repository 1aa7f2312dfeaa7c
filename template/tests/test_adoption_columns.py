import datetime

import pyarrow as pa
import pytest
from tables import find

from {= cookiecutter.package_name =}.adoption.columns import recognition
from {= cookiecutter.package_name =}.adoption.reading import (
    AdoptionError,
    Reading,
)

NUMBERS = {
    "plain": (["1", "-2.5", "+3", "1e3", ".5"], [1, -2.5, 3, 1000, 0.5], None),
    "thousands": (["1,234", "12,345,678", "5"], [1234, 12345678, 5], None),
    "thousands with decimals": (["1,234.5", "2.25", "7.75"], [1234.5, 2.25, 7.75], None),
    "decimal commas": (["1.234,5", "2,25", "7"], [1234.5, 2.25, 7], None),
    "spaces": (["1 234", "12\u00a0345\u00a0678", "5"], [1234, 12345678, 5], None),
    "money": (["$1,234.50", "-$2.25", "$3"], [1234.5, -2.25, 3], "$"),
    "money behind": (["1.234,50 €", "2,25 €", "3 €"], [1234.5, 2.25, 3], "€"),
    "percent": (["12 %", "3.5%", "100 %"], [12, 3.5, 100], "%"),
    "a long minus": (["\u22121.5", "2", "3"], [-1.5, 2, 3], None),
}


@pytest.mark.parametrize(("texts", "numbers", "unit"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_understood_as_people_write_them(texts, numbers, unit):
    found = find(texts)
    assert (found.type, found.values.to_pylist(), found.unit) == ("number", numbers, unit)


def test_the_decimal_mark_of_the_table_settles_what_a_column_leaves_open():
    assert find(["1,234", "2,500"], decimal=",").values.to_pylist() == [1.234, 2.5]
    assert find(["1,234", "2,500"], decimal=".").values.to_pylist() == [1234, 2500]


@pytest.mark.parametrize(
    "texts", [["00420", "01230"], ["$1", "€2"], ["1,5", "1.5"], ["+49 151 2345678", "1.0.0"]]
)
def test_what_is_no_amount_of_one_kind_is_no_number(texts):
    assert find(texts * 5).type == "category"


DATES = {
    "ISO 8601": ["2024-12-31", "2024-02-01T10:00:00Z", "2024-02-01 12:00:00+02:00"],
    "day first": ["31/12/2024", "1/2/2024 10:00", "1/2/2024 10:00:00"],
    "month first": ["12/31/2024", "2/1/24 10:00 AM", "02/01/2024 10:00"],
    "dots": ["31.12.2024", "01.02.2024 10:00", "1.2.2024 10:00"],
    "names": ["Dec 31 2024", "February 1, 2024 10:00", "1 Feb 2024 10:00"],
    "three forms": ["2024/12/31", "Feb 1, 2024 10:00", "01.02.2024 10:00"],
}


@pytest.mark.parametrize("texts", DATES.values(), ids=DATES)
def test_dates_are_understood_as_people_write_them(texts):
    found = find(texts)
    moment = datetime.datetime(2024, 2, 1, 10)
    assert found.type == "datetime"
    assert found.values.to_pylist() == [datetime.datetime(2024, 12, 31), moment, moment]


def test_an_order_of_day_and_month_that_nothing_tells_is_asked_for():
    texts = ["01/02/2024", "03/04/2024"]
    with pytest.raises(AdoptionError, match="'01/02/2024' may have the day or the month first"):
        find(texts)
    assert find(texts, dayfirst=True).values[0].as_py().month == 2
    assert find(texts, dayfirst=False).values[0].as_py().month == 1


def test_compact_dates_are_no_amounts():
    days = [f"202401{day:02d}" for day in range(1, 31)]
    assert find(days).type == "datetime"
    assert find(["20240101", "20240102"]).type == "number"


@pytest.mark.parametrize("pair", [("no", "yes"), ("N", "Y"), ("0", "1"), ("FALSE", "True"), (0, 1)])
def test_yes_and_no_are_found(pair):
    found = find([pair[0], pair[1], pair[1]])
    assert (found.type, found.values.to_pylist()) == ("boolean", [False, True, True])


def test_marks_for_missing_values_are_found_where_they_can_only_be_marks():
    found = find(["1.5", "NA", "?", " ", "none", "-", "#VALUE!", "2"])
    assert (found.type, found.missing) == ("number", 6)
    assert find(["red", "none", "N/A", "red"]).values.to_pylist() == ["red", "none", None, "red"]


def test_namibia_is_no_missing_value():
    countries = ["NA", "DE", "FR", "US", "GB", "IT", "ES", "PL"] * 3
    assert find(countries).missing == 0


def test_a_text_can_be_told_to_be_a_mark_or_not():
    assert find(["1", "2", "nix"], missing=("nix",)).missing == 1
    column = pa.chunked_array([["a", "?", "a"]])
    assert recognition.find("column", column, Reading(), present=("?",)).missing == 0


def test_a_number_far_from_all_others_stands_for_none_if_it_repeats():
    warm = [20.5, 21.5, -3.0, 19.0]
    found = find(warm * 3 + [-999.0] * 3)
    assert (found.missing, found.minimum, found.sentinels) == (3, -3, (-999,))
    assert find([*warm * 3, -999.0]).missing == 0
    assert find([-999.0, -998.0, -997.0] * 3).missing == 0


def test_what_is_not_finite_is_missing():
    found = find([1.0, float("inf"), float("-inf"), float("nan"), 2.0])
    assert (found.missing, found.maximum) == (3, 2)


REASONS = {
    "it holds no value": ["", "NA", ""],
    "the same value in every row": ["a", "a", "a"],
    "numbers the rows": list(range(100, 160)),
    "a value of its own": [f"k{number:x}" for number in range(60)],
    "free text, 6 words": [f"it is said {n} times over" for n in range(60)],
    "10 are not: 'abc0'": [f"abc{n}" if n % 10 == 0 else f"{n}.5" for n in range(100)],
}


@pytest.mark.parametrize(("reason", "values"), REASONS.items(), ids=REASONS)
def test_what_no_model_can_use_is_left_out_with_a_sentence(reason, values):
    found = find(values)
    assert reason in found.note
    assert not found.is_feature


def test_many_categories_are_kept_and_left_open():
    found = find([f"level {number % 99}" for number in range(500)])
    assert (found.type, found.distinct, found.categories) == ("category", 99, ())


@pytest.mark.parametrize(
    "column",
    [
        pa.array([b"x", b"y"]),
        pa.array([[1], [2]]),
        pa.array(["a", "b"]).dictionary_encode(),
        pa.array([1, 2], pa.decimal128(5, 2)),
        pa.array([1, 2], pa.duration("s")),
        pa.array([0, 1], pa.date32()),
        pa.array([0, 1], pa.timestamp("ns", "Europe/Berlin")),
        pa.nulls(2),
    ],
    ids=lambda column: str(column.type),
)
def test_any_type_of_arrow_is_taken(column):
    found = recognition.find("column", pa.chunked_array([column]), Reading())
    assert len(found.values) == 2


def test_a_type_that_is_told_must_fit():
    column = pa.chunked_array([["1", "2", "many"]])
    with pytest.raises(AdoptionError, match="should be a number; 1 values are not: 'many'"):
        recognition.find("column", column, Reading(), "number")
    found = recognition.find("column", column, Reading(), "category")
    assert found.categories == ("1", "2", "many")
