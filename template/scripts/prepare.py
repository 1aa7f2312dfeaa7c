"""Split the raw table into training and test rows."""

from pathlib import Path

import hydra
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import config, data, prepared, splits
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """data/raw → data/prepared/train.parquet and test.parquet."""
    schema = Schema.from_config(config.read(cfg)["data"])
    table = data.read(schema, Path(schema.path))
    train, test = splits.split(schema, table, cfg.split.test_share, cfg.seed)
    folder = Path(cfg.paths.prepared)
    folder.mkdir(parents=True, exist_ok=True)
    prepared.write(schema, table, train, folder / "train.parquet")
    prepared.write(schema, table, test, folder / "test.parquet")
    print(f"{len(train)} rows to train, {len(test)} rows to test")


if __name__ == "__main__":
    main()
