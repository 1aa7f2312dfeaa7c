from typing import get_args

import pytest
from toy import make_schema, make_timed_schema

from {= cookiecutter.package_name =} import dates
from {= cookiecutter.package_name =}.schema import Part, Schema, SchemaError


def test_the_project_has_a_valid_data_yaml(schema):
    assert schema.features
    assert schema.target not in [column.name for column in schema.features]


def test_features_leave_out_the_target_and_dates():
    schema = make_timed_schema()
    assert [column.name for column in schema.features] == ["size"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"task": "guess"}, "task: input should be 'binary', 'multiclass' or 'regression'"),
        ({"target": "gone"}, "target: gone is not under columns"),
        ({"time": "gone"}, "time: gone is not under columns"),
        ({"time": "size"}, "time: size is a number, not a datetime"),
        ({"positive": "perhaps"}, "positive: must be one of the two categories of answer"),
        ({"positive": True}, "positive: put it in quotes"),
        ({"taget": "answer"}, "taget: is no entry that is known"),
        ({"columns": None}, "columns: input should be a valid dictionary"),
        ({"columns": {"size": None}}, "columns.size: input should be a dictionary"),
        ({"columns": {"size": {}}}, "columns.size.type: is missing"),
        ({"columns": {True: {"type": "number"}}}, "columns.*put it in quotes"),
        ({"columns": {"size": {"type": "colour"}}}, "columns.size.type: input should be 'number'"),
        ({"columns": {"size": {"type": "number", "min": 1}}}, "columns.size.min: is no entry"),
        ({"columns": {"answer": {"type": "number"}}}, ".*none is left to predict from"),
    ],
)
def test_a_contradiction_is_refused_with_its_name(changes, words):
    with pytest.raises(SchemaError, match=f"^conf/data.yaml: {words}"):
        make_schema("binary", **changes)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"type": "number", "minimum": "low"}, "minimum: input should be a valid number"),
        ({"type": "number", "minimum": 2, "maximum": 1}, "minimum is above maximum"),
        ({"type": "number", "categories": ["a"]}, "only a category has categories"),
        ({"type": "category", "maximum": 1}, "only a number has minimum and maximum"),
        ({"type": "category", "categories": ["a", "a"]}, "a category is listed twice"),
        ({"type": "category", "categories": [False]}, "put it in quotes"),
        ({"type": "number", "parts": ["month"]}, "only a datetime has parts"),
        ({"type": "datetime", "parts": ["moon"]}, "parts.0: input should be 'year'"),
    ],
)
def test_entries_of_a_column_that_do_not_fit_are_refused(entry, words):
    with pytest.raises(SchemaError, match=f"^conf/data.yaml: columns.size.*{words}"):
        make_schema("binary", columns={"size": entry})


def test_the_parts_of_a_date_are_those_that_can_be_computed():
    assert set(get_args(Part)) == set(dates.PARTS)


def test_every_entry_that_does_not_fit_is_named_at_once():
    with pytest.raises(SchemaError, match=r"path: is missing; task: .*; taget: "):
        Schema.from_config({"name": "toy", "task": "guess", "taget": 1, "columns": {}})


def test_categories_may_be_numbers_in_yaml():
    columns = {"size": {"type": "category", "categories": [1, 2]}, "answer": {"type": "number"}}
    schema = make_schema("regression", columns=columns)
    assert schema.column("size").categories == ("1", "2")


@pytest.mark.parametrize(
    "changes",
    [{"use": False}, {"type": "text"}, {"type": "identifier"}, {"type": "datetime"}],
)
def test_a_column_can_stay_out_of_the_model(changes):
    columns = {"size": {"type": "number"}, "extra": {"type": "number"} | changes}
    schema = make_schema("regression", columns=columns | {"answer": {"type": "number"}})
    assert [column.name for column in schema.features] == ["size"]


def test_columns_with_a_role_are_no_features():
    columns = {name: {"type": "number"} for name in ("size", "home", "answer")}
    schema = make_schema("regression", columns=columns, group="home", sensitive=["size"])
    assert [column.name for column in schema.features] == ["size"]
    for role in ({"group": "gone"}, {"sensitive": ["gone"]}, {"group": "answer"}):
        with pytest.raises(SchemaError):
            make_schema("regression", columns=columns, **role)


def test_a_target_must_fit_the_task():
    text = {"size": {"type": "number"}, "answer": {"type": "category", "categories": ["one"]}}
    with pytest.raises(SchemaError, match="must be a category of at least two"):
        make_schema("multiclass", columns=text)
    with pytest.raises(SchemaError, match="a regression needs a number"):
        make_schema("regression", columns=text)
    with pytest.raises(SchemaError, match="only a binary task has a positive class"):
        make_schema("regression", positive="yes")


def test_the_signature_survives_its_json(schema):
    signature = schema.signature({"any": 1})
    assert type(signature).from_json(signature.to_json()) == signature


@pytest.mark.parametrize("entry", ["outside", "unknown"])
def test_a_policy_is_one_of_its_words(entry):
    columns = {"size": {"type": "number", entry: "ignore"}, "answer": {"type": "number"}}
    with pytest.raises(SchemaError, match=f"columns.size.{entry}: input should be 'refuse' or"):
        make_schema("regression", columns=columns)
