"""The questions of copier.yml: their defaults, choices and rules."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from .marks import Marks
from .problems import Refusal

Answer = str | bool
Answers = dict[str, Answer]

BRIDGE = "cookiecutter"  # the one entry that serves the engines, not a person
YES = ("yes", "y", "true", "t", "on", "1")  # the words Cookiecutter knows
YES_NO = (True, False)
NO = ("no", "n", "false", "f", "off", "0")


@dataclass(frozen=True)
class Question:
    """One question as copier.yml states it."""

    name: str
    help: str
    default: Answer
    choices: tuple[Answer, ...] = ()
    validator: str = ""

    @property
    def is_yes_no(self) -> bool:
        """Whether the answer is yes or no; the default may still be computed from old answers."""
        return self.choices == YES_NO

    def parse(self, text: str) -> Answer:
        """The answer that a typed word stands for."""
        if not self.is_yes_no:
            return text
        if text.lower() in (*YES, *NO):
            return text.lower() in YES
        raise Refusal(f"{self.name}: must be yes or no, not {text!r}")


# Gets the question, its default and what a given answer's problem would be; returns the answer.
Ask = Callable[[Question, Answer, Callable[[Answer], str]], Answer]


class Questions:
    """All questions in the order in which they are asked."""

    def __init__(self, copier_yml: Mapping[str, Any], marks: Marks) -> None:
        entries = {name: entry for name, entry in copier_yml.items() if name[0] != "_"}
        self._marks = marks
        self._by_name: dict[str, Question] = {}
        self.constants: dict[str, str] = {}
        for name, entry in entries.items():
            if entry.get("when") is not False:
                self._by_name[name] = question_from(name, entry)
            elif name != BRIDGE:
                self.constants[name] = self._text(entry["default"], {})

    def __iter__(self) -> Iterator[Question]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Question:
        if name in self._by_name:
            return self._by_name[name]
        close = get_close_matches(name, self._by_name, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise Refusal(f"{name} is not a question{hint}; there are: {', '.join(self._by_name)}")

    def parse(self, pairs: list[str]) -> Answers:
        """The answers in `NAME=VALUE` words, each of them checked."""
        answers: Answers = {}
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals:
                raise Refusal(f"{pair}: write NAME=VALUE, for example {next(iter(self)).name}=…")
            answers[name] = self[name].parse(text)
        for name, answer in answers.items():
            self._check(self[name], answer, answers)
        return answers

    def complete(self, given: Answers, ask: Ask | None = None) -> Answers:
        """Answer every question: as given, else by asking, else by its default."""
        answers: Answers = {}
        for question in self:
            if question.name in given:
                answer = given[question.name]
            else:
                answer = self.default(question, answers)
                if ask:
                    answer = ask(question, answer, partial(self.problem, question, answers=answers))
            self._check(question, answer, answers)
            answers[question.name] = answer
        return answers

    def default(self, question: Question, answers: Answers) -> Answer:
        """The default, which may follow from earlier answers."""
        if isinstance(question.default, bool):
            return question.default
        text = self._text(question.default, answers)
        return question.parse(text) if question.is_yes_no else text

    def problem(self, question: Question, answer: Answer, answers: Answers) -> str:
        """What is wrong with an answer: nothing when it is good."""
        if question.choices and answer not in question.choices:
            return f"must be one of {', '.join(map(str, question.choices))}, not {answer!r}"
        return self._text(question.validator, {**answers, question.name: answer}).strip()

    def _check(self, question: Question, answer: Answer, answers: Answers) -> None:
        if problem := self.problem(question, answer, answers):
            raise Refusal(f"{question.name}: {problem}")

    def _text(self, source: str, answers: Mapping[str, Answer]) -> str:
        return self._marks.fill(source, {**self.constants, **answers})


def question_from(name: str, entry: Mapping[str, Any]) -> Question:
    """The question an entry of copier.yml describes."""
    yes_no = YES_NO if entry["type"] == "bool" else ()
    return Question(
        name=name,
        help=entry["help"],
        default=entry["default"],
        choices=tuple(entry.get("choices", yes_no)),
        validator=entry.get("validator", ""),
    )
