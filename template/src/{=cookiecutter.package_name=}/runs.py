"""What MLflow shows of a package in its table of runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .package import Package


def describe(package: Package) -> dict[str, dict[str, Any]]:
    """Parameters, metrics and tags, flat."""
    lineage, found = package.manifest.lineage, package.metrics
    return {
        "parameters": flatten(lineage["parameters"]),
        "metrics": {name: score["value"] for name, score in found["scores"].items()},
        "tags": {
            "git_commit": lineage["git_commit"] or "not committed",
            "data_sha256": lineage["data"]["sha256"],
            "gate": "passed" if found["gate"]["passed"] else "not passed",
        },
    }


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"a": {"b": 1}} → {"a.b": 1}: MLflow's parameters have no levels."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
