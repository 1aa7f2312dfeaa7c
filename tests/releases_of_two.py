"""A small template with two releases, and projects that the engines made from the first one."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from support import PROGRAMS, ROOT, commit_all, git, mlkeel, run

ADDRESS = "https://github.com/mlkeel/mlkeel.git"  # what gh:mlkeel/mlkeel means
MADE_BY = ["cookiecutter", "cookiecutter, zip", "copier", "mlkeel"]
FLESH = (
    *("pyproject.toml", ".gitattributes", "CHANGELOG.md", "template/.pre-commit-config.yaml"),
    *("template/notebooks", "template/data/metadata.yaml", "template/data/raw"),
    "template/src/{=cookiecutter.package_name=}/__init__.py",
    "template/src/{=cookiecutter.package_name=}/errors.py",
)


def first_release(bones: Path, folder: Path) -> Path:
    """v1.0.0: the questions of this checkout, and a few files of each kind."""
    template = folder / "mlkeel"
    shutil.copytree(bones, template)
    for name in (*FLESH, "generator"):
        (template / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, template / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, template / name)
    commit_all(template, "First")
    git("tag", "v1.0.0", cwd=template)
    return template


def second_release(template: Path) -> None:
    """v2.0.0: lines at several places, and one new file."""
    tree = template / "template"
    change(tree / "_licenses/MIT", lambda text: text + "\nA new last line.\n")
    change(tree / "conf/config.yaml", lambda text: text.replace("seed: 1\n", "seed: 2\n"))
    change(tree / "notebooks/01_explore.ipynb", lambda text: text.replace("A first look", "A look"))
    change(tree / "data/metadata.yaml", lambda text: text + "# new in v2\n")
    (tree / "NEW.md").write_text("# New in {= cookiecutter.project_name =}\n")
    commit_all(template, "Second")
    git("tag", "v2.0.0", cwd=template)


def change(file: Path, edit: Callable[[str], str]) -> None:
    """Edit a text; an edit that changes nothing is a mistake of the test."""
    before = file.read_text(encoding="utf-8")
    after = edit(before)
    assert before != after, f"{file} was not changed"
    file.write_text(after, encoding="utf-8")


def reached_by_address(template: Path) -> None:
    """For this process and its children, the repository's public address is this folder."""
    os.environ |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{template}.insteadOf",
        "GIT_CONFIG_VALUE_0": ADDRESS,
    }


def born(engine: str, template: Path, folder: Path) -> Path:
    """A project as its engine's command makes it, committed."""
    folder.mkdir(parents=True)
    project = folder / "my-ml-project"
    if engine == "copier":
        run(PROGRAMS / "copier", "copy", "--quiet", "--defaults", template, project)
    elif engine == "mlkeel":
        mlkeel(template, "new", project, "--yes", cwd=folder)
    else:
        source = template
        if engine == "cookiecutter, zip":
            source = folder / "mlkeel.zip"
            git("archive", "--prefix=mlkeel-main/", "-o", source, "HEAD", cwd=template)
        run(PROGRAMS / "cookiecutter", "--no-input", source, "-o", folder)
    commit_all(project, "Created")
    return project


def made(history: Path, tag: str, answers: dict[str, str], folder: Path) -> Path:
    """A project as Copier makes it from a version of the template."""
    data = [f"--data={name}={answer}" for name, answer in answers.items()]
    run(PROGRAMS / "copier", "copy", "--defaults", "-qr", tag, *data, history, folder)
    return folder


def update(command: str, project: Path, *arguments: str, code: int = 0) -> str:
    """Bring the newest release, by Copier itself or by our command."""
    if command == "copier":
        return run(PROGRAMS / "copier", "update", "--defaults", *arguments, cwd=project)
    return ours("update", *arguments, cwd=project, code=code)


def ours(*words: str | Path, cwd: Path, code: int = 0) -> str:
    """The `mlkeel` command of this checkout."""
    return mlkeel(ROOT, *words, cwd=cwd, code=code)


def moved_to(address: str | Path, project: Path) -> None:
    """Another address of the template in the record, as a person writes it there."""
    record = project / ".copier-answers.yml"
    change(record, lambda text: re.sub(r"_src_path: .*", f'_src_path: "{address}"', text))
    commit_all(project, "The template moved")


def executed(notebook: str) -> str:
    """A notebook after somebody ran it."""
    return notebook.replace('"execution_count": null', '"execution_count": 7').replace(
        '"outputs": []',
        '"outputs": [{"name": "stdout", "output_type": "stream", "text": ["seen\\n"]}]',
    )
