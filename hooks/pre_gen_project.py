"""Refuse what Copier would refuse, in the same words: apply the validators of copier.yml."""

import json
import sys
from pathlib import Path

import jinja2
import yaml

answers = json.loads(r"""{= cookiecutter | tojson =}""")
typed = json.loads(r"""{= _cookiecutter | tojson =}""")  # before Cookiecutter rendered them
repository = Path(answers["_repo_dir"])
copier = yaml.safe_load((repository / "copier.yml").read_text(encoding="utf-8"))
defaults = json.loads((repository / "cookiecutter.json").read_text(encoding="utf-8"))

options = {name: value for name, value in copier["_envops"].items() if name != "undefined"}
environment = jinja2.Environment(undefined=jinja2.StrictUndefined, **options)
questions = {name: value for name, value in copier.items() if not name.startswith("_")}
for name, question in questions.items():
    if question.get("when", True) is False and name != "cookiecutter":
        answers[name] = environment.from_string(question["default"]).render()


def problem(name, value):
    """What the question's validator says about a value: nothing when it is good."""
    validator = environment.from_string(questions[name].get("validator", ""))
    return validator.render({**answers, name: value}).strip()


def problems():
    """What is wrong with each answer, as it was typed or as it came out."""
    for name in typed:
        raw = str(typed[name]) if typed[name] != defaults[name] else answers[name]
        if message := problem(name, raw) or problem(name, answers[name]):
            yield f"{name}: {message}"


if refused := list(problems()):
    sys.exit("\n".join(refused))
