import numpy as np
import pandas as pd
from toy import (
    make_dated_schema,
    make_dated_table,
    make_schema,
    make_table,
)

from {= cookiecutter.package_name =} import data, prepared


def test_rows_come_back_as_they_were(tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "BLOCK", 50)
    schema = make_dated_schema("binary")
    table = data.convert(schema, make_dated_table("binary"))
    rows = np.array([5, 3, *range(20, 119)])
    prepared.write(schema, table.assign(extra=1), rows, tmp_path / "some.parquet")
    back = prepared.read(schema, tmp_path / "some.parquet")
    expected = table[back.columns].iloc[rows].reset_index(drop=True)
    pd.testing.assert_frame_equal(back, expected, check_dtype=False)
    assert back.dtypes.drop("day").equals(expected.dtypes.drop("day"))
    assert list(back) == [column.name for column in schema.columns]


def test_some_rows_are_read_without_the_others(tmp_path):
    schema, table = make_schema("binary"), make_table("binary")
    prepared.write(schema, table, np.arange(len(table)), tmp_path / "all.parquet")
    some = prepared.read(schema, tmp_path / "all.parquet", ["size"], np.array([2, 1]))
    assert some["size"].tolist() == table["size"].iloc[[2, 1]].tolist()


def test_some_columns_are_read_without_the_others(tmp_path):
    columns = {"a.b": {"type": "number"}, "a": {"type": "text"}, "answer": {"type": "number"}}
    schema = make_schema("regression", columns=columns)
    table = pd.DataFrame({"a.b": range(9), "a": "text", "answer": 1.0})
    prepared.write(schema, table, np.arange(9), tmp_path / "some.parquet")
    assert list(prepared.read(schema, tmp_path / "some.parquet", ["a.b"])) == ["a.b"]
