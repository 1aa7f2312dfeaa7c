import pandas as pd
import pytest
from toy import make_schema

from {= cookiecutter.package_name =} import rules
from {= cookiecutter.package_name =}.schema import SchemaError

TYPES = {"low": "number", "high": "number", "state": "category", "paid": "boolean"}
TYPES |= {"from": "datetime", "to": "datetime", "a when b": "number"}
TABLE = pd.DataFrame(
    {
        "low": [1.0, 5.0, None],
        "high": [2.0, 4.0, 1.0],
        "state": ["open", "closed", None],
        "paid": pd.array([True, False, None], "boolean"),
        "from": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-01"]),
        "to": pd.to_datetime(["2024-01-02"] * 3),
        "a when b": [1.0, 2.0, 3.0],
    }
)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("low <= high", [1]),
        ("low < 1", [0, 1]),
        ("from <= to", [1]),
        ("from >= 2024-01-02", [0, 2]),
        ("state != closed", [1]),
        ("paid == true", [1]),
        ("high > 3 when state == open", [0]),
        ("paid == true when low > high", [1]),
        ("a when b <= high", [2]),
        ("a when b < 2 when high > 1", [1]),
    ],
)
def test_the_rows_that_break_a_rule_are_found(text, broken):
    assert rules.parse(text, TYPES).find_broken(TABLE).index.tolist() == broken


@pytest.mark.parametrize(
    "text", ["low", "low <= state", "state < closed", "gone <= high", "low <= often", "low <= "]
)
def test_what_is_no_rule_is_named(text):
    with pytest.raises(ValueError, match="is no rule"):
        rules.parse(text, TYPES)
    with pytest.raises(SchemaError, match=r"conf/data.yaml: rules: "):
        make_schema("binary", rules=[text])
