import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import pytest

from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.package import PackageError
from {= cookiecutter.package_name =}.runtimes import OnnxRuntime
from {= cookiecutter.package_name =}.serving import (
    app,
    explanations,
    settings,
)
from {= cookiecutter.package_name =}.serving.pages import (
    controls,
    moves,
    words,
)
from {= cookiecutter.package_name =}.serving.pages import form as page

HOSTILE = "<script>alert('x')</script> \"a\" & {{ 7 * 7 }}"


@pytest.fixture(scope="module")
def client(package):
    return app.build(package, settings.Settings(predictions=None)).test_client()


@pytest.fixture(scope="module")
def html(client):
    return client.get("/").text


@pytest.fixture
def form(package):
    return controls.texts(package.signature.example)


def bars(html):
    return re.findall(r'<progress max="1" value="([0-9.e-]+)"', html)


def test_every_field_has_a_label_its_unit_and_the_example(html, package):
    for position, field in enumerate(package.signature.fields):
        assert f'<label for="field-{position}">' in html
        assert f'id="field-{position}" name="{field.name}"' in unescape(html)
        assert field.unit is None or field.unit in unescape(html)
        assert field.description in unescape(html)
        value = controls.texts(package.signature.example).get(field.name)
        if field.categories and value is not None:
            assert f"<option selected>{value}</option>" in unescape(html)


def test_the_page_shows_the_prediction_of_the_example(html, client, package):
    (answer,) = client.post("/predict", json=package.signature.example).get_json()["predictions"]
    assert len(bars(html)) == len(package.signature.target.classes)
    if "probabilities" in answer:
        assert [float(bar) for bar in bars(html)] == list(answer["probabilities"].values())


def test_the_page_loads_only_what_the_service_has(html, client):
    loaded = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', html)
    assert len(loaded) == 3
    assert "no-store" in client.get("/").headers["Cache-Control"]
    for path in loaded:
        assert client.get(path).status_code == 200


def test_nothing_in_the_page_is_inline(html):
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert re.findall(r"<script[^>]*>(.*?)</script>", html) == [""]


def test_the_form_works_without_javascript(client, form, package):
    answer = client.post("/", data=form)
    assert answer.status_code == 200
    assert len(bars(answer.text)) == len(package.signature.target.classes)


def test_a_wrong_field_is_explained_beside_it_and_keeps_what_was_typed(client, form, package):
    types = [field.type for field in package.signature.fields]
    if "number" not in types:
        pytest.skip("the model reads no numbers")
    position = types.index("number")
    name = package.signature.fields[position].name
    answer = client.post("/", data=form | {name: "<b>fast"})
    assert answer.status_code == 422
    explained = re.search(rf'id="field-{position}-error" data-fresh>([^<]+)<', answer.text)
    assert unescape(explained[1]).startswith(f"{name} must be a number")
    assert 'value="&lt;b&gt;fast"' in answer.text
    assert "<b>" not in answer.text
    assert bars(answer.text) == []


def test_an_empty_form_names_every_field_that_is_needed(client, package):
    answer = client.post("/", data={})
    needed = [field for field in package.signature.fields if not field.nullable]
    assert answer.text.count("is missing: it must be") == len(needed)


def test_hostile_names_and_words_are_escaped(package):
    fields = (
        signature.Field(HOSTILE, "category", HOSTILE, categories=(HOSTILE, "b")),
        signature.Field('"><img src=x>', "boolean", nullable=True),
        signature.Field("rows", "category", nullable=True),
        signature.Field("error", "number", unit="<i>", nullable=True, minimum=0),
        signature.Field("number", "number", nullable=True, maximum=1_234_567),
    )
    target = signature.Target(HOSTILE, HOSTILE, "<i>", ("<u>", HOSTILE))
    example = {HOSTILE: HOSTILE, "error": float("nan")}  # and it can't be predicted
    described = signature.Signature("binary", target, fields, example, HOSTILE)
    hostile = replace(package, signature=described)
    html = app.build(hostile, settings.Settings(predictions=None)).test_client().get("/").text
    assert not re.search(r"<(img|i|u|b)\b", html)
    assert html.count("<script") == 1
    assert "<svg" not in html  # what can't be predicted has no explanation
    assert "{{ 7 * 7 }}" in html
    assert "up to 1234567" in html
    assert "from 0" in html


