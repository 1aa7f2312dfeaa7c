"""The `mlkeel` command."""

import argparse
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from . import handover, options
from .ask import Asker
from .create import create, refuse_occupied
from .problems import Problem, Refusal
from .questions import Answers, Questions
from .source import find_source, version

DESCRIPTION = "Create a machine-learning project that trains, serves and explains its model."
EXAMPLES = """\
examples:
  mlkeel new my-project                          ask every question, then write the project
  mlkeel new my-project --yes --run              take the defaults, go on to a served prediction
  mlkeel new my-project --set project_name="Churn" --set package_manager=uv --yes
  mlkeel options                                 what can be chosen, and what each choice brings
  mlkeel set notebooks=no                        switch an option, inside a project
  mlkeel update                                  bring the newest template into a project
"""
NEW = """\
Write a new project into DIR, which must not exist or be empty. The template comes with this
command: nothing is downloaded. The questions are those of `copier copy` and `cookiecutter`, and the
same answers give the same files. DIR only says where: the name is the first question.

Questions that --set does not answer are asked; where there is no terminal, say --yes.
"""
SET = "answer a question; can be repeated, `mlkeel options` lists the names"
RUN = "go on: set up the environment, run the whole line, serve the model, show a prediction"
NO_SERVE = "with --run: stop after the prediction; without it the service runs until Ctrl-C"
OPTIONS = (
    "Each question with its default, and the files that every other choice adds, drops or changes."
)
SWITCH = """\
Switch options of the project in this folder, at the template version it has. Copier merges the
difference into your files (it is fetched through uvx when it is not installed).
"""
UPDATE = """\
Bring the newest version of the template into the project in this folder. Copier merges it into
your files and marks a conflict inline; new questions take their defaults.
"""
UNKNOWN = """\
This is a development version of mlkeel that does not know its commit: the project cannot be updated
later. Install a released version, or from the repository: pip install git+https://…\
"""

Commands = Any  # argparse has no public name for it
Do = Callable[[argparse.Namespace], int | None]


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    heed_signals()
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.do(arguments) or 0)
    except Problem as problem:
        print(f"mlkeel: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("\nmlkeel: stopped", file=sys.stderr)
        return 128 + signal.SIGINT


def heed_signals() -> None:
    """End on these as on Ctrl-C: clean up, leave no process behind. What nohup set stays."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, leave)


def leave(number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an exception, so that everything opened is closed."""
    raise SystemExit(128 + number)


class ShowVersion(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and leave."""
        print(f"mlkeel {version()}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="mlkeel",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=ShowVersion, nargs=0, help="show the version")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    command = add(commands, "new", new, "create a project", NEW)
    command.add_argument("directory", metavar="DIR", type=Path)
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=SET)
    command.add_argument(
        "--yes", action="store_true", help="take the default of every other question"
    )
    command.add_argument("--run", action="store_true", help=RUN)
    command.add_argument("--no-serve", action="store_true", help=NO_SERVE)

    command = add(commands, "options", show_options, "show what can be chosen", OPTIONS)
    command.add_argument("--json", action="store_true", help="for a program")

    command = add(commands, "set", switch, "switch options of the project around us", SWITCH)
    command.add_argument("pairs", nargs="+", metavar="NAME=VALUE")

    add(commands, "update", update, "bring the newest template into the project around us", UPDATE)
    return top


def add(
    commands: Commands,
    name: str,
    do: Do,
    short: str,
    long: str,
) -> argparse.ArgumentParser:
    """A command with its help and the function that does it."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=short, description=long, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.set_defaults(do=do)
    return command


def new(arguments: argparse.Namespace) -> None:
    """Create a project and, with --run, bring it to its first served prediction."""
    if arguments.no_serve and not arguments.run:
        raise Refusal("--no-serve ends what --run begins: say both")
    refuse_occupied(arguments.directory)
    source = find_source()
    answers = answered(source.template.questions, arguments.set, take_defaults=arguments.yes)
    create(source.template.render(answers, source.record), arguments.directory)
    print(f"{arguments.directory} is ready: {answers['project_name']}")
    if not source.commit:
        print(UNKNOWN)
    if arguments.run:
        from .run import run  # noqa: PLC0415 (HTTP costs more to import than a project to render)

        run(arguments.directory, str(answers["package_name"]), keep_serving=not arguments.no_serve)
    else:
        print(f"Next:  cd {shlex.quote(str(arguments.directory))} && python scripts/bootstrap.py")


def answered(questions: Questions, pairs: list[str], *, take_defaults: bool) -> Answers:
    """Every answer: given, asked for, or by default."""
    given = questions.parse(pairs)
    open_questions = [question.name for question in questions if question.name not in given]
    if take_defaults or not open_questions:
        return questions.complete(given)
    if not sys.stdin.isatty():
        raise Refusal(
            "there is no terminal to ask at; --yes takes the defaults of what --set leaves open: "
            + ", ".join(open_questions)
        )
    return questions.complete(given, Asker(len(open_questions)))


def show_options(arguments: argparse.Namespace) -> None:
    """Print the options, for a person or for a program."""
    show = options.as_json if arguments.json else options.as_text
    print(show(options.options(find_source().template)))


def switch(arguments: argparse.Namespace) -> int:
    """Switch options of the project around us."""
    return handover.switch(find_source().template.questions.parse(arguments.pairs))


def update(_: argparse.Namespace) -> int:
    """Update the project around us."""
    return handover.update()
