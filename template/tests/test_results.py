import pytest

from {= cookiecutter.package_name =} import results
from {= cookiecutter.package_name =}.errors import LineError


def test_what_is_written_is_read_back(tmp_path):
    content = {"é": [1, None, 0.5]}
    results.write(tmp_path / "new" / "found.json", content)
    assert results.read(tmp_path / "new" / "found.json") == content


def test_a_failing_write_leaves_the_old_file(tmp_path):
    results.write(tmp_path / "found.json", {"old": 1})
    with pytest.raises(TypeError):
        results.write(tmp_path / "found.json", {"new": object()})
    assert results.read(tmp_path / "found.json") == {"old": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["found.json"]


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "found.json").write_text("{")
    with pytest.raises(LineError, match=r"found\.json is no JSON"):
        results.read(tmp_path / "found.json")
