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


def test_outside_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert lineage.git_commit() is None
