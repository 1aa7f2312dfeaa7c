"""The list of taken names in copier.yml is honest: nothing a project uses is missing."""

import ast
import keyword
import re
import sys
import tomllib

import pytest

from mlkeel.render import Template
from support import ROOT

TEMPLATE = Template(ROOT)
TAKEN = set(TEMPLATE.questions.constants["taken"].split())
RECORD = {"_src_path": "gh:mlkeel/mlkeel", "_commit": "v0.0.0"}


@pytest.fixture(scope="module")
def files():
    """Every file of the default project, as text."""
    made = TEMPLATE.render(TEMPLATE.questions.complete({}), RECORD)
    return {path: file.content.decode("utf-8", "replace") for path, file in made.items()}


def test_words_and_modules_of_python_are_taken():
    names = {name.lower() for name in {*keyword.kwlist, *sys.stdlib_module_names}}
    assert {name for name in names if name[0] != "_"} <= TAKEN


def test_dependencies_are_taken(files):
    project = tomllib.loads(files["pyproject.toml"])
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    entries = [entry for group in groups for entry in group if isinstance(entry, str)]
    names = {re.split(r"[\s\[<>=!~;]", entry)[0] for entry in entries}
    assert len(names) > 10
    assert {name.lower().replace("-", "_") for name in names} <= TAKEN


def test_imported_modules_are_taken(files):
    package = TEMPLATE.questions.complete({})["package_name"]
    siblings = {path.split("/")[-1].removesuffix(".py") for path in files if path.endswith(".py")}
    imported = {
        name.split(".")[0].lower()
        for path, text in files.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(text))
        for name in modules_of(node)
    }
    assert "numpy" in imported
    assert imported - {package, "__future__"} - siblings <= TAKEN


def modules_of(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module]
    return []


def test_folders_of_the_project_are_taken(files):
    folders = {path.split("/")[0] for path in files if "/" in path}
    assert {folder for folder in folders if folder[0] != "."} <= TAKEN


@pytest.mark.parametrize(
    ("project_name", "slug"),
    [
        ("My ML Project", "my-ml-project"),
        ("Prévision d'été", "prevision-d-ete"),
        ("cafe\u0301 cre\u0300me", "cafe-creme"),
        ("Łódź Straße Ærø", "lodz-strasse-aero"),
        ("İstanbul", "istanbul"),
        ("Đà Nẵng", "da-nang"),
        ("  --a__b..c--  ".strip(), "a-b-c"),
        ("天気", "my-project"),
        ("天気 2", "project-2"),
        ("3D", "project-3d"),
        ("Flask", "flask-project"),
        ("scikit learn", "scikit-learn-project"),
        ("nul", "nul-project"),
        ("a" * 100, "a" * 40),
        ("opentelemetry semantic conventions", "opentelemetry-semantic-conventio-project"),
    ],
)
def test_a_slug_follows_from_the_name(project_name, slug):
    answers = TEMPLATE.questions.complete({"project_name": project_name})
    assert answers["project_slug"] == slug
    assert answers["package_name"] == slug.replace("-", "_")


def test_a_taken_name_gives_a_project_all_the_same():
    for name in TAKEN:
        answers = TEMPLATE.questions.complete({"project_name": name})
        assert answers["package_name"] not in TAKEN
