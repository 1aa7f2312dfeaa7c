"""What adopting writes: files that say what was found, all of them or none."""

import runpy
import shutil
import subprocess

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from omegaconf import OmegaConf
from tables import ROWS, look, make_csv, make_rows

from {= cookiecutter.package_name =}.adoption.writing import (
    entries,
    exchange,
    yamlfile,
)
from {= cookiecutter.package_name =}.schema import Schema

HOSTILE = [
    *("on", "1", "null", "~", "${x}", "\\${y}", "{{z}}", "a: b", "- c", "#d", "é'\"", "😀", "1e5"),
    *("???", " x", "", "two\nlines", "[e]", "=", "12:30", "_target_", "y", "word " * 50),
]


def test_hostile_names_and_values_survive_the_configuration():
    content = {"name": "x", "list": HOSTILE, "columns": {name: {"v": name} for name in HOSTILE}}
    text = yamlfile.write("on top", yamlfile.escape(content), {"columns": "a comment"})
    assert OmegaConf.to_container(OmegaConf.create(text), resolve=True) == content


def test_a_profile_is_a_schema_that_the_line_takes():
    rows = make_rows() | {"key": [f"k{number:x}" for number in range(ROWS)], "same": ["a"] * ROWS}
    rows["town"] = [f"town {number % 29}" * (number % 2) for number in range(ROWS)]
    config = entries.describe_data(look(rows, sensitive=("kind",)), "shop", "Sold?")
    schema = Schema.from_config(config)
    assert [column.name for column in schema.features] == ["price", "kind", "town"]
    assert (schema.time, schema.sensitive, schema.classes) == ("day", ("kind",), ("no", "yes"))
    assert schema.column("key").type == "identifier"
    assert "same value" in schema.column("same").note
    assert schema.column("town").nullable


@pytest.mark.parametrize(
    ("low", "high", "room"),
    [(0, 1, (0, 1)), (3, 10, (0, 17)), (-5, 5, (-15, 15)), (-9, -1, (-17, 0)), (7, 7, (0, 14))],
)
def test_ranges_leave_room_for_what_was_not_seen(low, high, room):
    assert entries.make_room(low, high) == room


