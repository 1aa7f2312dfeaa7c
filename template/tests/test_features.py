import numpy as np
import pytest
from toy import CONFIG, make_dated_schema, make_dated_table, make_schema, make_table

from {= cookiecutter.package_name =} import features, prepared
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


def test_the_parts_of_dates_end_the_number_matrix():
    signature = make_dated_schema("binary").signature({})
    inputs = features.to_inputs(signature, make_dated_table("binary"))
    assert inputs.number.shape == (120, signature.width) == (120, 2 + 3)
    assert np.isnan(inputs.number[0, 2:]).all()
    assert inputs.number[1, 2] == 1  # January


def test_the_order_of_the_table_s_columns_does_not_matter(signature):
    table = make_table("binary", rows=10)
    straight = features.to_inputs(signature, table)
    turned = features.to_inputs(signature, table[table.columns[::-1]])
    np.testing.assert_array_equal(straight.number, turned.number)


def test_rows_read_in_blocks_are_those_of_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "BLOCK", 50)
    schema, table = make_dated_schema("binary"), make_dated_table("binary")
    prepared.write(schema, table, np.arange(len(table)), tmp_path / "rows.parquet")
    inputs, target = features.read_all(schema, tmp_path / "rows.parquet")
    whole = features.to_inputs(schema.signature({}), table)
    np.testing.assert_array_equal(inputs.number, whole.number)
    np.testing.assert_array_equal(inputs.category, whole.category)
    np.testing.assert_array_equal(target, features.to_target(schema, table))


def test_a_target_is_text_or_float32():
    target = features.to_target(make_schema("regression"), make_table("regression"))
    assert target.dtype == np.float32
    assert set(features.to_target(make_schema("binary"), make_table("binary"))) == {"no", "yes"}


def transform(signature, scale=False, number=(), category=()):
    """The toy table after the feature steps, with some settings changed."""
    settings = {
        "number": CONFIG["features"]["number"] | dict(number),
        "category": CONFIG["features"]["category"] | dict(category),
    }
    table = make_table("binary")
    frame = features.to_frame(features.to_inputs(signature, table))
    steps = features.build(signature, settings, scale, seed=1)
    return steps.fit_transform(frame, table["answer"])


def test_scaling_only_happens_where_the_model_asks_for_it(signature):
    plain, scaled = transform(signature), transform(signature, scale=True)
    assert not np.isnan(plain).any()
    assert scaled[:, 0].std() == pytest.approx(1, abs=1e-5)
    assert plain[:, 0].std() != pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("impute", ["mean", "median", "most_frequent", "end_of_tail", "arbitrary"])
def test_a_missing_number_is_imputed_as_conf_says(signature, impute):
    size = make_table("binary")["size"]
    expected = {
        "mean": size.mean(),
        "median": size.median(),
        "most_frequent": size.min(),  # all occur once: the first of them
        "end_of_tail": size.mean() + 3 * size.std(ddof=0),
        "arbitrary": -1,
    }
    assert transform(signature, number={"impute": impute})[0, 0] == pytest.approx(expected[impute])


def test_a_flag_tells_where_a_number_was_missing(signature):
    plain, flagged = transform(signature), transform(signature, number={"indicator": True})
    assert flagged.shape[1] == plain.shape[1] + 2
    assert flagged[:10, 2].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("shape", ["power", "quantile"])
def test_the_shape_of_numbers_changes_for_models_that_scale(signature, shape):
    plain, changed = (transform(signature, True, {"transform": t}) for t in ("none", shape))
    assert not np.allclose(plain[:, 0], changed[:, 0])
    untouched = transform(signature, scale=False, number={"transform": shape})
    np.testing.assert_array_equal(untouched, transform(signature, scale=False))


def test_many_categories_are_encoded_by_the_target(signature):
    listed = transform(signature)
    assert listed.shape[1] == 2 + 3  # blue, red and missing
    encoded = transform(signature, category={"one_hot": 1})
    assert encoded.shape[1] == 2 + 1
    assert (encoded[:, 2] > 0).all()
    assert (encoded[:, 2] < 1).all()


def test_a_missing_category_can_become_the_most_frequent(signature):
    assert transform(signature, category={"missing": "most_frequent"}).shape[1] == 2 + 2
