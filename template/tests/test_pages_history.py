import csv
import io
import re
import time
from dataclasses import replace
from html import unescape

import orjson
import pytest

from {= cookiecutter.package_name =}.serving import app, settings
from {= cookiecutter.package_name =}.serving.pages import (
    download,
    filters,
    history,
)
from {= cookiecutter.package_name =}.store import records
from {= cookiecutter.package_name =}.store.sqlite import SQLiteStore

HOSTILE = "<script>alert(1)</script>"


def make_client(package, path, **changes):
    return app.build(package, settings.Settings(predictions=path, **changes)).test_client()


@pytest.fixture(scope="module")
def logged(package, tmp_path_factory):
    """A service that has predicted the example 120 times, one request with three rows."""
    path = tmp_path_factory.mktemp("log") / "predictions.db"
    built = app.build(package, settings.Settings(predictions=path, log_flush_ms=1))
    client, row = built.test_client(), package.signature.example
    answers = [client.post("/predict", json=row).get_json() for _ in range(119)]
    answers.append(client.post("/predict", json=[row] * 3).get_json())
    ids = [answer["request_id"] for answer in answers]
    deadline = time.monotonic() + 10
    while "122 predictions" not in client.get("/predictions").text:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    truth = answers[0]["predictions"][0]["prediction"]
    client.post("/feedback", json={"request_id": ids[0], "label": truth})
    return client, ids, path


@pytest.fixture
def client(logged):
    return logged[0]


@pytest.fixture
def ids(logged):
    return logged[1]


def lines(html):
    """The requests in the table."""
    return re.findall(r'href="/predictions\?request_id=(\w+)"', html)


def test_every_prediction_is_on_one_page_the_newest_first(client, ids):
    seen, address = [], "/predictions"
    while address:
        html = client.get(address).text
        seen += lines(html)
        older = re.search(r'href="([^"]+)" rel="next"', html)
        address = unescape(older[1]) if older else None
    assert seen == [*[ids[-1]] * 3, *ids[-2::-1]]


def test_filters_stay_in_the_form_and_in_the_links(client):
    html = client.get("/predictions?labelled=no&route=champion&since=2020-01-31").text
    assert "121 predictions" in html
    assert "<option selected>champion</option>" in html
    assert 'value="2020-01-31T00:00:00"' in html
    (older,) = re.findall(r'href="([^"]+)" rel="next"', html)
    assert "route=champion&amp;labelled=no&amp;before=" in older
    assert len(lines(client.get(unescape(older)).text)) == history.LIMIT


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("labelled=yes", 1),
        ("route=shadow", 0),
        ("version=none", 0),
        ("until=2020-01-01", 0),
        ("since=2020-01-01T00:00%2B02:00", 122),
    ],
)
def test_a_filter_leaves_out_what_it_doesn_t_name(client, query, count):
    html = client.get(f"/predictions?{query}").text
    assert f"{count} prediction{'' if count == 1 else 's'}<" in html
    assert len(lines(html)) == min(count, history.LIMIT)


