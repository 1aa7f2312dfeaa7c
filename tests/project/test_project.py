"""From the first command to a served prediction, and what a person does next."""

import csv
import json
import re
import shlex
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from emitted import commands_of, execute, started
from mlkeel.render import Template
from support import ROOT, find_free_port, wait_for, wait_until

pytestmark = pytest.mark.timeout(900)  # an environment may have to be fetched on the way
PIP = [sys.executable, "-m", "pip"]

MANAGERS = ["uv", "poetry"]


@pytest.fixture(params=MANAGERS)
def project(request, born):
    return born(request.param)


@pytest.fixture
def uv_project(born):
    return born("uv")


def post(url: str, content: bytes) -> dict:
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def test_one_command_leads_to_a_served_prediction(project):
    assert '"predictions": [{' in project.said
    assert json.loads((project.path / "results/gate.json").read_text())["passed"]


@pytest.mark.parametrize("manager", MANAGERS)
def test_the_chosen_manager_makes_the_environment(born, manager):
    locks = [path.name for path in born(manager).path.glob("*.lock") if path.name != "dvc.lock"]
    assert locks == [f"{manager}.lock"]


def test_all_its_checks_are_green(project):
    said = project.poe("check")
    assert " passed" in said
    assert not re.search(r"\d+ (skipped|xfailed)[ ,]", said)
    assert "Required test coverage of 90.0% reached" in said


def test_a_second_line_has_nothing_to_do(project):
    assert "Data and pipelines are up to date." in project.poe("line")
    assert project.run("git", "status", "--porcelain") == ""


def test_every_module_of_the_environment_is_a_taken_name(uv_project):
    listed = "from importlib.metadata import distributions as d; "
    listed += "print(*{f.parts[0] for x in d() for f in x.files or () if f.suffix == '.py'})"
    files = uv_project.run("python", "-c", listed).split()
    found = {name.removesuffix(".py").lower() for name in files}
    taken = set(Template(ROOT).questions.constants["taken"].split())
    assert {"numpy", "typing_extensions"} <= found  # a package, and a module of one file
    own = {path.name for path in uv_project.path.glob("src/*")}
    assert {name for name in found if name.isidentifier() and name[0] != "_"} - own <= taken


def test_a_second_bootstrap_changes_nothing(project, managers):
    project.run("python", "scripts/bootstrap.py", **managers)
    assert project.run("git", "status", "--porcelain") == ""


def test_the_pages_of_the_api_are_written(uv_project):
    uv_project.poe("docs")
    assert (uv_project.path / "docs/api/index.html").exists()


def test_the_hooks_refuse_unformatted_code(uv_project):
    module = next(uv_project.path.glob("src/*/results.py"))
    before = module.read_text()
    module.write_text(before + "x  =  1\n")
    try:
        uv_project.run("git", "add", module)
        assert "Failed" in uv_project.run("git", "commit", "-m", "careless", code=1)
    finally:
        uv_project.run("git", "reset", "-q", "--hard")


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def future(uv_project):
    return next((uv_project.path / "data/future").glob("*/*.csv"))


def test_a_file_of_new_rows_is_predicted_as_the_service_answers(uv_project, future, tmp_path):
    out = tmp_path / "predicted.csv"
    uv_project.poe("predict", str(future), "--output", str(out))
    given, predicted = read_rows(future), read_rows(out)
    assert [{name: row[name] for name in given[0]} for row in predicted] == given
    with uv_project.serving() as address:
        with urllib.request.urlopen(f"{address}/model", timeout=10) as answer:
            model = json.load(answer)
        types = {field["name"]: field["type"] for field in model["signature"]["fields"]}
        asked = [
            {
                name: float(row[name]) if kind == "number" else row[name]
                for name, kind in types.items()
            }
            for row in given[::10]
        ]
        served = post(f"{address}/predict", json.dumps(asked).encode())["predictions"]
    for row, answer in zip(predicted[::10], served, strict=True):
        assert row["prediction"] == answer["prediction"]
        assert row["model_version"] == f"{model['name']} {model['version']}"
        for label, share in answer["probabilities"].items():
            assert float(row[f"probability {label}"]) == pytest.approx(share, abs=1e-6)


