"""Where the template is, and which version of it: in the wheel, or in the checkout around us."""

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

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
        return {"_src_path": self.address, "_commit": self.commit}


def find_source() -> Source:
    """The template that came with this command."""
    if ROOT == PACKAGED:
        return Source(Template(ROOT), ADDRESS, f"v{version()}")
    return Source(Template(ROOT), str(ROOT), described(ROOT) or f"v{version()}")


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
