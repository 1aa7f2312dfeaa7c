"""A hostile answer gives a sound project, or the same words of refusal from all three.

Cookiecutter renders what `--no-input` is given. What it can render is refused in our words, by the
text as it was typed; what it cannot, it refuses itself, before it writes, in Jinja's words.
"""

import pytest
from cookiecutter.exceptions import CookiecutterException, FailedHookException
from jinja2 import TemplateError

from mlkeel.problems import Refusal
from support import ENGINES, assert_same, assert_sound, make, snapshot

LINE = "must be one line of printable characters, without emoji"
MARKS = "must not contain any of {{ {% {# {= [% ${"
EMPTY = "must not be empty, nor begin or end with a blank"
LONG = "must not be longer than 100 characters"
SLUG = (
    "must be at most 40 of a-z, 0-9 and single dashes, begin with a letter and not end with a dash"
)
PACKAGE = "must be at most 40 of a-z, 0-9 and _, and begin with a letter"
NAME = "uses that name; choose another one"
METADATA = "must not contain <, > or a comma"
EMAIL = "must look like you@example.com"

REFUSED = [
    ("project_name", "two\nlines", LINE),
    ("project_name", "a\ttab", LINE),
    ("project_name", "a rocket \U0001f680", LINE),
    ("project_name", "right\u202eto left", LINE),
    ("project_name", "", EMPTY),
    ("project_name", "   ", EMPTY),
    ("project_name", " begins with a blank", EMPTY),
    ("project_name", "n" * 101, LONG),
    ("project_name", "n" * 200, LONG),
    ("project_name", "{{ name }}", MARKS),
    ("project_name", "{% if %}", MARKS),
    ("project_name", "{# a #}", MARKS),
    ("project_name", "{= 7 * 7 =}", MARKS),
    ("project_name", "[% if true %]a[% endif %]", MARKS),
    ("project_name", "${HOME}", MARKS),
    ("project_name", "${{ secrets.TOKEN }}", MARKS),
    ("description", "two\nlines", LINE),
    ("description", "d" * 201, "must not be longer than 200 characters"),
    ("description", "{= 7 * 7 =}", MARKS),
    ("author_name", "", EMPTY),
    ("author_name", "Ann, Bob", METADATA),
    ("author_name", "Ann <ann@example.com>", METADATA),
    ("author_name", "{= 7 * 7 =}", MARKS),
    ("author_email", "", EMAIL),
    ("author_email", "nobody", EMAIL),
    ("author_email", "a@b@c", EMAIL),
    ("author_email", "me@localhost", EMAIL),
    ("author_email", ".me@example.com", EMAIL),
    ("author_email", "m..e@example.com", EMAIL),
    ("author_email", "me@example.", EMAIL),
    ("author_email", "é@example.com", EMAIL),
    ("author_email", 'a"b@example.com', EMAIL),
    ("author_email", "{= 7 * 7 =}@example.com", EMAIL),
    ("project_slug", "", SLUG),
    ("project_slug", "Upper", SLUG),
    ("project_slug", "3d", SLUG),
    ("project_slug", "under_score", SLUG),
    ("project_slug", "a/b", SLUG),
    ("project_slug", "..", SLUG),
    ("project_slug", "../up", SLUG),
    ("project_slug", "$(touch x)", SLUG),
    ("project_slug", "a;b", SLUG),
    ("project_slug", "ends-", SLUG),
    ("project_slug", "two--dashes", SLUG),
    ("project_slug", "été", SLUG),
    ("project_slug", "s" * 41, SLUG),
    ("project_slug", "con", NAME),
    ("project_slug", "flask", NAME),
    ("project_slug", "scikit-learn", NAME),
    ("package_name", "class", NAME),
    ("package_name", "json", NAME),
    ("package_name", "numpy", NAME),
    ("package_name", "tests", NAME),
    ("package_name", "nul", NAME),
    ("package_name", "3d", PACKAGE),
    ("package_name", "with-dash", PACKAGE),
    ("package_name", "_private", PACKAGE),
    ("package_name", "été", PACKAGE),
    ("package_name", "p" * 41, PACKAGE),
    ("package_name", "", PACKAGE),
]

ACCEPTED = [
    {"project_name": "Prévision d'été"},
    {"project_name": "cafe\u0301 decomposed"},
    {"project_name": "Łódź Straße Ærø İstanbul"},
    {"project_name": "天気予報"},
    {"project_name": "Погода"},
    {"project_name": "3D vision"},
    {"project_name": "2024"},
    {"project_name": "Flask"},
    {"project_name": "class"},
    {"project_name": "CON"},
    {"project_name": "true"},
    {"project_name": "n" * 100},
    {"project_name": "\"double\" 'single' \\ back\\slash", "description": "\"\"\" ''' \\n \\"},
    {"project_name": "a $(touch x); `touch y` & | > z", "description": "$HOME #{x} %(a)s %PATH%"},
    {"project_name": "<script>alert(1)</script>", "description": "a: b # c - [d] {e}"},
    {"author_name": 'Søren "O\'Neil" \\ 王小明', "author_email": "a+b.c_d@sub.example.org"},
    {"package_name": "p" * 40, "project_slug": "s" * 40},
]


def refusal(engine, repository, answers, folder, capfd):
    """What an engine says instead of making the project."""
    with pytest.raises((Refusal, ValueError, FailedHookException)) as caught:
        make(engine, repository, answers, folder)
    return f"{caught.value}\n{capfd.readouterr().err}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "answer", "words"), REFUSED, ids=range(len(REFUSED)))
def test_it_is_refused_before_anything_is_written(
    engine, name, answer, words, bones, tmp_path, capfd
):
    said = refusal(engine, bones, {name: answer}, tmp_path, capfd)
    assert name in said
    assert words in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("answers", ACCEPTED, ids=lambda answers: next(iter(answers.values()))[:20])
def test_it_gives_the_same_project_everywhere_and_a_sound_one(answers, render, bones, tmp_path):
    assert_sound(snapshot(render(**answers).path))
    ours, *others = [snapshot(make(engine, bones, answers, tmp_path)) for engine in ENGINES]
    for other in others:
        assert_same(other, ours)


@pytest.mark.parametrize("answer", ["{=", "{= nothing.like.this =}", "[% nonsense %]"])
def test_what_cookiecutter_cannot_render_it_refuses_itself(answer, bones, tmp_path):
    with pytest.raises((TemplateError, CookiecutterException)):
        make("cookiecutter", bones, {"project_name": answer}, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("engine", ["copier", "mlkeel"])
@pytest.mark.parametrize("answer", ["{=", "{= nothing.like.this =}", "[% nonsense %]"])
def test_what_cookiecutter_cannot_render_the_others_refuse_in_our_words(
    engine, answer, bones, tmp_path, capfd
):
    assert MARKS in refusal(engine, bones, {"project_name": answer}, tmp_path, capfd)
    assert not list(tmp_path.iterdir())
