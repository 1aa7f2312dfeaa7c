"""A project of the oldest release, edited and brought to this checkout, is a working project."""

import json
import re

import pytest

from edits import make_edits
from emitted import Emitted
from mlkeel.releases import releases, tag_of
from releases_of_two import made, ours
from support import commit_all, git

pytestmark = pytest.mark.timeout(900)  # an environment may have to be fetched on the way
# A test of the project compares the steps of dvc.yaml with its scripts, and ours has none.
NOT_EDITED = ("dvc.yaml",)


def test_an_updated_project_passes_its_own_tests(history, managers, tmp_path):
    oldest = tag_of(next(iter(releases())))
    project = made(history, oldest, {"package_manager": "uv"}, tmp_path / "project")
    commit_all(project, "Created")
    make_edits(project, NOT_EDITED)
    commit_all(project, "Edited")
    found = json.loads(ours("update", "--json", cwd=project, code=None))
    if found["conflicts"]:  # the end of a file, on both sides: the template's
        git("checkout", "--theirs", "--", *found["conflicts"], cwd=project)
    commit_all(project, "Updated")
    emitted = Emitted(project, "")
    emitted.run("python", "scripts/bootstrap.py", **managers)
    said = emitted.poe("test")
    assert re.search(r"\d{3} passed", said)
    assert "failed" not in said
