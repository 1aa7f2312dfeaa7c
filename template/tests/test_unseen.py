import numpy as np
import pandas as pd
import pytest
from toy import CONFIG, TASKS, make_schema, make_table, make_timed_schema, recipe

from {= cookiecutter.package_name =} import features, training, unseen


def fit(schema, task, table):
    signature = schema.signature({})
    config = recipe("linear", task)
    kind = config["model"]["regressor" if task == "regression" else "classifier"]
    pipeline = training.build_pipeline(signature, config, kind, {})
    frame = features.to_frame(features.to_inputs(signature, table))
    return pipeline.fit(frame, features.to_target(schema, table))


@pytest.mark.parametrize("task", TASKS)
def test_every_row_is_predicted_once_by_a_model_that_did_not_see_it(task):
    schema, table = make_schema(task), make_table(task)
    found = unseen.predict(schema, fit(schema, task, table), table, CONFIG["training"], seed=1)
    assert found.rows.tolist() == list(range(len(table)))
    assert len(found.predictions.value) == len(table)
    if task != "regression":
        assert found.predictions.probabilities.sum(axis=1) == pytest.approx(1)


def test_a_row_is_predicted_from_other_times():
    schema = make_timed_schema()
    days = pd.date_range("2024-01-01", periods=40)
    late = np.arange(40) >= 20
    table = pd.DataFrame({"size": np.zeros(40), "day": days, "answer": late.astype(float)})
    pipeline = fit(schema, "regression", table)
    found = unseen.predict(schema, pipeline, table, CONFIG["training"], seed=1)
    assert found.predictions.value[0] == pytest.approx(1)
    assert found.predictions.value[-1] == pytest.approx(0)


def test_of_a_large_table_some_rows_are_predicted():
    schema, table = make_schema("binary"), make_table("binary")
    settings = CONFIG["training"] | {"search_rows": 50}
    found = unseen.predict(schema, fit(schema, "binary", table), table, settings, seed=1)
    assert len(found.rows) == len(found.predictions.value) == 50
    assert (np.diff(found.rows) > 0).all()
