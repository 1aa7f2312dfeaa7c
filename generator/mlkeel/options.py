"""What can be chosen, and what each choice brings: found by rendering, never by hand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from .ask import shown
from .questions import Answer, Question
from .render import File, Template

RECORD = {"_src_path": "", "_commit": ""}
ALWAYS_DIFFERENT = {".copier-answers.yml"}  # records the answer itself


@dataclass(frozen=True)
class Effect:
    """What a choice does to the project that the defaults make."""

    adds: list[str]
    drops: list[str]
    changes: list[str]


@dataclass(frozen=True)
class Option:
    """A question with its choices, the default first."""

    name: str
    help: str
    default: str
    effects: dict[str, Effect]  # by choice; the default has none


def options(template: Template) -> Iterator[Option]:
    """Every question, in order, with the effect of each choice."""
    answers = template.questions.complete({})
    plain = template.render(answers, RECORD)
    for question in template.questions:
        default = answers[question.name]
        effects = {
            shown(choice): effect(
                plain, template.render({**answers, question.name: choice}, RECORD)
            )
            for choice in others(question, default)
        }
        yield Option(question.name, question.help, shown(default), effects)


def others(question: Question, default: Answer) -> list[Answer]:
    """The choices beside the default."""
    return [choice for choice in question.choices if choice != default]


def effect(before: Mapping[str, File], after: Mapping[str, File]) -> Effect:
    """How one project differs from another."""
    common = before.keys() & after.keys() - ALWAYS_DIFFERENT
    return Effect(
        adds=sorted(after.keys() - before.keys()),
        drops=sorted(before.keys() - after.keys()),
        changes=sorted(path for path in common if before[path] != after[path]),
    )


def as_text(found: Iterator[Option]) -> str:
    """The options for a terminal."""
    return "\n".join(line for option in found for line in text_lines(option))


def text_lines(option: Option) -> Iterator[str]:
    """One option for a terminal."""
    yield f"{option.name}: {option.help}"
    yield f"  {option.default} (default)"
    for choice, change in option.effects.items():
        yield f"  {choice}"
        for verb, paths in asdict(change).items():
            if paths:
                yield f"    {verb} {', '.join(paths)}"
    yield ""


def as_json(found: Iterator[Option]) -> str:
    """The options for a program."""
    return json.dumps([asdict(option) for option in found], indent=2)


def as_markdown(found: Iterator[Option]) -> str:
    """The options as a page of the documentation."""
    head = (
        "# The options\n\n<!-- Made by `python -m mlkeel.sync`; do not edit. -->\n\n" + INTRODUCTION
    )
    return head + "".join(line + "\n" for option in found for line in markdown_lines(option))


INTRODUCTION = """\
The questions in the order in which they are asked. Answer them at the prompt, or on the command
line: `--set NAME=VALUE` for mlkeel, `--data NAME=VALUE` for Copier, `NAME=VALUE` for Cookiecutter.
What a choice brings is said against the project that the defaults make.
"""


def markdown_lines(option: Option) -> Iterator[str]:
    """One option as a section of a page."""
    yield f"\n## {option.name}\n\n{option.help}. Default: `{option.default}`."
    if option.effects:
        yield "\n| choice | adds | drops | changes |\n|---|---|---|---|"
    for choice, change in option.effects.items():
        cells = [", ".join(f"`{path}`" for path in paths) for paths in asdict(change).values()]
        yield f"| `{choice}` | {' | '.join(cells)} |"
