"""Make a registered model the champion, the one that is served; only through the gate.

For example, from the project's root:

    python scripts/promote.py                      the challenger, if it is no worse
    python scripts/promote.py promote=<version>    any version you choose, e.g. the one before
"""

from pathlib import Path

import hydra
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import (
    canary,
    config,
    gate,
    prepared,
    registry,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """models/<version> → the alias champion."""
    settings = config.read(cfg)
    schema = Schema.from_config(settings["data"])
    models = ModelFolder(cfg.paths.models)
    package = models.load(cfg.promote)
    load_champion = models.champion if cfg.promote == "challenger" else lambda: None
    test = Path(cfg.paths.prepared, "test.parquet")
    decision = gate.decide(
        schema, package, load_champion, lambda: prepared.read(schema, test), settings
    )
    if not decision.passed:
        raise SystemExit(f"{package.version} is not promoted: {decision.reason}")
    mlflow = registry.Registry(cfg.registry, cfg.data.name, models)
    mlflow.point("champion", package.version)
    canary.remove(models.path)
    print(f"{package.name} {package.version} is the champion: {decision.reason}")


if __name__ == "__main__":
    main()
