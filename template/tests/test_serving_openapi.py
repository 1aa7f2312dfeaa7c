import pytest

from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.serving import app, schemas

FIELDS = (
    signature.Field("speed", "number", "How fast", "m/s", minimum=0, maximum=60),
    signature.Field('a "b" c', "category", nullable=True, categories=("x", "y")),
    signature.Field("open", "boolean"),
    signature.Field("free", "category"),
)


@pytest.fixture(scope="module")
def served(model_folder):
    return app.create_app(model_folder, "champion")


@pytest.fixture(scope="module")
def document(served):
    return served.test_client().get("/openapi.json").get_json()


def references(value):
    """Every $ref in a document."""
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for item in value.values() for found in references(item)]
    return []


def test_every_route_and_method_is_described(served, document):
    rules = [rule for rule in served.url_map.iter_rules() if rule.endpoint != "static"]
    braces = str.maketrans("<>", "{}")
    real = {(rule.rule.translate(braces), way.lower()) for rule in rules for way in rule.methods}
    described = {(path, method) for path, own in document["paths"].items() for method in own}
    assert described == {(path, method) for path, method in real if method in ("get", "post")}


def test_every_reference_leads_somewhere(document):
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) == known


def test_every_answer_is_described_with_its_type(served, document, package):
    client = served.test_client()
    requests = [("get", path, {}) for path, own in document["paths"].items() if "get" in own]
    requests += [
        ("post", "/predict", {"json": package.signature.example}),
        ("post", "/predict", {"json": {}}),
        ("post", "/predict", {"data": "{", "content_type": "application/json"}),
        ("post", "/predict", {"data": "{}", "content_type": "text/plain"}),
        ("post", "/predict", {"json": [{}] * 10_001}),
        ("post", "/", {"data": {}}),
        ("post", "/feedback", {"json": {}}),
        ("post", "/invocations", {"json": {"instances": [package.signature.example]}}),
        ("post", "/invocations", {"json": {}}),
        ("post", "/invocations", {"data": "\0", "content_type": "text/csv"}),
        ("post", "/invocations", {"data": "{}", "content_type": "text/plain"}),
    ]
    for method, path, body in requests:
        answer = getattr(client, method)(path, **body)
        described = document["paths"][path][method]["responses"][str(answer.status_code)]
        assert answer.mimetype in described["content"], (method, path, answer.status_code)


def test_answers_without_a_model_are_described(tmp_path, document):
    client = app.create_app(tmp_path, "champion").test_client()
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            body = {"json": {}} if method == "post" else {}
            status = getattr(client, method)(path, **body).status_code
            assert str(status) in described["responses"], (method, path, status)


def test_the_examples_are_predicted(served, document):
    content = document["paths"]["/predict"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        assert served.test_client().post("/predict", json=example["value"]).status_code == 200


def test_the_examples_of_the_other_protocols_are_predicted(served, document, package):
    client = served.test_client()
    invocations = document["paths"]["/invocations"]["post"]["requestBody"]["content"]
    for example in invocations["application/json"]["examples"].values():
        assert client.post("/invocations", json=example["value"]).status_code == 200
    infer = document["paths"]["/v2/models/{name}/infer"]["post"]["requestBody"]["content"]
    path = f"/v2/models/{package.name}/infer"
    assert client.post(path, json=infer["application/json"]["example"]).status_code == 200


def test_a_row_is_described_as_the_signature_says():
    target = signature.Target("y", classes=("no", "yes"))
    described = signature.Signature("binary", target, FIELDS, {})
    row = schemas.describe_schemas(described)["Row"]
    speed = {"type": "number", "description": "How fast (m/s)", "minimum": 0, "maximum": 60}
    assert row["properties"]["speed"] == speed
    assert row["properties"]['a "b" c'] == {"type": ["string", "null"], "enum": ["x", "y", None]}
    assert row["properties"]["open"] == {"type": "boolean"}
    assert row["properties"]["free"] == {"type": "string"}
    assert row["required"] == ["speed", "open", "free"]
    assert row["additionalProperties"] is False


def test_a_regression_has_no_probabilities():
    described = signature.Signature("regression", signature.Target("y"), FIELDS, {})
    answer = schemas.describe_schemas(described)["Answer"]
    prediction = answer["properties"]["predictions"]["items"]
    assert prediction["properties"] == {"prediction": {"type": "number"}}
