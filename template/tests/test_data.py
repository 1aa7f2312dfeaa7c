import pandas as pd
import pytest
from toy import make_schema, make_table

from {= cookiecutter.package_name =} import data
from {= cookiecutter.package_name =}.data import DataError


def test_every_file_of_the_folder_is_read_in_order(tmp_path):
    table = make_table("binary", rows=6)
    table.iloc[3:].to_parquet(tmp_path / "b.parquet")
    table.iloc[:3].to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "README.md").write_text("not data")
    read = data.read(make_schema("binary"), tmp_path)
    pd.testing.assert_frame_equal(read, table, check_dtype=False)


def test_what_other_programs_hide_is_no_data(tmp_path):
    make_table("binary", rows=3).to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / ".~lock.a.csv").write_text("nobody")
    assert len(data.read(make_schema("binary"), tmp_path)) == 3


def test_a_file_instead_of_its_folder_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(DataError, match="names the folder around it"):
        data.read(make_schema("binary"), tmp_path / "a.csv")


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(DataError, match=r"holds no \.csv, \.csv\.gz, \.parquet file"):
        data.read(make_schema("binary"), tmp_path)


def test_a_category_is_the_text_that_is_written(tmp_path):
    lines = ["size,colour,flag,answer", "1,NA,true,no", "NA,None,true,yes", ",,,no"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    read = data.read(make_schema("binary"), tmp_path)
    assert read["colour"].tolist() == ["NA", "None", None]
    assert read["size"].isna().tolist() == [False, True, True]


def test_integer_categories_of_parquet_stay_integers_beside_a_gap(tmp_path):
    table = pd.DataFrame({"colour": pd.array([3, None], dtype="Int64")})
    table.to_parquet(tmp_path / "a.parquet")
    assert data.read(make_schema("binary"), tmp_path)["colour"].tolist() == ["3", None]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("ragged.csv", b"size,flag\n1,true\n1,2,3,4\n"),
        ("latin.csv", "size,colour\n1,blé\n".encode("latin-1")),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00"),
        ("broken.parquet", b"PAR1"),
        ("twice.csv", b"size,size\n1,2\n"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name} (can't be read|has columns of the same name)"):
        data.read(make_schema("binary"), tmp_path)


def test_a_value_of_the_wrong_type_stays_for_validation():
    table = pd.DataFrame({"size": ["1", "many"], "colour": ["red", None], "flag": ["yes", "no"]})
    converted = data.convert(make_schema("binary"), table)
    assert list(converted["size"]) == ["1", "many"]
    assert list(converted["flag"]) == ["yes", "no"]
    assert converted["colour"].tolist() == ["red", None]
