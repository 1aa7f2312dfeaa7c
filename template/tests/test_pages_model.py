import re
from dataclasses import replace
from html import unescape

import pytest

from {= cookiecutter.package_name =}.serving import app, settings
from {= cookiecutter.package_name =}.serving.pages import model

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def client(package):
    return app.build(package, settings.Settings(predictions=None)).test_client()


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_people_get_a_page_and_programs_what_they_always_got(client, accept, kind):
    answer = client.get("/model", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert "Accept" in answer.headers["Vary"]


def test_the_page_shows_version_metrics_fields_and_card(client, package):
    page = client.get("/model", headers={"Accept": BROWSER}).text
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    html = unescape(page)
    assert package.version in html
    for name, score in package.metrics["scores"].items():
        assert f">{name}</th>" in html
        assert f"{score['low']:.3f} to {score['high']:.3f}" in html
    for field in package.signature.fields:
        assert f"<code>{field.name}</code></th>" in html
    for heading in re.findall(r"^## (.+)", package.card, re.MULTILINE):
        assert f"<h3>{heading}</h3>" in html
    assert page.count("<h1") == 1


def test_a_hostile_card_is_shown_as_text():
    card = "# Title\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) <b onclick=x>\n"
    html = model.write_card(card + "\n###### Deep\n\n| <i> | b |\n| --- | --- |\n| `<u>` | |\n")
    assert not re.search(r"<(script|b|i|u)\b|href", html)
    assert "Title" not in html
    assert "<h6>Deep</h6>" in html
    assert html.count("<table>") == html.count("</table></div>") == 1


def test_a_package_without_scores_has_a_page_too(package):
    bare = replace(package)
    vars(bare).update(metrics={"gate": {}}, card="")
    client = app.build(bare, settings.Settings(predictions=None)).test_client()
    html = client.get("/model", headers={"Accept": BROWSER}).text
    assert "What a row must hold" in html
    assert "How good it is" not in html
