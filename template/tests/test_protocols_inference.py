import json

import pytest

from {= cookiecutter.package_name =}.serving import app
from {= cookiecutter.package_name =}.serving.protocols import (
    binary,
)


@pytest.fixture(scope="module")
def client(model_folder):
    return app.create_app(model_folder, "champion").test_client()


@pytest.fixture(scope="module")
def model(package):
    return f"/v2/models/{package.name}"


@pytest.fixture
def row(package):
    return dict(package.signature.example)


@pytest.fixture
def tensors(client, model, row):
    """The row twice, as the model's metadata wants it."""
    wanted = client.get(model).get_json()["inputs"]
    return [tensor | {"shape": [2], "data": [row.get(tensor["name"])] * 2} for tensor in wanted]


@pytest.fixture
def expected(client, row):
    """What /predict answers to the row, twice; as columns."""
    answer = client.post("/predict", json=[row, row]).get_json()["predictions"]
    shares = [found.get("probabilities", {}) for found in answer]
    columns = {f"probability {name}": [row[name] for row in shares] for name in shares[0]}
    return {"prediction": [found["prediction"] for found in answer]} | columns


def read(answer):
    """Output → its values, from JSON or from bytes."""
    raw = answer.get_data()
    text, raw = binary.divide(raw, answer.headers.get(binary.HEADER))
    cut, found = binary.Cutter(raw), {}
    for output in json.loads(text)["outputs"]:
        size = output.get("parameters", {}).get("binary_data_size")
        given = output.get("data") or cut.read(output["name"], output["datatype"], size)
        found[output["name"]] = given
    cut.refuse_rest()
    return found


def test_the_server_tells_its_state(client):
    assert client.get("/v2").get_json()["extensions"] == ["binary_tensor_data"]
    assert client.get("/v2/health/live").get_json() == {"live": True}
    assert client.get("/v2/health/ready").get_json() == {"ready": True}


def test_the_model_describes_its_tensors(client, model, package):
    found = client.get(f"{model}/versions/{package.version}").get_json()
    assert found["name"] == package.name
    assert found["versions"] == [package.version]
    assert [tensor["name"] for tensor in found["inputs"]] == [
        field.name for field in package.signature.fields
    ]
    assert client.get(f"{model}/ready").get_json() == {"name": package.name, "ready": True}


def test_tensors_get_the_predictions_of_rows(client, model, package, tensors, expected):
    for path in (model, f"{model}/versions/{package.version}"):
        answer = client.post(f"{path}/infer", json={"id": "7", "inputs": tensors})
        found = answer.get_json()
        assert read(answer) == expected
        assert (found["id"], found["model_name"]) == ("7", package.name)
        assert found["model_version"] == package.version
        assert found["parameters"]["request_id"] == answer.headers["X-Request-Id"]
        assert found["parameters"]["route"] == "champion"


def test_a_column_of_one_is_a_row_too(client, model, tensors, expected):
    for tensor in tensors:
        tensor |= {"shape": [2, 1], "data": [[value] for value in tensor["data"]]}
    assert read(client.post(f"{model}/infer", json={"inputs": tensors})) == expected


def test_bytes_in_and_out_mean_the_same(client, model, tensors, expected):
    raw = b""
    for tensor in tensors:
        part = binary.pack(tensor.pop("data"), tensor["datatype"])
        tensor["parameters"] = {"binary_data_size": len(part)}
        raw += part
    body = json.dumps({"inputs": tensors, "parameters": {"binary_data_output": True}}).encode()
    answer = client.post(f"{model}/infer", data=body + raw, headers={binary.HEADER: str(len(body))})
    assert answer.mimetype == binary.CONTENT_TYPE
    assert read(answer) == expected


def test_only_the_wanted_outputs_are_answered(client, model, tensors, expected):
    wanted = [{"name": "prediction", "parameters": {"binary_data": True}}]
    answer = client.post(f"{model}/infer", json={"inputs": tensors, "outputs": wanted})
    assert read(answer) == {"prediction": expected["prediction"]}


@pytest.mark.parametrize("path", ["x", "{}/versions/x", "{}/versions/x/ready", "x/ready"])
def test_another_model_is_not_found(client, model, path):
    answer = client.get(f"/v2/models/{path.format(model.rpartition('/')[2])}")
    assert answer.status_code == 404
    assert "only" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inputs": []}, "inputs must be a list of tensors, not a list"),
        ({"inputs": [5]}, "a tensor must be an object, not 5"),
        ({"inputs": [{"name": "x"}]}, "shape is missing in a tensor"),
        ({"inputs": [{"name": "x", "shape": [1], "datatype": "FP64"}]}, "is not a field"),
        ({"rows": []}, "the body knows no rows"),
        ({"id": 5}, "id must be text, not 5"),
        ({"id": "\ud800"}, "id must be text"),
        ({"outputs": {}}, "outputs must be a list, not an object"),
        ({"outputs": [{"name": "x"}]}, "is not an output; known are prediction"),
        ({"parameters": []}, "parameters must be an object, not a list"),
        ({"parameters": {"binary_data_output": 1}}, "true or false, not 1"),
    ],
)
def test_a_request_that_cannot_be_used_is_refused_in_a_sentence(
    client, model, tensors, changes, words
):
    body = json.dumps({"inputs": tensors} | changes)
    answer = client.post(f"{model}/infer", data=body)
    assert answer.status_code == 422
    assert words in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"datatype": "BF16"}, "the datatype of {} must be one of"),
        ({"datatype": []}, "the datatype of {} must be one of"),
        ({"shape": [2, 2]}, "the shape of {} must be [rows] or [rows, 1]"),
        ({"shape": [-1]}, "the shape of {} must be"),
        ({"data": [1]}, "the data of {} must be 2 values as its shape says; it holds 1"),
        ({"data": None}, "it has null"),
        ({"data": [[], {}]}, "{} must be"),
        ({"parameters": {"binary_data_size": 9}}, "{} has 0 bytes at most behind the JSON"),
        ({"parameters": 5}, "parameters must be an object, not 5"),
    ],
)
def test_a_tensor_that_cannot_be_used_is_named(client, model, tensors, changes, words):
    tensors[0] |= changes
    answer = client.post(f"{model}/infer", json={"inputs": tensors})
    assert answer.status_code == 422
    assert words.format(tensors[0]["name"]) in answer.get_json()["error"]


def test_a_field_given_twice_is_refused(client, model, tensors):
    answer = client.post(f"{model}/infer", json={"inputs": [*tensors, tensors[0]]})
    assert answer.status_code == 422
    assert "is given more than once" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json"}, 400),
        ({"Origin": "http://elsewhere"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Type": "application/octet-stream", binary.HEADER: "9"}, 400),
        ({binary.HEADER: "x"}, 400),
        ({}, 400),
    ],
)
def test_what_the_body_is_must_be_clear(client, model, headers, status):
    assert client.post(f"{model}/infer", data=b"{", headers=headers).status_code == status
