import pytest
from test_serving_watcher import make_other

from {= cookiecutter.package_name =} import canary
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.serving import app, service, settings
from {= cookiecutter.package_name =}.serving.protocols import (
    schemas,
)
from {= cookiecutter.package_name =}.serving.watcher import Watcher
from {= cookiecutter.package_name =}.store.history import History, Window


@pytest.fixture
def folder(tmp_path, package):
    """models/ with a champion and a challenger."""
    models = ModelFolder(tmp_path / "models")
    models.path.mkdir()
    models.point("champion", models.add(package.path))
    models.point("challenger", models.add(make_other(package.path, tmp_path / "other")))
    return models


@pytest.fixture
def served(folder, tmp_path):
    chosen = settings.Settings(models=folder.path, predictions=tmp_path / "log.db", log_flush_ms=10)
    made = service.Service(app.load(folder.path, "champion"), chosen)
    yield made
    made.close()


@pytest.fixture
def begin(folder, served):
    """`begin(share=50)`: a canary that the service has seen."""
    watcher = Watcher(served)

    def begin(**choices):
        found = canary.Canary(folder.aliases()["challenger"], **choices)
        canary.write(folder.path, found)
        watcher.look()
        return watcher

    return begin


def routes(served, row, keys):
    return [served.predict(row, key, 0.0)["route"] for key in keys]


def logged(served, route):
    with served.recorder.borrow():
        return History(served.settings.predictions).page(Window(route=route))


KEYS = [f"request {number}" for number in range(400)]


@pytest.mark.parametrize(("share", "low", "high"), [(0, 0, 0), (25, 70, 130), (100, 400, 400)])
def test_the_challenger_answers_its_share(begin, served, package, share, low, high):
    begin(share=share)
    found = routes(served, package.signature.example, KEYS)
    assert low <= found.count("challenger") <= high


def test_a_larger_share_keeps_who_was_in_a_smaller_one(begin, served, package):
    shares = []
    for share in (10, 60):
        begin(share=share)
        found = routes(served, package.signature.example, KEYS)
        shares.append({key for key, route in zip(KEYS, found, strict=True) if route != "champion"})
    assert shares[0] < shares[1]


def test_a_field_may_decide_who_is_asked(begin, served, package):
    row = package.signature.example
    name, value = next(iter(row.items()))
    begin(share=50, key=name)
    assert len(set(routes(served, row, KEYS))) == 1
    begin(share=100, rule={name: [value]})
    assert routes(served, row, KEYS[:1]) == ["challenger"]
    begin(share=100, rule={name: ["something else"]})
    assert routes(served, row, KEYS[:1]) == ["champion"]


def test_the_answer_and_the_log_name_who_answered(begin, served, package, folder):
    begin(share=100)
    answer = served.predict(package.signature.example, "r", 0.0)
    assert answer["version"] == folder.aliases()["challenger"]
    (row,) = logged(served, "challenger")
    assert (row.version, row.request_id) == (answer["version"], "r")
    assert 'route="challenger"' in served.metrics.show("")[0].decode()


def test_a_shadow_is_logged_and_never_seen(begin, served, package):
    begin(share=100, shadow=True)
    assert routes(served, package.signature.example, KEYS[:3]) == ["champion"] * 3
    served.shadows.close()
    assert len(logged(served, "shadow")) == len(logged(served, "champion")) == 3


@pytest.mark.parametrize("shadow", [False, True])
def test_a_challenger_that_fails_costs_nobody_an_answer(begin, served, package, caplog, shadow):
    begin(share=100, shadow=shadow)
    served.trial.model.reader = None
    assert routes(served, package.signature.example, KEYS[:2]) == ["champion"] * 2
    served.shadows.close()
    failed = logged(served, "shadow" if shadow else "challenger")
    assert [row.prediction for row in failed] == [None, None]
    assert "serving_challenger_failures_total 2.0" in served.metrics.show("")[0].decode()
    assert "the challenger failed" in caplog.text


def test_rows_that_no_model_can_use_are_refused_as_ever(begin, served):
    begin(share=100)
    with pytest.raises(service.RowsError):
        served.predict({}, "r", 0.0)
    assert not logged(served, "challenger")


def test_without_a_canary_all_traffic_is_the_champion_s_again(begin, served, package, folder):
    watcher = begin(share=100)
    canary.remove(folder.path)
    watcher.look()
    assert routes(served, package.signature.example, KEYS[:1]) == ["champion"]


def test_a_challenger_that_became_the_champion_is_no_longer_on_trial(begin, served, folder):
    watcher = begin(share=50)
    folder.point("champion", folder.aliases()["challenger"])
    watcher.look()
    assert served.trial is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "can't be read"),
        ("[]", "can't be read"),
        ('{"version": 3}', "another type"),
        ('{"version": "v", "share": 101}', "from 0 to 100"),
        ('{"version": "absent", "share": 50}', "no model 'absent'"),
        ('{"version": "v", "rule": {"x": 1}}', "a list of values"),
        ('{"version": "v", "unknown": 1}', "unknown"),
    ],
)
def test_a_broken_canary_is_told_and_the_champion_answers(
    begin, served, folder, package, caplog, text, words
):
    watcher = begin(share=100)
    (folder.path / canary.FILE).write_text(text)
    watcher.look()
    assert routes(served, package.signature.example, KEYS[:1]) == ["champion"]
    assert words in caplog.text


def test_a_header_may_decide_who_is_asked(begin, served, package):
    begin(share=50)
    client = app.assemble(served).test_client()

    def ask(key):
        headers = {"X-Routing-Key": key}
        return client.post("/predict", json=package.signature.example, headers=headers).json

    found = {key: {ask(key)["route"] for _ in range(3)} for key in "abcdefgh"}
    assert all(len(routes) == 1 for routes in found.values())
    assert set().union(*found.values()) == {"champion", "challenger"}


def test_who_asks_for_a_version_gets_no_other(begin, served, package):
    begin(share=100)
    client = app.assemble(served).test_client()
    model, body = f"/v2/models/{package.name}", schemas.make_example(package.signature)
    answers = [
        client.post(f"{path}/infer", json=body).get_json()
        for path in (model, f"{model}/versions/{package.version}")
    ]
    assert [found["parameters"]["route"] for found in answers] == ["challenger", "champion"]
    assert answers[1]["model_version"] == package.version
