from datetime import UTC, datetime, timedelta

import pytest

from {= cookiecutter.package_name =}.errors import LineError
from {= cookiecutter.package_name =}.retraining.attempts import Attempt, Attempts

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
SETTINGS = {"cooldown_hours": 5, "per_day": 3}


def make(path, *hours: float, ended: bool = True) -> Attempts:
    """Attempts that began so many hours ago."""
    attempts = Attempts(path / "retraining.json")
    for ago in hours:
        attempts.begin(Attempt((NOW - timedelta(hours=ago)).isoformat(), ["drift"], 100))
        if ended:
            attempts.end("refused", "because", decision={"passed": False})
    return attempts


@pytest.mark.parametrize(
    ("hours", "obstacle"),
    [
        ((), None),
        ((6,), None),
        ((4,), "it cools down until 2024-05-01T13:00"),
        ((20, 15, 6), "there were 3 within 24 hours"),
        ((30, 15, 6), None),
        ((-3,), None),  # the clock was put back
    ],
)
def test_a_cool_down_and_a_budget_prevent_loops(tmp_path, hours, obstacle):
    found = make(tmp_path, *hours).find_obstacle(SETTINGS, NOW)
    assert found is None if obstacle is None else obstacle in found


def test_one_that_was_killed_counts_for_the_budget_alone(tmp_path):
    assert make(tmp_path, 1, ended=False).find_obstacle(SETTINGS, NOW) is None
    again = make(tmp_path, 2, 3, ended=False)
    assert "there were 3" in again.find_obstacle(SETTINGS, NOW)
    assert again.last is None


def test_the_attempts_survive_their_file(tmp_path):
    attempts = make(tmp_path, 3)
    read = Attempts(attempts.path)
    assert read.every == attempts.every
    assert read.decision == {"passed": False}
    attempts.path.write_text("[]")
    with pytest.raises(LineError, match="is not what `poe retrain` wrote"):
        Attempts(attempts.path)
