"""`mlkeel set` switches options of a project, in either direction, and loses nothing."""

import shutil

import pytest

from releases_of_two import MADE_BY, change, executed, moved_to, ours
from support import assert_same, commit_all, git, snapshot

NOTEBOOK = "notebooks/01_explore.ipynb"


@pytest.mark.parametrize("engine", MADE_BY)
def test_an_option_goes_and_comes_back_exactly(engine, two_releases, tmp_path):
    project = shutil.copytree(two_releases[1] / engine / "my-ml-project", tmp_path / "project")
    before = snapshot(project)
    said = ours("set", "notebooks=no", "package_manager=uv", cwd=project)
    assert said.startswith("v1.0.0: 2 changed, 2 removed\n")
    assert not (project / "notebooks").exists()
    assert "nbclient" not in (project / "pyproject.toml").read_text()
    assert '_commit: "v1.0.0"' in (project / ".copier-answers.yml").read_text()
    commit_all(project, "Without")
    ours("set", "notebooks=yes", "package_manager=poetry", cwd=project)
    assert_same(snapshot(project), before)


def test_of_an_edited_file_that_goes_a_copy_stays(project):
    change(project / NOTEBOOK, executed)
    (project / "notebooks/02_ours.ipynb").write_text("{}\n")
    commit_all(project, "Executed")
    mine = (project / NOTEBOOK).read_bytes()
    said = ours("set", "notebooks=no", cwd=project)
    assert (
        f"A copy of each is kept beside its place, with .kept at its end:\n  {NOTEBOOK}\n" in said
    )
    assert (project / f"{NOTEBOOK}.kept").read_bytes() == mine
    left = {path.name for path in (project / "notebooks").iterdir()}
    assert left == {"01_explore.ipynb.kept", "02_ours.ipynb"}


def test_other_edits_stay(project):
    change(project / "pyproject.toml", lambda text: text.replace("numpy>=2.3", "numpy>=2.4"))
    commit_all(project, "Edited")
    ours("set", "--directory", project, "notebooks=no", cwd=project.parent)
    assert "numpy>=2.4" in (project / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("notebook=no", "notebook is not a question (did you mean notebooks?)"),
        ("license=GPL", "license: must be one of MIT, BSD-3-Clause"),
        ("notebooks=maybe", "notebooks: must be yes or no"),
        ("uv", "uv: write NAME=VALUE"),
    ],
)
def test_a_wrong_answer_is_refused(project, pair, words):
    assert words in ours("set", pair, cwd=project, code=2)
    assert git("status", "--porcelain", cwd=project) == ""


def test_an_option_of_a_newer_version_wants_an_update_first(project):
    record = project / ".copier-answers.yml"
    change(record, lambda text: text.replace("license: ", "licence: "))  # as if not asked yet
    commit_all(project, "Older")
    said = ours("set", "license=MIT", cwd=project, code=2)
    assert "license: v1.0.0, the version of this project, does not have that question" in said
    assert "`mlkeel update` first" in said


def test_a_question_of_somebodys_own_template_can_be_set(small, project):
    """What we do not know but the project does, its template checks."""
    change(small / "copier.yml", lambda text: text.replace("# Not a question", OWN))
    change(small / "template/LICENSE", lambda text: text + "For {= cookiecutter.team =}.\n")
    commit_all(small, "A question of our own")
    git("tag", "v3.0.0", cwd=small)
    moved_to(small, project)
    ours("update", cwd=project)
    assert (project / "LICENSE").read_text().endswith("For red.\n")
    commit_all(project, "Updated")
    ours("set", "team=blue", cwd=project)
    assert (project / "LICENSE").read_text().endswith("For blue.\n")


OWN = """\
team:
  type: str
  help: Whose project it is
  default: red

# Not a question"""


def test_a_package_is_renamed_with_its_edits(project):
    module = "src/{}/errors.py"
    change(project / module.format("my_ml_project"), lambda text: text + "\n# ours\n")
    (project / "src/my_ml_project/ours.py").write_text('"""Our own module."""\n')
    commit_all(project, "Edited")
    said = ours("set", "package_name=rain", cwd=project, code=2)
    (command,) = [line.strip() for line in said.splitlines() if line.startswith("  git mv")]
    assert command == "git mv src/my_ml_project src/rain && git commit -m 'Move the package'"
    git("mv", "src/my_ml_project", "src/rain", cwd=project)
    git("commit", "-qm", "Move the package", cwd=project)
    assert "mlkeel set package_name=rain" in ours("update", cwd=project, code=2)
    said = ours("set", "package_name=rain", cwd=project, code=1)
    assert f"meet in 1 file:\n  {module.format('rain')}: line " in said  # only where we had edited
    assert "\n# ours\n" in (project / module.format("rain")).read_text()
    assert (project / "src/rain/ours.py").exists()
    assert [path.name for path in (project / "src").iterdir()] == ["rain"]