def test_a_regression_shows_its_number_with_the_unit(package):
    target = signature.Target("price", unit="€")
    fields = (signature.Field("x", "number"),)
    described = signature.Signature("regression", target, fields, {"x": 1})

    class Session:
        def get_inputs(self):
            return [SimpleNamespace(name="number")]

        get_outputs = get_inputs

        def run(self, _, rows):
            return [rows["number"] * 1234.5678]

    stub = replace(package, signature=described, runtime=OnnxRuntime(Session()))
    vars(stub)["reference"] = {"typical": {"number": [[0], [3]], "category": [[], []]}}
    html = app.build(stub, settings.Settings(predictions=None)).test_client().get("/").text
    assert "1234.57" in html
    assert "predicted 1851.85 € on average, this one 1234.57 €" in html
    assert "\u2212617.284 €" in html
    assert bars(html) == []


def test_what_a_form_sends_gets_its_type():
    fields = [signature.Field(kind, kind) for kind in ("number", "boolean", "category")]
    described = signature.Signature("binary", signature.Target("y"), tuple(fields), {})
    sent = {"number": "1.50", "boolean": "true", "category": "1"}
    assert controls.read_form(described, sent) == {"number": 1.5, "boolean": True, "category": "1"}
    kept = {"number": "1,5", "category": "null", "more": "1"}
    assert controls.read_form(described, kept | {"boolean": ""}) == kept


def test_a_package_without_scores_has_no_line_about_them():
    assert page.describe_quality(SimpleNamespace(metrics={})) is None
    score = {"value": 0.7, "low": 0.6, "high": 0.8}
    scored = SimpleNamespace(metrics={"metric": "f1", "scores": {"f1": score}, "rows": 9})
    assert page.describe_quality(scored) == "f1 0.70 (0.60 to 0.80) on 9 test rows"


def test_what_moved_the_prediction_leads_from_the_average_to_it(client, html, package):
    asked = client.post("/explain", json=package.signature.example).get_json()
    (found,) = asked["explanations"]
    assert set(found["shares"]) == {field.name for field in package.signature.fields}
    shares, average, whole = found["shares"].values(), found["average"], found["prediction"]
    if package.signature.classes:
        label = found["prediction"]
        shares, average = [share[label] for share in shares], average[label]
        whole = found["probabilities"][label]
    near = 1e-4 * (abs(average) + sum(map(abs, shares)))
    assert average + sum(shares) == pytest.approx(whole, abs=near)
    assert html.count("<svg") == min(len(package.signature.fields), moves.MOST + 1)
    assert f"{max(map(abs, shares)) * 100:.1f} points" in html or not package.signature.classes


def test_a_package_without_typical_rows_predicts_and_explains_nothing(package):
    old = replace(package)
    vars(old)["reference"] = {}
    client = app.build(old, settings.Settings(predictions=None)).test_client()
    assert "<svg" not in client.get("/").text
    answer = client.post("/explain", json=package.signature.example)
    assert (answer.status_code, "no typical rows" in answer.text) == (404, True)


def test_explanations_are_for_a_hundred_rows_and_tell_what_is_wrong(client, package):
    rows = [package.signature.example] * 101
    assert client.post("/explain", json=rows).status_code == 413
    assert client.post("/explain", json=[{"strange": 1}]).status_code == 422
    assert len(client.post("/explain", json=rows[:3]).get_json()["explanations"]) == 3


def test_of_many_fields_the_largest_are_shown_and_the_rest_is_added_up():
    named = [(f"x{place}", "1", place / 10) for place in range(20)]
    shown = moves.order(named, "{:.1f}".format)
    assert [move.label for move in shown] == [*(f"x{19 - p}" for p in range(12)), "8 more fields"]
    assert shown[-1].share == "2.8"
    down = moves.order([("a", "", -0.5), ("b", "", 0.25)], words.show_points)
    assert [(move.left, move.width) for move in down] == [(-100, 100), (0, 50)]
    assert [move.share for move in down] == ["\u221250.0 points", "+25.0 points"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_another_site_s_page_can_t_send_the_form(client, form, headers, status):
    answer = client.post("/", data=form, headers=headers)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_without_a_model_people_see_a_page_that_says_so():
    missing = PackageError("models has no model <b>yet</b>")
    client = app.build(missing, settings.Settings(predictions=None)).test_client()
    answer = client.get("/")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Models has no model &lt;b&gt;yet" in answer.text
    assert 'aria-current="page"' not in answer.text


def test_who_answered_explains_the_answer(package):
    champion, challenger = SimpleNamespace(package=package), SimpleNamespace(package=package)
    serving = SimpleNamespace(model=champion, trial=None)
    assert explanations.find_model(serving, package.version) is champion
    serving.trial = SimpleNamespace(model=challenger)
    assert explanations.find_model(serving, package.version) is challenger
    assert explanations.find_model(serving, "another") is champion
