import json
from threading import Thread

import pandas as pd
import pytest
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from werkzeug.serving import make_server

from {= cookiecutter.package_name =}.serving import app


@pytest.fixture(scope="module")
def served(model_folder):
    return app.create_app(model_folder, "champion")


@pytest.fixture(scope="module")
def client(served):
    return served.test_client()


@pytest.fixture
def row(package):
    return dict(package.signature.example)


@pytest.fixture
def expected(client, row):
    """What /predict answers to the row, twice."""
    answer = client.post("/predict", json=[row, row]).get_json()
    return [found["prediction"] for found in answer["predictions"]]


@pytest.fixture(scope="module")
def mlflow_client(served):
    """MLflow's own client of a scoring server, connected to the service."""
    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield ScoringServerClient("127.0.0.1", server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def post(client, body, content_type="application/json"):
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post("/invocations", data=text, content_type=content_type)


def test_mlflow_s_client_finds_the_service_ready(mlflow_client):
    mlflow_client.wait_server_ready(timeout=10)


def test_mlflow_s_client_gets_predictions_for_a_table(mlflow_client, row, expected):
    answer = mlflow_client.invoke(pd.DataFrame([row, row]))
    assert answer.get_predictions("ndarray").tolist() == expected
    assert answer.get_predictions()[0].tolist() == expected


def test_mlflow_s_client_gets_predictions_for_lists_and_texts(mlflow_client, row, expected):
    for data in ([row, row], json.dumps({"dataframe_records": [row, row]})):
        assert mlflow_client.invoke(data)["predictions"] == expected


def test_mlflow_s_client_tells_why_a_row_is_refused(mlflow_client, row):
    with pytest.raises(Exception, match=r"error code 422.*is not a field of this model"):
        mlflow_client.invoke(pd.DataFrame([row | {"nonsense": 1}]))


def test_every_format_gets_the_same_predictions(client, row, expected):
    columns, values = list(row), list(row.values())
    tables = [
        {"dataframe_split": {"columns": columns, "data": [values, values]}},
        {"dataframe_records": [row, row]},
        {"instances": [row, row], "params": {}},
        {"inputs": {name: [value, value] for name, value in row.items()}, "params": None},
    ]
    for table in tables:
        assert post(client, table).get_json()["predictions"] == expected, table
    text = pd.DataFrame([row, row]).to_csv()
    assert post(client, text, "text/csv; charset=utf-8").get_json()["predictions"] == expected


def test_the_answer_says_who_answered_under_which_id(client, package, row):
    answer = post(client, {"instances": [row]})
    found = answer.get_json()
    assert (found["model"], found["version"]) == (package.name, package.version)
    assert found["route"] == "champion"
    assert found["request_id"] == answer.headers["X-Request-Id"]
    assert ("probabilities" in found) == bool(package.signature.classes)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        ("{", "application/json", 400, "not JSON"),
        ("[" * 100_000, "application/json", 400, "nested"),
        ("\udcff", "text/csv", 400, "not UTF-8"),
        ("[]", "application/json", 422, "must be an object, not a list"),
        ("{}", "application/json", 422, "exactly one of dataframe_split"),
        ('{"instances": [], "inputs": []}', "application/json", 422, "exactly one"),
        ('{"instances": [], "instances": []}', "application/json", 422, "more than once"),
        ('{"instances": []}', "application/json", 422, "holds no row"),
        ('{"instances": [], "params": {"a": 1}}', "application/json", 422, "takes none"),
        ('{"instances": [5]}', "application/json", 422, "must be an object, not 5"),
        ('{"rows": []}', "application/json", 422, "knows no rows"),
        ("", "text/csv", 422, "names of its columns"),
        ("{}", "text/plain", 415, "text/csv"),
        ("{}", None, 415, "application/json"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(client, body, content_type, status, words):
    data = body.encode("utf-8", "surrogateescape")
    answer = client.post("/invocations", data=data, content_type=content_type)
    assert answer.status_code == status
    assert words in json.dumps(answer.get_json())


def test_every_problem_of_every_row_is_named(client, package):
    names = [field.name for field in package.signature.fields]
    split = {"columns": names, "data": [[["nonsense"]] * len(names)] * 2}
    problems = post(client, {"dataframe_split": split}).get_json()["errors"]
    found = [(problem["row"], problem["field"]) for problem in problems]
    assert found == [(row, name) for row in (0, 1) for name in names]
