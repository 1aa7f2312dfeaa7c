"""scripts/monitor.py, as a person or a scheduler calls it."""

import json
import runpy
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import pytest
from conftest import ROOT

from {= cookiecutter.package_name =} import results
from {= cookiecutter.package_name =}.package import MANIFEST
from {= cookiecutter.package_name =}.store.records import Answered, Feedback
from {= cookiecutter.package_name =}.store.sqlite import SQLiteStore

FINE, DRIFT, FAILED, FEW = range(4)


@pytest.fixture
def rows(line):
    """The rows that the model learnt from, as a window."""
    return pd.read_parquet(Path(line.paths.prepared, "train.parquet"))


@pytest.fixture
def monitor(model_folder, tmp_path, monkeypatch):
    """`monitor("rows.csv")`: the script in this process, and its exit code."""
    monkeypatch.setenv("PREDICTIONS", str(tmp_path / "log.db"))
    main = runpy.run_path(str(ROOT / "scripts" / "monitor.py"))["main"]
    places = [f"paths.models={model_folder}", f"paths.results={tmp_path / 'results'}"]
    return lambda *words: main([*map(str, words), *places, "monitor.days=null"])


@pytest.fixture
def report(tmp_path):
    return lambda: results.read(tmp_path / "results" / "drift.json")


def write(rows, path):
    if path.suffix == ".parquet":
        rows.to_parquet(path, index=False)
    else:
        rows.to_csv(path, index=False)
    return path


def log(path, package, rows, labels=(), version=None):
    """Requests of ten rows each, a second apart, and what was true of them."""
    features = [field.name for field in package.signature.fields]
    asked = json.loads(rows[features].to_json(orient="records", date_format="iso"))
    classes = package.signature.classes
    share = {label: 1 / len(classes) for label in classes}
    answers = [
        {"prediction": classes[row % len(classes)], "probabilities": share}
        if classes
        else {"prediction": float(row)}
        for row in range(len(asked))
    ]
    store, begin = SQLiteStore(path), time.time() - len(asked)
    for place in range(0, len(asked), 10):
        part = slice(place, place + 10)
        request = Answered(
            request_id=f"{place:08}",
            time=begin + place / 10,
            model=package.name,
            version=version or package.version,
            route="champion",
            rows=len(asked[part]),
            features=orjson.dumps(asked[part]),
            answers=orjson.dumps(answers[part]),
            seconds=0.001,
        )
        store.add([request])
    store.label(
        [Feedback(f"{row // 10 * 10:08}", row % 10, label) for row, label in enumerate(labels)]
    )
    store.close()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_training_rows_are_fine(monitor, rows, report, tmp_path, suffix, capsys):
    assert monitor(write(rows, tmp_path / f"rows.{suffix}")) == FINE
    assert f"{len(rows)} rows" in capsys.readouterr().out
    found = report()
    assert found["state"] == "fine"
    assert max(column["psi"] or 0 for column in found["columns"].values()) < 0.2
    assert "<svg" in (tmp_path / "results" / "drift.html").read_text("utf-8")


def test_a_broken_column_is_a_drift_until_it_is_mended(monitor, rows, package, tmp_path, caplog):
    name = package.signature.fields[0].name
    path = write(rows.assign(**{name: None}), tmp_path / "rows.csv")
    assert monitor(path) == DRIFT
    assert monitor(path) == DRIFT
    assert monitor(write(rows, path)) == FINE
    told = [text for text in caplog.messages if f"{name} has drifted" in text]
    assert [text[:5] for text in told] == ["alert", "over:"]
    assert len(list((tmp_path / "results" / "monitoring").iterdir())) == 3


def test_the_log_is_read_with_its_labels(monitor, rows, schema, package, report, tmp_path):
    labels = rows[schema.target].head(60).tolist()
    log(tmp_path / "log.db", package, rows, labels)
    assert monitor() in (FINE, DRIFT)
    found = report()
    assert found["window"]["rows"] == len(rows)
    assert found["window"]["labelled"] == 60
    assert found["performance"]["rows"] == 60
    assert monitor("monitor.rows=100") in (FINE, DRIFT)
    assert 100 <= report()["window"]["rows"] < 110
    assert monitor("--until", "2001-01-01T00:00+05:00") == FEW


def test_rows_of_another_version_are_left_out(monitor, rows, package, report, tmp_path):
    log(tmp_path / "log.db", package, rows, version="v0")
    assert monitor() == FEW
    assert report()["window"]["rows"] == 0