def test_files_are_exchanged_all_or_none(tmp_path, monkeypatch):
    (tmp_path / "old").mkdir()
    (tmp_path / "one").write_text("before")
    new = {"one": lambda path: path.write_text("after"), "two": lambda path: path.write_text("2")}
    moves = iter([True, True, True, False])
    move = exchange.os.replace

    def fail_late(old, place):
        if not next(moves, True):
            raise OSError("the disk is gone")
        move(old, place)

    monkeypatch.setattr(exchange.os, "replace", fail_late)
    with pytest.raises(OSError, match="gone"):
        exchange.exchange(tmp_path, new, ["old"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old", "one"]
    assert (tmp_path / "one").read_text() == "before"
    exchange.exchange(tmp_path, new, ["old"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    assert (tmp_path / "one").read_text() == "after"


@pytest.fixture
def project(tmp_path):
    """What adopting touches, under git, with another table in its place; a file to adopt beside."""
    home = tmp_path / "project"
    shutil.copytree(ROOT / "conf", home / "conf", ignore=shutil.ignore_patterns("source.yaml"))
    name = yaml.safe_load((home / "conf/data.yaml").read_text("utf-8"))["name"]
    for folder in ("scripts", f"data/raw/{name}", f"data/future/{name}"):
        (home / folder).mkdir(parents=True)
        (home / folder / "rows.csv").write_text("of the table before")
    shutil.copy(ROOT / "scripts/adopt.py", home / "scripts")
    shutil.copy(ROOT / "data/metadata.yaml", home / "data")
    (tmp_path / "Shop 2024.csv").write_text(make_csv())
    git(home, "init", "--quiet")
    commit(home)
    return home


def git(home, *arguments):
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    command = ["git", "-C", str(home), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(home):
    git(home, "add", "-A")
    git(home, "commit", "--quiet", "-m", "before")


def adopt(home, *arguments):
    table = str(home.parent / "Shop 2024.csv")
    chosen = arguments if "--refresh" in arguments else (table, "--target", "sold", *arguments)
    runpy.run_path(str(home / "scripts/adopt.py"))["main"]([*chosen])


def files(home):
    return sorted(path for path in home.rglob("*") if path.is_file() and ".git" not in path.parts)


def test_a_table_is_adopted_refreshed_and_given_back(project, capsys):
    before = files(project)
    adopt(project, "--yes")
    data = yaml.safe_load((project / "conf/data.yaml").read_text("utf-8"))
    assert (data["path"], data["target"], data["task"]) == ("data/raw/shop-2024", "sold", "binary")
    table = pd.read_parquet(project / "data/raw/shop-2024/shop-2024.parquet")
    assert (len(table), str(table["price"].dtype)) == (ROWS, "float64")
    metadata = yaml.safe_load((project / "data/metadata.yaml").read_text("utf-8"))
    assert (metadata["rows"], metadata["license"]) == (ROWS, "unknown")
    assert [path.name for path in (project / "data/raw").iterdir()] == ["shop-2024"]
    assert "60 rows, 4 columns, 2 features" in capsys.readouterr().out

    commit(project)
    rows = {name: values * 2 for name, values in make_rows().items()}
    (project.parent / "Shop 2024.csv").write_text(make_csv(rows))
    adopt(project, "--refresh", "--yes")
    assert len(pd.read_parquet(project / "data/raw/shop-2024")) == 2 * ROWS
    git(project, "restore", ".")
    git(project, "checkout", "--quiet", "HEAD~1")
    assert files(project) == before


REFRESHED = {
    "other columns than conf/data.yaml: kind is missing; sort is new": ("kind", "sort"),
    "price should be a number; 1 values are not: 'many'": ("0.5", "many"),
}


@pytest.mark.parametrize(("words", "change"), REFRESHED.items(), ids=["names", "types"])
def test_a_source_that_became_another_table_is_refused_by_name(project, words, change):
    adopt(project, "--yes")
    commit(project)
    (project.parent / "Shop 2024.csv").write_text(make_csv().replace(*change, 1))
    with pytest.raises(SystemExit, match=words):
        adopt(project, "--refresh", "--yes")


def test_nothing_is_written_without_a_yes(project, monkeypatch):
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115, PTH123
    with pytest.raises(SystemExit, match="no terminal to ask at; say --yes"):
        adopt(project)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    adopt(project, "--dry-run")
    assert git(project, "status", "--porcelain") == ""


def test_what_git_does_not_hold_is_not_replaced_unless_forced(project):
    (project / "conf/data.yaml").write_text("mine")
    with pytest.raises(SystemExit, match=r"(?s)git does not hold.*conf/data.yaml"):
        adopt(project, "--yes")
    shutil.copy(ROOT / "conf/data.yaml", project / "conf/data.yaml")
    (project / "data/raw/mine").mkdir()
    (project / "data/raw/mine/notes.txt").write_text("mine")
    with pytest.raises(SystemExit, match="data/raw/mine"):
        adopt(project, "--yes")
    adopt(project, "--yes", "--force")
    assert (project / "data/raw/mine/notes.txt").exists()


def test_a_large_table_is_kept_out_of_git(project, monkeypatch):
    main = runpy.run_path(str(project / "scripts/adopt.py"))["main"]
    kept = []
    monkeypatch.setitem(main.__wrapped__.__globals__, "LARGE", 10)
    monkeypatch.setitem(main.__wrapped__.__globals__, "keep_by_dvc", kept.append)
    main([str(project.parent / "Shop 2024.csv"), "--target", "sold", "--yes"])
    assert kept == ["data/raw/shop-2024/shop-2024.parquet"]
    assert "shop-2024.parquet" not in git(project, "status", "--porcelain", "-uall")


def test_options_that_do_not_belong_together_are_refused(project):
    for options in (["--sql", "select 1"], ["--type", "price"]):
        with pytest.raises(SystemExit):
            adopt(project, *options)
