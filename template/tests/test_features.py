import numpy as np
import pytest
from toy import make_schema, make_table

from {= cookiecutter.package_name =} import features
from {= cookiecutter.package_name =}.signature import MISSING


@pytest.fixture
def signature():
    return make_schema("binary").signature({})


def test_numbers_and_categories_become_two_matrices(signature):
    table = make_table("binary", rows=10)
    inputs = features.to_inputs(signature, table)
    assert inputs.number.dtype == np.float32
    assert inputs.number.shape == (10, 2)
    assert inputs.category.shape == (10, 1)
    assert len(inputs) == 10


def test_missing_values_are_marked(signature):
    inputs = features.to_inputs(signature, make_table("binary", rows=10))
    assert np.isnan(inputs.number[0, 0])
    assert inputs.category[0, 0] == MISSING


def test_the_order_of_the_table_s_columns_does_not_matter(signature):
    table = make_table("binary", rows=10)
    straight = features.to_inputs(signature, table)
    turned = features.to_inputs(signature, table[table.columns[::-1]])
    np.testing.assert_array_equal(straight.number, turned.number)


def test_a_target_is_text_or_float32():
    target = features.to_target(make_schema("regression"), make_table("regression"))
    assert target.dtype == np.float32
    assert set(features.to_target(make_schema("binary"), make_table("binary"))) == {"no", "yes"}


def test_scaling_only_happens_where_the_model_asks_for_it(signature):
    config = {"number": {"impute": "mean"}}
    frame = features.to_frame(features.to_inputs(signature, make_table("binary")))
    plain = features.build(signature, config, scale=False).fit_transform(frame)
    scaled = features.build(signature, config, scale=True).fit_transform(frame)
    assert not np.isnan(plain).any()
    assert scaled[:, 0].std() == pytest.approx(1, abs=1e-5)
    assert plain[:, 0].std() != pytest.approx(1, abs=1e-5)
