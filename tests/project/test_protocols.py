"""The emitted service, asked by programs that no one here wrote: clients, a fuzzer, Prometheus."""

import json
import re
import shutil
import sys
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from emitted import execute, started
from support import find_free_port, wait_for, wait_until

pytestmark = pytest.mark.timeout(900)
HERE = "http://127.0.0.1:8000"
WANTED = ["tritonclient[http]>=2.60,<3", "schemathesis>=4.32,<5", "openapi-spec-validator>=0.7,<1"]
REFUSALS = "[checks.negative_data_rejection]\nexpected-statuses = [400, 404, 413, 415, 422]\n"


@pytest.fixture(scope="session")
def programs(tmp_path_factory) -> Path:
    """Clients in an environment of their own; the emitted project needs none of them."""
    home = tmp_path_factory.mktemp("clients")
    execute(sys.executable, "-m", "venv", home, cwd=home)
    execute(home / "bin/python", "-m", "pip", "install", "-q", *WANTED, cwd=home)
    return home / "bin"


@pytest.fixture(scope="module")
def project(born):
    return born("uv")


@pytest.fixture(scope="module")
def service(project):
    """The address of the project's service."""
    with project.serving() as address:
        yield address


@pytest.fixture(scope="module")
def expected(project, service):
    """What /predict answers to the project's example row."""
    row = (project.path / "results/example.json").read_bytes()
    return ask(f"{service}/predict", row)["predictions"][0]


def ask(url, body=None):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def blocks(project, language, service=HERE):
    """The examples of the page about protocols, of which each must work."""
    page = (project.path / "docs/protocols.md").read_text(encoding="utf-8")
    place = urllib.parse.urlsplit(service)
    page = page.replace(HERE, service).replace("127.0.0.1:8000", place.netloc)
    page = page.replace('"127.0.0.1", 8000', f'"127.0.0.1", {place.port}')
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def metric(service, name, **labels):
    """A number of /metrics, of all its series that have these labels."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    with urllib.request.urlopen(f"{service}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    found = [line for line in lines if re.match(rf"{name}[{{ ]", line)]
    return sum(float(line.split()[-1]) for line in found if all(want in line for want in wanted))


def test_the_commands_of_the_page_work(project, service, expected, tmp_path):
    row = json.loads((project.path / "results/example.json").read_text())
    table = ",".join(row) + "\n" + ",".join(str(value) for value in row.values()) + "\n"
    (tmp_path / "rows.csv").write_text(table)
    commands = "".join(blocks(project, "sh", service)).replace("@rows.csv", f"@{tmp_path}/rows.csv")
    said = [project.run("bash", "-c", command) for command in commands.splitlines()]
    assert len(said) == 4
    for answer in said[:2]:
        assert f'"predictions":["{expected["prediction"]}"]' in answer
    assert all('"ready"' in answer for answer in said[2:])


def test_mlflow_s_client_is_answered(project, service, expected):
    before = metric(service, "serving_predicted_rows_total")
    mlflow, _ = blocks(project, "python", service)
    said = project.run("python", "-W", "ignore", "-c", mlflow)
    assert f"['{expected['prediction']}' '{expected['prediction']}']" in said
    assert metric(service, "serving_predicted_rows_total") == before + 2


MORE = """
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
assert client.get_model_metadata(name)["outputs"] == [
    {"name": output["name"], "datatype": output["datatype"], "shape": [-1]}
    for output in answer.get_response()["outputs"]
]
for output in answer.get_response()["outputs"]:
    print(output["name"], answer.as_numpy(output["name"]).tolist(), sep="=")
try:
    client.infer(name, tensors[1:])
except triton.InferenceServerException as refused:
    print(refused)
