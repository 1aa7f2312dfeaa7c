import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from {= cookiecutter.package_name =}.retraining import triggers
from {= cookiecutter.package_name =}.retraining.attempts import Attempt

NOW = datetime(2024, 5, 1, tzinfo=UTC)
SETTINGS = {
    "triggers": ["schedule", "drift", "performance", "new_data"],
    "every_days": 30,
    "new_rows": 50,
}
QUIET = triggers.Facts(NOW, "v1", NOW - timedelta(days=1), 100, 120, None, None)
LAST = Attempt((NOW - timedelta(days=2)).isoformat(), [], 100)
COLUMNS = {"size": {"drift": True}, "colour": {"drift": False}}
DRIFT = {"state": "drift", "columns": COLUMNS, "model": {"version": "v1"}}
WORSE = {"state": "drift", "columns": {}, "performance": {"is_worse": True, "sentence": "worse"}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"since": None}, {"no_champion": "there is no champion yet"}),
        ({"since": NOW - timedelta(days=31)}, {"schedule": "the last training was 31.0 days ago"}),
        ({"rows": 150}, {"new_data": "50 new rows"}),
        ({"drift": DRIFT}, {"drift": "the monitor found drift in size"}),
        ({"drift": {"status": "drift", "columns": ["size"]}}, {"drift": "the monitor"}),
        ({"drift": DRIFT, "champion": "v2"}, {}),
        ({"drift": DRIFT | {"time": "2024-04-28T00:00:00Z"}, "last": LAST}, {}),
        ({"drift": DRIFT | {"time": "2024-04-30"}, "last": LAST}, {"drift": "the monitor"}),
        ({"drift": DRIFT | {"state": "few rows"}}, {}),
        ({"drift": WORSE}, {"performance": "worse"}),
        ({"drift": {"state": 3, "columns": 4, "performance": "odd", "model": 5}}, {}),
    ],
)
def test_a_reason_is_found_and_told(changes, expected):
    found = triggers.find(SETTINGS, replace(QUIET, **changes))
    assert set(found) == set(expected)
    assert all(found[name].startswith(words) for name, words in expected.items())


def test_only_the_triggers_of_the_configuration_count():
    assert triggers.find(SETTINGS | {"triggers": []}, replace(QUIET, rows=1000)) == {}


def test_a_report_that_is_not_there_or_none_at_all_is_no_reason(tmp_path):
    path = tmp_path / "drift.json"
    assert triggers.read_drift(path) is None
    for text in ("{", "[]"):
        path.write_text(text)
        assert triggers.read_drift(path) is None
    path.write_text(json.dumps(DRIFT))
    assert triggers.parse_time(triggers.read_drift(path)["time"]) is not None
