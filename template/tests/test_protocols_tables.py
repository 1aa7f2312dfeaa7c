import pytest

from {= cookiecutter.package_name =}.serving import body, rows
from {= cookiecutter.package_name =}.serving.protocols import (
    tables,
)
from {= cookiecutter.package_name =}.signature import Field

NAMES = ["speed", "kind"]
FIELDS = [
    Field("speed", "number"),
    Field("open", "boolean"),
    Field("kind", "category"),
    Field("day", "datetime"),
]
FAST = {"speed": 3, "kind": "a"}
GAP = float("nan")


def any_length(given):
    """Stands for the service's limit on rows."""
    assert type(given) is list


def problems(read, given):
    with pytest.raises(rows.RowsError) as caught:
        read(given, NAMES, any_length)
    return [problem["message"] for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (tables.read_split, {"columns": ["kind", "speed"], "data": [["a", 3], ["b", None]]}),
        (tables.read_split, {"data": [[3, "a"], [None, "b"]], "columns": NAMES, "index": [7, 8]}),
        (tables.read_split, {"data": [[3, "a"], [GAP, "b"]]}),
        (tables.read_records, [FAST, {"speed": None, "kind": "b"}]),
        (tables.read_records, [[3, "a"], [GAP, "b"]]),
        (tables.read_columns, {"kind": ["a", "b"], "speed": [3, GAP]}),
        (tables.read_columns, [FAST, {"speed": GAP, "kind": "b"}]),
    ],
)
def test_every_way_to_write_a_table_gives_the_same_rows(read, given):
    assert read(given, NAMES, any_length) == [FAST, {"speed": None, "kind": "b"}]


def test_plain_values_are_one_row():
    assert tables.read_columns(dict(FAST), NAMES, any_length) == [FAST]


@pytest.mark.parametrize(
    ("read", "given", "words"),
    [
        (tables.read_split, [], "must be an object, not a list"),
        (tables.read_split, {"columns": NAMES}, "data is missing"),
        (tables.read_split, {"data": [], "rows": []}, "knows no rows"),
        (tables.read_split, {"data": 5}, "data must be a list of rows, not 5"),
        (tables.read_split, {"columns": [0, 1], "data": []}, "a list of names"),
        (tables.read_split, {"data": [[1]]}, "a list of 2 values, not 1"),
        (tables.read_split, {"data": [None]}, "a list of 2 values, not null"),
        (tables.read_records, {"speed": 3}, "rows must be a list, not an object"),
        (tables.read_columns, 5, "a list or an object, not 5"),
        (tables.read_columns, {"speed": [1, 2], "kind": ["a"]}, "lists of one length"),
        (tables.read_columns, {"speed": [1, 2], "kind": "a"}, "lists of one length"),
    ],
)
def test_what_is_no_table_is_refused_in_words(read, given, words):
    (message,) = problems(read, given)
    assert words in message


def test_every_row_of_another_length_is_named():
    found = problems(tables.read_records, [[3, "a"], [3], [], [3, "a", 5]])
    assert len(found) == 3


def test_a_column_given_twice_reaches_the_reader_as_such():
    (row,) = tables.read_split({"columns": ["speed", "speed"], "data": [[1, 2]]}, NAMES, any_length)
    assert row.repeated == ["speed"]
    (row,) = tables.read_columns(body.parse(b'{"speed": [1], "speed": [2]}'), NAMES, any_length)
    assert row.repeated == ["speed"]


def test_csv_is_spelled_as_the_files_of_the_project():
    text = "day,speed,open,kind\n2026-01-31, 3 ,True,a\n,NA,0,\n\n2026-02-01,-2.5e1,?,None\n"
    assert tables.read_csv(text, FIELDS, any_length) == [
        {"day": "2026-01-31", "speed": 3, "open": True, "kind": "a"},
        {"day": None, "speed": None, "open": False, "kind": None},
        {"day": "2026-02-01", "speed": -25.0, "open": "?", "kind": "None"},
    ]


def test_the_index_that_pandas_writes_is_left_out():
    assert tables.read_csv(',speed\n0,1\n1,"2"\n', FIELDS, any_length) == [
        {"speed": 1},
        {"speed": 2},
    ]


def test_what_is_no_number_stays_text():
    text = "speed\n1_000\n0x10\n²\ninf\n1e999\n"
    found = [row["speed"] for row in tables.read_csv(text, FIELDS, any_length)]
    assert found == ["1_000", "0x10", "²", "inf", float("inf")]


def test_broken_csv_is_refused():
    with pytest.raises(body.BodyError, match="not CSV"):
        tables.read_csv('speed\n"1', FIELDS, any_length)
    with pytest.raises(rows.RowsError) as caught:
        tables.read_csv("speed,kind\n1\n", FIELDS, any_length)
    assert caught.value.problems[0]["row"] == 0
    with pytest.raises(rows.RowsError):
        tables.read_csv("", FIELDS, any_length)
