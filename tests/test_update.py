"""The bridge: `copier update` takes over a project, whichever engine made it."""

import shutil

import pytest

from support import PROGRAMS, assert_same, commit_all, git, mlkeel, run, snapshot

COPIER = PROGRAMS / "copier"
COOKIECUTTER = PROGRAMS / "cookiecutter"


@pytest.fixture(scope="module")
def released(plain, tmp_path_factory):
    """A repository with this checkout as v1.0.0; a change to it waits to become v2.0.0."""
    work = tmp_path_factory.mktemp("released") / "mlkeel"
    shutil.copytree(plain, work)
    commit_all(work, "First")
    git("tag", "v1.0.0", cwd=work)
    return work


@pytest.fixture
def template(released, tmp_path):
    """A repository of one test, at v1.0.0."""
    return shutil.copytree(released, tmp_path / "template")


def release_again(template):
    """v2.0.0: a line more in the licence, and one new file."""
    licence = template / "template/_licenses/MIT"
    licence.write_text(licence.read_text() + "\nA new last line.\n")
    (template / "template/NEW.md").write_text("# New in {= cookiecutter.project_name =}\n")
    commit_all(template, "Second")
    git("tag", "v2.0.0", cwd=template)


def create(engine, template, folder):
    if engine == "copier":
        run(COPIER, "copy", "--quiet", "--defaults", template, folder / "my-ml-project")
    elif engine == "cookiecutter":
        run(COOKIECUTTER, "--no-input", template, "-o", folder)
    else:
        mlkeel(template, "new", "my-ml-project", "--yes", cwd=folder)
    return folder / "my-ml-project"


@pytest.mark.parametrize("engine", ["copier", "cookiecutter", "mlkeel"])
def test_an_update_keeps_edits_and_brings_what_is_new(engine, template, tmp_path):
    folder = tmp_path / "projects"
    folder.mkdir()
    project = create(engine, template, folder)
    assert '_commit: "v1.0.0"' in (project / ".copier-answers.yml").read_text()
    commit_all(project, "Created")
    licence, config = project / "LICENSE", project / "conf/config.yaml"
    licence.write_text("Our own first line.\n" + licence.read_text())
    (project / "conf/model/forest.yaml").unlink()
    config.write_text(config.read_text() + "ours: true\n")
    (project / "ours.txt").write_text("ours\n")
    commit_all(project, "Edited")
    release_again(template)

    run(COPIER, "update", "--defaults", cwd=project)

    text = licence.read_text()
    assert text.startswith("Our own first line.\n")
    assert text.endswith("\nA new last line.\n")
    assert config.read_text().endswith("ours: true\n")
    assert (project / "NEW.md").read_text() == "# New in My ML Project\n"
    assert (project / "ours.txt").exists()
    assert not (project / "conf/model/forest.yaml").exists()
    assert '_commit: "v2.0.0"' in (project / ".copier-answers.yml").read_text()
    assert "U" not in {line[0] for line in git("status", "--porcelain", cwd=project).splitlines()}


def test_an_untouched_project_becomes_what_the_new_version_makes(template, tmp_path):
    project = create("mlkeel", template, tmp_path)
    commit_all(project, "Created")
    release_again(template)
    mlkeel(template, "update", cwd=project)
    run(COPIER, "copy", "--quiet", "--defaults", template, tmp_path / "fresh")
    assert_same(snapshot(project), snapshot(tmp_path / "fresh"))


def test_set_switches_an_option_off_and_on_again(template, tmp_path):
    project = create("cookiecutter", template, tmp_path)
    commit_all(project, "Created")
    before = snapshot(project)
    mlkeel(template, "set", "notebooks=no", "package_manager=uv", cwd=project)
    assert not (project / "notebooks").exists()
    assert not (project / "poetry.toml").exists()
    commit_all(project, "Without")
    mlkeel(template, "set", "notebooks=yes", "package_manager=poetry", cwd=project)
    assert_same(snapshot(project), before)
