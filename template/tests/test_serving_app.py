import io
import json

import numpy as np
import pytest

from {= cookiecutter.package_name =} import package as packages
from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.runtimes import OnnxRuntime
from {= cookiecutter.package_name =}.serving import app, settings


@pytest.fixture(scope="module")
def client(model_folder):
    return app.create_app(model_folder, "champion").test_client()


@pytest.fixture
def row(package):
    return dict(package.signature.example)


class Session:
    """Stands for the model: answers what the test says."""

    def __init__(self, *outputs):
        self.outputs = outputs

    def get_inputs(self):
        return []

    get_outputs = get_inputs

    def run(self, _, inputs):
        assert inputs == {}
        return list(self.outputs)


def serve(path, task, classes, *outputs, **limits):
    """A client of a service whose model has one field `x` and answers `outputs`."""
    target = signature.Target("y", classes=classes)
    field = signature.Field("x", "number")
    described = signature.Signature(task, target, (field,), {"x": 1})
    manifest = packages.Manifest("tiny", "v1", "now", {}, {})
    stub = packages.Package(path, manifest, described, OnnxRuntime(Session(*outputs)))
    chosen = settings.Settings(predictions=None, **limits)
    return app.build(stub, chosen).test_client()


def test_one_row_gets_one_prediction(client, package, row):
    answer = client.post("/predict", json=row).get_json()
    assert answer["model"] == package.name
    assert answer["version"] == package.version
    assert answer["route"] == "champion"
    assert len(answer["request_id"]) == 32
    (prediction,) = answer["predictions"]
    classes = package.signature.target.classes
    if classes:
        assert prediction["prediction"] in classes
        assert list(prediction["probabilities"]) == list(classes)
        assert sum(prediction["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_many_rows_get_the_predictions_of_each_alone(client, row):
    one = client.post("/predict", json=row).get_json()
    many = client.post("/predict", json=[row, row, row]).get_json()
    assert many["predictions"] == one["predictions"] * 3
    assert many["request_id"] != one["request_id"]


def test_a_regression_answers_a_number(tmp_path):
    client = serve(tmp_path, "regression", (), np.array([[2.5], [-1.0]], np.float32))
    answer = client.post("/predict", json=[{"x": 1}, {"x": 2}]).get_json()
    assert answer["predictions"] == [{"prediction": 2.5}, {"prediction": -1.0}]


def test_classes_keep_their_order_and_their_names(tmp_path):
    classes = ("zebra", "1", 'ß "quoted"', "error")
    shares = np.array([[0.25, 0.5, 0.125, 0.125]], np.float32)
    client = serve(tmp_path, "multiclass", classes, np.array(["1"], object), shares)
    (prediction,) = client.post("/predict", json={"x": 1}).get_json()["predictions"]
    assert prediction["prediction"] == "1"
    assert list(prediction["probabilities"].items()) == list(
        zip(classes, [0.25, 0.5, 0.125, 0.125], strict=True)
    )


def test_a_row_that_the_model_cannot_answer_is_named(tmp_path):
    client = serve(tmp_path, "regression", (), np.array([1.0, np.inf], np.float32))
    answer = client.post("/predict", json=[{"x": 1}, {"x": 3e38}])
    assert answer.status_code == 422
    assert [problem["row"] for problem in answer.get_json()["errors"]] == [1]


def test_every_wrong_field_is_reported_at_once(client, package):
    names = [field.name for field in package.signature.fields]
    answer = client.post("/predict", json={name: ["nonsense"] for name in names})
    assert answer.status_code == 422
    found = answer.get_json()
    assert [problem["field"] for problem in found["errors"]] == names
    assert all(problem["row"] == 0 for problem in found["errors"])
    assert found["error"].startswith(f"{len(names)} field")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        (b"{", "application/json", 400, "line 1, column 2"),
        (b"[" * 100_000, "application/json", 400, "nested"),
        (b"[]", "application/json", 422, "1 row"),
        (b"5", "application/json", 422, "1 row"),
        (b"{}", "text/plain", 415, "application/json"),
        (b"{}", None, 415, "application/json"),
        (b"x=1", "application/x-www-form-urlencoded", 415, "application/json"),
        (b" " * 51, "application/json", 413, "larger than 50 bytes"),
        (b"[{},{},{},{}]", "application/json", 413, "hold 3 rows, this one holds 4"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_in_words(
    tmp_path, body, content_type, status, words
):
    limit = 50 if status == 413 else 1_000_000
    client = serve(tmp_path, "regression", (), max_body_bytes=limit, max_rows=3)
    answer = client.post("/predict", data=body, content_type=content_type)
    assert answer.status_code == status
    assert words in answer.get_json()["error"]


@pytest.mark.parametrize("size", [51, 52, 5000])
def test_a_body_in_chunks_is_refused_where_it_gets_too_large(tmp_path, size):
    client = serve(tmp_path, "regression", (), max_body_bytes=50)
    answer = client.post(
        "/predict",
        input_stream=io.BytesIO(b'{"x": 1}'.ljust(size)),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


def test_unknown_paths_and_methods_are_answered_in_json(client):
    assert client.get("/nothing").status_code == 404
    assert "/nothing" in client.get("/nothing").get_json()["error"]
    wrong = client.get("/predict")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]
    assert wrong.get_json()["error"]


def test_what_was_not_foreseen_shows_no_internals(tmp_path):
    client = serve(tmp_path, "regression", ())  # the model answers nothing at all
    answer = client.post("/predict", json={"x": 1})
    assert answer.status_code == 500
    assert answer.is_json
    assert "Traceback" not in answer.text
    assert "ValueError" not in answer.text


def test_without_a_model_the_service_lives_but_is_not_ready(tmp_path):
    client = app.create_app(tmp_path, "champion").test_client()
    assert client.get("/health").get_json() == {"status": "alive"}
    for path in ("/ready", "/model", "/openapi.json"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "no model 'champion'" in answer.get_json()["error"]
    assert client.post("/predict", json={}).status_code == 503
    assert client.get("/metrics").status_code == 200


def test_a_loaded_model_makes_the_service_ready(client, package):
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.get_json()["version"] == package.version


def test_the_model_tells_all_about_itself(client, package):
    found = client.get("/model").get_json()
    assert found["signature"] == json.loads(json.dumps(package.signature.to_json()))
    assert found["metrics"] == package.metrics
    assert found["card"] == package.card
    assert found["runtime"] == package.manifest.runtime
    assert found["lineage"] == package.manifest.lineage
    assert (found["name"], found["version"]) == (package.name, package.version)


def test_the_environment_says_which_model_is_served(model_folder, monkeypatch, package):
    monkeypatch.setenv("MODELS", str(model_folder))
    monkeypatch.setenv("MODEL_ALIAS", package.version)
    assert app.create_app().test_client().get("/ready").status_code == 200


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "²"])
def test_a_setting_that_is_no_number_is_named(text):
    with pytest.raises(settings.SettingsError, match="MAX_ROWS must be a whole number above 0"):
        settings.Settings.from_environment({"MAX_ROWS": text})


@pytest.mark.parametrize("path", ["/", "/health", "/nothing", "/static/page.js"])
def test_every_answer_tells_browsers_to_be_careful(client, path):
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_metrics_count_requests_rows_and_time(model_folder, package, row):
    client = app.create_app(model_folder, "champion").test_client()
    client.post("/predict", json=[row, row])
    client.post("/predict", json=[row, {}, row, 5])
    client.get("/nothing")
    lines = client.get("/metrics").text.splitlines()
    assert 'serving_requests_total{route="/predict",status="200"} 1.0' in lines
    assert 'serving_requests_total{route="/predict",status="422"} 1.0' in lines
    assert 'serving_requests_total{route="none",status="404"} 1.0' in lines
    assert 'serving_request_duration_seconds_count{route="/predict"} 2.0' in lines
    labels = f'{{route="champion",version="{package.version}"}}'
    assert f"serving_predicted_rows_total{labels} 2.0" in lines
    assert f"serving_prediction_duration_seconds_count{labels} 1.0" in lines
    assert "serving_refused_rows_total 2.0" in lines
    (model,) = [line for line in lines if line.startswith("serving_model_info{")]
    assert f'version="{package.version}"' in model
