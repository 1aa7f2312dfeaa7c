"""Check the raw table against conf/data.yaml; every violated rule is reported."""

from pathlib import Path

import hydra
from omegaconf import DictConfig, OmegaConf

from {= cookiecutter.package_name =} import data, results, validation
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """data/raw → results/validation.json."""
    schema = Schema.from_config(OmegaConf.to_container(cfg.data, resolve=True))
    report = validation.check(schema, data.read(schema, Path(schema.path)))
    results.write(Path(cfg.paths.results, "validation.json"), report.to_json())
    for violation in report.violations:
        examples = ", ".join(violation.examples)
        broken = f"not {violation.rule} in {violation.count} rows"
        print(f"{violation.column}: {broken}, for example {examples}")
    if not report.passed:
        rules = len(report.violations)
        raise SystemExit(f"{rules} rules are violated: mend {schema.path} or conf/data.yaml")
    print(f"{report.rows} rows, {report.columns} columns: every rule holds")


if __name__ == "__main__":
    main()
