import json
from dataclasses import replace

import pandas as pd
import pytest
from toy import make_schema, make_table

from {= cookiecutter.package_name =} import data
from {= cookiecutter.package_name =}.retraining import feedback
from {= cookiecutter.package_name =}.store.records import Prediction

COLUMNS = {
    "size": {"type": "number", "nullable": True, "minimum": -10, "maximum": 10},
    "colour": {"type": "category", "nullable": True, "categories": ["blue", "red"]},
    "flag": {"type": "boolean"},
    "day": {"type": "datetime"},
    "name": {"type": "identifier"},
    "answer": {"type": "category", "categories": ["no", "yes"]},
}
SCHEMA = make_schema("binary", columns=COLUMNS, time="day")
LOGGED = Prediction(
    request_id="r1",
    row=0,
    time="2024-05-01T12:00:00.000+00:00",
    model="toy",
    version="v1",
    route="champion",
    features=json.dumps({"size": 1.5, "colour": "red", "flag": True}),
    prediction="no",
    probabilities=None,
    latency_ms=1.0,
    label="yes",
    labelled="2024-05-02T12:00:00.000+00:00",
)


@pytest.fixture
def raw(tmp_path):
    table = make_table("binary", rows=20).assign(day="2024-01-01", name="first")
    table.to_csv(tmp_path / "first.csv", index=False)
    return tmp_path


def collect(raw, *logged, only_new=True):
    return feedback.collect(SCHEMA, [list(logged)], raw, only_new=only_new)


def test_labelled_rows_become_rows_of_the_table(raw):
    found = collect(raw, LOGGED, replace(LOGGED, row=1, label="no")).rows
    assert found["answer"].tolist() == ["yes", "no"]
    assert found["day"].tolist() == [pd.Timestamp("2024-05-01 12:00")] * 2
    assert found["name"].tolist() == ["r1/0", "r1/1"]
    feedback.write(SCHEMA, found, raw / "feedback.parquet", raw / "draft")
    assert len(data.read(SCHEMA, raw)) == 22
    feedback.write(SCHEMA, found.head(0), raw / "feedback.parquet", raw / "draft")
    assert len(data.read(SCHEMA, raw)) == 20


@pytest.mark.parametrize(
    "change", [{"route": "shadow"}, {"model": "other"}, {"label": None}, {"features": "{}"}]
)
def test_what_is_no_row_of_this_table_is_passed_over(raw, change):
    assert collect(raw, replace(LOGGED, **change)).rows.empty


def test_rows_that_break_a_rule_are_left_out_with_the_reason(raw):
    features = json.dumps({"size": 99, "colour": "red", "flag": True})
    found = collect(raw, LOGGED, replace(LOGGED, features=features))
    assert len(found.rows) == 1
    assert found.left_out == {"size: not at most 10": 1}


def test_a_row_that_the_table_has_already_is_not_new(raw):
    known = data.read(SCHEMA, raw).iloc[1]
    features = {"size": known["size"], "colour": known["colour"], "flag": bool(known["flag"])}
    same = replace(LOGGED, features=json.dumps(features), label=known["answer"])
    assert collect(raw, same).rows.empty
    assert len(collect(raw, same, only_new=False).rows) == 1
