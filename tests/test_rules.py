"""The template keeps its promises to the projects that exist, or says what it does to them."""

import shutil

import pytest

from mlkeel.releases import releases
from mlkeel.render import Template
from releases_of_two import change, moved_to, ours
from rules import Version, broken, sections, since
from support import ROOT, commit_all, git, is_text

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASES = list(releases())


@pytest.mark.parametrize("version", RELEASES)
def test_a_change_since_a_release_ships_what_projects_need(version, tree_of):
    found = broken(Version(tree_of(version)), Version(ROOT), since(CHANGELOG, version))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("version", RELEASES)
def test_what_was_said_about_a_release_stays(version, tree_of):
    """A line that a merge put there belongs under [Unreleased]."""
    then = (tree_of(version) / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = f"\n## [{version}]"
    assert CHANGELOG.partition(heading)[2] == then.partition(heading)[2]


@pytest.fixture
def versions(bones, tmp_path):
    """Two copies of a small template, the second to be changed."""
    return [shutil.copytree(bones, tmp_path / name) for name in ("old", "new")]


def rename_file(new):
    (new / "template/conf/model/forest.yaml").rename(new / "template/conf/model/trees.yaml")


def remove_file(new):
    (new / "template/conf/model/forest.yaml").unlink()


def hide_file(new):
    """Still in the tree, but a new option leaves it out of the projects that exist."""
    question = "forests:\n  type: bool\n  help: More\n  default: false\n\n# Not a question"
    change(new / "copier.yml", lambda text: text.replace("# Not a question", question))
    rule = "[% if not cookiecutter.forests %]\n/conf/model/forest.yaml\n[% endif %]\n"
    change(new / "template/.templateignore", lambda text: text + rule)


def retire_file(new):
    remove_file(new)
    retired = '_exclude:\n  - "/conf/model/forest.yaml" # stays where it is\n'
    change(new / "copier.yml", lambda text: text.replace("_exclude:\n", retired))


def change_default(new):
    change(new / "copier.yml", lambda text: text.replace("default: poetry", "default: uv"))


def remove_choice(new):
    change(new / "copier.yml", lambda text: text.replace("[poetry, uv]", "[poetry]"))


def remove_question(new):
    change(new / "copier.yml", lambda text: text.replace("\nnotebooks:\n", "\nnotes:\n"))
    ignore = new / "template/.templateignore"
    change(ignore, lambda text: text.replace("cookiecutter.notebooks", "cookiecutter.notes"))
    pyproject = new / "template/pyproject.toml"
    change(pyproject, lambda text: text.replace("cookiecutter.notebooks", "cookiecutter.notes"))


def rename_question(new):
    """The way that keeps answers: the new default looks at the old one."""
    remove_question(new)
    old = "tested like the rest\n  default: true"
    default = '  default: "{= notebooks | default(true) =}"'
    change(new / "copier.yml", lambda text: text.replace(old, f"tested like the rest\n{default}"))


def ask_without_default(new):
    question = "team:\n  type: str\n  help: Whose\n  default: red\n\n# Not a question"
    change(new / "copier.yml", lambda text: text.replace("# Not a question", question))


def change_type(new):
    old = "notebooks:\n  type: bool"
    change(new / "copier.yml", lambda text: text.replace(old, "notebooks:\n  type: str"))


FOREST = "`conf/model/forest.yaml`"
BREAKING = [
    (rename_file, "", "conf/model/forest.yaml is gone, and an update deletes it"),
    (remove_file, "", "conf/model/forest.yaml is gone, and an update deletes it"),
    (hide_file, "- forests: new\n", "conf/model/forest.yaml is gone, and an update deletes it"),
    (retire_file, "", "conf/model/forest.yaml is gone, and an update deletes it"),
    (remove_file, f"### Added\n- {FOREST}\n", "names it, but neither under Moved nor Removed"),
    (change_default, "", "package_manager has another default: CHANGELOG.md needs a line"),
    (remove_choice, "- package_manager: no uv\n", "package_manager=uv is gone, and its projects"),
    (remove_question, "- notebooks: no\n- notes: yes\n", "notebooks is gone, and the answers with"),
    (rename_question, "- notes: yes\n", "notebooks is gone: CHANGELOG.md needs a line"),
    (rename_question, "- notebooks: notes\n", "notes is new: CHANGELOG.md needs a line"),
    (ask_without_default, "", "team is new: CHANGELOG.md needs a line that begins with '- team:'"),
    (change_type, "- notebooks: words\n", "notebooks was bool and is str"),
]
SOUND = [
    (rename_file, f"### Moved\n- {FOREST} → `conf/model/trees.yaml`\n"),
    (remove_file, f"### Removed\n- {FOREST}: nobody used it\n"),
    (retire_file, f"### Changed\n- {FOREST} stays in your project, but nothing reads it\n"),
    (change_default, "- package_manager: uv is the default\n"),
    (rename_question, "- notebooks: is called notes\n- notes: was notebooks\n"),
    (ask_without_default, "- team: whose project it is\n"),
]


@pytest.mark.parametrize(("fault", "said", "words"), BREAKING)
def test_a_change_that_would_hurt_projects_is_found(versions, fault, said, words):
    old, new = versions
    fault(new)
    found = broken(Version(old), Version(new), said)
    assert words in "\n".join(found)


@pytest.mark.parametrize(("step", "said"), SOUND)
def test_a_change_that_says_and_does_what_it_must_is_sound(versions, step, said):
    old, new = versions
    step(new)
    assert broken(Version(old), Version(new), said) == []


def test_a_new_question_without_default_is_found(versions):
    old, new = versions
    ask_without_default(new)
    later = Version(new)
    del later.entries["team"]["default"]
    assert "team is new and has no default" in "\n".join(broken(Version(old), later, "- team: x\n"))


def test_nothing_changed_is_sound(versions):
    old, new = versions
    assert broken(Version(old), Version(new), "") == []


def test_the_changelog_since_a_version_is_what_stands_above_it():
    text = "## [Unreleased]\n### Moved\n- a\n### Added\n- b\n\n## [0.2.0]\n- c\n\n## [0.1.0]\n- d\n"
    assert "- c" in since(text, "0.1.0")
    assert "- c" not in since(text, "0.2.0")
    assert sections(since(text, "0.2.0"), "Moved").strip() == "- a"


def test_what_the_rules_promise_is_what_an_update_does(small, project):
    """A renamed question keeps its answer, a retired file stays, another default changes nobody."""
    git("reset", "-q", "--hard", "v2.0.0", cwd=small)
    rename_question(small)
    retire_file(small)
    change_default(small)
    commit_all(small, "Third")
    git("tag", "v3.0.0", cwd=small)
    ours("set", "notebooks=no", cwd=project)
    forest = project / "conf/model/forest.yaml"
    change(forest, lambda text: text + "# ours\n")
    moved_to(small, project)
    ours("update", cwd=project)
    answers = (project / ".copier-answers.yml").read_text()
    assert "notes: false\n" in answers
    assert "notebooks" not in answers
    assert 'package_manager: "poetry"\n' in answers
    assert forest.read_text().endswith("# ours\n")


def test_what_cannot_be_merged_is_never_overwritten():
    """Copier writes a changed binary file over the project's, unless `_skip_if_exists` names it."""
    template = Template(ROOT)
    owned = (ROOT / "copier.yml").read_text(encoding="utf-8").partition("_skip_if_exists:")[2]
    for source in template.sources():
        if not is_text((template.tree / source).read_bytes()):
            assert f'"*{source[source.rindex(".") :]}"' in owned.partition("\n_")[0], source


def test_what_a_project_makes_itself_is_not_in_the_template():
    """A file of both sides would conflict in every project."""
    made = {"dvc.lock", "poetry.lock", "uv.lock", "predictions.db", "mlflow.db"}
    assert not [source for source in Template(ROOT).sources() if source in made]
