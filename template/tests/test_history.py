import sqlite3

import pytest

from {= cookiecutter.package_name =}.store import history, records, sqlite

NAMES = [f"id-{number:02}" for number in range(20)]


def answered(number):
    return records.Answered(
        request_id=NAMES[number],
        time=float(number // 3),  # some have the same time
        model="tiny",
        version="v1" if number < 15 else "v2",
        route="shadow" if number == 7 else "champion",
        rows=2,
        features=b'[{"x": %d}, {"x": null}]' % number,
        answers=b'[{"prediction":"a","probabilities":{"a":0.75,"b":0.25}}, {"prediction":"a"}]',
        seconds=0.001,
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("what? 100 %") / "predictions.db"
    store = sqlite.SQLiteStore(path)
    store.add([answered(number) for number in range(20)])
    store.label([records.Feedback("id-03", 1, "b"), records.Feedback("id-16", 0, "a")])
    yield path
    store.close()


@pytest.fixture
def log(path):
    return history.History(path)


def ids(rows):
    return [(row.request_id, row.row) for row in rows]


EVERY = [(name, row) for name in NAMES for row in (0, 1)]


def test_pages_hold_every_prediction_once_the_newest_first(log):
    seen, before = [], None
    while page := log.page(limit=7, before=before):
        seen.extend(page)
        before = history.key_of(page[-1])
    assert ids(seen) == EVERY[::-1]
    assert seen[-1].features == '{"x":0}'
    assert seen[-1].time == "1970-01-01T00:00:00.000+00:00"


@pytest.mark.parametrize("rows", [1, 7, 40, 1000])
def test_a_stream_holds_every_prediction_once_the_oldest_first(log, rows):
    lists = list(log.stream(rows=rows))
    assert ids(row for found in lists for row in found) == EVERY
    assert max(map(len, lists)) <= rows


@pytest.mark.parametrize(
    ("window", "count"),
    [
        (history.Window(), 40),
        (history.Window(since="1970-01-01T00:00:05"), 10),
        (history.Window(until="1970-01-01T00:00:05.000+00:00"), 30),
        (history.Window(since="1970-01-01T00:00:02", until="1970-01-01T00:00:03"), 6),
        (history.Window(version="v2"), 10),
        (history.Window(route="shadow"), 2),
        (history.Window(labelled=True), 2),
        (history.Window(labelled=False, version="v2"), 9),
        (history.Window(request_id="id-03"), 2),
        (history.Window(request_id="' OR 1=1 --"), 0),
    ],
)
def test_a_window_holds_what_it_names(log, window, count):
    assert log.count(window) == len(log.page(window, limit=100)) == count
    assert sum(map(len, log.stream(window, rows=4))) == count


def test_a_shadow_s_answer_has_a_place_of_its_own_and_shares_the_label(tmp_path):
    store = sqlite.SQLiteStore(tmp_path / "predictions.db")
    store.add([answered(1), answered(1)._replace(route="shadow")])
    store.label([records.Feedback("id-01", 0, "b")])
    store.close()
    log = history.History(tmp_path / "predictions.db")
    found = [row for rows in log.stream(rows=1) for row in rows]
    wanted = [("champion", 0), ("champion", 1), ("shadow", 0), ("shadow", 1)]
    assert [(row.route, row.row) for row in found] == wanted
    assert [row.label for row in found] == ["b", None, "b", None]


def test_counting_ends_where_it_is_enough(log):
    assert log.count(most=25) == 25


def test_a_label_stands_beside_its_prediction(log):
    one, two = log.page(history.Window(request_id="id-03"))
    assert (one.label, two.label) == ("b", None)
    assert one.labelled.startswith("20")


def test_what_was_written_a_moment_ago_is_read_and_the_writer_is_not_held_up(tmp_path):
    path = tmp_path / "predictions.db"
    store = sqlite.SQLiteStore(path)
    store.add([answered(1)])
    stream = history.History(path).stream(rows=1)
    next(stream)
    store.add([answered(2)])
    assert store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert sum(map(len, stream)) == 3
    store.close()


def test_a_log_that_nobody_writes_is_read_and_not_touched(tmp_path, path, monkeypatch):
    with sqlite3.connect(path) as source, sqlite3.connect(tmp_path / "alone.db") as target:
        source.backup(target)
    monkeypatch.setattr(history.os, "access", lambda *_: False)
    assert history.History(tmp_path / "alone.db").count() == 40
    assert [file.name for file in tmp_path.iterdir()] == ["alone.db"]


def test_what_takes_too_long_is_given_up(path, monkeypatch):
    monkeypatch.setattr(history, "STEPS", 1)
    with pytest.raises(records.StoreError, match="ask for less"):
        history.History(path, seconds=-1).count()


def test_what_no_utf_8_can_hold_is_shown_as_it_was_sent(tmp_path):
    store = sqlite.SQLiteStore(tmp_path / "predictions.db")
    store.add([answered(1)._replace(features=b'[{"x": "\\ud800"}, {"x": 1}]')])
    store.close()
    first, _ = history.History(tmp_path / "predictions.db").stream().__next__()
    assert first.features == '{"x": "\\ud800"}'


def make_garbage(path):
    path.write_bytes(b"no database at all" * 100)


def make_other(path):
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version=99")


def make_half(path):
    store = sqlite.SQLiteStore(path)
    store.add([answered(number) for number in range(20)] * 20)
    store.close()
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * 8192)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "there is no prediction log at .*predictions"),
        (lambda path: path.mkdir(), "there is no prediction log"),
        (make_garbage, "predictions.db can't be used: file is not a database"),
        (make_half, "predictions.db can't be used: database disk image is malformed"),
        (make_other, f"is a log of version 99, this code reads {records.SCHEMA}"),
        (lambda path: path.touch(), "is a log of version 0"),
    ],
)
def test_a_log_that_can_t_be_read_is_told_in_a_sentence(tmp_path, make, words):
    path = tmp_path / "predictions.db"
    make(path)
    with pytest.raises(records.StoreError, match=words):
        history.History(path).page()
