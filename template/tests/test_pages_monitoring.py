import json
import re
import runpy
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from {= cookiecutter.package_name =} import canary
from {= cookiecutter.package_name =}.serving import app, service, settings
from {= cookiecutter.package_name =}.serving.trial import Trial


@pytest.fixture
def chosen(tmp_path):
    """What the service is configured with."""
    return settings.Settings(
        results=tmp_path / "results", predictions=tmp_path / "log.db", log_flush_ms=1
    )


@pytest.fixture
def served(package, chosen):
    made = service.Service(package, chosen)
    yield made
    made.close()


@pytest.fixture
def show(served):
    """The page's text."""
    client = app.assemble(served).test_client()

    def show():
        answer = client.get("/monitoring")
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script", answer.text)
        return unescape(answer.text)

    return show


@pytest.fixture
def check(model_folder, tmp_path):
    """`check(rows)`: the monitor looks at rows as a file."""
    main = runpy.run_path(str(ROOT / "scripts" / "monitor.py"))["main"]
    places = [f"paths.models={model_folder}", f"paths.results={tmp_path / 'results'}"]

    def check(rows):
        rows.to_parquet(tmp_path / "rows.parquet", index=False)
        return main([str(tmp_path / "rows.parquet"), *places])

    return check


def test_before_the_first_report_the_page_says_what_makes_one(show):
    html = show()
    assert "poe monitor" in html
    assert "None." in html
    assert "there is no prediction log" in html.lower()


def test_drift_comes_first_with_its_pictures_and_alerts(show, check, line, package):
    rows = pd.read_parquet(Path(line.paths.prepared, "train.parquet"))
    assert check(rows) in (0, 1)
    fields = [field for field in package.signature.fields if field.type != "datetime"]
    name = max((field.name for field in fields), key=lambda name: rows[name].nunique())
    check(rows.assign(**{name: rows[name].dropna().iloc[0]}))
    html = show()
    names = re.findall(r"<h3>(.*?)(?: <span>drift</span>)?</h3>", html)
    assert set(names) >= {field.name for field in package.signature.fields}
    assert html.count("<svg") >= len(names)
    assert name in "".join(re.findall(r"<h3>(.*?) <span>drift", html))
    assert f"{name} has drifted" in html
    drifted = [bool(found) for found in re.findall(r"</?article( class=\"drift\")?>", html)[::2]]
    assert drifted == sorted(drifted, reverse=True)


def test_volumes_are_told_by_version_and_route_and_a_trial_is_named(show, served, package):
    served.predict([package.signature.example] * 3, "r", 0.0)
    with served.recorder.borrow():
        pass
    served.trial = Trial(canary.Canary("v2", 12.5), served.model)
    html = show()
    assert re.search(
        rf"<td>{package.version}</td><td>champion</td><td[^>]*>1</td><td[^>]*>3</td>", html
    )
    assert "v2 is on trial: it answers 12.5 % of the requests" in html


def test_what_is_no_report_is_no_reason_to_fail(show, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "drift.json").write_text("{")
    (tmp_path / "results" / "alerts.json").write_text(json.dumps([]))
    assert "Nothing has been checked yet" in show()


def test_hostile_words_are_shown_as_text(show, check, line, tmp_path):
    check(pd.read_parquet(Path(line.paths.prepared, "train.parquet")))
    path = tmp_path / "results" / "drift.json"
    report = json.loads(path.read_text())
    words = "<script>alert(1)</script>"
    report["columns"] = {words: next(iter(report["columns"].values())) | {"sentences": [words]}}
    path.write_text(json.dumps(report | {"sentences": [words]}))
    show()
