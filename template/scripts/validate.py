"""Check the raw table against conf/data.yaml; every violated rule is reported."""

from pathlib import Path

import hydra
from omegaconf import DictConfig
from tqdm import tqdm

from {= cookiecutter.package_name =} import config, data, results, validation
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.schema import Schema


@hydra.main(version_base="1.3", config_path="../conf", config_name="config")
@shown
def main(cfg: DictConfig) -> None:
    """data/raw → results/validation.json."""
    schema = Schema.from_config(config.read(cfg)["data"])
    table = data.read(schema, Path(schema.path))
    with tqdm(total=len(schema.columns), unit="column", disable=None, leave=False) as bar:
        report = validation.check(schema, table, on_column=bar.update)
    results.write(Path(cfg.paths.results, "validation.json"), report.to_json())
    for violation in report.violations:
        print(violation.describe())
    if report.unknown:
        print(f"not in conf/data.yaml, so nothing reads them: {', '.join(report.unknown)}")
    if not report.passed:
        raise SystemExit(f"mend {schema.path} or conf/data.yaml: not every rule holds")
    print(f"{report.rows} rows, {report.columns} columns: every rule holds")


if __name__ == "__main__":
    main()
