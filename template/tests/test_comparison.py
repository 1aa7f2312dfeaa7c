from dataclasses import replace

import pytest
from test_gate import FakePackage
from toy import CONFIG, make_schema, make_table

from {= cookiecutter.package_name =} import comparison

SCHEMA = replace(make_schema("regression"), sensitive=("colour",))
TABLE = make_table("regression")


def compare(ours: float, theirs: float) -> comparison.Comparison:
    """Two models that are right for a share of what there is to know."""
    pair = FakePackage("new", ours), FakePackage("old", theirs)
    return comparison.compare(SCHEMA, *pair, TABLE, CONFIG)


def test_a_better_model_gains_with_confidence():
    found = compare(0.9, 0.5)
    assert 0 < found.gain.low <= found.gain.value <= found.gain.high
    assert found.gain.value == pytest.approx(found.champion - found.challenger)  # mae is an error
    assert "a gain of +" in found.describe()


def test_the_same_model_gains_nothing():
    found = compare(0.5, 0.5)
    assert (found.gain.low, found.gain.value, found.gain.high) == (0, 0, 0)


def test_slices_of_sensitive_columns_are_compared():
    slices = compare(0.9, 0.5).slices
    assert set(slices) == {"colour: blue", "colour: red", "colour: missing"}
    assert all(found["gain"] > 0 for found in slices.values())
