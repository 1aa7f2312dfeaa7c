import pytest
from toy import make_schema, make_timed_schema

from {= cookiecutter.package_name =}.schema import SchemaError


def test_the_project_has_a_valid_data_yaml(schema):
    assert schema.features
    assert schema.target not in [column.name for column in schema.features]


def test_features_leave_out_the_target_and_dates():
    schema = make_timed_schema()
    assert [column.name for column in schema.features] == ["size"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"task": "guess"}, "task: must be one of binary, multiclass, regression"),
        ({"target": "gone"}, "target: gone is not under columns"),
        ({"time": "gone"}, "time: gone is not under columns"),
        ({"positive": "perhaps"}, "positive: must be one of the two categories of answer"),
        ({"taget": "answer"}, "unknown entry taget"),
        ({"columns": {"size": {"type": "colour"}}}, "column size: type must be one of number"),
        ({"columns": {"size": {"type": "number", "min": 1}}}, "column size: unknown entry min"),
        ({"columns": {"answer": {"type": "number"}}}, "nothing to predict from"),
    ],
)
def test_a_contradiction_is_refused_with_its_name(changes, words):
    with pytest.raises(SchemaError, match=words):
        make_schema("binary", **changes)


def test_a_target_must_fit_the_task():
    text = {"size": {"type": "number"}, "answer": {"type": "category", "categories": ["one"]}}
    with pytest.raises(SchemaError, match="needs at least two categories"):
        make_schema("multiclass", columns=text)
    with pytest.raises(SchemaError, match="a regression needs a number"):
        make_schema("regression", columns=text)


def test_the_signature_survives_its_json(schema):
    signature = schema.signature({"any": 1})
    assert type(signature).from_json(signature.to_json()) == signature


@pytest.mark.parametrize("entry", ["outside", "unknown"])
def test_a_policy_is_one_of_its_words(entry):
    columns = {"size": {"type": "number", entry: "ignore"}, "answer": {"type": "number"}}
    with pytest.raises(SchemaError, match=f"column size: {entry} must be one of refuse, "):
        make_schema("regression", columns=columns)
