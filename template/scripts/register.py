"""Record the packaged model in the registry, and let the gate decide what is served.

A model that passes the gate becomes the challenger; a challenger that is no worse than the
champion becomes the champion, unless registry.automatic is false.
"""

from pathlib import Path

import hydra
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import (
    config,
    gate,
    prepared,
    registry,
    results,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.package import Package
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """models/candidate → MLflow, models/<version>, the aliases, results/registration.json."""
    schema = Schema.from_config(config.read(cfg)["data"])
    models = ModelFolder(cfg.paths.models)
    mlflow = registry.Registry(cfg.registry, cfg.data.name, models)
    package = Package.load(Path(cfg.paths.models, "candidate"))
    record = mlflow.register(package, facts(package), folders(cfg, package))
    print(f"{package.name} {package.version} is version {record.number} in MLflow")
    decision = decide(cfg, schema, package, models)
    found = record.to_json() | {"promotion": decision.to_json()}
    results.write(Path(cfg.paths.results, "registration.json"), found)

    if not package.metrics["gate"]["passed"]:
        raise SystemExit(f"it gets no alias, the gate is not passed: {decision.reason}")
    mlflow.point("challenger", package.version)
    promoted = decision.passed and cfg.registry.automatic
    if promoted:
        mlflow.point("champion", package.version)
    print(f"it is the {'champion' if promoted else 'challenger'}: {decision.reason}")


def decide(cfg: DictConfig, schema: Schema, package: Package, models: ModelFolder) -> gate.Gate:
    """Whether it may become the champion."""
    file = Path(cfg.paths.prepared, "test.parquet")
    return gate.decide(
        schema,
        package,
        models.champion,
        lambda: prepared.read(schema, file),
        cfg.metric[schema.task],
    )


def facts(package: Package) -> dict[str, dict[str, object]]:
    """What MLflow shows in its table of runs."""
    lineage, found = package.manifest.lineage, package.metrics
    return {
        "parameters": registry.flatten(lineage["parameters"]),
        "metrics": {name: score["value"] for name, score in found["scores"].items()},
        "tags": {
            "git_commit": lineage["git_commit"] or "not committed",
            "data_sha256": lineage["data"]["sha256"],
            "gate": "passed" if found["gate"]["passed"] else "not passed",
        },
    }


def folders(cfg: DictConfig, package: Package) -> dict[str, Path]:
    """The artifacts of the run."""
    return {"package": package.path, "figures": Path(cfg.paths.results, "figures")}


if __name__ == "__main__":
    main()
