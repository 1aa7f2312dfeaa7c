import pytest

from {= cookiecutter.package_name =} import lineage


def test_a_trace_names_code_data_and_libraries(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n")
    traced = lineage.trace(tmp_path, {"depth": 3})
    assert traced["parameters"] == {"depth": 3}
    assert set(traced["libraries"]) == set(lineage.LIBRARIES)


def test_the_hash_follows_names_and_contents(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n")
    first = lineage.hash_folder(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    renamed = lineage.hash_folder(tmp_path)
    (tmp_path / "b.csv").write_text("x\n2\n")
    assert len({first, renamed, lineage.hash_folder(tmp_path)}) == 3


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository with one commit."""
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "train.py").write_text("1")
    lineage.ask_git("init", "--quiet")
    lineage.ask_git("add", "train.py")
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
    lineage.ask_git(*who, "commit", "--quiet", "--message=one")
    return tmp_path


def test_the_commit_is_named_whatever_the_line_wrote_since(repository):
    commit = lineage.ask_git("rev-parse", "HEAD")
    (repository / "results").mkdir()
    (repository / "results" / "metrics.json").write_text("{}")
    (repository / "dvc.lock").write_text("")
    assert lineage.git_commit() == commit


def test_a_changed_file_makes_the_commit_dirty(repository):
    (repository / "train.py").write_text("2")
    assert lineage.git_commit() == f"{lineage.ask_git('rev-parse', 'HEAD')}-dirty"


def test_outside_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert lineage.git_commit() is None
