from datetime import UTC, datetime

import pandas as pd
from toy import make_schema

from {= cookiecutter.package_name =}.ingestion import quality, text
from {= cookiecutter.package_name =}.ingestion.cells import Spelling
from {= cookiecutter.package_name =}.ingestion.inspection import inspect
from {= cookiecutter.package_name =}.ingestion.table import collect

COLUMNS = {
    "day": {"type": "datetime"},
    "home": {"type": "identifier"},
    "size": {"type": "number", "nullable": True},
    "answer": {"type": "number"},
}
SCHEMA = make_schema("regression", columns=COLUMNS, time="day", group="home")


def make(days: list[str], homes: str) -> pd.DataFrame:
    return pd.DataFrame({"day": days, "home": list(homes), "size": [1.0, None, 2.0], "answer": 1})


def test_the_five_characteristics_are_told_in_numbers_and_in_words(tmp_path):
    (tmp_path / "raw").mkdir()
    make(["2024-01-01", "2024-01-02", "2024-01-03"], "abc").to_csv(tmp_path / "raw/a.csv")
    new = make(["2024-01-04", "2024-01-05", "2024-01-10"], "aad").drop(columns="size")
    new.to_csv(tmp_path / "new.csv", index=False)
    there = collect(SCHEMA, tmp_path / "raw", set())
    found = inspect(SCHEMA, tmp_path / "new.csv", Spelling(), there)
    report = quality.describe(SCHEMA, found, there, datetime(2024, 1, 12, tzinfo=UTC))
    assert report["completeness"]["groups"] == {"in_file": 2, "new": 1, "absent": 2}
    assert report["completeness"]["missing"] == {"size": 3}
    assert report["relevance"]["absent"] == ["size"]
    assert report["timeliness"] == {
        "newest": "2024-01-10T00:00:00",
        "age_days": 2.0,
        "usual_step_days": 1.0,
        "gaps": 1,
        "longest_gap_days": 5.0,
    }
    entry = {"file": "new.csv", "status": "taken", "rows": 3, "accepted": 3, "quarantined": 0}
    said = text.write({"time": "now", "files": [entry | {"quality": report}]})
    assert "2 groups, 1 of them new; 2 absent" in said
    assert "1 gaps, the longest of 5 days" in said
