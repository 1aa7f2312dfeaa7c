import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.runtimes import OnnxRuntime
from {= cookiecutter.package_name =}.serving import app, page, settings

HOSTILE = "<script>alert('x')</script> \"a\" & {{ 7 * 7 }}"


@pytest.fixture(scope="module")
def client(package):
    return app.build(package, settings.Settings(predictions=None)).test_client()


@pytest.fixture(scope="module")
def html(client):
    return client.get("/").text


@pytest.fixture
def form(package):
    return page.texts(package.signature.example)


def bars(html):
    return re.findall(r'<progress max="1" value="([0-9.e-]+)"', html)


def test_every_field_has_a_label_its_unit_and_the_example(html, package):
    for position, field in enumerate(package.signature.fields):
        assert f'<label for="field-{position}">' in html
        assert f'id="field-{position}" name="{field.name}"' in unescape(html)
        assert field.unit is None or field.unit in unescape(html)
        assert field.description in unescape(html)
        value = page.texts(package.signature.example).get(field.name)
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
    explained = re.search(rf'id="field-{position}-error">([^<]+)<', answer.text)
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
    assert "{{ 7 * 7 }}" in html
    assert "up to 1234567" in html
    assert "from 0" in html


def test_a_regression_shows_its_number_with_the_unit(package):
    target = signature.Target("price", unit="€")
    fields = (signature.Field("x", "number"),)
    described = signature.Signature("regression", target, fields, {"x": 1})

    class Session:
        def get_inputs(self):
            return []

        get_outputs = get_inputs

        def run(self, *_):
            return [np.array([[1234.5678]])]

    stub = replace(package, signature=described, runtime=OnnxRuntime(Session()))
    html = app.build(stub, settings.Settings(predictions=None)).test_client().get("/").text
    assert "1234.57" in html
    assert "€" in html
    assert bars(html) == []


def test_what_a_form_sends_gets_its_type():
    fields = [signature.Field(kind, kind) for kind in ("number", "boolean", "category")]
    described = signature.Signature("binary", signature.Target("y"), tuple(fields), {})
    sent = {"number": "1.50", "boolean": "true", "category": "1"}
    assert page.read_form(described, sent) == {"number": 1.5, "boolean": True, "category": "1"}
    strange = {"number": "1,5", "boolean": "", "category": "null", "more": "1"}
    assert page.read_form(described, strange) == {"number": "1,5", "category": "null", "more": "1"}


def test_a_package_without_scores_has_no_line_about_them():
    assert page.describe_quality({}) is None
    score = {"value": 0.7, "low": 0.6, "high": 0.8}
    metrics = {"metric": "f1", "scores": {"f1": score}, "rows": 9}
    assert page.describe_quality(metrics) == "f1 0.70 (0.60 to 0.80) on 9 test rows"
