"""Make a release of this checkout, or give a clone the tags of the releases.

    python generator/release.py make 0.2.0     two commits and a tag, on a clean main
    python generator/release.py tag [CLONE]    the tags of the list, where they did not travel

`make` states the version in pyproject.toml, dates the section of CHANGELOG.md, commits and tags
that; a second commit enters the release into generator/mlkeel/releases.json and goes on with the
next development version. It checks everything first, and an error leaves the checkout as it was.
Nothing is pushed.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from mlkeel import releases as listed
from mlkeel import sync
from mlkeel.source import CHECKOUT, version

LIST = CHECKOUT / "generator/mlkeel/releases.json"
CHANGELOG = CHECKOUT / "CHANGELOG.md"
PYPROJECT = CHECKOUT / "pyproject.toml"
RELEASE = re.compile(r"\d+\.\d+\.\d+")
HEADING = "## [Unreleased]\n"
STATED = re.compile(r'^version = "(.+)"', re.MULTILINE)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="release this checkout")
    make.add_argument("version")
    make.add_argument("--date", default=datetime.now(UTC).date().isoformat())
    make.add_argument("--branch", default="main", help="the branch to release from (main)")
    tag = commands.add_parser("tag", help="tag a clone from the list of releases")
    tag.add_argument("clone", nargs="?", type=Path, default=CHECKOUT)
    arguments = parser.parse_args()
    if arguments.command == "tag":
        print("\n".join(listed.tag(arguments.clone, LIST)) or "every release has its tag")
        return 0
    if reasons := list(refusals(arguments.version, arguments.branch)):
        print("\n".join(f"release: {reason}" for reason in reasons), file=sys.stderr)
        return 1
    release(arguments.version, arguments.date)
    return 0


def refusals(new: str, branch: str) -> Iterator[str]:
    """Everything that speaks against a release of this checkout as it is."""
    yield from faults_of_version(new)
    if git("status", "--porcelain"):
        yield "there are changes that are not committed"
    if (here := git("branch", "--show-current")) != branch:
        yield f"this is {here or 'no branch'}; releases are made on {branch}"
    if not unreleased():
        yield "CHANGELOG.md has nothing under [Unreleased]"
    if sync.main(["--check"]):
        yield "derived files are out of date"
    yield from faults_of_list()


def faults_of_version(new: str) -> Iterator[str]:
    """What is wrong with the new version, or with the one before it."""
    if not RELEASE.fullmatch(new):
        yield f"{new} is no version; write three numbers, such as 0.2.0"
    elif late := [old for old in listed.releases(LIST) if numbers(old) >= numbers(new)]:
        yield f"{new} is not newer than {late[-1]}, which is released"
    if git("tag", "--list", listed.tag_of(new)):
        yield f"the tag {listed.tag_of(new)} exists"
    if listed.is_released(version()):
        yield f"pyproject.toml says {version()}; between releases it ends in .dev0"


def faults_of_list() -> Iterator[str]:
    """What is wrong with the list: each commit must be here, below us, and state its version."""
    for old, commit in listed.releases(LIST).items():
        name = listed.tag_of(old)
        if not succeeds("merge-base", "--is-ancestor", commit, "HEAD"):
            yield f"{old} is listed as {commit}, which this branch does not come from"
        elif f'version = "{old}"' not in git("show", f"{commit}:pyproject.toml"):
            yield f"{old} is listed as {commit}, which states another version"
        elif git("tag", "--list", name) and git("rev-list", "-n1", name) != commit:
            yield f"the tag {name} is not at {commit}, where the list has it"


def unreleased() -> str:
    """What CHANGELOG.md says about the release to come."""
    _, _, rest = CHANGELOG.read_text(encoding="utf-8").partition(HEADING)
    return rest.split("\n## ")[0].strip()


def release(new: str, date: str) -> None:
    """Commit, tag and list it; or leave everything as it was."""
    before = git("rev-parse", "HEAD")
    name = listed.tag_of(new)
    try:
        state(new)
        replace(CHANGELOG, HEADING, f"{HEADING}\n## [{new}] - {date}\n")
        commit = committed(f"Release {new}")
        git("tag", name, commit)
        enter(new, commit)
        state(following(new))
        committed(f"Go on as {following(new)}")
    except BaseException:
        git("reset", "--quiet", "--hard", before)
        succeeds("tag", "--delete", name)
        raise
    print(f"{name} is {commit}\nPublish it:  git push origin HEAD {name}")


def state(number: str) -> None:
    """Write a version into pyproject.toml, the only place that has it."""
    text = PYPROJECT.read_text(encoding="utf-8")
    stated = STATED.search(text)
    replace(PYPROJECT, stated[0] if stated else "", f'version = "{number}"')


def enter(new: str, commit: str) -> None:
    """Write a release into the list."""
    entries = listed.releases(LIST) | {new: commit}
    LIST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8", newline="\n")


def replace(path: Path, old: str, new: str) -> None:
    """Replace the one place of a file that says something."""
    text = path.read_text(encoding="utf-8")
    if not old or text.count(old) != 1:
        sys.exit(f"{path} does not have {old!r} once")
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def committed(message: str) -> str:
    """Commit everything; the commit's hash."""
    git("commit", "--quiet", "--all", "--message", message)
    return git("rev-parse", "HEAD")


def following(released: str) -> str:
    """The development version after a release."""
    major, minor, _ = numbers(released)
    return f"{major}.{minor + 1}.0.dev0"


def numbers(text: str) -> tuple[int, ...]:
    """A version, for comparing."""
    return tuple(int(part) for part in text.split("."))


def git(*arguments: str) -> str:
    """What git says in this checkout; its own words when it fails."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def succeeds(*arguments: str) -> bool:
    """Whether a command of git succeeds."""
    command = ["git", *arguments]
    return not subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
