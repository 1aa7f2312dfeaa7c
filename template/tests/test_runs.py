from {= cookiecutter.package_name =} import runs


def test_levels_are_flattened():
    assert runs.flatten({"a": {"b": {"c": 1}}, "d": 2}) == {"a.b.c": 1, "d": 2}


def test_a_package_is_told_in_parameters_metrics_and_tags(package):
    found = runs.describe(package)
    assert set(found["metrics"]) == set(package.metrics["scores"])
    assert found["tags"]["gate"] in ("passed", "not passed")
