"""The tree of the template suits both engines, git and every platform."""

import json
import re

import pytest
import yaml

from mlkeel.render import Template
from support import ROOT, git, is_text

TEMPLATE = Template(ROOT)
SOURCES = list(TEMPLATE.sources())
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def test_there_is_a_template():
    assert len(SOURCES) > 20


@pytest.mark.parametrize("source", SOURCES)
def test_a_name_is_portable(source):
    assert len(source) <= 120
    for part in source.split("/"):
        assert not set(part) & set('<>:"|?*\\'), "Windows refuses this name"
        assert not DEVICES.fullmatch(part), "Windows keeps this name for a device"
        assert part == part.rstrip(". "), "Windows cuts this name"


def test_no_two_names_differ_only_in_case():
    assert len({source.lower() for source in SOURCES}) == len(SOURCES)


def test_only_the_package_has_marks_in_its_name():
    parts = {
        part for source in SOURCES for part in source.split("/") if "{=" in part or "[%" in part
    }
    assert parts == {"{=cookiecutter.package_name=}"}


def test_nothing_is_a_link():
    assert not [path for path in TEMPLATE.tree.rglob("*") if path.is_symlink()]


def test_text_is_utf_8_with_plain_newlines():
    for source in SOURCES:
        content = (TEMPLATE.tree / source).read_bytes()
        assert is_text(content) or source.endswith((".png", ".ico", ".parquet")), source
        assert not is_text(content) or b"\r" not in content, source


def test_git_hides_no_file_of_the_template(repository):
    paths = [f"template/{source}" for source in SOURCES]
    tracked = set(git("ls-files", "-z", cwd=repository).split("\0"))
    assert not [path for path in paths if path not in tracked], "an ignore rule hides these"


def test_every_rule_of_templateignore_names_something_real():
    rules = [
        line.strip("/").replace("{= ", "{=").replace(" =}", "=}")
        for line in (TEMPLATE.tree / ".templateignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("/")
    ]
    assert rules
    for rule in rules:
        assert (TEMPLATE.tree / rule).exists(), f"{rule} is in .templateignore, but nowhere else"


def test_rules_of_templateignore_are_whole_paths():
    for line in (TEMPLATE.tree / ".templateignore").read_text(encoding="utf-8").splitlines():
        if not line.startswith(("[%", " ")):
            assert line.startswith("/"), f"{line}: begin at the root of the project"
            assert not line.endswith("/"), f"{line}: Copier would leave the folder behind, empty"
            assert not set(line) & set("*?!"), f"{line}: Cookiecutter's hook takes no patterns"


def test_nothing_asks_for_trust():
    copier = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    context = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    assert not {"_tasks", "_migrations", "_jinja_extensions", "_external_data"} & copier.keys()
    assert "_extensions" not in context
