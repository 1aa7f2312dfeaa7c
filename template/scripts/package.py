"""Turn the trained model into a package that can be served, and prove that both answer the same."""

import json
import shutil
from pathlib import Path

import hydra
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import (
    card,
    config,
    evaluation,
    explain,
    features,
    lineage,
    packaging,
    prepared,
    reference,
    results,
    trained,
    unseen,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.gate import Gate
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """models/trained.skops, data/prepared, results → models/candidate, results/example.json."""
    settings = config.read(cfg)
    schema = Schema.from_config(settings["data"])
    folder = Path(cfg.paths.prepared)
    names = [column.name for column in schema.features]
    test = prepared.read(schema, folder / "test.parquet", names)
    model = trained.load(Path(cfg.paths.models, "trained.skops"))
    found, gate, training = (
        results.read(Path(cfg.paths.results, f"{name}.json"))
        for name in ("evaluation", "gate", "training")
    )

    example = json.loads(test.iloc[-1].to_json(date_format="iso"))
    signature = schema.signature(example)
    train = prepared.read(schema, folder / "train.parquet")
    answers = unseen.predict(schema, model, train, settings["training"], cfg.seed)
    times = train[schema.time] if schema.time else None
    del train  # a large table is not held beside its matrices
    inputs, _ = features.read_all(schema, folder / "train.parquet")
    typical = explain.draw_typical(signature, inputs, cfg.seed)
    parameters = {"model": training["model"], "seed": cfg.seed} | training["parameters"]
    traced = lineage.trace(Path(schema.path), parameters)
    contents = packaging.Contents(
        signature=signature,
        reference=reference.describe(signature, inputs, answers, times)
        | {"typical": explain.to_json(typical)},
        metrics=found | {"gate": gate},
        card=card.write(schema, evaluation.Evaluation.from_json(found), Gate(**gate), traced),
        lineage=traced,
    )
    candidate = Path(cfg.paths.models, "candidate")
    shutil.rmtree(candidate, ignore_errors=True)
    inputs = features.to_inputs(signature, test)
    made = packaging.make(candidate, schema, model, contents, inputs, cfg.package.tolerance)
    results.write(Path(cfg.paths.results, "example.json"), example)
    print(f"{made.name} {made.version}: the packaged model answers as the trained one does")
    if made.manifest.reason:
        print(f"it is served by {made.manifest.runtime}, because {made.manifest.reason}")


if __name__ == "__main__":
    main()
