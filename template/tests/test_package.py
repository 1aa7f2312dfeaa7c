import json
import shutil

import numpy as np
import pytest

from {= cookiecutter.package_name =} import features
from {= cookiecutter.package_name =}.package import (
    MANIFEST,
    SIGNATURE,
    Package,
    PackageError,
    hash_file,
    version_of,
)

MODEL = "model.onnx"


@pytest.fixture
def copy(package, tmp_path):
    """A package that a test may damage."""
    return shutil.copytree(package.path, tmp_path / "copy")


def test_a_package_predicts_rows_of_the_project_s_table(package, schema, table):
    predictions = package.predict(features.to_inputs(package.signature, table))
    assert len(predictions.value) == len(table)
    if schema.task != "regression":
        sums = predictions.probabilities.sum(axis=1)
        np.testing.assert_allclose(sums, 1, atol=1e-5)


def test_a_package_tells_what_it_is(package, schema):
    assert package.name == schema.name
    assert package.metrics["gate"]["reason"]
    assert package.card.startswith(f"# {schema.name}")


def test_a_loaded_package_outlives_its_folder(copy, package):
    loaded = Package.load(copy)
    shutil.rmtree(copy)
    assert (loaded.card, loaded.metrics) == (package.card, package.metrics)


def test_a_changed_file_is_refused(copy):
    (copy / MODEL).write_bytes((copy / MODEL).read_bytes() + b" ")
    with pytest.raises(PackageError, match="was changed after packaging"):
        Package.load(copy)


def test_a_missing_file_is_refused(copy):
    (copy / MODEL).unlink()
    with pytest.raises(PackageError, match="is missing from the package"):
        Package.load(copy)


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(PackageError, match="holds no readable model package"):
        Package.load(tmp_path)


def test_a_package_of_another_format_is_refused(copy):
    manifest = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(PackageError, match="package the model again"):
        Package.load(copy)


def replace(package, name, content):
    """Another file, and a manifest that agrees with it."""
    (package / name).write_bytes(content)
    manifest = json.loads((package / MANIFEST).read_text())
    manifest["files"][name] = hash_file(package / name)
    manifest["version"] = version_of(manifest["files"])
    (package / MANIFEST).write_text(json.dumps(manifest))


def test_a_file_that_is_no_model_is_refused(copy):
    replace(copy, MODEL, b"not a model")
    with pytest.raises(PackageError, match="can't be loaded"):
        Package.load(copy)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"target": 1, "fields": []}'])
def test_a_signature_of_another_time_is_refused(copy, content):
    replace(copy, SIGNATURE, content)
    with pytest.raises(PackageError, match="package the model again"):
        Package.load(copy)


@pytest.mark.parametrize("change", [{"files": {}}, {"version": "000000000000"}])
def test_a_manifest_that_packaging_did_not_write_is_refused(copy, change):
    manifest = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps(manifest | change))
    with pytest.raises(PackageError, match="is not what packaging wrote"):
        Package.load(copy)
