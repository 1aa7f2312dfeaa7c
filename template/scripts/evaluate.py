"""Score the trained model on the test rows, draw pictures of it, and judge it at the gate."""

from pathlib import Path

import hydra
from omegaconf import DictConfig

from {= cookiecutter.package_name =} import (
    config,
    evaluation,
    features,
    figures,
    gate,
    metrics,
    prepared,
    results,
    trained,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """models/trained.skops, data/prepared → results/*.json, results/figures."""
    settings = config.read(cfg)
    schema = Schema.from_config(settings["data"])
    rows = Path(cfg.paths.prepared)
    learnt = prepared.read(schema, rows / "train.parquet", [schema.target])
    test = prepared.read(schema, rows / "test.parquet")
    model = trained.load(Path(cfg.paths.models, "trained.skops"))

    frame = features.to_frame(features.to_inputs(schema.signature(example={}), test))
    truth = features.to_target(schema, test)
    predictions = metrics.predict(schema, model, frame)
    baseline = evaluation.naive(schema, features.to_target(schema, learnt), len(test))
    found = evaluation.evaluate(schema, truth, predictions, baseline, test, settings)
    verdict = gate.judge(found, cfg.gate.margin)

    folder = Path(cfg.paths.results)
    results.write(folder / "evaluation.json", found.to_json())
    values = {name: score.value for name, score in found.scores.items()}
    results.write(folder / "metrics.json", values)
    results.write(folder / "gate.json", verdict.to_json())
    for name, figure in figures.draw(schema, truth, predictions).items():
        (folder / "figures").mkdir(exist_ok=True)
        figure.savefig(folder / "figures" / f"{name}.png")
    print(f"the gate is {'passed' if verdict.passed else 'not passed'}: {verdict.reason}")


if __name__ == "__main__":
    main()