def test_a_killed_prediction_goes_on_where_it_stopped(uv_project, future, tmp_path):
    header, *lines = future.read_text().splitlines(keepends=True)
    many = tmp_path / "many.csv"
    many.write_text(header + "".join(lines) * 3000)
    command = ["poe", "-q", "predict", str(many), "--output"]
    uv_project.run(*command, tmp_path / "whole.csv")
    parts, log = tmp_path / ".out.csv.parts", tmp_path / "said.log"
    script = ["python", "scripts/predict.py", str(many), "--output", str(tmp_path / "out.csv")]
    with log.open("wb") as output, started(script, uv_project.path, output) as job:
        wait_until(lambda: len(list(parts.glob("*.arrow"))) > 3, job, log, 60)
        job.kill()
        job.wait(timeout=20)
    assert not (tmp_path / "out.csv").exists()
    kept = {part.name: part.stat().st_mtime_ns for part in parts.glob("*.arrow")}
    with log.open("wb") as output, started(script, uv_project.path, output) as job:
        wait_until(lambda: len(list(parts.glob("*.arrow"))) > len(kept) + 3, job, log, 60)
        again = {name: (parts / name).stat().st_mtime_ns for name in kept}
        job.send_signal(signal.SIGINT)
        assert job.wait(timeout=20) == 130
    assert again == kept
    assert "run the same command again" in log.read_text()
    uv_project.run(*command, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not parts.exists()


def test_mlflow_shows_the_registered_champion(uv_project):
    question = (
        "import mlflow; c = mlflow.MlflowClient('sqlite:///mlflow.db');"
        "m = c.search_registered_models()[0]; print(sorted(m.aliases))"
    )
    said = uv_project.run("python", "-c", question)
    assert said.splitlines()[-1] == "['challenger', 'champion']"


def test_the_pages_of_mlflow_are_served(uv_project, tmp_path):
    port = find_free_port()
    log = tmp_path / "mlflow.log"
    command = ["poe", "mlflow", "--port", str(port)]
    with log.open("wb") as output, started(command, uv_project.path, output) as server:
        wait_for(f"http://127.0.0.1:{port}/health", server, log, seconds=120)
        body = {"max_results": 10}
        url = f"http://127.0.0.1:{port}/api/2.0/mlflow/experiments/search"
        names = {found["name"] for found in post(url, json.dumps(body).encode())["experiments"]}
    assert "seattle-weather" in names


def test_data_and_models_go_to_the_remote_and_come_back(uv_project, tmp_path):
    uv_project.run("dvc", "push")
    clone = tmp_path / "clone"
    uv_project.run("git", "clone", "-q", uv_project.path, clone)
    storage = uv_project.path / ".dvc/storage"
    uv_project.run("dvc", "--cd", clone, "remote", "modify", "--local", "storage", "url", storage)
    uv_project.run("dvc", "--cd", clone, "pull")
    assert (clone / "models/candidate/model.onnx").exists()


def test_an_experiment_changes_model_and_search_without_touching_a_file(uv_project):
    aliases = (uv_project.path / "models/aliases.json").read_text()
    changes = ["conf/config.yaml:defaults.0.model=linear", "conf/config.yaml:training.trials=2"]
    options = [word for change in changes for word in ("-S", change)]
    uv_project.run("dvc", "exp", "run", "--temp", "--name", "trial", *options)
    assert uv_project.run("git", "status", "--porcelain") == ""
    assert (uv_project.path / "models/aliases.json").read_text() == aliases
    assert "training.trials" in uv_project.run("dvc", "params", "diff", "HEAD", "trial")
    assert "roc_auc" in uv_project.run("dvc", "metrics", "diff", "HEAD", "trial")
    assert "index.html" in uv_project.run("dvc", "plots", "diff", "HEAD", "trial")


def test_hydra_s_values_work_on_a_script_and_leave_no_litter(uv_project):
    before = sorted(path.name for path in uv_project.path.iterdir())
    try:
        said = uv_project.run(
            "python", "scripts/train.py", "model=forest", "training.trials=2", "training.folds=2"
        )
        assert said.startswith("forest: roc_auc")
    finally:
        uv_project.run("git", "reset", "-q", "--hard")
        uv_project.run("dvc", "checkout", "--force")
    assert sorted(path.name for path in uv_project.path.iterdir()) == before


def test_a_changed_gate_reruns_only_what_depends_on_it(uv_project):
    conf = uv_project.path / "conf/config.yaml"
    try:
        conf.write_text(re.sub(r"margin: 0\.0", "margin: 0.9", conf.read_text()))
        said = uv_project.poe("line", code=255)
        assert "Stage 'train' didn't change, skipping" in said
        assert "the gate is not passed" in said
    finally:
        uv_project.run("git", "reset", "-q", "--hard")
        uv_project.run("dvc", "checkout", "--force")


def test_the_commands_of_the_readme_work(uv_project, managers):
    """Every indented command of the project's README, as written; the service answers the curl."""
    commands = commands_of(uv_project.path / "README.md")
    assert [command.split()[0] for command in commands] == [
        "python",
        "uv",
        "uv",
        "curl",
        "dvc",
        "dvc",
    ]
    with uv_project.serving() as address:
        for command in commands:
            if command.endswith("poe serve"):
                continue  # what the block around this loop does
            words = shlex.split(command.replace("http://127.0.0.1:8000", address))
            said = (
                uv_project.run(*words, **managers) if words[0] != "dvc" else uv_project.run(*words)
            )
            if words[0] == "curl":
                assert '"predictions"' in said
    uv_project.run("git", "reset", "-q", "--hard")
    uv_project.run("dvc", "checkout", "--force")


def test_wrong_input_is_refused_field_by_field(uv_project):
    with uv_project.serving() as address:
        row = json.loads((uv_project.path / "results/example.json").read_text())
        assert post(f"{address}/predict", json.dumps([row, row]).encode())["predictions"]
        bad = json.dumps({name: [] for name in row}).encode()
        with pytest.raises(urllib.error.HTTPError) as refusal:
            post(f"{address}/predict", bad)
        assert refusal.value.code == 422
        assert {error["field"] for error in json.load(refusal.value)["errors"]} == set(row)


def test_the_serving_environment_holds_only_what_serving_needs(uv_project, tmp_path):
    """`pip install .` is what the image does; it must serve without the training stack."""
    home = tmp_path / "serving"
    execute(*PIP, "install", "-q", "--no-compile", "--target", home, uv_project.path, cwd=tmp_path)
    names = {path.name.lower() for path in home.iterdir()}
    assert not names & {"pandas", "sklearn", "mlflow", "dvc", "matplotlib", "scipy"}
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    assert size <= 150e6, f"{size / 1e6:.0f} MB"
    package = next(uv_project.path.glob("src/*")).name
    code = f"from {package}.serving.app import create_app; print(create_app())"
    said = execute(sys.executable, "-c", code, cwd=uv_project.path, PYTHONPATH=str(home))
    assert "Flask" in said
