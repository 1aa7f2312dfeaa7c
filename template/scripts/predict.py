"""Predict every row of a CSV or Parquet file with a packaged model.

For example, from the project's root:

    python scripts/predict.py new_rows.csv
    python scripts/predict.py new_rows.csv --output predictions.parquet --model 3fa9c2d1e0b4
"""

import argparse
from pathlib import Path

import pandas as pd
from hydra import compose, initialize_config_dir

from {= cookiecutter.package_name =} import batch
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.models import ModelFolder

CONF = Path(__file__).resolve().parents[1] / "conf"


@shown
def main(arguments: list[str] | None = None) -> None:
    """FILE → the same rows with the prediction, and the probability of every class."""
    options = parse(arguments)
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("config", options.overrides)
    output = options.output or options.file.with_name(f"{options.file.stem}-predictions.csv")
    package = ModelFolder(cfg.paths.models).load(options.model)
    table = batch.read(package, options.file)
    batch.write(pd.concat([table, batch.predict(package, table)], axis=1), output)
    print(f"{len(table)} rows predicted by {package.name} {package.version}: {output}")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="a .csv or .parquet file with the model's columns")
    parser.add_argument("--output", type=Path, help="default: FILE-predictions.csv beside it")
    parser.add_argument("--model", default="champion", help="alias or version (default: champion)")
    parser.add_argument("overrides", nargs="*", help="values of conf/, such as paths.models=other")
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    main()
