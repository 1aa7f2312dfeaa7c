"""The emitted workflow, image and hooks pass the checkers of their kind, in every variant.

Each checker is also shown a planted fault, so that its silence means something.
"""

import shutil

import pytest

from support import PROGRAMS, commit_all, run

VARIANTS = [("uv",), ("poetry", "Apache-2.0")]
CHECKS = {
    "zizmor": (["zizmor", "--offline", "--quiet", "."], ".github/workflows/ci.yml"),
    "workflow schema": (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ".github/workflows/ci.yml",
    ),
    "dependabot schema": (
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot"],
        ".github/dependabot.yml",
    ),
    "hadolint": (["hadolint"], "Dockerfile"),
    "pre-commit": (["pre-commit", "validate-config"], ".pre-commit-config.yaml"),
}
FAULTS = {
    "zizmor": ("run: .venv/bin/poe check", "run: echo ${{ github.head_ref }}"),
    "workflow schema": ("runs-on:", "runs-no:"),
    "dependabot schema": ("interval: weekly", "interval: sometimes"),
    "hadolint": ("USER 10001", "USER root"),
    "pre-commit": ("entry:", "enter:"),
}


def check(kind, project, code=0):
    (program, *arguments), file = CHECKS[kind]
    where = [] if arguments[-1:] == ["."] else [file]
    return run(PROGRAMS / program, *arguments, *where, cwd=project, code=code)


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("answers", VARIANTS, ids=" ".join)
def test_the_checker_finds_nothing(render, kind, answers):
    check(kind, render(*answers).path)


def test_the_hooks_against_half_finished_merges_find_nothing_in_a_new_project(render, tmp_path):
    project = shutil.copytree(render("uv").path, tmp_path / "project")
    commit_all(project, "Created")
    for hook in ("conflicts", "rejects"):
        run(PROGRAMS / "pre-commit", "run", hook, "--all-files", cwd=project)


@pytest.mark.parametrize("kind", CHECKS)
def test_the_checker_finds_a_planted_fault(render, kind, tmp_path):
    project = shutil.copytree(render("uv").path, tmp_path / "project")
    file = project / CHECKS[kind][1]
    right, wrong = FAULTS[kind]
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, wrong))
    with pytest.raises(AssertionError):
        check(kind, project)
