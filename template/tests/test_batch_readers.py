import gzip

import pandas as pd
import pyarrow as pa
import pytest

from {= cookiecutter.package_name =}.batch import readers
from {= cookiecutter.package_name =}.batch.sources import BatchError


def read(path):
    source = readers.open_source(path)
    return pa.Table.from_batches(source.blocks(), source.schema).to_pydict()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.csv", None, "does not exist"),
        ("rows.xlsx", b"", "only .csv, .csv.gz, .parquet files can be read"),
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n", "is empty"),
        ("short.csv", b"a,b\n1,2\n3\n", "row 2: 1 values for 2 columns"),
        ("long.csv", b"a,b\n1,2\n3,4\n5,6,7\n", "row 3: 3 values for 2 columns"),
        ("latin.csv", b"a,b\n1,\xe9\n", "is not text in UTF-8"),
        ("latin_header.csv", b"\xe9,b\n1,2\n", "is not text in UTF-8"),
        ("wide.csv", "a,b\n1,2\n".encode("utf-16"), "is not text in UTF-8"),
        ("twice.csv", b"a,b,a\n1,2,3\n", "more than one column named a:"),
        ("open.csv", b'a,b\n1,"2\n3,4\n', "ends inside a value"),
        ("flood.csv", b'a,b\n1,"2\n' + b"3,4\n" * readers.BLOCK_BYTES, "of more than 1 MB"),
        ("plain.csv.gz", b"a,b\n1,2\n", "can't be read"),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n" * 9)[:-9], "can't be read"),
        ("empty.parquet", b"", "can't be read"),
        ("text.parquet", b"a,b\n1,2\n", "can't be read"),
        ("hollow.parquet", b"PAR1xxxxxxxxPAR1", "can't be read"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_that_can_not_be_read_is_refused_in_a_sentence(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BatchError) as caught:
        read(tmp_path / name)
    assert name in str(caught.value)
    assert words in str(caught.value)


def test_a_parquet_file_with_damage_inside_is_refused(tmp_path):
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"a": [f"text {number}" for number in range(9999)]}).to_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[:2000] + b"\x77" * 2000 + content[4000:])
    with pytest.raises(BatchError, match=r"rows\.parquet can't be read"):
        read(path)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "rows.csv").mkdir()
    with pytest.raises(BatchError, match="is a folder"):
        read(tmp_path / "rows.csv")


@pytest.mark.parametrize("content", [b"a,b", b"a,b\n", b"a,b\r\n\r\n"])
def test_a_header_without_rows_is_a_file_of_no_rows(tmp_path, content):
    (tmp_path / "rows.csv").write_bytes(content)
    assert read(tmp_path / "rows.csv") == {"a": [], "b": []}


@pytest.mark.parametrize("name", ["rows.csv", "ROWS.CSV", "rows.csv.gz", "Rows.Csv.GZ"])
def test_text_stays_as_it_is_written(tmp_path, name):
    content = b'\xef\xbb\xbf"a",b\r\n007,NA\r\n"x\ny, ""z""",\r\n" 1.50 ",""\r\n'
    packed = gzip.compress(content) if name.lower().endswith("gz") else content
    (tmp_path / name).write_bytes(packed)
    assert read(tmp_path / name) == {"a": ["007", 'x\ny, "z"', " 1.50 "], "b": ["NA", None, None]}


def test_a_value_of_several_lines_may_end_a_file(tmp_path):
    (tmp_path / "rows.csv").write_bytes(b'a,b\n1,"2\n3"\n')
    assert read(tmp_path / "rows.csv") == {"a": ["1"], "b": ["2\n3"]}


def test_rows_come_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "BLOCK_ROWS", 2)
    monkeypatch.setattr(readers, "BLOCK_BYTES", 10)
    table = pd.DataFrame({"a": [f"row {number}" for number in range(5)]})
    table.to_csv(tmp_path / "rows.csv", index=False)
    table.to_parquet(tmp_path / "rows.parquet")
    for name in ("rows.csv", "rows.parquet"):
        source = readers.open_source(tmp_path / name)
        blocks = list(source.blocks())
        assert len(blocks) >= 3
        assert pa.Table.from_batches(blocks).to_pydict() == table.to_dict("list")
        assert source.rows in {5, 6}


def test_pandas_categories_in_parquet_are_what_they_stand_for(tmp_path):
    table = pd.DataFrame({"a": pd.Categorical(["x", None, "y"])})
    table.to_parquet(tmp_path / "rows.parquet")
    assert read(tmp_path / "rows.parquet") == {"a": ["x", None, "y"]}