"""


@pytest.mark.parametrize("way", ["bytes", "JSON"])
def test_triton_s_client_is_answered(project, service, expected, programs, way):
    before = metric(service, "serving_predicted_rows_total")
    code = blocks(project, "python", service)[1] + MORE
    if way == "JSON":
        code = code.replace('(field["datatype"])))', '(field["datatype"])), binary_data=False)')
        assert "binary_data=False" in code
    said = execute(programs / "python", "-c", code, cwd=project.path).splitlines()
    assert f"prediction={[expected['prediction'].encode()] * 2}" in said
    for name, share in expected["probabilities"].items():
        assert f"probability {name}={[share] * 2}" in said
    assert re.match(r"\[422\] 2 fields can't be used: row 0: .* is missing", said[-1])
    assert metric(service, "serving_predicted_rows_total") == before + 2


def test_openapi_json_is_what_the_standard_wants(project, service, programs, tmp_path):
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(ask(f"{service}/openapi.json")))
    said = execute(programs / "openapi-spec-validator", document, cwd=tmp_path)
    assert said.strip().endswith("OK")


def test_no_request_made_up_from_openapi_json_gets_an_answer_that_is_not_in_it(
    project, service, programs, tmp_path, pytestconfig
):
    count = pytestconfig.getoption("--fuzz")
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    fuzz = [programs / "st", "run", f"{service}/openapi.json", "--no-color", "--seed", "1"]
    limits = ["--max-examples", str(count), "--continue-on-failure"]
    # A schema can't say all: that two lists have one length, that an id is in the log.
    said = execute(*fuzz, *limits, "--exclude-checks", "positive_data_acceptance", cwd=tmp_path)
    (cases,) = re.findall(r"(\d+) generated", said)
    assert int(cases) >= max(1000, 10 * count), said
    only = ["--include-path", "/predict", "--checks", "positive_data_acceptance"]
    execute(*fuzz, *limits, *only, "--mode", "positive", cwd=tmp_path)
    assert metric(service, "serving_requests_total", status="500") == 0
    assert "Traceback" not in (project.path.parent / "service.log").read_text()


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory):
    """The program: the machine's own, or Debian's, unpacked into a folder without installing it."""
    if found := shutil.which("prometheus"):
        return Path(found)
    home = tmp_path_factory.mktemp("prometheus")
    (home / "lists").mkdir()
    places = [f"Dir::State::Lists={home}/lists", f"Dir::Cache={home}", "APT::Sandbox::User="]
    apt = ["apt-get", "-q", *(word for place in places for word in ("-o", place))]
    execute(*apt, "update", cwd=home)
    execute(*apt, "download", "prometheus", cwd=home)
    execute("dpkg", "-x", next(home.glob("*.deb")), home, cwd=home)
    return home / "usr/bin/prometheus"


@contextmanager
def scraping(program, config, folder):
    """Prometheus, for as long as the block lasts; a function that asks it."""
    (folder / "prometheus.yml").write_text(config)
    port = find_free_port()
    command = [str(program), f"--web.listen-address=127.0.0.1:{port}"]
    command += ["--config.file=prometheus.yml", "--storage.tsdb.path=data"]
    log = folder / "prometheus.log"
    with log.open("wb") as output, started(command, folder, output) as process:
        wait_for(f"http://127.0.0.1:{port}/-/ready", process, log, 60)

        def query(text):
            url = f"http://127.0.0.1:{port}/api/v1/query?{urllib.parse.urlencode({'query': text})}"
            found = ask(url)["data"]["result"]
            return float(found[0]["value"][1]) if found else None

        def becomes(text, value):
            wait_until(lambda: query(text) == value, process, log, 60)

        yield becomes


def test_prometheus_counts_the_requests_that_two_workers_answered(project, prometheus, tmp_path):
    row = (project.path / "results/example.json").read_bytes()
    with project.serving("--workers", "2") as address:
        (config,) = blocks(project, "yaml", address)
        config = config.replace("scrape_interval: 15s", "scrape_interval: 1s")
        with scraping(prometheus, config, tmp_path) as becomes:
            becomes('up{job="service"}', 1)
            for _ in range(40):
                ask(f"{address}/predict", row)
            for _ in range(3):
                ask(f"{address}/invocations", b'{"instances": [' + row + b", " + row + b"]}")
            becomes('sum(serving_requests_total{route="/predict",status="200"})', 40)
            becomes('sum(serving_requests_total{route="/invocations"})', 3)
            becomes("serving_predicted_rows_total", 46)
            becomes('serving_request_duration_seconds_count{route="/predict"}', 40)
            becomes("serving_model_info", 2)
