"""The pages of the emitted service in a real browser: for eyes, keyboards and screen readers."""

import csv
import json
import time
import urllib.request

import pytest

from browser import chromium, find_barriers
from support import ROOT

pytestmark = pytest.mark.timeout(900)
LARGEST = 200_000  # bytes of a picture
PATHS = {
    "form": "/",
    "predictions": "/predictions",
    "monitoring": "/monitoring",
    "model": "/model",
    "nothing": "/?request_id=nothing",
    "wrong": "/predictions?since=yesterday&route=best",
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def service(born, tmp_path_factory):
    """A running service that has predicted sixty rows, knows the truth of some and was checked."""
    project, home = born("uv"), tmp_path_factory.mktemp("service")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREDICTIONS", str(home / "predictions.db"))
        patch.setenv("RESULTS", str(home / "results"))
        with project.serving() as url:
            row = json.loads((project.path / "results/example.json").read_text())
            name = next(name for name, value in row.items() if isinstance(value, float))
            answers = [ask(url, "/predict", row | {name: row[name] + n / 5}) for n in range(60)]
            for number, answer in enumerate(answers):
                label = answers[number * 7 % 60]["predictions"][0]["prediction"]
                if number % 3:
                    ask(url, "/feedback", {"request_id": answer["request_id"], "label": label})
            for _ in range(2):  # the same row again and again is a drift: exit code 1
                time.sleep(0.5)  # the log is written in the background
                script = ["python", "scripts/monitor.py", f"paths.results={home / 'results'}"]
                project.run(*script, code=1)
            yield url


def ask(url, path, content):
    body = json.dumps(content).encode()
    request = urllib.request.Request(url + path, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture
def open_page(browser, service):
    """`open_page(path, ...)`: a page that asks no one but the service, and has no complaint."""
    contexts, foreign, complaints = [], [], []

    def note(message):
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_page(path="/", **settings):
        settings = {"viewport": {"width": 1200, "height": 850}} | settings
        context = browser.new_context(base_url=service, locale="en-GB", **settings)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: foreign.append(request.url))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in foreign if not url.startswith((service, "about:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("name", PATHS)
def test_no_page_keeps_anyone_out(open_page, name, width, scheme):
    page = open_page(PATHS[name], color_scheme=scheme, viewport={"width": width, "height": 850})
    assert find_barriers(page) == []
    assert page.locator("h1").count() == 1
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(beyond) == 0, "the page is wider than the screen"


@pytest.mark.parametrize("name", ["form", "predictions", "monitoring", "model"])
def test_a_picture_shows_each_page(open_page, name, tmp_path, request):
    kept = ROOT / f"docs/page-{name}.png"
    picture = kept if request.config.getoption("--pictures") else tmp_path / kept.name
    open_page(PATHS[name]).screenshot(path=picture, full_page=name == "form")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert 10_000 < kept.stat().st_size <= LARGEST


def test_the_keyboard_alone_is_enough(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    first = page.locator("#form input").first
    while page.evaluate("document.activeElement.id") != first.get_attribute("id"):
        page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("much")
    page.keyboard.press("Enter")
    error = page.locator("#field-0-error")
    error.filter(has_text="must be a number").wait_for()
    assert page.evaluate("document.activeElement.id") == first.get_attribute("id")
    assert first.get_attribute("aria-invalid") == "true"
    assert find_barriers(page) == []
    page.keyboard.press("Control+a")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    page.locator("#result").filter(has_text="Request").wait_for()
    assert error.text_content() == ""
    assert first.get_attribute("aria-invalid") is None
    assert page.locator("#moves svg").count() > 0


@pytest.mark.parametrize("scripts", [True, False])
def test_the_form_predicts_with_and_without_javascript(open_page, scripts):
    page = open_page(java_script_enabled=scripts)
    before = page.locator("#moves li").first.text_content()
    page.locator("#form input").first.fill("0")
    page.get_by_role("button", name="Predict").click()
    page.locator("#result").filter(has_text="Request").wait_for()
    assert page.locator("#form input").first.input_value() == "0"
    assert page.locator("#moves li").first.text_content() != before
    page.locator("#form input").first.fill("much")
    page.get_by_role("button", name="Predict").click()
    page.locator("#field-0-error").filter(has_text="must be a number").wait_for()
    assert not page.locator("#prediction").is_visible()


def test_from_a_past_prediction_to_what_moves_it(open_page):
    page = open_page("/")
    page.get_by_role("link", name="Predictions").click()
    page.get_by_label("Truth known").select_option("yes")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="40 predictions").wait_for()
    assert page.get_by_label("Truth known").input_value() == "yes"
    page.locator("summary").first.click()
    page.get_by_role("link", name="What moves it").first.click()
    page.get_by_text("This row was predicted on").wait_for()
    assert page.locator("#moves svg").count() > 0


def test_older_ones_are_a_page_away_and_all_are_a_download(open_page, tmp_path):
    page = open_page("/predictions")
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Newest").wait_for()
    page.get_by_label("From").fill("2020-01-31T10:00")
    page.get_by_role("button", name="Show").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="All of these as CSV").click()
    download.value.save_as(tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["request_id"] for row in rows}) >= 60
    assert sum(bool(row["label"]) for row in rows) == 40


def test_another_site_s_form_is_refused_by_what_the_browser_says(open_page, service):
    page = open_page("about:blank")
    page.set_content(f'<form method="post" action="{service}/"><button>Win</button></form>')
    page.get_by_role("button", name="Win").click()
    page.get_by_text("sent by another site").wait_for()
