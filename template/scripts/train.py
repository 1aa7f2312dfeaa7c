"""Search hyper-parameters and fit the best model on all training rows."""

from functools import partial
from pathlib import Path

import hydra
from omegaconf import DictConfig
from tqdm import tqdm

from {= cookiecutter.package_name =} import (
    config,
    features,
    folds,
    metrics,
    prepared,
    results,
    trained,
    training,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """data/prepared/train.parquet → models/trained.skops, results/training.json."""
    settings = config.read(cfg)
    schema = Schema.from_config(settings["data"])
    file = Path(cfg.paths.prepared, "train.parquet")
    keys = prepared.read(schema, file, schema.keys)
    training.refuse_absent(schema, features.to_target(schema, keys))
    rows = folds.sample(schema, keys, cfg.training.search_rows, cfg.seed)
    sample = prepared.read(schema, file, schema.learnt_from, rows)
    read_all = partial(features.read_all, schema, file) if len(rows) < len(keys) else None
    with tqdm(total=cfg.training.trials, unit="trial", disable=None) as bar:
        found = training.train(schema, sample, settings, lambda trial: bar.update(), read_all)
    trained.save(found.pipeline, Path(cfg.paths.models, "trained.skops"))
    results.write(Path(cfg.paths.results, "training.json"), found.to_json())
    metric = cfg.metric[schema.task]
    score = found.score * metrics.sign(metric)
    print(f"{cfg.model.name}: {metric} {score:.3f} in cross-validation")


if __name__ == "__main__":
    main()
