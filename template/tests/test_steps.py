import numpy as np
import pytest

from {= cookiecutter.package_name =}.signature import MISSING
from {= cookiecutter.package_name =}.steps import (
    RARE,
    CategoryGrouper,
    MissingFlags,
    OutlierCapper,
    end_of_tail,
)


def test_outliers_are_moved_to_the_fences():
    values = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [100.0], [-100.0], [np.nan]])
    capped = OutlierCapper().fit_transform(values)
    low, high = np.nanquantile(values, [0.25, 0.75])
    assert capped[5, 0] == high + 1.5 * (high - low)
    assert capped[6, 0] == low - 1.5 * (high - low)
    assert capped[:5, 0].tolist() == [1, 2, 3, 4, 5]
    assert np.isnan(capped[7, 0])


def test_a_column_without_any_value_has_no_outliers():
    assert np.isnan(OutlierCapper().fit_transform(np.full((3, 1), np.nan))).all()


def test_flags_tell_what_is_missing():
    assert MissingFlags().fit_transform([[1.0, np.nan]]).tolist() == [[0, 1]]


def test_end_of_tail_is_three_deviations_above_the_mean():
    assert end_of_tail(np.array([1.0, 3.0])) == 5


def test_rare_and_unknown_categories_become_one():
    column = np.array([["a"]] * 6 + [["b"]] * 3 + [["c"]], dtype=object)
    grouper = CategoryGrouper(rare=0.2).fit(column)
    assert grouper.transform([["a"], ["b"], ["c"], ["never seen"]]).ravel().tolist() == [
        "a",
        "b",
        RARE,
        RARE,
    ]


@pytest.mark.parametrize(("missing", "becomes"), [("category", MISSING), ("most_frequent", "b")])
def test_a_missing_category_stays_or_is_filled(missing, becomes):
    column = np.array([["a"], ["b"], ["b"], [MISSING]], dtype=object)
    grouper = CategoryGrouper(missing=missing).fit(column)
    assert grouper.transform([[MISSING], ["a"]]).ravel().tolist() == [becomes, "a"]
