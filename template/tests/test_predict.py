"""scripts/predict.py, as a person calls it."""

import json
import re
import runpy
import sqlite3

import pandas as pd
import pytest
from conftest import ROOT

from {= cookiecutter.package_name =}.serving import answers
from {= cookiecutter.package_name =}.serving.rows import RowReader
from {= cookiecutter.package_name =}.signature import MISSING


@pytest.fixture
def rows(schema, table):
    return table[[column.name for column in schema.features]].tail(20)


@pytest.fixture
def predict(model_folder, prefix):
    """`predict("rows.csv", "--output", "out.csv")`: the script, in this process."""
    main = runpy.run_path(str(ROOT / "scripts" / "predict.py"))["main"]
    always = ["--prefix", prefix, f"paths.models='{model_folder}'"]
    return lambda *words: main([*map(str, words), *always])


def write(rows, path):
    if path.suffix == ".parquet":
        rows.to_parquet(path, index=False)
    else:
        rows.to_csv(path, index=False)
    return path


def read(path):
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    texts = dict.fromkeys(("prediction", "new prediction"), "str")
    return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""])


@pytest.mark.parametrize("name", ["rows.csv", "ROWS.CSV", "rows.csv.gz", "rows.parquet"])
def test_a_file_gets_a_file_of_the_same_kind_beside_it(predict, rows, prefix, tmp_path, name):
    path = write(rows.assign(extra="kept"), tmp_path / name)
    predict(path)
    stem, _, suffix = name.partition(".")
    predicted = read(tmp_path / f"{stem}-predictions.{suffix.lower()}")
    assert list(predicted.columns[: len(rows.columns) + 1]) == [*rows.columns, "extra"]
    assert len(predicted) == len(rows)
    assert predicted[f"{prefix}prediction"].notna().all()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_it_answers_as_the_service_does(predict, rows, package, prefix, tmp_path, suffix):
    predict(write(rows, tmp_path / f"rows.{suffix}"))
    predicted = read(tmp_path / f"rows-predictions.{suffix}")
    requests = json.loads(rows.to_json(orient="records", double_precision=15, date_format="iso"))
    inputs = RowReader(package.signature).read(requests)
    served = answers.to_json(package.predict(inputs), package.signature.target.classes)
    expected = [row["prediction"] for row in served]
    labels = served[0].get("probabilities", {})
    if labels:
        assert predicted[f"{prefix}prediction"].tolist() == expected
    else:
        assert predicted[f"{prefix}prediction"].astype(float).tolist() == pytest.approx(expected)
    for label in labels:
        expected = [row["probabilities"][label] for row in served]
        assert predicted[f"{prefix}probability {label}"].tolist() == pytest.approx(
            expected, abs=1e-7
        )


def test_a_table_of_a_database_can_be_the_output(predict, rows, prefix, tmp_path):
    database = tmp_path / "weather.db"
    if len({name.encode().lower() for name in rows}) < rows.shape[1]:
        with pytest.raises(SystemExit, match="SQLite can't tell the columns"):
            predict(write(rows, tmp_path / "rows.csv"), "--output", f"sqlite:///{database}")
        return
    predict(write(rows, tmp_path / "rows.csv"), "--output", f"sqlite:///{database.as_posix()}")
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT * FROM predictions")
        place = [column[0] for column in found.description].index(f"{prefix}prediction")
        assert sum(row[place] is not None for row in found) == 20


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_of_no_rows_gets_a_file_of_no_rows(predict, rows, prefix, tmp_path, suffix):
    predict(write(rows.head(0), tmp_path / f"rows.{suffix}"))
    predicted = read(tmp_path / f"rows-predictions.{suffix}")
    assert len(predicted) == 0
    assert f"{prefix}prediction" in predicted.columns


def test_bad_rows_are_refused_or_skipped(predict, rows, package, prefix, tmp_path, capsys):
    name = package.signature.fields[0].name
    spoilt = rows.astype({name: "object"}).reset_index(drop=True)
    spoilt.loc[3, name] = MISSING
    path = write(spoilt, tmp_path / "rows.csv")
    with pytest.raises(SystemExit, match=f"row 4: {re.escape(name)} must be"):
        predict(path)
    assert list(tmp_path.iterdir()) == [path]
    predict(path, "--skip-bad", "--output", tmp_path / "out.csv")
    assert "1 of them skipped" in capsys.readouterr().out
    assert read(tmp_path / "out.csv")[f"{prefix}error"].notna().sum() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gone.csv"], "does not exist"),
        (["rows.csv", "--model", "nobody"], "has no model 'nobody'"),
        (["rows.csv", "another.csv"], "not a value of conf/: another.csv"),
        (["rows.csv", "--output", "rows.csv"], "is the file that is read"),
    ],
)
def test_what_can_not_be_done_ends_in_a_sentence(predict, rows, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    write(rows, tmp_path / "rows.csv")
    with pytest.raises(SystemExit, match=said):
        predict(*words)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
