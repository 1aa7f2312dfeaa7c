"""`mlkeel status` and `mlkeel diff` show where a project stands, and change nothing."""

import json

from releases_of_two import change, moved_to, ours
from support import commit_all, git, run, snapshot

CONFIG = "conf/config.yaml"


def edited(project):
    change(project / CONFIG, lambda text: text.replace("seed: 1\n", "seed: 42\n"))
    (project / "conf/model/forest.yaml").unlink()
    (project / "ours.py").write_text("OURS = 1\n")
    commit_all(project, "Edited")


def everything(project):
    """All that could be changed, git's own files included."""
    return {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and path.name != "index"  # git refreshes it whenever it looks
    }


def test_status_tells_what_an_update_would_do_and_does_nothing(project):
    edited(project)
    before = everything(project)
    said = ours("status", project, cwd=project.parent)
    assert said.startswith("version   v1.0.0\ntemplate  ")
    assert "\n  notebooks: yes\n" in said
    assert "newest    v2.0.0; `mlkeel update` would\n  add\n    NEW.md\n  change\n" in said
    assert said.endswith(f"conflict with your changes in\n    {CONFIG}\n")
    assert everything(project) == before


def test_status_for_a_program(project):
    edited(project)
    (project / "left.txt").write_text("over")
    found = json.loads(ours("status", "--json", cwd=project))
    assert found["version"] == "v1.0.0"
    assert found["answers"]["license"] == "MIT"
    assert found["uncommitted"] == ["left.txt"]
    assert found["update"]["after"] == "v2.0.0"
    assert found["update"]["conflicts"] == [CONFIG]
    assert found["update"]["added"] == ["NEW.md"]
    assert found["problem"] == ""


def test_status_of_an_up_to_date_project_says_so(project):
    ours("update", cwd=project)
    commit_all(project, "Updated")
    assert "newest    this one; an update has nothing to do" in ours("status", cwd=project)


def test_status_without_a_network_tells_what_is_known(project):
    moved_to("http://127.0.0.1:9/mlkeel.git", project)
    said = ours("status", cwd=project, code=1)
    assert "version   v1.0.0" in said
    assert "what is newer could not be found out: http://127.0.0.1:9/mlkeel.git cannot be" in said


def test_diff_shows_how_a_project_departs_from_its_template(project):
    edited(project)
    (project / "draft.txt").write_text("not committed\n")
    before = everything(project)
    said = ours("diff", cwd=project)
    assert "\n-seed: 1\n+seed: 42\n" in said
    assert "deleted file mode 100644\n" in said
    assert "ours.py" not in said
    names = ours("diff", "--own", project, "--", "--name-status", cwd=project.parent).splitlines()
    assert set(names) == {f"M\t{CONFIG}", "D\tconf/model/forest.yaml", "A\tours.py", "A\tdraft.txt"}
    assert CONFIG in ours("diff", "--", "--stat", cwd=project)
    assert everything(project) == before


def test_an_untouched_project_does_not_depart(project):
    assert ours("diff", "--own", cwd=project) == ""


def test_status_and_diff_work_in_a_folder_of_a_larger_repository(project, tmp_path):
    top = tmp_path / "top"
    (top / "services").mkdir(parents=True)
    run("git", "clone", "-q", project, top / "services/rain", cwd=tmp_path)
    run("rm", "-rf", top / "services/rain/.git")
    (top / "README.md").write_text("ours\n")
    commit_all(top, "Everything")
    found = json.loads(ours("status", "--json", cwd=top / "services/rain"))
    assert found["update"]["added"] == ["NEW.md"]
    assert found["update"]["conflicts"] == []
    assert ours("diff", "--own", cwd=top / "services/rain") == ""
    assert git("status", "--porcelain", cwd=top) == ""
    assert snapshot(top)["README.md"][1] == b"ours\n"
