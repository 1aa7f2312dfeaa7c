import re
import runpy

import pandas as pd
import pytest
from conftest import ROOT
from toy import make_schema

from {= cookiecutter.package_name =} import batch, data
from {= cookiecutter.package_name =}.data import DataError


@pytest.fixture
def rows(schema, table):
    return table[[column.name for column in schema.features]].tail(5)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_of_rows_becomes_a_file_of_predictions(
    rows, package, model_folder, tmp_path, suffix
):
    source, target = tmp_path / f"rows{suffix}", tmp_path / f"out{suffix}"
    batch.write(rows, source)
    main = runpy.run_path(str(ROOT / "scripts" / "predict.py"))["main"]
    main([str(source), "--output", str(target), f"paths.models='{model_folder}'"])
    predicted = batch.read(package, target)
    assert len(predicted) == len(rows)
    assert set(rows.columns) < set(predicted.columns)
    assert predicted["prediction"].notna().all()


def test_a_wrong_file_is_refused_in_one_sentence(model_folder, tmp_path):
    main = runpy.run_path(str(ROOT / "scripts" / "predict.py"))["main"]
    with pytest.raises(SystemExit, match="does not exist"):
        main([str(tmp_path / "gone.csv"), f"paths.models='{model_folder}'"])


def test_classes_have_their_probabilities(rows, package, schema):
    predicted = batch.predict(package, rows)
    names = [f"probability {label}" for label in schema.classes]
    assert [name for name in predicted.columns if name != "prediction"] == names


def test_a_missing_column_is_named(rows, package):
    name = rows.columns[0]
    with pytest.raises(DataError, match="lacks columns"):
        batch.predict(package, rows.drop(columns=name))


def test_rows_that_the_service_would_refuse_are_named(package):
    field = package.signature.fields[0]
    rows = pd.DataFrame([package.signature.example, package.signature.example])
    rows[field.name] = [rows[field.name][0], "never seen"]
    with pytest.raises(DataError, match=f"row 1: {re.escape(field.name)} must be"):
        batch.predict(package, rows)


def test_a_category_is_the_text_that_is_written(tmp_path):
    columns = {
        "code": {"type": "category", "nullable": True, "categories": ["1", "2"]},
        "answer": {"type": "number"},
    }
    (tmp_path / "rows.csv").write_text("code,answer\n1,1\n,2\n2,3\n")
    table = data.read(make_schema("regression", columns=columns), tmp_path)
    assert table["code"].tolist() == ["1", None, "2"]


@pytest.mark.parametrize("name", ["rows.txt", "gone.csv"])
def test_a_file_that_can_not_be_read_is_refused(package, tmp_path, name):
    with pytest.raises(DataError, match=name):
        batch.read(package, tmp_path / name)


def test_only_known_kinds_of_files_are_written(rows, tmp_path):
    with pytest.raises(DataError, match="can be written"):
        batch.write(rows, tmp_path / "out.xlsx")
