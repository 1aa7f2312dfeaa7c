"""Where the template is, and which version of it: in the wheel, or in the checkout around us."""

import json
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .releases import is_released, tag_of
from .render import Template

ADDRESS = "gh:mlkeel/mlkeel"  # where an update looks for newer versions
PACKAGED = Path(__file__).with_name("_source")  # laid out as the checkout is
CHECKOUT = Path(__file__).resolve().parents[2]
ROOT = PACKAGED if PACKAGED.is_dir() else CHECKOUT


@dataclass(frozen=True)
class Source:
    """A template and what `.copier-answers.yml` records of it."""

    template: Template
    address: str
    commit: str

    @property
    def record(self) -> dict[str, str]:
        """The two values by which Copier finds the template again."""
        commit = {"_commit": self.commit} if self.commit else {}
        return {"_src_path": self.address} | commit


def find_source() -> Source:
    """The template that came with this command."""
    if ROOT == CHECKOUT:
        return Source(Template(ROOT), str(ROOT), described(ROOT) or archived(ROOT))
    if is_released(version()):
        return Source(Template(ROOT), ADDRESS, tag_of(version()))
    return Source(Template(ROOT), *installed_from(PACKAGED.parents[1]))


def installed_from(site: Path) -> tuple[str, str]:
    """The address and the commit that an installer took a development version from.

    Installers write it down for `pip install git+https://…` (PEP 610). A wheel built by hand
    does not know its commit, and a tag of its version does not exist: then there is none.
    """
    for path in site.glob("mlkeel-*.dist-info/direct_url.json"):
        origin = json.loads(path.read_text(encoding="utf-8"))
        if commit := origin.get("vcs_info", {}).get("commit_id"):
            return f"git+{origin['url']}", commit
    return ADDRESS, ""


def version() -> str:
    """The version that pyproject.toml states, and nothing else does."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def described(checkout: Path) -> str:
    """The version of a checkout, in git's words: the command that Copier uses, too.

    Of its own repository: one around an unpacked archive would answer with its own commits.
    """
    command = ["git", f"--git-dir={checkout / '.git'}", "describe", "--tags", "--always"]
    try:
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def archived(folder: Path) -> str:
    """The version that git wrote into an archive such as GitHub's zip."""
    note = folder / ".git_archival.txt"
    text = note.read_text(encoding="utf-8") if note.is_file() else ""
    found = re.search(r"^(?:describe|commit): ([\w.+-]+)$", text, re.MULTILINE)
    return found[1] if found else ""
