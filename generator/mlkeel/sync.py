"""Derive cookiecutter.json and docs/options.md from copier.yml: `python -m mlkeel.sync`.

With `--check` nothing is written; the exit code says whether something is out of date.
"""

import json
import sys
from pathlib import Path
from typing import Any

from .marks import Marks
from .options import as_markdown, options
from .questions import BRIDGE, Question
from .render import Template
from .source import ADDRESS, CHECKOUT


def main(arguments: list[str]) -> int:
    """Write what is out of date, or with --check only say so."""
    stale = {path: text for path, text in derived(Template(CHECKOUT)).items() if read(path) != text}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path} is out of date; run: python -m mlkeel.sync", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    return int("--check" in arguments and bool(stale))


def read(path: Path) -> str:
    """The text of a derived file; nothing when it is not there yet."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def derived(template: Template) -> dict[Path, str]:
    """What the derived files of the checkout have to say."""
    context = json.dumps(cookiecutter_context(template), indent=2, ensure_ascii=False)
    return {
        CHECKOUT / "cookiecutter.json": context + "\n",
        CHECKOUT / "docs/options.md": as_markdown(options(template)),
    }


def cookiecutter_context(template: Template) -> dict[str, Any]:
    """The constants and questions as Cookiecutter wants to read them."""
    constants = template.questions.constants
    names = {name: f"_{name}" for name in constants}
    names |= {question.name: question.name for question in template.questions}
    return {
        **{names[name]: text for name, text in constants.items()},
        **{q.name: entry(q, template, names) for q in template.questions},
        "__prompts__": {question.name: question.help for question in template.questions},
        "_src_path": ADDRESS,
        "_new_lines": "\n",
        "_jinja2_env_vars": template.marks.options,
    }


def entry(question: Question, template: Template, names: dict[str, str]) -> Any:
    """A default; of a choice the list, whose first is the default; of yes or no the boolean."""
    if not question.choices:
        return qualified(str(question.default), template.marks, names)
    default = template.questions.default(question, {})
    if question.is_yes_no:
        return default
    return sorted(question.choices, key=lambda choice: choice != default)


def qualified(text: str, marks: Marks, names: dict[str, str]) -> str:
    """The same template with each answer under the name Cookiecutter gives it.

    `project_name.lower()` becomes `cookiecutter.project_name.lower()`, by Jinja's own tokens.
    """
    words, before = [], ""
    for _, kind, word in marks.environment.lex(text):
        is_answer = kind == "name" and word in names and before != "."
        words.append(f"{BRIDGE}.{names[word]}" if is_answer else word)
        before = before if kind == "whitespace" else word
    return "".join(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
