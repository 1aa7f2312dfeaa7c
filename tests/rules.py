"""What a change of the template owes the projects that exist: rules for its authors.

`broken(old, new, said)` compares two versions of the template. `said` is what CHANGELOG.md says
about everything since the old one.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from mlkeel.questions import Answers
from mlkeel.render import Template
from support import covering, parameters

PACKAGE = "my_ml_project"


class Version:
    """A version of the template, from its folder."""

    def __init__(self, root: Path) -> None:
        self.template = Template(root)
        config = yaml.safe_load((root / "copier.yml").read_text(encoding="utf-8"))
        # A plain path there leaves a file alone that the template does not ship any more.
        self.retired = {pattern.strip("/") for pattern in config["_exclude"] if pattern[0] == "/"}
        self.entries = {name: entry for name, entry in config.items() if name[0] != "_"}

    @property
    def asked(self) -> dict[str, dict[str, Any]]:
        """The questions, as copier.yml states them."""
        return {name: e for name, e in self.entries.items() if e.get("when", True) is not False}

    def files(self, answers: Answers) -> set[str]:
        """What a project with these answers has."""
        known = {name: answer for name, answer in answers.items() if name in self.asked}
        complete = self.template.questions.complete(known)
        return set(self.template.render(complete, {"_src_path": "", "_commit": ""}))


def since(changelog: str, version: str) -> str:
    """What a changelog says about everything after a version."""
    before, found, _ = changelog.partition(f"\n## [{version}]")
    assert found, f"CHANGELOG.md has no section of {version}"
    return before


def broken(old: Version, new: Version, said: str) -> list[str]:
    """Every rule that the change from one version to the other breaks."""
    return [*broken_by_questions(old, new, said), *broken_by_files(old, new, said)]


def broken_by_files(old: Version, new: Version, said: str) -> Iterator[str]:
    """A file that goes takes the edits of every project with it."""
    gone: set[str] = set()
    for row in covering(parameters(old.template), 2):
        answers = old.template.questions.complete(row)
        gone |= old.files(answers) - new.files(still_valid(new, answers))
    for path in sorted(gone):
        public = path.replace(f"src/{PACKAGE}/", "src/<package>/")
        if f"`{public}`" not in said:
            yield (
                f"{public} is gone, and an update deletes it, edits and all: name it in "
                "CHANGELOG.md (`it` → `where it went` under Moved, or under Removed), or leave it "
                f"in the projects, with /{public} in _exclude of copier.yml, and say that there"
            )
        elif path not in new.retired and f"`{public}`" not in sections(said, "Moved", "Removed"):
            yield f"{public} is gone: CHANGELOG.md names it, but neither under Moved nor Removed"


def still_valid(new: Version, answers: Answers) -> Answers:
    """The answers that the new version still accepts, as Copier sees it."""
    questions = new.template.questions
    return {
        name: answer
        for name, answer in answers.items()
        if name in new.asked and not questions.problem(questions[name], answer, answers)
    }


def broken_by_questions(old: Version, new: Version, said: str) -> Iterator[str]:
    """An answer that nobody gave is the default, without a word."""
    for name in new.asked.keys() - old.asked.keys():
        if "default" not in new.asked[name]:
            yield f"{name} is new and has no default: no project could be updated unattended"
        yield from untold(name, "is new", said)
    for name in old.asked.keys() - new.asked.keys():
        if not any(takes_over(entry, name) for entry in new.asked.values()):
            yield (
                f"{name} is gone, and the answers with it: the default of what replaces it has to "
                f"look at the old answer, such as {{= {name} | default('…') =}}"
            )
        yield from untold(name, "is gone", said)
    for name in old.asked.keys() & new.asked.keys():
        yield from broken_by_question(name, old.asked[name], new.asked[name], said)


def broken_by_question(
    name: str, old: dict[str, Any], new: dict[str, Any], said: str
) -> Iterator[str]:
    """A question that both versions ask."""
    if old["type"] != new["type"]:
        yield f"{name} was {old['type']} and is {new['type']}: old answers cannot be read"
    for choice in old.get("choices", []):
        if choice not in new.get("choices", [choice]):
            yield (
                f"{name}={choice} is gone, and its projects would silently get the default: rename "
                "the question, and let the new one's default look at the old answer"
            )
    if old.get("default") != new.get("default"):
        yield from untold(name, "has another default", said)


def takes_over(entry: dict[str, Any], name: str) -> bool:
    """Whether a question's default looks at the answer of an old one."""
    return bool(re.search(rf"\b{name}\b", str(entry.get("default", ""))))


def untold(name: str, what: str, said: str) -> Iterator[str]:
    """An option's line in the changelog begins with its name."""
    if not re.search(rf"^- `?{name}`?:", said, re.MULTILINE):
        yield f"{name} {what}: CHANGELOG.md needs a line that begins with '- {name}:'"


def sections(said: str, *titles: str) -> str:
    """What stands under these titles."""
    parts = re.split(r"^### (.+)$", said, flags=re.MULTILINE)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return "".join(text for title, text in pairs if title in titles)
