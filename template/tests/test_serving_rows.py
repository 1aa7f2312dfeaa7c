import numpy as np
import pytest

from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.serving import body, rows, warnings

MISSING = signature.MISSING

NUMBER = signature.Field("speed", "number", unit="m/s", minimum=0, maximum=60)
FLAG = signature.Field('it\'s "open"', "boolean")
KIND = signature.Field("rows", "category", categories=("a", "ü"))
WIDE = signature.Field("error", "number", nullable=True)
FREE = signature.Field("free text", "category", nullable=True)
MAYBE = signature.Field("maybe", "boolean", nullable=True)

GOOD = {"speed": 3, 'it\'s "open"': True, "rows": "ü"}


@pytest.fixture(scope="module")
def reader():
    fields = (KIND, NUMBER, FLAG, WIDE, FREE, MAYBE)
    target = signature.Target("y")
    return rows.RowReader(signature.Signature("regression", target, fields, GOOD))


def problems(reader, given):
    with pytest.raises(rows.RowsError) as caught:
        reader.read(given)
    return caught.value.problems


def message(reader, given):
    (problem,) = problems(reader, given)
    return problem["message"]


def test_a_row_becomes_two_matrices_in_the_order_of_the_signature(reader):
    given = GOOD | {"error": -1.5, "free text": "x", "maybe": False}
    inputs = reader.read(given)
    assert inputs.number.tolist() == [[3, 1, -1.5, 0]]
    assert inputs.category.tolist() == [["ü", "x"]]
    assert inputs.number.dtype == np.float32


def test_what_may_be_missing_is_missing_for_the_model_too(reader):
    for given in (GOOD, GOOD | {"error": None, "free text": None, "maybe": None}):
        inputs = reader.read(given)
        assert np.isnan(inputs.number[0, 2:]).all()
        assert inputs.category[0, 1] == MISSING


def test_a_list_holds_many_rows(reader):
    inputs = reader.read([GOOD, GOOD | {"speed": 60}])
    assert inputs.number[:, 0].tolist() == [3, 60]
    assert inputs.category.shape == (2, 2)


def test_a_model_may_read_only_numbers_or_only_categories():
    target = signature.Target("y")
    for field, value in ((NUMBER, 1), (KIND, "a")):
        one = signature.Signature("regression", target, (field,), {})
        inputs = rows.RowReader(one).read([{field.name: value}] * 3)
        assert len(inputs) == 3
        assert inputs.number.shape[1] + inputs.category.shape[1] == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"fast"', '"fast"'),
        ('"3"', '"3"'),
        ("true", "true"),
        ("null", "null"),
        ("[1]", "a list"),
        ('{"a": 1}', "an object"),
        ("-0.001", "-0.001"),
        ("60.5", "60.5"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("1e999", "Infinity"),
        ("1" + "0" * 60, "1e+60"),
    ],
)
def test_a_value_that_is_no_number_in_range_is_shown_with_what_is_wanted(reader, text, shown):
    given = GOOD | {"speed": body.parse(text.encode())}
    assert message(reader, given) == f"speed must be a number from 0 to 60 m/s, not {shown}"


def test_a_number_that_float32_cannot_hold_is_refused(reader):
    for value in (1e39, -1e39, 10**400):
        words = message(reader, GOOD | {"error": value})
        assert words.startswith("error must be a number between ±3.4e+38 or null, not ")
    assert reader.read(GOOD | {"error": 3.4e38}).number[0, 2] == np.float32(3.4e38)


def test_a_range_beyond_float32_does_not_widen_what_the_model_can_hold():
    field = signature.Field("x", "number", minimum=-1e300, maximum=1e300)
    one = signature.Signature("regression", signature.Target("y"), (field,), {})
    for value in (1e39, -1e39):
        assert "x must be a number from" in message(rows.RowReader(one), {"x": value})


def test_a_category_is_refused_with_the_known_ones(reader):
    assert message(reader, GOOD | {"rows": "b"}) == 'rows must be one of a, ü, not "b"'
    assert message(reader, GOOD | {"rows": 1}) == "rows must be one of a, ü, not 1"
    assert message(reader, GOOD | {"rows": "A"}) == 'rows must be one of a, ü, not "A"'


def test_text_that_is_no_text_for_the_model_is_refused(reader):
    half = body.parse(b'"\\ud800"')
    assert message(reader, GOOD | {"free text": half}) == 'free text must be text or null, not "?"'
    assert "must be text or null" in message(reader, GOOD | {"free text": MISSING})


def test_a_boolean_is_neither_a_number_nor_a_word(reader):
    for value in (1, 0, "true", 1.0):
        assert "must be true or false, not" in message(reader, GOOD | {FLAG.name: value})
    assert "must be true or false or null" in message(reader, GOOD | {"maybe": "yes"})


def test_a_missing_field_is_named_with_what_it_must_be(reader):
    given = {name: value for name, value in GOOD.items() if name != "speed"}
    assert message(reader, given) == "speed is missing: it must be a number from 0 to 60 m/s"


def test_an_unknown_field_is_named_with_the_one_that_was_meant(reader):
    assert "did you mean speed?" in message(reader, GOOD | {"sped": 1})
    assert "known are rows, speed" in message(reader, GOOD | {"zzz": 1})


def test_a_field_that_is_given_twice_is_refused(reader):
    text = b'{"speed": 1, "rows": "a", "it\'s \\"open\\"": true, "speed": 2}'
    assert message(reader, body.parse(text)) == "speed is given more than once"


