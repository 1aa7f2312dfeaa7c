from itertools import combinations
from math import factorial

import numpy as np
import pytest

from {= cookiecutter.package_name =} import explain
from {= cookiecutter.package_name =} import signature as sig

FIELDS = (
    sig.Field("a", "number"),
    sig.Field("colour", "category", categories=("red", "blue")),
    sig.Field("day", "datetime", parts=("month", "year_cycle")),
    sig.Field("b", "number"),
)
SIGNATURE = sig.Signature("regression", sig.Target("y"), FIELDS, {})
WEIGHTS = np.array([2.0, -3.0, 0.5, 1.0, 1.0])
ROW = sig.Inputs(np.float32([[1, 2, 3, 4, 5]]), np.array([["red"]], object))


def make_rows(count):
    generator = np.random.default_rng(3)
    number = generator.normal(size=(count, 5)).astype(np.float32)
    return sig.Inputs(number, generator.choice(["red", "blue"], (count, 1)).astype(object))


def add_up(inputs):
    """A model in which no field changes what another does."""
    return sig.Predictions(inputs.number @ WEIGHTS + 10 * (inputs.category[:, 0] == "red"))


def entangle(inputs):
    """A model in which they do, for two classes."""
    a, b, month = inputs.number[:, 0], inputs.number[:, 1], inputs.number[:, 2]
    score = a * b + (inputs.category[:, 0] == "red") * month
    share = 1 / (1 + np.exp(-score))
    return sig.Predictions(score > 0, np.stack([1 - share, share], axis=1))


def shares_by_definition(predict, row, typical):
    """Shapley values over every set of fields: what the sampling must come close to."""
    number, category = explain.owners(SIGNATURE)
    count = len(FIELDS)

    def value(known):
        mixed = sig.Inputs(
            np.where(np.isin(number, known), row.number, typical.number),
            np.where(np.isin(category, known), row.category, typical.category),
        )
        return explain.columns_of(predict(mixed)).mean(axis=0)

    shares = []
    for field in range(count):
        others = [other for other in range(count) if other != field]
        share = 0
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for known in combinations(others, size):
                share += weight * (value([*known, field]) - value(list(known)))
        shares.append(share)
    return np.array(shares)


def test_of_a_sum_every_field_gets_exactly_its_part():
    typical = make_rows(explain.TYPICAL_ROWS)
    found = explain.Explainer(SIGNATURE, add_up, typical).explain(ROW)
    moved = (ROW.number[0] - typical.number.mean(axis=0)) * WEIGHTS
    red = 10 * (1 - (typical.category == "red").mean())
    expected = [moved[0], red, moved[2:].sum(), moved[1]]
    np.testing.assert_allclose(found.shares[:, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(found.average, [add_up(typical).value.mean()], rtol=1e-5)


def test_the_shares_are_near_shapley_s_and_add_up_to_the_prediction():
    typical = make_rows(explain.TYPICAL_ROWS)
    found = explain.Explainer(SIGNATURE, entangle, typical).explain(ROW)
    right = shares_by_definition(entangle, ROW, typical)
    np.testing.assert_allclose(found.shares, right, atol=0.02)
    whole = found.average + found.shares.sum(axis=0)
    np.testing.assert_allclose(whole, entangle(ROW).probabilities[0], rtol=1e-6)


def test_the_same_row_is_explained_alike_and_a_typical_value_moves_nothing():
    typical = explain.take(make_rows(1), np.zeros(8, int))
    explainer = explain.Explainer(SIGNATURE, entangle, typical)
    assert np.array_equal(explainer.explain(ROW).shares, explainer.explain(ROW).shares)
    assert not explainer.explain(explain.take(typical, np.array([0]))).shares.any()


@pytest.mark.parametrize("count", [1, 40, explain.MOST_FIELDS])
def test_any_number_of_fields_costs_a_bounded_number_of_predictions(count):
    fields = tuple(sig.Field(f"x{place}", "number") for place in range(count))
    asked = []

    def predict(inputs):
        asked.append(len(inputs))
        return sig.Predictions(inputs.number.sum(axis=1))

    generator = np.random.default_rng(0)
    typical = sig.Inputs(
        generator.normal(size=(explain.TYPICAL_ROWS, count)).astype(np.float32),
        np.empty((explain.TYPICAL_ROWS, 0), object),
    )
    described = sig.Signature("regression", sig.Target("y"), fields, {})
    row = explain.take(typical, np.array([0]))
    found = explain.Explainer(described, predict, typical).explain(row)
    assert sum(asked) <= explain.MODEL_ROWS
    whole = found.average + found.shares.sum(axis=0)
    np.testing.assert_allclose(whole, row.number.sum(axis=1), rtol=1e-3)


def test_typical_values_are_no_rows_and_the_parts_of_a_date_stay_together():
    numbers = np.arange(500, dtype=np.float32).reshape(100, 5)
    rows = sig.Inputs(numbers, np.arange(100).astype(str).astype(object).reshape(-1, 1))
    typical = explain.draw_typical(SIGNATURE, rows, seed=1)
    place = typical.number // 5
    assert len(typical) == explain.TYPICAL_ROWS
    assert (place[:, 2:] == place[:, [2]]).all()
    assert (place[:, 0] == place[:, 1]).mean() < 0.1
    assert (typical.category[:, 0].astype(float) == place[:, 0]).mean() < 0.1


def test_typical_values_survive_json_also_where_some_are_missing():
    rows = make_rows(3)
    rows.number[1, 2] = np.nan
    rows.category[2, 0] = sig.MISSING
    read = explain.from_json(explain.to_json(rows))
    np.testing.assert_array_equal(read.number, rows.number)
    np.testing.assert_array_equal(read.category, rows.category)
