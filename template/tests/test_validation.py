import pandas as pd
import pytest
from toy import make_schema, make_table, make_timed_schema

from {= cookiecutter.package_name =} import data, validation


def violations(table: pd.DataFrame) -> dict[str, str]:
    """Column → rule, of everything that a check finds in the toy table."""
    schema = make_schema("binary")
    report = validation.check(schema, data.convert(schema, table))
    return {violation.column: violation.rule for violation in report.violations}


def test_the_project_s_own_data_follows_its_rules(schema, table):
    assert validation.check(schema, table).passed


def test_good_rows_pass():
    assert violations(make_table("binary")) == {}


def test_every_violated_rule_is_reported_at_once():
    table = make_table("binary")
    table.loc[3, "size"] = 99
    table.loc[4, "colour"] = "green"
    table.loc[5, "flag"] = None
    found = violations(table)
    assert found["size"] == "at most 10"
    assert found["colour"] == "one of blue, red"
    assert found["flag"] == "given"


def test_a_report_counts_rows_and_shows_examples():
    table = make_table("binary").assign(size=99.0)
    schema = make_schema("binary")
    violation = validation.check(schema, table).violations[0]
    assert (violation.column, violation.count) == ("size", len(table))
    assert violation.examples == ["99.0"]
    assert violation.rows == ["row 1", "row 2", "row 3", "row 4", "row 5"]
    assert violation.describe() == "size: not at most 10 in 120 rows, for example 99.0 (row 1)"


def test_a_row_is_named_by_its_file_and_its_number_there():
    schema, table = make_schema("binary"), make_table("binary")
    table.attrs["files"] = {"first.csv": 100, "second.csv": 20}
    table.loc[[99, 100], "size"] = 99.0
    (violation,) = validation.check(schema, table).violations
    assert violation.rows == ["first.csv, row 100", "second.csv, row 1"]


def test_a_class_that_no_row_has_is_a_violation():
    table = make_table("binary").query("answer != 'yes'").reset_index(drop=True)
    assert violations(table) == {"answer": "of class yes in any row"}


def test_columns_that_nobody_declared_are_told():
    table = make_table("binary").assign(extra=1)
    report = validation.check(make_schema("binary"), table)
    assert report.passed
    assert report.unknown == ["extra"]


def test_a_missing_column_is_named():
    found = violations(make_table("binary").drop(columns="colour"))
    assert found == {"colour": "a column of the table"}


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("size", "many", "a finite number"),
        ("size", float("inf"), "a finite number"),
        ("flag", "perhaps", "true or false"),
    ],
)
def test_a_value_of_another_type_is_shown_with_its_row(column, value, rule):
    schema, table = make_schema("binary"), make_table("binary").astype({column: object})
    table.loc[2, column] = value
    (violation,) = validation.check(schema, data.convert(schema, table)).violations
    assert (violation.column, violation.rule, violation.count) == (column, rule, 1)
    assert (violation.examples, violation.rows) == ([str(value)], ["row 3"])


def test_a_bad_date_is_shown_with_its_row():
    schema = make_timed_schema()
    table = pd.DataFrame({"size": 1.0, "day": ["2024-01-01", "tomorrow"], "answer": 1.0})
    (violation,) = validation.check(schema, data.convert(schema, table)).violations
    assert violation.rule.startswith("an ISO 8601 date")
    assert violation.examples == ["tomorrow"]


def test_dates_with_and_without_a_time_zone_do_not_mix():
    schema = make_timed_schema()
    days = ["2024-01-01", "2024-01-02T00:00:00+02:00", "2024-01-03"]
    table = pd.DataFrame({"size": 1.0, "day": days, "answer": 1.0})
    (violation,) = validation.check(schema, data.convert(schema, table)).violations
    assert "with a time zone in all rows or in none" in violation.rule
    assert violation.rows == ["row 2"]


def test_a_row_without_its_target_is_a_violation():
    table = make_table("binary").astype({"answer": object})
    table.loc[2, "answer"] = None
    assert "answer" in violations(table)


def test_an_empty_table_is_a_violation():
    assert violations(make_table("binary").head(0)) != {}
