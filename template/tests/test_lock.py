import pytest

from {= cookiecutter.package_name =}.lock import BusyError, alone


def test_a_second_one_is_refused_and_a_later_one_is_not(tmp_path):
    with (
        alone(tmp_path / "lock", "an ingest"),
        pytest.raises(BusyError, match="an ingest is running here already"),
        alone(tmp_path / "lock", "an ingest"),
    ):
        pass
    with alone(tmp_path / "lock", "an ingest"):
        pass
