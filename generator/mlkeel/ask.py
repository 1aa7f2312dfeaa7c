"""The questions on a terminal: help, choices and default; a bad answer is asked for again."""

import contextlib
from collections.abc import Callable

from .problems import Problem, Refusal
from .questions import Answer, Question


class Asker:
    """Asks one question after the other and counts them."""

    def __init__(self, total: int) -> None:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401, PLC0415  (editing and history for `input`, where it exists)
        self._total = total
        self._number = 0

    def __call__(
        self, question: Question, default: Answer, problem: Callable[[Answer], str]
    ) -> Answer:
        """Ask until the answer is good."""
        self._number += 1
        print(f"\n[{self._number}/{self._total}] {question.help}")
        for number, choice in enumerate(numbered(question), 1):
            print(f"  {number} {choice}")
        while True:
            try:
                answer = read(question, default)
            except Refusal as refusal:
                print(f"  {refusal}")
                continue
            if not (reason := problem(answer)):
                return answer
            print(f"  {question.name}: {reason}")


def read(question: Question, default: Answer) -> Answer:
    """What the person typed; the default for an empty line, the choice for its number."""
    try:
        text = input(f"  {question.name} [{shown(default)}]: ").strip()
    except EOFError:
        raise Problem("the answers ended early; nothing was written") from None
    choices = numbered(question)
    if text.isdecimal() and 0 < int(text) <= len(choices):
        return choices[int(text) - 1]
    return question.parse(text) if text else default


def numbered(question: Question) -> list[Answer]:
    """The choices that have a number: yes and no need none."""
    return [choice for choice in question.choices if isinstance(choice, str)]


def shown(answer: Answer) -> str:
    """The answer in the words a person would type."""
    return answer if isinstance(answer, str) else "yes" if answer else "no"