@pytest.mark.parametrize("count", [0, 1])
def test_few_rows_end_in_a_code_of_their_own(monitor, rows, tmp_path, count):
    assert monitor(write(rows.head(count), tmp_path / "rows.csv")) == FEW
    assert not (tmp_path / "results" / "alerts.json").exists()


def test_time_zones_are_told_apart(monitor, rows, package, report, tmp_path):
    log(tmp_path / "log.db", package, rows)
    monitor("--since", "2001-01-01T00:00:00+05:30")
    assert report()["window"]["since"] == "2000-12-31T18:30:00.000+00:00"


def spoil_package(model_folder, tmp_path):
    version = results.read(model_folder / "aliases.json")["champion"]
    manifest = results.read(model_folder / version / MANIFEST)
    home = tmp_path / "models" / "v0"
    results.write(home / MANIFEST, manifest | {"reference": 1})
    return f"paths.models={home.parent}"


def test_what_can_not_be_done_ends_in_a_sentence(
    monitor, rows, package, tmp_path, capsys, monkeypatch
):
    def said(*words):
        assert monitor(*words) == FAILED
        return capsys.readouterr().err

    name = package.signature.fields[0].name
    gone = write(rows.drop(columns=name), tmp_path / "gone.csv")
    assert "there is no prediction log" in said()
    assert f"reads: {name}\n" in said(gone)
    assert "does not exist" in said(tmp_path / "nothing.csv")
    assert "no time" in said("--since", "yesterday")
    assert "conf/:" in said("monitor.alpha=2")
    assert "conf/:" in said("monitor.alhpa=0.1")
    assert "has no model 'nobody'" in said("--model", "nobody")
    monkeypatch.setenv("PREDICTIONS", "off")
    assert "there is no log" in said()
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "x")
    assert "ALERT_WEBHOOK_URL" in said(gone)
    assert not (tmp_path / "results").exists()


def test_an_older_package_is_not_monitored(model_folder, tmp_path, capsys):
    main = runpy.run_path(str(ROOT / "scripts" / "monitor.py"))["main"]
    assert main([spoil_package(model_folder, tmp_path), "--model", "v0"]) == FAILED
    assert "run `poe line`" in capsys.readouterr().err


def test_a_damaged_log_and_a_locked_one_are_named(monitor, rows, package, tmp_path, capsys):
    path = tmp_path / "log.db"
    path.write_bytes(b"no database at all" * 100)
    assert monitor() == FAILED
    assert "log.db can't be used" in capsys.readouterr().err
    path.unlink()
    log(path, package, rows.head(50))
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")  # a writer keeps no reader out
        assert monitor() in (FINE, DRIFT)
        connection.execute("UPDATE requests SET features = '{'")
        connection.execute("COMMIT")
    assert monitor() == FAILED
    assert "that the service didn't write" in capsys.readouterr().err


def test_two_at_once_imports_nothing_that_trains(model_folder, rows, tmp_path):
    path = write(rows, tmp_path / "rows.csv")
    code = (
        "import runpy, sys\n"
        "main = runpy.run_path('scripts/monitor.py')['main']\n"
        "code = main(sys.argv[1:])\n"
        "heavy = {'pandas', 'sklearn', 'mlflow', 'hydra', 'onnxruntime', 'pydantic', 'scipy'}\n"
        "sys.exit(f'imported {heavy & set(sys.modules)}' if heavy & set(sys.modules) else code)\n"
    )
    places = [f"paths.models={model_folder}", f"paths.results={tmp_path / 'results'}"]
    command = [sys.executable, "-c", code, path, *places]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=-3) for _ in range(2)]
    assert [process.wait(60) for process in both] == [FINE, FINE]
    assert len(list((tmp_path / "results" / "monitoring").iterdir())) == 2


def test_a_month_can_be_given_for_a_replay(monitor, rows, report, tmp_path):
    path = write(rows.head(60), tmp_path / "rows.csv")
    monitor(path, "--month", 7)
    months = report()["window"]["months"]
    assert months == np.eye(12, dtype=int)[6].dot(60).tolist()


def test_predictions_in_a_file_are_compared(monitor, rows, package, report, tmp_path):
    classes = package.signature.classes
    if not classes:
        pytest.skip("a regression has no classes")
    one = rows.assign(prediction=classes[0], **{f"probability {label}": 0.5 for label in classes})
    monitor(write(one, tmp_path / "rows.csv"))
    assert report()["predictions"]["prediction"]["drift"]
    assert pd.notna(report()["performance"]["value"])
