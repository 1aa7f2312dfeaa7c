"""Questions are parsed, completed and checked as copier.yml says."""

import pytest

from mlkeel.problems import Refusal
from mlkeel.render import Template
from support import ROOT

QUESTIONS = Template(ROOT).questions


def test_defaults_answer_everything():
    answers = QUESTIONS.complete({})
    assert answers["project_slug"] == "my-ml-project"
    assert answers["notebooks"] is True
    assert list(answers) == [question.name for question in QUESTIONS]


def test_a_default_follows_from_what_was_given():
    answers = QUESTIONS.complete({"project_slug": "rain"})
    assert answers["package_name"] == "rain"


@pytest.mark.parametrize("word", ["yes", "Y", "true", "on", "1"])
def test_yes_has_the_words_that_cookiecutter_knows(word):
    assert QUESTIONS.parse([f"notebooks={word}"]) == {"notebooks": True}


@pytest.mark.parametrize("word", ["no", "N", "false", "off", "0"])
def test_no_has_the_words_that_cookiecutter_knows(word):
    assert QUESTIONS.parse([f"notebooks={word}"]) == {"notebooks": False}


def test_a_value_may_contain_an_equals_sign():
    assert QUESTIONS.parse(["project_name=a=b"]) == {"project_name": "a=b"}


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("notebooks=maybe", "notebooks: must be yes or no, not 'maybe'"),
        (
            "license=GPL",
            "license: must be one of MIT, BSD-3-Clause, Apache-2.0,",
        ),
        (
            "licence=MIT",
            "licence is not a question (did you mean license?); there are:",
        ),
        ("color=red", "color is not a question; there are: project_name, description,"),
        ("uv", "uv: write NAME=VALUE, for example project_name=…"),
    ],
)
def test_a_wrong_pair_is_refused_in_words_that_help(pair, words):
    with pytest.raises(Refusal) as refusal:
        QUESTIONS.parse([pair])
    assert words in str(refusal.value)
