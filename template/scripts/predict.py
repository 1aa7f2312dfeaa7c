"""Predict every row of a CSV or Parquet file with a packaged model.

For example, from the project's root:

    python scripts/predict.py new_days.csv
    python scripts/predict.py new_days.csv.gz --output predictions.parquet --model 3fa9c2d1e0b4
    python scripts/predict.py new_days.parquet --output sqlite:///weather.db --table predictions

The output has the columns of FILE in their order, then `prediction`, `probability <class>` for each
class, and `model_version`, the model's name and version.

The rules for rows are the service's. Rows that break one are named, and nothing is written; with
--skip-bad they get no prediction, and the column `error` says why. An empty cell is a missing
value; so are NA, null and the like where a number or a boolean is expected, but not in a category.

The output appears when all rows are done, whole or not at all. Until then, finished blocks of rows
wait in the folder .<output>.parts beside it: after a kill, Ctrl-C or a full disk, the same command
goes on where it stopped.
"""

import argparse
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf import DictConfig
from tqdm import tqdm

from {= cookiecutter.package_name =}.batch import (
    draft,
    job,
    readers,
    scoring,
    targets,
)
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.models import ModelFolder

CONF = Path(__file__).resolve().parents[1] / "conf"


@shown
def main(arguments: list[str] | None = None) -> None:
    """FILE → the same rows with the prediction, and the probability of every class."""
    options = parse(arguments)
    cfg = configure(options.overrides)
    source = readers.open_source(options.file)
    target = open_target(options)
    package = ModelFolder(cfg.paths.models).load(options.model)
    scorer = scoring.Scorer(package, source, options.prefix, options.skip_bad, target.typed)
    target.check(scorer.schema)
    with draft.interruptible():
        blocks = draft.Draft(target.parts, job.identify(source, scorer))
        with tqdm(total=source.rows, unit=" rows", unit_scale=True, disable=None) as bar:
            report = job.run(source, scorer, blocks, bar.update)
        target.write(scorer.schema, blocks.blocks(report.blocks))
        blocks.remove()
    skipped = f", {report.bad} of them skipped: see the column error" if report.bad else ""
    print(f"{report.rows} rows predicted by {scorer.version}{skipped}: {target}")


def configure(overrides: list[str]) -> DictConfig:
    """The values of conf/."""
    try:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            return compose("config", overrides)
    except HydraException as error:
        raise SystemExit(f"not a value of conf/: {' '.join(overrides)}\n{error}") from error


def open_target(options: argparse.Namespace) -> targets.Target:
    """A database's table where --output is an address, a file elsewhere."""
    if "://" in options.output:
        # SQLAlchemy takes a third of a second to import.
        from {= cookiecutter.package_name =}.batch import sql  # noqa: PLC0415

        return sql.TableTarget(options.output, options.table, options.existing, options.file)
    suffix = readers.suffix_of(options.file) or ""
    beside = f"{options.file.name[: -len(suffix)]}-predictions{suffix}"
    output = Path(options.output) if options.output else options.file.with_name(beside)
    return targets.FileTarget(output, options.file)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="a .csv, .csv.gz or .parquet file with a header")
    add("overrides", nargs="*", help="values of conf/, such as paths.models=other")
    add(
        "--output",
        default="",
        help="a .csv, .csv.gz or .parquet file, replaced if it is there (default: "
        "<name>-predictions beside FILE, of the same kind), or a database's address",
    )
    add("--model", default="champion", help="alias or version (default: champion)")
    add("--prefix", default="", help="begins the names of the added columns, such as new_")
    add("--skip-bad", action="store_true", help="predict the other rows where some are bad")
    add("--table", default="predictions", help="the database's table (default: predictions)")
    add(
        "--existing",
        choices=targets.EXISTING,
        default=targets.EXISTING[0],
        help="what to do with a table that is there (default: refuse)",
    )
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    main()
