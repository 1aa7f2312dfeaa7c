import dataclasses
import json
import sqlite3
import threading
import time

import orjson
import pytest

from {= cookiecutter.package_name =}.store import records, sqlite
from {= cookiecutter.package_name =}.store.recorder import Recorder

ANSWER = {"prediction": "a", "probabilities": {"a": 0.75, "b": 0.25}}


def answered(name, rows=1):
    return records.Answered(
        request_id=name,
        time=0.5,
        model="tiny",
        version="v1",
        route="champion",
        rows=rows,
        features=orjson.dumps([{"x": row, "ü": None} for row in range(rows)]),
        answers=orjson.dumps([ANSWER] * rows),
        seconds=0.00025,
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new folder" / "predictions.db"


@pytest.fixture
def store(path):
    opened = sqlite.SQLiteStore(path)
    yield opened
    opened.close()


@pytest.fixture
def recorder(path):
    made = Recorder(lambda: sqlite.SQLiteStore(path), capacity=10, seconds=0.01)
    yield made
    made.close()


def read(path):
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM predictions")]


def test_every_row_is_kept_with_all_that_the_contract_names(store, path):
    store.add([answered("first", rows=250), answered("second")])
    found = read(path)
    names = [field.name for field in dataclasses.fields(records.Prediction)]
    assert list(found[0]) == names
    assert [row["row"] for row in found] == [*range(250), 0]
    last = records.Prediction(**found[-1])
    assert last.time == "1970-01-01T00:00:00.500+00:00"
    assert orjson.loads(last.features) == {"x": 0, "ü": None}
    assert orjson.loads(last.probabilities) == {"a": 0.75, "b": 0.25}
    assert (last.prediction, last.latency_ms, last.label) == ("a", 0.25, None)


def test_a_row_with_what_few_parsers_take_is_kept_too(store, path):
    row = {"x": 10**30, "y": "\ud800"}
    store.add([answered("odd")._replace(features=records.dump([row]))])
    assert json.loads(read(path)[0]["features"]) == row


def test_a_regression_s_numbers_stay_numbers(store, path):
    number = answered("one")._replace(answers=b'[{"prediction":2.5}]')
    store.add([number])
    store.label([records.Feedback("one", 0, 3)])
    (row,) = read(path)
    assert (row["prediction"], row["probabilities"], row["label"]) == (2.5, None, 3)


def test_labels_come_beside_their_rows_and_the_last_one_counts(store, path):
    store.add([answered("a", rows=3), answered("b")])
    store.label([records.Feedback("a", 1, "b"), records.Feedback("b", 0, "b")])
    store.label([records.Feedback("b", 0, "a")])
    assert [row["label"] for row in read(path)] == [None, "b", None, "a"]
    assert store.count_rows({"a", "b", "c"}) == {"a": 3, "b": 1}


def test_half_a_batch_is_never_kept(store, path):
    broken = answered("broken")._replace(request_id=None)
    with pytest.raises(records.StoreError, match=r"predictions\.db"):
        store.add([answered("good"), broken])
    store.add([answered("next")])
    assert [row["request_id"] for row in read(path)] == ["next"]


def test_a_log_of_another_version_is_refused(path, store):
    store.connection.execute("PRAGMA user_version=99")
    with pytest.raises(records.StoreError, match="version 99"):
        sqlite.SQLiteStore(path)


def test_a_log_of_version_1_is_taken_over(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        names = [field.name for field in dataclasses.fields(records.Prediction)]
        connection.execute(f"CREATE TABLE predictions ({', '.join(names)})")
        shares = '{"a":0.75,"b":0.25}'
        for row, label in ((1, "b"), (0, None)):
            values = ("old", row, "1970", "tiny", "v1", "champion", f'{{"x":{row}}}', "a", shares)
            connection.execute(
                "INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0.5, ?, '1971')",
                (*values, label),
            )
        connection.execute("PRAGMA user_version=1")
    store = sqlite.SQLiteStore(path)
    store.add([answered("new")])
    store.close()
    first, second, third = read(path)
    assert (first["row"], first["features"], first["label"]) == (0, '{"x":0}', None)
    assert (second["row"], second["prediction"], second["label"]) == (1, "a", "b")
    assert second["probabilities"] == shares
    assert (second["labelled"], third["request_id"]) == ("1971", "new")


def test_what_is_queued_is_written_in_the_background(recorder, path):
    recorder.put(answered("one"))
    until(lambda: recorder.queued == 0)
    assert [row["request_id"] for row in read(path)] == ["one"]


def test_nothing_is_lost_at_the_end(path):
    recorder = Recorder(lambda: sqlite.SQLiteStore(path), capacity=50_000, seconds=60)
    for number in range(12_000):
        recorder.put(answered(str(number)))
    recorder.close()
    assert len(read(path)) == 12_000


def test_what_finds_no_room_is_dropped_counted_and_told(path, caplog):
    recorder = Recorder(lambda: sqlite.SQLiteStore(path), capacity=10, seconds=60)
    seen = []
    recorder.watch = lambda queued, dropped: seen.append((queued, dropped))
    for name, rows in {"fits": 8, "fits as well": 3, "doesn't": 5}.items():
        recorder.put(answered(name, rows))
    assert not recorder.is_full  # nobody is asked to wait
    recorder.report()
    assert seen == [(11, 5)]
    assert "full" in caplog.text
    recorder.close()
    assert {row["request_id"] for row in read(path)} == {"fits", "fits as well"}


def test_who_waits_for_room_loses_nothing(path):
    recorder = Recorder(lambda: sqlite.SQLiteStore(path), capacity=10, seconds=60, waits=True)
    recorder.put(answered("fills it", rows=10))
    assert recorder.is_full
    recorder.put(answered("was under way", rows=10))
    recorder.flush()
    assert not recorder.is_full
    assert (recorder.dropped, len(read(path))) == (0, 20)
    recorder.close()


def test_while_the_database_is_locked_predictions_wait_and_none_is_lost(
    path, store, monkeypatch, caplog
):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    recorder = Recorder(lambda: sqlite.SQLiteStore(path), capacity=10, seconds=0.01, waits=True)
    store.connection.execute("BEGIN EXCLUSIVE")
    recorder.put(answered("patient", rows=10))
    until(lambda: recorder.failing)
    assert recorder.queued == 10
    assert not recorder.is_full  # waiting for room would not help
    store.connection.execute("ROLLBACK")
    until(lambda: recorder.queued == 0)
    recorder.close()
    assert len(read(path)) == 10
    assert "locked" in caplog.text
    assert "works again" in caplog.text


def test_a_log_that_was_removed_begins_anew(recorder, path, caplog):
    recorder.put(answered("before"))
    until(lambda: recorder.queued == 0)
    for file in path.parent.iterdir():
        file.unlink()
    recorder.put(answered("after"))
    until(lambda: recorder.queued == 0)
    assert [row["request_id"] for row in read(path)] == ["after"]
    assert "was removed" in caplog.text


def test_what_waits_in_memory_is_not_taken_for_unknown(path, store, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    recorder = Recorder(lambda: sqlite.SQLiteStore(path), capacity=10, seconds=60)
    store.connection.execute("BEGIN EXCLUSIVE")
    recorder.put(answered("waits"))
    with pytest.raises(records.StoreError, match="wait in memory"), recorder.borrow():
        pass
    store.connection.execute("ROLLBACK")
    with recorder.borrow() as found:
        assert found.count_rows({"waits"}) == {"waits": 1}
    recorder.close()


def test_many_threads_may_record_at_once(path):
    recorder = Recorder(lambda: sqlite.SQLiteStore(path), capacity=50_000, seconds=0.001)

    def record(name):
        for number in range(200):
            recorder.put(answered(f"{name}-{number}"))

    threads = [threading.Thread(target=record, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.close()
    assert len({row["request_id"] for row in read(path)}) == 1600
    assert recorder.queued == 0


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
