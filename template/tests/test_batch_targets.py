import sqlite3

import pandas as pd
import pyarrow as pa
import pytest

from {= cookiecutter.package_name =}.batch import targets
from {= cookiecutter.package_name =}.batch.sources import BatchError
from {= cookiecutter.package_name =}.batch.sql import TableTarget

COLUMNS = {
    'a "b", c': pa.array(["x, y", 'z "q"', "l\nm", " ü", None, "a", "%(s)s"]),
    "number": pa.array([1.5, 1e300, -0.1, 1e-8, None, 3, 4]),
    "whole": pa.array([1, 2**60, None, -3, 4, 5, 6]),
    "flag": pa.array([True, False, None, True, True, False, True]),
    "day": pa.array([*pd.to_datetime(["2024-01-01"] * 6), None]),
}
TABLE = pa.table(COLUMNS)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n")
    return path


def write(target):
    target.check(TABLE.schema)
    target.write(TABLE.schema, iter(TABLE.to_batches(max_chunksize=2)))


@pytest.mark.parametrize("name", ["out.csv", "OUT.CSV", "out.csv.gz", "out.parquet"])
def test_a_file_holds_what_was_written(tmp_path, source, name):
    path = tmp_path / name
    path.write_text("what was there before")
    write(targets.FileTarget(path, source))
    read = pd.read_parquet if name.endswith("parquet") else pd.read_csv
    read_back = read(path).astype({"whole": "Int64", "flag": "boolean", "day": "datetime64[ns]"})
    expected = TABLE.to_pandas().astype(read_back.dtypes.to_dict())
    pd.testing.assert_frame_equal(read_back, expected)
    assert sorted(tmp_path.iterdir()) == sorted([source, path])


def fail():
    yield TABLE.to_batches()[0]
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet"])
def test_a_file_that_could_not_be_finished_leaves_what_was_there(tmp_path, source, name):
    (tmp_path / name).write_text("before")
    with pytest.raises(OSError, match="No space"):
        targets.FileTarget(tmp_path / name, source).write(TABLE.schema, fail())
    assert (tmp_path / name).read_text() == "before"
    assert sorted(tmp_path.iterdir()) == sorted([source, tmp_path / name])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "is a folder"),
        ("folder.csv", "is a folder"),
        ("out.xlsx", "only .csv, .csv.gz, .parquet files can be written"),
        ("out", "can be written"),
        ("gone/out.csv", "there is no folder"),
        ("rows.csv/out.csv", "there is no folder"),
        ("rows.csv", "is the file that is read"),
        ("folder.csv/../rows.csv", "is the file that is read"),
    ],
)
def test_an_odd_output_is_refused(tmp_path, source, name, words):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BatchError, match=words):
        targets.FileTarget(tmp_path / name, source)


def test_lists_are_refused_where_they_have_no_place(tmp_path, source):
    schema = pa.schema([("a", pa.string()), ("tags", pa.list_(pa.string()))])
    table = TableTarget("sqlite://", "t", "refuse", source)
    for target in (targets.FileTarget(tmp_path / "out.csv", source), table):
        with pytest.raises(BatchError, match="the lists in tags"):
            target.check(schema)
    targets.FileTarget(tmp_path / "out.parquet", source).check(schema)


# ---- tables of databases ----


def test_sqlite_can_not_tell_names_apart_that_differ_by_case(source):
    schema = pa.schema([(name, pa.string()) for name in ("a", "É", "é", "A")])
    with pytest.raises(BatchError, match="the columns a, A apart"):
        TableTarget("sqlite://", "t", "refuse", source).check(schema)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{(tmp_path / 'out.db').as_posix()}"


def count(tmp_path):
    with sqlite3.connect(tmp_path / "out.db") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        return connection.execute('SELECT count(*) FROM "t t"').fetchone()[0] if tables else None


def test_a_table_holds_what_was_written(tmp_path, source, url):
    write(TableTarget(url, "t t", "refuse", source))
    with sqlite3.connect(tmp_path / "out.db") as connection:
        rows = connection.execute('SELECT * FROM "t t"').fetchall()
    assert rows[0] == ("x, y", 1.5, 1, 1, "2024-01-01 00:00:00.000000")
    assert [list(row)[:3] for row in rows] == [list(row.values())[:3] for row in TABLE.to_pylist()]


def test_a_table_that_is_there_is_refused_extended_or_replaced(tmp_path, source, url):
    write(TableTarget(url, "t t", "refuse", source))
    with pytest.raises(BatchError, match="is there already: give --existing"):
        write(TableTarget(url, "t t", "refuse", source))
    write(TableTarget(url, "t t", "append", source))
    assert count(tmp_path) == 2 * len(TABLE)
    write(TableTarget(url, "t t", "replace", source))
    assert count(tmp_path) == len(TABLE)
    with pytest.raises(BatchError, match="has no column new"):
        TableTarget(url, "t t", "append", source).check(pa.schema([("new", pa.string())]))


def test_a_table_is_whole_or_not_there(tmp_path, source, url):
    with pytest.raises(OSError, match="No space"):
        TableTarget(url, "t t", "refuse", source).write(TABLE.schema, fail())
    assert count(tmp_path) is None
    write(TableTarget(url, "t t", "refuse", source))
    with pytest.raises(OSError, match="No space"):
        TableTarget(url, "t t", "replace", source).write(TABLE.schema, fail())
    assert count(tmp_path) == len(TABLE)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nosuchdatabase://here/x", "nosuchdatabase"),
        ("sqlite:////gone/for/good.db", "unable to open"),
        ("mysql+nodriver://me:secret@here/x", "can't be written"),
        ("://", "can't be written"),
    ],
)
def test_a_database_that_can_not_be_reached_is_named_without_its_password(source, url, words):
    with pytest.raises(BatchError, match=words) as caught:
        write(TableTarget(url, "t", "refuse", source))
    assert "secret" not in str(caught.value)