def test_every_field_of_every_row_is_reported_at_once(reader):
    found = problems(reader, [{"speed": "x", "rows": "b"}, GOOD, 5, GOOD | {"speed": 99, "a": 1}])
    places = [(problem["row"], problem["field"]) for problem in found]
    assert places == [
        (0, "rows"),
        (0, "speed"),
        (0, FLAG.name),
        (2, None),
        (3, "speed"),
        (3, "a"),
    ]


def test_the_summary_counts_fields_and_rows(reader):
    for given, summary, count in [
        (GOOD | {"speed": "x"}, "1 field can't be used", 1),
        ([GOOD | {"speed": "x", "rows": 1}], "2 fields can't be used", 1),
        ([1, None], "2 rows can't be used", 2),
        ([], "1 row can't be used", 0),
    ]:
        with pytest.raises(rows.RowsError, match=summary) as caught:
            reader.read(given)
        assert caught.value.rows == count


def test_an_empty_list_is_refused(reader):
    assert message(reader, []) == "the list holds no row"


def test_a_flood_of_problems_and_a_long_name_give_a_short_answer(reader):
    found = problems(reader, [{"x" * 1000: 1}] * rows.MAX_PROBLEMS)
    assert len(found) == rows.MAX_PROBLEMS
    assert max(len(problem["message"]) for problem in found) < 200
    assert max(len(problem["field"]) for problem in found) < 50


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "line 1, column 1"),
        (b'{"a":\n1,}', "line 2, column 3"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"9" * 5000, "too many digits"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(text, words):
    with pytest.raises(body.BodyError, match=words):
        body.parse(text)


def test_a_mark_of_utf_8_before_the_json_is_let_through():
    assert body.parse(b"\xef\xbb\xbf[1]") == [1]


def test_a_whole_number_of_many_digits_is_a_float_however_the_body_is_parsed():
    for text in (b"[1%s]" % (b"0" * 30), b"\xef\xbb\xbf[1%s]" % (b"0" * 30)):
        (found,) = body.parse(text)
        assert (type(found), found) == (float, 1e30)
    assert body.parse(b"\xef\xbb\xbf[18446744073709551615, -1]") == [2**64 - 1, -1]


def test_an_error_can_spell_out_what_is_wrong(reader):
    with pytest.raises(rows.RowsError) as caught:
        reader.read([GOOD, GOOD | {"speed": "x"}])
    words = '1 field can\'t be used: row 1: speed must be a number from 0 to 60 m/s, not "x"'
    assert str(caught.value.spell_out()) == words


def test_a_date_becomes_its_parts_at_the_end_of_the_numbers():
    day = signature.Field("day", "datetime", nullable=True, parts=("month", "hour"))
    target = signature.Target("y")
    reader = rows.RowReader(signature.Signature("regression", target, (day, NUMBER), {}))
    given = [{"day": "2024-03-01T06:30"}, {"day": "2024-12-31"}, {"day": None}]
    number = reader.read([row | {"speed": 1} for row in given]).number
    assert number[:2].tolist() == [[1, 3, 6.5], [1, 12, 0]]
    assert np.isnan(number[2, 1:]).all()
    bads = ("tomorrow", 20240301, "2024-03-01T06:30+01:00", "2024-02-30", "", "2024-03-01\ud80006")
    for bad in bads:
        assert "must be a date such as 2026" in message(reader, {"speed": 1, "day": bad})


@pytest.fixture(scope="module")
def lenient():
    """Fields whose doubtful values are let through."""
    speed = signature.Field("speed", "number", minimum=0, maximum=60, unit="m/s", outside="flag")
    kind = signature.Field("kind", "category", categories=("a", "ü"), unknown="missing")
    return signature.Signature("regression", signature.Target("y"), (speed, kind), {})


@pytest.mark.parametrize("speed", [-1, 60.5, 3e38])
def test_a_number_outside_its_range_can_be_flagged_instead(lenient, speed):
    given = {"speed": speed, "kind": "a"}
    assert rows.RowReader(lenient).read(given).number.tolist() == [[np.float32(speed)]]
    (warning,) = warnings.Warner(lenient).warn([given])
    assert (warning["row"], warning["field"]) == (0, "speed")
    assert warning["message"].startswith("speed is not a number from 0 to 60 m/s: ")


def test_an_unknown_category_can_be_treated_as_missing(lenient):
    given = [{"speed": 1, "kind": "ü"}, {"speed": 1, "kind": "other"}]
    assert rows.RowReader(lenient).read(given).category.tolist() == [["ü"], [MISSING]]
    (warning,) = warnings.Warner(lenient).warn(given)
    words = 'kind is treated as missing: "other" is not one of a, ü'
    assert (warning["row"], warning["message"]) == (1, words)
    (half,) = problems(rows.RowReader(lenient), {"speed": 1, "kind": "\ud800"})
    assert half["message"] == 'kind must be text, not "?"'


@pytest.mark.parametrize("speed", [None, "1", True, 3.5e38, float("nan"), float("inf")])
def test_what_the_model_cannot_read_is_refused_all_the_same(lenient, speed):
    found = problems(rows.RowReader(lenient), {"speed": speed, "kind": "a"})
    assert [problem["field"] for problem in found] == ["speed"]


def test_without_doubt_there_is_no_warning(lenient):
    assert warnings.Warner(lenient).warn([{"speed": 60, "kind": "a"}]) == []
