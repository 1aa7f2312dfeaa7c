import pandas as pd
import pytest
from toy import make_schema, make_table, make_timed_schema

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


def test_test_rows_are_all_later_than_training_rows():
    schema = make_timed_schema()
    days = pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02", "2024-01-03"])
    table = pd.DataFrame({"day": days, "size": range(4), "answer": range(4)})
    train, test = data.split(schema, table, test_share=0.25, seed=1)
    assert train["day"].max() < test["day"].min()
    assert len(train) + len(test) == len(table)


def test_rows_of_one_moment_can_not_be_split():
    schema = make_timed_schema()
    table = pd.DataFrame({"day": [pd.Timestamp("2024-01-01")] * 4, "size": 1, "answer": 1})
    with pytest.raises(DataError, match="set time to null"):
        data.split(schema, table, test_share=0.25, seed=1)


def test_without_time_classes_keep_their_shares():
    table = make_table("binary", rows=200)
    train, test = data.split(make_schema("binary"), table, test_share=0.25, seed=1)
    assert not set(train.index) & set(test.index)
    shares = [(part["answer"] == "yes").mean() for part in (train, test)]
    assert shares[0] == pytest.approx(shares[1], abs=0.1)


def test_rows_of_a_group_stay_on_one_side():
    columns = {"size": {"type": "number"}, "home": {"type": "identifier"}}
    columns["answer"] = {"type": "number"}
    schema = make_schema("regression", columns=columns, group="home")
    table = make_table("regression").assign(home=[f"h{row % 12}" for row in range(120)])
    train, test = data.split(schema, table, test_share=0.25, seed=1)
    assert not set(train["home"]) & set(test["home"])
    assert len(test) == 30
    with pytest.raises(DataError, match="set group to null"):
        data.split(schema, table.assign(home="one"), test_share=0.25, seed=1)


def test_equal_rows_stay_on_one_side():
    table = pd.concat([make_table("binary", rows=60)] * 2, ignore_index=True)
    schema = make_schema("binary")
    train, test = data.split(schema, table, test_share=0.25, seed=1)
    assert not set(data.mark_alike(schema, train)) & set(data.mark_alike(schema, test))
    assert len(test) == 30
