"""The `mlkeel` command."""

import argparse
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from . import options
from .ask import Asker
from .create import create, refuse_occupied
from .problems import Problem, Refusal
from .questions import Answers, Questions
from .source import find_source, version
from .words import (
    ADOPT,
    DESCRIPTION,
    DIFF,
    EXAMPLES,
    HERE,
    NEW,
    NO_SERVE,
    OPTIONS,
    OVER,
    RUN,
    SET,
    STATUS,
    SWITCH,
    UNKNOWN,
    UPDATE,
)

Commands = Any  # argparse has no public name for it
Do = Callable[[argparse.Namespace], int | None]


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    heed_signals()
    arguments = parsed(list(sys.argv[1:] if argv is None else argv))
    try:
        return int(arguments.do(arguments) or 0)
    except Problem as problem:
        print(f"mlkeel: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("\nmlkeel: stopped", file=sys.stderr)
        return 128 + signal.SIGINT


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line; what follows the dashes of `mlkeel diff` is git's."""
    end = words.index("--") if words[:1] == ["diff"] and "--" in words else len(words)
    arguments = parser().parse_args(words[:end])
    arguments.options = words[end + 1 :]
    return arguments


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

    command = add(commands, "status", show_status, "show what an update would do", STATUS)
    command.add_argument("directory", metavar="DIR", type=Path, nargs="?", default=".", help=HERE)
    command.add_argument("--json", action="store_true", help="for a program")

    command = add(commands, "update", update, "bring the newest template into a project", UPDATE)
    command.add_argument("directory", metavar="DIR", type=Path, nargs="?", default=".", help=HERE)
    command.add_argument("--to", metavar="VERSION", default="", help="this version, not the newest")
    command.add_argument("--undo", action="store_true", help="take an uncommitted update back")
    command.add_argument("--json", action="store_true", help="for a program")

    command = add(commands, "set", switch, "switch options of a project", SWITCH)
    command.add_argument("pairs", nargs="+", metavar="NAME=VALUE")
    command.add_argument("--directory", metavar="DIR", type=Path, default=".", help=HERE)
    command.add_argument("--json", action="store_true", help="for a program")

    command = add(commands, "diff", show_diff, "show how a project departs from its template", DIFF)
    command.add_argument("directory", metavar="DIR", type=Path, nargs="?", default=".", help=HERE)
    command.add_argument("--own", action="store_true", help="also files that you added")

    command = add(commands, "adopt-repo", adopt_repo, "bring an existing project under it", ADOPT)
    command.add_argument("directory", metavar="DIR", type=Path)
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=SET)
    command.add_argument(
        "--yes", action="store_true", help="take the default of every other question"
    )
    command.add_argument("--over", action="append", default=[], metavar="FILE", help=OVER)
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
    """Switch options of a project."""
    from .update import switch as switch_options  # noqa: PLC0415 (as below: for `mlkeel new`)

    questions = find_source().template.questions
    return show(arguments, switch_options(arguments.directory, questions, arguments.pairs))


def update(arguments: argparse.Namespace) -> int:
    """Update a project, or take an update back."""
    from . import update as updating  # noqa: PLC0415

    if arguments.undo:
        state = updating.undo(arguments.directory)
        print("The update is taken back; the project is as it was committed.")
        print(f"What was there is kept for some weeks: git show {state[:12]}")
        return 0
    return show(arguments, updating.update(arguments.directory, arguments.to))


def show(arguments: argparse.Namespace, outcome: Any) -> int:
    """Print what an update did; the exit code says whether something is left to decide."""
    from .outcome import as_json, as_text  # noqa: PLC0415

    lines = [as_json(outcome)] if arguments.json else as_text(outcome, arguments.directory)
    print("\n".join(lines))
    return int(outcome.exit_code)


def show_status(arguments: argparse.Namespace) -> int:
    """Print where a project stands; 1 when it could not be found out."""
    from .status import as_json, as_text, status  # noqa: PLC0415

    found = status(arguments.directory)
    print("\n".join([as_json(found)] if arguments.json else as_text(found)))
    return int(bool(found.problem))


def show_diff(arguments: argparse.Namespace) -> int:
    """Print how a project departs from its template."""
    from .departure import departure  # noqa: PLC0415

    return departure(arguments.directory, arguments.options, own=arguments.own)


def adopt_repo(arguments: argparse.Namespace) -> None:
    """Bring an existing project under the template."""
    from .adoption import adopt, as_text, repository_of  # noqa: PLC0415

    source = find_source()
    repository_of(arguments.directory, source)
    answers = answered(source.template.questions, arguments.set, take_defaults=arguments.yes)
    print("\n".join(as_text(adopt(arguments.directory, source, answers, arguments.over))))
