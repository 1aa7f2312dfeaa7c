"""What the tests share: a home of their own, copies of this repository, rendered projects."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# Before the engines are imported, for they look for settings then: nobody's take part, and
# what a package manager has downloaded before stays of use.
OWN_HOME = Path.home()
HOME = tempfile.TemporaryDirectory(prefix="mlkeel-home-")
os.environ.setdefault("PIP_CACHE_DIR", str(OWN_HOME / ".cache/pip"))
os.environ.setdefault("UV_CACHE_DIR", str(OWN_HOME / ".cache/uv"))
os.environ.setdefault("POETRY_CACHE_DIR", str(OWN_HOME / ".cache/pypoetry"))
os.environ |= {
    "HOME": HOME.name,
    "USERPROFILE": HOME.name,
    "XDG_CONFIG_HOME": f"{HOME.name}/.config",
    "COPIER_CACHE_DIR": f"{HOME.name}/.cache/copier",
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
}
# Started in the background, we would ignore these, and so would the programs that we stop by them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

for name in [name for name in os.environ if name.startswith("GIT_DIR") or name == "GIT_INDEX_FILE"]:
    del os.environ[name]
os.umask(0o022)

from mlkeel import releases  # noqa: E402
from mlkeel.create import create  # noqa: E402
from mlkeel.render import Template  # noqa: E402
from releases_of_two import (  # noqa: E402
    MADE_BY,
    born,
    first_release,
    reached_by_address,
    second_release,
)
from support import ROOT, Project, commit_all, git, parameters, run  # noqa: E402

NOT_COPIED = (".git", ".venv*", ".tox", "__pycache__", ".*_cache", "dist", "build", "site")
BONES = (
    *("copier.yml", "cookiecutter.json", "hooks", ".git_archival.txt", "template/_licenses"),
    *("template/.copier-answers.yml", "template/.templateignore", "template/LICENSE"),
    *("template/pyproject.toml", "template/conf"),
)
RECORD = {"_src_path": "gh:mlkeel/mlkeel", "_commit": "v0.0.0"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Flags for what takes long, and for what writes into this repository."""
    parser.addoption("--all-tables", action="store_true", help="adopt every public table")
    parser.addoption("--fuzz", type=int, default=30, help="made-up requests for each route")
    parser.addoption("--load-minutes", type=float, default=1, help="how long mixed load lasts")
    parser.addoption("--pictures", action="store_true", help="take the pictures in docs/ anew")
    parser.addoption("--tables-page", metavar="FILE", help="write their scores to docs/tables.md")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the flag the tables that only it brings are not part of the run."""
    if config.getoption("--all-tables"):
        return
    left_out = [item for item in items if item.get_closest_marker("all_tables")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def template() -> Template:
    """The template of this checkout."""
    return Template(ROOT)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout without its history: no engine has to clone it."""
    copy = tmp_path_factory.mktemp("plain") / "mlkeel"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for folder in sorted(copy.rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()  # git would not know of it
    return copy


@pytest.fixture(scope="session")
def bones(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The questions and the hooks with a handful of files: quick to render by any engine."""
    copy = tmp_path_factory.mktemp("bones") / "mlkeel"
    for name in BONES:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        tree = (plain / name).is_dir()
        (shutil.copytree if tree else shutil.copy)(plain / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def repository(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as it is now, as the only commit of a repository without tags."""
    copy = tmp_path_factory.mktemp("repository") / "mlkeel"
    shutil.copytree(plain, copy)
    commit_all(copy, "Everything")
    return copy


@pytest.fixture(scope="session")
def bare(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same repository as a server keeps it, for URLs."""
    folder = tmp_path_factory.mktemp("server") / "mlkeel.git"
    run("git", "clone", "-q", "--bare", repository, folder)
    return folder


@pytest.fixture(scope="session")
def archive(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same repository as a zip, as GitHub packs it."""
    file = tmp_path_factory.mktemp("archive") / "mlkeel.zip"
    git("archive", "--prefix=mlkeel-main/", "-o", file, "HEAD", cwd=repository)
    return file


@pytest.fixture(scope="session")
def history(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository with the tags of its releases, and this checkout as one more: v999.0.0."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: the releases are in the repository's history")
    clone = tmp_path_factory.mktemp("history") / "mlkeel"
    git("clone", "-q", "--shared", "--no-tags", ROOT, clone, cwd=ROOT)
    try:
        releases.tag(clone)
    except subprocess.CalledProcessError as error:
        pytest.fail(f"a release is not in this clone: git fetch --unshallow\n{error.stderr}")
    for path in clone.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(plain, clone, dirs_exist_ok=True)
    git("switch", "-qC", "main", cwd=clone)
    git("add", "-A", cwd=clone)
    git("commit", "-q", "--allow-empty", "-m", "This checkout", cwd=clone)
    git("tag", "v999.0.0", cwd=clone)
    return clone


@pytest.fixture(scope="session")
def tree_of(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`tree_of("0.1.0")`: the files of a release."""

    @cache
    def tree_of(version: str) -> Path:
        folder = tmp_path_factory.mktemp("release") / version
        git("worktree", "add", "-q", "--detach", folder, f"v{version}", cwd=history)
        return folder

    return tree_of


@pytest.fixture(scope="session")
def two_releases(bones: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small template with v1.0.0 and v2.0.0; projects that each engine made from the first."""
    template = first_release(bones, tmp_path_factory.mktemp("two"))
    reached_by_address(template)
    projects = tmp_path_factory.mktemp("projects")
    for engine in MADE_BY:
        born(engine, template, projects / engine)
    second_release(template)
    return template, projects


@pytest.fixture
def small(two_releases: tuple[Path, Path], tmp_path: Path) -> Path:
    """The small template, for a test that changes it."""
    return shutil.copytree(two_releases[0], tmp_path / "template")


@pytest.fixture
def project(two_releases: tuple[Path, Path], tmp_path: Path) -> Path:
    """A project that mlkeel made from v1.0.0 of the small template."""
    return shutil.copytree(two_releases[1] / "mlkeel/my-ml-project", tmp_path / "project")


@pytest.fixture(scope="session")
def render(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Project]:
    """Render a project: `render("uv", notebooks=False)`. The same answers are rendered once.

    A choice may be said by its word alone, where no other question has the same. Tests share the
    result: who changes it works on a copy.
    """
    made: dict[str, Project] = {}
    question_of = only_owners(parameters(template))

    def render(*choices: str, **answers: Any) -> Project:
        answers |= {question_of[choice]: choice for choice in choices}
        complete = template.questions.complete(answers)
        if (key := repr(complete)) not in made:
            folder = tmp_path_factory.mktemp("project") / str(complete["project_slug"])
            create(template.render(complete, RECORD), folder)
            made[key] = Project(folder, complete)
        return made[key]

    return render


def only_owners(choices: dict[str, list[Any]]) -> dict[str, str]:
    """The question of each choice that belongs to one question only."""
    owners: dict[str, list[str]] = {}
    for name, values in choices.items():
        for value in values:
            owners.setdefault(value, []).append(name)
    return {value: names[0] for value, names in owners.items() if len(names) == 1}
