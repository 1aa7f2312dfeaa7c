"""The pages about updates and forks hold as they are written."""

import os
import re
import shutil
import sys

import pytest

from emitted import commands_of
from releases_of_two import ADDRESS, change, ours, second_release
from support import PROGRAMS, ROOT, commit_all, git, run

UPDATE, FORK = ROOT / "docs/update.md", ROOT / "docs/fork.md"


@pytest.fixture
def shell(tmp_path):
    """Runs a command of a page, with `mlkeel` and `python` those of this checkout."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python").symlink_to(sys.executable)
    command = programs / "mlkeel"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mlkeel "$@"\n')
    command.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"

    def shell(line, cwd, code=0, generator=ROOT / "generator"):
        return run("bash", "-c", line, cwd=cwd, code=code, PATH=path, PYTHONPATH=str(generator))

    return shell


def test_the_page_about_updates(project, shell):
    change(project / "conf/config.yaml", lambda text: text.replace("seed: 1\n", "seed: 42\n"))
    commit_all(project, "Edited")
    commands = commands_of(UPDATE)
    assert commands[:3] == ["mlkeel status", "git switch -c newer-template", "mlkeel update"]
    for line in commands:
        said = shell(line, project, code=1 if line == "mlkeel update" else 0)
        if line == "mlkeel update":
            marked = (project / "conf/config.yaml").read_text()
            (example,) = re.findall(r"(<<<<<<<.*?>>>>>>>[^\n]*\n)", UPDATE.read_text(), re.DOTALL)
            assert example in marked
            assert "conf/config.yaml" in said
    assert "seed: 42\n" in (project / "conf/config.yaml").read_text()
    assert (project / "NEW.md").exists()
    assert not (project / "notebooks").exists()
    assert [path.name for path in (project / "src").iterdir()] == ["rain"]
    assert git("status", "--porcelain", cwd=project) == ""
    assert "newest    this one" in ours("status", cwd=project)


def test_the_page_about_forks(two_releases, shell, tmp_path, monkeypatch):
    upstream = shutil.copytree(two_releases[0], tmp_path / "upstream")
    git("reset", "-q", "--hard", "v1.0.0", cwd=upstream)
    git("tag", "-d", "v1.0.0", "v2.0.0", cwd=upstream)
    shutil.copy(ROOT / "generator/release.py", upstream / "generator")
    (upstream / "docs").mkdir()
    (upstream / "generator/mlkeel/releases.json").write_text("{}\n")
    run(sys.executable, "-m", "mlkeel.sync", cwd=upstream, PYTHONPATH=f"{upstream}/generator")
    commit_all(upstream, "A small template")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{upstream}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", ADDRESS.removesuffix(".git"))
    page = FORK.read_text(encoding="utf-8")
    blocks = dict(
        re.findall(r"^```(yaml|markdown|jinja)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    )
    commands = iter(commands_of(FORK))
    fork = tmp_path / "our-template"

    def follow(last):
        for line in commands:
            if line != "cd our-template":
                where = fork if fork.exists() else tmp_path
                shell(line, where, generator=fork / "generator")
            if line.startswith(last):
                return
        pytest.fail(f"{last} is not on the page")

    follow("sed")
    questions = fork / "copier.yml"
    change(
        questions,
        lambda text: text.replace("# Not a question", f"{blocks['yaml']}\n# Not a question"),
    )
    (fork / "template/docs").mkdir(exist_ok=True)
    (fork / "template/docs/registry.md").write_text(blocks["markdown"])
    change(fork / "template/.templateignore", lambda text: text + blocks["jinja"])
    follow("git tag v0.1.0+our.1")

    project = tmp_path / "project"
    run(PROGRAMS / "copier", "copy", "--defaults", "-q", fork, project)
    commit_all(project, "Created")
    record = (project / ".copier-answers.yml").read_text()
    assert '_commit: "v0.1.0+our.1"' in record
    assert 'author_email: "ml@our.example"' in record
    assert not (project / "docs/registry.md").exists()
    ours("set", "registry=yes", cwd=project)
    commit_all(project, "With the registry")
    text = "`my_ml_project` is published under its name."
    assert text in (project / "docs/registry.md").read_text()

    second_release(upstream)
    follow("git tag v0.2.0+our.1")
    ours("update", cwd=project)
    assert '_commit: "v0.2.0+our.1"' in (project / ".copier-answers.yml").read_text()
    assert (project / "NEW.md").exists()
    assert text in (project / "docs/registry.md").read_text()
