"""What is made of a report: a page, a memory, gauges."""

import json
import re
import threading
from xml.etree import ElementTree

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from windows import Frame, check, draw, make_baseline

from {= cookiecutter.package_name =} import results
from {= cookiecutter.package_name =}.monitoring import page, past
from {= cookiecutter.package_name =}.monitoring.gauges import DriftGauges


@pytest.fixture(scope="module")
def content():
    table = draw(1, shift=1)
    evil = table["colour"].where(table.index % 9 > 0, "<script>alert(1)</script>")
    return check(make_baseline(draw(0)), Frame(table.assign(colour=evil), labelled=True)).to_json()


def at(content, minute):
    return content | {"time": f"2026-01-31T12:{minute:02}:00.000+00:00"}


def test_the_page_holds_all_and_loads_nothing(content):
    written = page.write(content, [past.shorten(at(content, minute)) for minute in range(3)])
    assert written.count("<svg") >= 8
    assert "<script" not in written
    assert "&lt;script&gt;" in written
    assert not re.search(r"https?://|url\(|@import|src=", written)
    for picture in re.findall(r"<svg.*?</svg>", written):
        ElementTree.fromstring(picture)  # noqa: S314 - we wrote it


def test_reports_are_remembered_in_their_order_and_the_oldest_forgotten(content, tmp_path):
    for minute in (3, 1, 2):
        past.remember(tmp_path, at(content, minute), keep=10)
    times = [report["time"][14:16] for report in past.read(tmp_path)]
    assert times == ["01", "02", "03"]
    past.remember(tmp_path, at(content, 4), keep=2)
    assert len(past.read(tmp_path)) == 2
    assert past.read(tmp_path, version="another") == []


def test_the_overview_has_a_value_for_every_report(content, tmp_path):
    assert past.overview(tmp_path)["latest"] is None
    for minute in range(3):
        past.remember(tmp_path, at(content, minute), keep=10)
    results.write(tmp_path / past.LATEST, content)
    (tmp_path / "monitoring" / "2026-half.json").write_text('{"mod')
    found = past.overview(tmp_path)
    assert found["latest"]["state"] == "drift"
    assert found["states"] == ["drift"] * 3
    assert found["rows"] == [1000] * 3
    assert len(found["effects"]["size"]) == 3
    assert found["drifts"]["size"] == [True] * 3
    assert found["scores"][0] == pytest.approx(content["performance"]["value"])
    assert found["alerts"] == []


def test_many_checks_may_remember_at_once(content, tmp_path):
    def remember():
        for minute in range(10):
            past.remember(tmp_path, at(content, minute), keep=2)

    threads = [threading.Thread(target=remember) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(past.read(tmp_path)) == 2


def test_prometheus_reads_the_latest_report(content, tmp_path):
    registry, path = CollectorRegistry(), tmp_path / "drift.json"
    registry.register(DriftGauges(path))
    assert generate_latest(registry) == b""
    results.write(path, content)
    text = generate_latest(registry).decode()
    assert 'monitoring_column_drift{column="size",part="columns",version="v1"} 1.0' in text
    assert 'monitoring_drift{version="v1"} 1.0' in text
    assert 'monitoring_score{end="low",metric="roc_auc",version="v1"}' in text
    path.write_text(json.dumps({"format": 1})[:5])
    assert generate_latest(registry) == b""
