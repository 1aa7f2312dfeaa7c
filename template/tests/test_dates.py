import numpy as np
import pytest

from {= cookiecutter.package_name =} import dates

MOMENTS = dates.parse(["2024-02-29T18:30:00", "1969-12-31", None])


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("year", [2024, 1969]),
        ("month", [2, 12]),
        ("day", [29, 31]),
        ("weekday", [3, 2]),
        ("hour", [18.5, 0]),
    ],
)
def test_a_part_is_the_calendar_s(part, values):
    found = dates.expand(MOMENTS, [part])
    assert found[:2, 0].tolist() == values
    assert np.isnan(found[2]).all()


def test_parts_are_the_same_as_python_s_for_many_years():
    days = np.arange("1890-01-01", "2110-01-01", dtype="datetime64[D]")
    parts = dates.expand(days.astype("datetime64[s]"), ["year", "month", "day", "weekday"])
    expected = [(d.year, d.month, d.day, d.weekday()) for d in days.astype(object)]
    np.testing.assert_array_equal(parts, np.float32(expected))


@pytest.mark.parametrize(
    ("part", "end", "start"),
    [
        ("year_cycle", "2024-12-31T23:59:59", "2025-01-01"),
        ("week_cycle", "2024-06-02T23:59:59", "2024-06-03"),
        ("day_cycle", "2024-06-02T23:59:59", "2024-06-03"),
    ],
)
def test_a_cycle_ends_where_it_begins(part, end, start):
    ends, starts = dates.expand(dates.parse([end, start]), [part])
    np.testing.assert_allclose(ends, starts, atol=0.02)
    assert dates.width([part]) == 2


def test_what_is_no_date_is_refused():
    with pytest.raises(ValueError, match="Error parsing datetime"):
        dates.parse(["tomorrow"])
