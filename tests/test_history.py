"""Projects of every release ever made, edited as people edit, become what this checkout makes.

The edits are one of each kind. Where the template changed the very same lines there has to be a
conflict, and git says independently where that is; everywhere else the result is exactly a new
project plus the edits.
"""

import json
import shutil
from itertools import product

import pytest

from edits import EDITS, edited_both_sides, make_edits
from mlkeel.releases import releases, tag_of
from releases_of_two import made, ours
from support import commit_all, snapshot

OPTIONS = {
    "defaults": {},
    "uv, no notebooks": {"package_manager": "uv", "notebooks": "no", "license": "Apache-2.0"},
    "hostile": {"project_name": 'Régen – l\'essai "1"', "python_version": "3.13"},
}
SWITCHED = "license=BSD-3-Clause"
OWNED = ("conf/data.yaml", "data/metadata.yaml")  # the project's from its first day


@pytest.mark.parametrize(("version", "options"), list(product(releases(), OPTIONS)))
def test_an_edited_project_becomes_a_new_one_with_the_edits(version, options, history, tmp_path):
    answers = OPTIONS[options]
    project = made(history, tag_of(version), answers, tmp_path / "project")
    commit_all(project, "Created")
    ours("set", SWITCHED, cwd=project)
    commit_all(project, "An option switched")
    base = shutil.copytree(project, tmp_path / "base", ignore=shutil.ignore_patterns(".git"))
    make_edits(project)
    commit_all(project, "Edited")
    mine = shutil.copytree(project, tmp_path / "mine", ignore=shutil.ignore_patterns(".git"))
    switched = dict([SWITCHED.split("=")])
    fresh = made(history, "v999.0.0", answers | switched, tmp_path / "fresh")
    for path in OWNED:
        shutil.copy(mine / path, fresh / path)

    found = json.loads(ours("update", "--json", cwd=project, code=None))

    wanted, conflicts, kept = edited_both_sides(base, mine, fresh)
    assert sorted(found["conflicts"]) == sorted(conflicts)
    assert sorted(found["kept"]) == sorted(kept)
    result = snapshot(project)
    for path in conflicts:
        assert b"\n<<<<<<< before updating\n" in b"\n" + result.pop(path)[1]
        wanted.pop(path, None)
    for path in kept:
        assert result.pop(f"{path}.kept")[1] == (mine / path).read_bytes()
    differing = sorted(path for path in result if result[path] != wanted.get(path))
    assert not differing
    assert result.keys() == wanted.keys()
    make_edits(fresh)
    edited = snapshot(fresh)
    there = [path for path in snapshot(base) if path in result and path not in OWNED]
    assert len(there) > 100
    assert not [path for path in there if result[path] != edited[path]]


def test_every_kind_of_edit_is_among_them(history, tmp_path):
    """An edit that finds nothing to edit would test nothing."""
    project = made(history, "v999.0.0", {}, tmp_path / "project")
    before = snapshot(project)
    make_edits(project)
    after = snapshot(project)
    for name in EDITS:
        assert before.get(name) != after.get(name), f"{name} was not edited"
    sources = [path for path in after if path.endswith(".py") and path in before]
    assert len(sources) > 50
    assert all(before[path] != after[path] for path in sources)
