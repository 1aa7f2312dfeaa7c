"""The script, on rows of the project's own table."""

import json
import runpy
from pathlib import Path

import pytest
from conftest import ROOT

SCRIPT = runpy.run_path(str(ROOT / "scripts/ingest.py"))


@pytest.fixture
def settings(tmp_path, table):
    for name in ("raw", "incoming"):
        (tmp_path / name).mkdir()
    table.iloc[40:200].to_parquet(tmp_path / "raw/first.parquet")
    places = {
        "data.path": tmp_path / "raw",
        "paths.incoming": tmp_path / "incoming",
        "paths.quarantine": tmp_path / "quarantine",
        "paths.results": tmp_path / "results",
    }
    overrides = [f"{name}='{path.as_posix()}'" for name, path in places.items()]
    return SCRIPT["configure"]([*overrides, "ingest.settle=0", "ingest.bad_share=1"])


def test_every_row_of_the_projects_table_is_accounted_for(settings, table, monkeypatch):
    kept = []
    monkeypatch.setitem(SCRIPT["run"].__globals__, "keep_by_dvc", kept.append)
    incoming = Path(settings["paths"]["incoming"])
    table.head(40).to_parquet(incoming / "new.parquet")
    (report,) = SCRIPT["run"](settings)
    assert report["rows"] == 40 == report["accepted"] + report["quarantined"]
    assert not list(incoming.iterdir())
    found = json.loads(Path(settings["paths"]["results"], "quality.json").read_text("utf-8"))
    assert found["files"] == [report]
    assert SCRIPT["run"](settings) == []
    assert kept
