import numpy as np
from toy import make_schema, make_table

from {= cookiecutter.package_name =} import features, reference
from {= cookiecutter.package_name =}.signature import Predictions


def test_every_field_and_the_predictions_are_described():
    signature = make_schema("binary").signature({})
    inputs = features.to_inputs(signature, make_table("binary"))
    shares = np.full((len(inputs), 2), 0.5, np.float32)
    predictions = Predictions(np.full(len(inputs), "yes"), shares)
    found = reference.describe(signature, inputs, predictions)
    assert found["rows"] == len(inputs)
    assert set(found["fields"]) == {"size", "colour", "flag"}
    assert found["predictions"]["counts"] == {"yes": len(inputs)}


def test_a_histogram_counts_every_known_value():
    values = np.append(np.linspace(0, 1, 99, dtype=np.float32), np.nan)
    found = reference.describe_numbers(values)
    assert found["missing"] == 1
    assert sum(found["counts"]) == 99
    assert found["minimum"] == 0


def test_a_constant_and_an_empty_column_can_be_described():
    assert sum(reference.describe_numbers(np.ones(5))["counts"]) == 5
    assert reference.describe_numbers(np.full(5, np.nan)) == {"type": "number", "missing": 5}


def test_missing_categories_are_counted_apart():
    found = reference.describe_categories(np.array(["a", "__missing__", "a"], object))
    assert found == {"type": "category", "missing": 1, "counts": {"a": 2}}