def test_a_truth_stands_beside_its_prediction(client, ids):
    html = client.get(f"/predictions?request_id={ids[0]}").text
    assert 'class="verdict' in html
    assert "not known" not in re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=yesterday", "must be a time such as"),
        ("until=99999-01-01", "must be a time such as"),
        ("route=best", "must be one of champion, challenger, shadow"),
        ("labelled=maybe", "must be one of yes, no"),
        ("before=1,2", "begin again with the newest"),
        ("before=a,b,c,champion", "begin again with the newest"),
        (f"route={HOSTILE}", "must be one of"),
    ],
)
@pytest.mark.parametrize("path", ["/predictions", "/predictions.csv"])
def test_a_filter_that_makes_no_sense_is_explained(client, path, query, words):
    answer = client.get(f"{path}?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert words in answer.text
    assert HOSTILE not in answer.text
    assert lines(answer.text) == []


def test_the_place_in_the_log_survives_an_address():
    key = ("2026-01-01T00:00:00.000+00:00", "odd,id", "shadow", 7)
    assert filters.read_key(filters.write_key(key)) == key


def test_a_past_row_comes_back_to_the_form_with_what_moved_it(client, ids, package):
    html = client.get(f"/?request_id={ids[-1]}&row=2&route=champion").text
    assert "This row was predicted on" in html
    assert html.count("<svg") >= min(len(package.signature.fields), 12)
    answer = client.get(f"/?request_id={ids[-1]}&row=3")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "122 predictions" in client.get("/predictions").text  # to look is not to predict


def read_csv(answer):
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_download_holds_all_that_the_filters_name_the_oldest_first(client, ids, package):
    rows = read_csv(client.get("/predictions.csv"))
    assert [row["request_id"] for row in rows] == [*ids[:-1], *[ids[-1]] * 3]
    example = package.signature.example
    for name in (field.name for field in package.signature.fields):
        cell = download.cell(example.get(name))
        assert rows[0][f"features.{name}"] == ("" if cell is None else str(cell))
    (one,) = read_csv(client.get("/predictions.csv?labelled=yes"))
    assert one["label"] == one["prediction"]
    assert read_csv(client.get("/predictions.csv?version=none")) == []


@pytest.fixture
def strange(package, tmp_path):
    """A log in which others have written."""
    path = tmp_path / "strange.db"
    row = {HOSTILE: HOSTILE, "f": "=HYPERLINK(1)", "b": True, "n": None, "l": [1]}
    written = [
        ("a", row, {"prediction": HOSTILE, "probabilities": {HOSTILE: 0.5}}, HOSTILE),
        ("b", "no object", {"prediction": 1.5}, 2.75),
        ("=c", 1, {"prediction": "x", "probabilities": []}, "y"),
        ("d", {}, {"prediction": None}, "y"),
    ]
    store = SQLiteStore(path)
    store.add([answered(*given[:3]) for given in written])
    store.label([records.Feedback(name, 0, label) for name, _, _, label in written])
    store.close()
    return make_client(package, path)


def answered(name, row, answer):
    texts = orjson.dumps([row]), orjson.dumps([answer])
    return records.Answered(name, 0.5, "m", "v", "champion", 1, *texts, 0.001)


def test_a_hostile_log_is_shown_as_text(strange):
    html = strange.get("/predictions").text
    assert "4 predictions" in html
    assert "<script" not in html
    assert "<strong>no answer</strong>" in html
    assert "\u22121.25 off" in html
    assert html.count("verdict right") == html.count("verdict wrong") == 1


def test_a_hostile_log_makes_no_formula_and_loses_nothing(strange):
    first, one, other, _ = read_csv(strange.get("/predictions.csv"))
    kept = orjson.loads(one["more"])
    assert (kept["features"]["f"], kept["probabilities"]) == ("=HYPERLINK(1)", {HOSTILE: 0.5})
    assert (other["prediction"], orjson.loads(other["more"])) == (
        "1.5",
        {"features": '"no object"'},
    )
    assert first["request_id"] == "'=c"


def test_text_is_no_formula_and_a_number_stays_one():
    for text in ("=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\uff1d1"):
        assert download.cell(text) == f"'{text}"
    assert [download.cell(value) for value in (-1.5, True, None)] == [-1.5, "true", None]
    assert download.cell("a=b") == "a=b"


def make_garbage(path):
    path.write_bytes(b"no database" * 1000)


def make_foreign(path):
    store = SQLiteStore(path)
    store.add([answered("a", 1, 1)])
    store.connection.execute("UPDATE requests SET features = 'no JSON'")
    store.close()


@pytest.mark.parametrize("path", ["/predictions", "/predictions.csv", "/?request_id=a"])
@pytest.mark.parametrize(
    ("make", "changes", "status", "words"),
    [
        (None, {"predictions": None}, 404, "the prediction log is switched off".capitalize()),
        (None, {}, 503, "There is no prediction log at"),
        (make_garbage, {}, 503, "file is not a database"),
        (make_foreign, {}, 503, "a request that the service didn't write"),
        (None, {"host": "0.0.0.0"}, 403, "SHOW_PREDICTIONS=yes"),  # noqa: S104
        (None, {"show_predictions": "no"}, 403, "SHOW_PREDICTIONS=yes"),
    ],
)
def test_without_a_log_a_page_says_why(package, tmp_path, path, make, changes, status, words):
    log = tmp_path / "predictions.db"
    if make:
        make(log)
    configured = replace(settings.Settings(predictions=log), **changes)
    answer = app.build(package, configured).test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert words in unescape(answer.text)
    assert "<nav" in answer.text


def test_a_service_for_others_shows_its_log_where_it_is_told_to(package, logged):
    client = make_client(package, logged[2], host="0.0.0.0", show_predictions="yes")  # noqa: S104
    assert "122 predictions" in client.get("/predictions").text


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_this_machine_has_several_names(client, name):
    assert client.get("/predictions", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "evil.example:80", "localhost.evil.example"])
def test_a_foreign_name_that_leads_here_reads_nothing(client, name):
    assert client.get("/predictions", headers={"Host": name}).status_code == 403


def test_asking_whether_there_is_a_download_takes_no_turn(client):
    for _ in range(history.READERS + 1):
        assert client.head("/predictions.csv").status_code == 200


def test_only_some_may_read_at_once_and_a_closed_download_makes_room(client):
    answers = [client.get("/predictions.csv") for _ in range(history.READERS)]
    assert client.get("/predictions").status_code == 503
    answers.pop().close()
    assert client.get("/predictions").status_code == 200
    answers.pop().close()
