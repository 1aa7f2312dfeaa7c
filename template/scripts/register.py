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
    runs,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.package import Package
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """models/candidate → MLflow, models/<version>, the aliases, results/registration.json."""
    settings = config.read(cfg)
    schema = Schema.from_config(settings["data"])
    models = ModelFolder(cfg.paths.models)
    mlflow = registry.Registry(cfg.registry, cfg.data.name, models)
    package = Package.load(Path(cfg.paths.models, "candidate"))
    record = mlflow.register(package, runs.describe(package), folders(cfg, package))
    print(f"{package.name} {package.version} is version {record.number} in MLflow")
    decision = decide(settings, schema, package, models)
    found = record.to_json() | {"promotion": decision.to_json()}
    results.write(Path(cfg.paths.results, "registration.json"), found)

    if not package.metrics["gate"]["passed"]:
        raise SystemExit(f"it gets no alias, the gate is not passed: {decision.reason}")
    mlflow.point("challenger", package.version)
    promoted = decision.passed and cfg.registry.automatic
    if promoted:
        mlflow.point("champion", package.version)
    print(f"it is the {'champion' if promoted else 'challenger'}: {decision.reason}")


def decide(
    settings: config.Config, schema: Schema, package: Package, models: ModelFolder
) -> gate.Gate:
    """Whether it may become the champion."""
    file = Path(settings["paths"]["prepared"], "test.parquet")
    return gate.decide(
        schema, package, models.champion, lambda: prepared.read(schema, file), settings
    )


def folders(cfg: DictConfig, package: Package) -> dict[str, Path]:
    """The artifacts of the run."""
    return {"package": package.path, "figures": Path(cfg.paths.results, "figures")}


if __name__ == "__main__":
    main()
