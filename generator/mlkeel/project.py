"""A project on the disk, and what it records of its template."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .problems import Problem, Refusal
from .repository import Repository

RECORD = Path(".copier-answers.yml")
ALWAYS = ("project_name", "project_slug", "package_name")  # answered by every project


@dataclass(frozen=True)
class Project:
    """A folder with a record of the template that made it."""

    folder: Path
    address: str
    commit: str
    answers: dict[str, Any]

    def repository(self) -> Repository:
        """The repository it is in, in a state that an update can begin from."""
        repository = Repository(self.folder)
        repository.check_clean()
        return repository


def find(folder: Path) -> Project:
    """The project in a folder, or what is wrong with its record."""
    try:
        text = (folder / RECORD).read_text(encoding="utf-8")
        record = yaml.safe_load(text)
    except (FileNotFoundError, NotADirectoryError):
        raise Refusal(f"there is no {RECORD} in {folder.resolve()}\n{MISSING}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        record = None
    if not isinstance(record, dict):
        raise Problem(f"{RECORD} is damaged\n{RESTORE}")
    if lost := [name for name in ("_src_path", *ALWAYS) if not record.get(name)]:
        raise Problem(f"{RECORD} is damaged: it has lost {', '.join(lost)}\n{RESTORE}")
    if not record.get("_commit"):
        raise Problem(f"{RECORD} does not say which version made this project\n{UNKNOWN}")
    answers = {name: value for name, value in record.items() if not name.startswith("_")}
    return Project(folder, str(record["_src_path"]), str(record["_commit"]), answers)


MISSING = f"""\
Run this in the folder of a project, or name it. If this is one and it has lost the file:
  git log --oneline -- {RECORD}       shows the commit that removed it
  git checkout COMMIT~1 -- {RECORD}   brings it back
`mlkeel adopt-repo .` gives a project that never had one a record.\
"""
RESTORE = f"""\
Bring back what git has of it:
  git checkout HEAD -- {RECORD}           if it was damaged just now
  git log --oneline -- {RECORD}           shows older ones
  git checkout COMMIT -- {RECORD}         takes one of those\
"""
UNKNOWN = f"""\
A development version of mlkeel made it. Write the version that it came closest to, such as
  _commit: "v0.1.0"
into {RECORD}, commit that, and repeat.\
"""


def check_package(project: Project) -> None:
    """Files of a package renamed by hand would be taken for deleted, and no update reach them."""
    package = str(project.answers["package_name"])
    source = project.folder / "src"
    if (source / package).is_dir() or not source.is_dir():
        return
    others = sorted(path.parent.name for path in source.glob("*/__init__.py"))
    if others:
        raise Refusal(
            f"there is no src/{package}, which {RECORD} names, but src/{others[0]}\n"
            f"If the package was renamed, say so first, and commit what that changes:\n"
            f"  mlkeel set package_name={others[0]}"
        )
