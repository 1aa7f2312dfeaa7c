"""What a template's version made of a project's answers, before anybody edited it."""

import json
import tempfile
from pathlib import Path

import yaml
from jinja2 import TemplateError

from . import copier
from .create import write
from .problems import Problem
from .project import Project
from .render import File, Template
from .repository import git

HOSTS = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
"""How Copier abbreviates addresses."""

FOREIGN = (Problem, TemplateError, yaml.YAMLError, OSError, KeyError, TypeError, ValueError)
"""What a template of somebody's own may end in here, that Copier understands."""


def fresh(project: Project, folder: Path) -> Path:
    """The files of the version that made a project, in a new folder.

    By our own renderer where it can: Copier takes as long again as for a whole update.
    """
    try:
        files = rendered(project)
    except FOREIGN:
        copied(project, folder)
    else:
        write(files, folder)
    return folder


def rendered(project: Project) -> dict[str, File]:
    """Rendered as `mlkeel new` does: the same bytes as Copier's."""
    with tempfile.TemporaryDirectory(prefix="mlkeel-") as near:
        source = Path(near, "template")
        clone = ("clone", "--quiet", "--no-checkout", "--", located(project.address), str(source))
        git(project.folder, *clone, GIT_TERMINAL_PROMPT="0")
        git(source, "checkout", "--quiet", project.commit)
        template = Template(source)
        given = {question.name for question in template.questions} & project.answers.keys()
        answers = template.questions.complete({name: project.answers[name] for name in given})
        record = {"_src_path": project.address, "_commit": project.commit}
        return template.render(answers, record)


def located(address: str) -> str:
    """A template's address as git knows it."""
    for short, host in HOSTS.items():
        if address.startswith(short):
            return f"{host}{address.removeprefix(short)}.git"
    return address.removeprefix("git+")


def copied(project: Project, folder: Path) -> None:
    """Made by Copier."""
    with tempfile.TemporaryDirectory(prefix="mlkeel-") as near:
        answers = Path(near, "answers.json")  # JSON is YAML, too
        answers.write_text(json.dumps(project.answers), encoding="utf-8")
        version = f"--vcs-ref={project.commit}"
        data = f"--data-file={answers}"
        words = ("copy", "--defaults", "--quiet", version, data, project.address, str(folder))
        copier.call(project, *words)
