"""Take new files from data/incoming into the table, after a look at every row.

For example, from the project's root:

    python scripts/ingest.py              every file that waits in data/incoming
    python scripts/ingest.py --source     what is new in the source that adopt.py read

Good rows go to data/raw, where DVC keeps them, bad ones with their reasons to data/quarantine; a
file with too many bad rows goes there whole. results/quality.md tells how good the rows are. A file
is taken once, however often it comes; killed at any moment, the next run goes on.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from hydra import compose, initialize_config_dir
from pyarrow import parquet, table

from {= cookiecutter.package_name =} import config, results
from {= cookiecutter.package_name =}.adoption.reading import unwatched
from {= cookiecutter.package_name =}.adoption.sources import place
from {= cookiecutter.package_name =}.adoption.writing import origin
from {= cookiecutter.package_name =}.alerts import (
    channels,
    telling,
    told,
)
from {= cookiecutter.package_name =}.errors import LineError, shown
from {= cookiecutter.package_name =}.ingestion import arrivals, text
from {= cookiecutter.package_name =}.ingestion.cells import (
    Spelling,
    read_spelling,
)
from {= cookiecutter.package_name =}.ingestion.intake import Intake
from {= cookiecutter.package_name =}.ingestion.ledger import Ledger
from {= cookiecutter.package_name =}.lock import alone
from {= cookiecutter.package_name =}.schema import Schema

ROOT = Path(__file__).resolve().parents[1]
Reports = Iterator[dict[str, Any]]


@shown
def main(arguments: list[str] | None = None) -> None:
    """data/incoming → data/raw, data/quarantine, data/ingested.json, results/quality.json."""
    options = parse(arguments)
    settings = configure(options.overrides)
    with alone(ROOT / "data/.ingest.lock", "another ingest"):
        run(settings, source=options.source)


def run(settings: config.Config, *, source: bool = False) -> list[dict[str, Any]]:
    """Take in what waits, and tell what became of it."""
    schema = Schema.from_config(settings["data"])
    places = find_places(settings, schema)
    places.incoming.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(places.incoming.parent / "ingested.json")
    intake = Intake(schema, places, settings["ingest"], ledger)
    reports: list[dict[str, Any]] = []
    folder = ROOT / settings["paths"]["results"]
    taken = fetch(intake, schema) if source else take(intake, schema)
    with closing(taken):
        for report in taken:
            reports.append(report)
            print(f"{report['file']}: {text.say_fate(report)}")
            tell(folder, reports)
    keep_by_dvc(places.raw)
    alert(folder, places.quarantine, reports)
    if not reports:
        print(f"nothing waits in {settings['paths']['incoming']}")
    return reports


def take(intake: Intake, schema: Schema) -> Reports:
    """The files that wait."""
    _, spelling = read_source(schema)
    yield from intake.take_all(arrivals.find(intake.places.incoming), spelling)


def fetch(intake: Intake, schema: Schema) -> Reports:
    """The rows of the source that are new."""
    source, spelling = read_source(schema)
    if source is None:
        raise LineError("conf/source.yaml does not say where the table comes from: adopt.py does")
    if "://" not in source.location and not source.location.startswith("$"):
        source = place.Source(str(ROOT / source.location), source.sql)
    raw = place.read(source, spelling.reading, unwatched)
    path = intake.places.drafts / f"{source.name}.parquet"
    parquet.write_table(table(raw.columns), path)
    arrival = arrivals.Arrival(path, arrivals.stamp(path), arrivals.identify(path))
    yield intake.take_source(arrival, spelling)


def read_source(schema: Schema) -> tuple[place.Source | None, Spelling]:
    """Where the table comes from and how its files are written, if it was adopted."""
    path = ROOT / "conf/source.yaml"
    found = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    if found.get("name") != schema.name:
        return None, Spelling()
    source, reading, sentinels = origin.read_source(found)
    return source, read_spelling(reading, sentinels)


def find_places(settings: config.Config, schema: Schema) -> arrivals.Places:
    """The folders of the table."""
    paths = settings["paths"]
    return arrivals.Places(
        incoming=ROOT / paths["incoming"],
        raw=ROOT / schema.path,
        quarantine=ROOT / paths["quarantine"] / schema.name,
        drafts=(ROOT / paths["incoming"]).parent / ".ingesting",
    )


def tell(folder: Path, reports: list[dict[str, Any]]) -> None:
    """The report for machines and for people."""
    found = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "files": reports}
    results.write(folder / "quality.json", found)
    (folder / "quality.md").write_text(text.write(found), "utf-8")


def alert(folder: Path, quarantine: Path, reports: list[dict[str, Any]]) -> None:
    """Tell of every file that lies in quarantine, once, and when it is gone from there."""
    fates = {report["file"]: text.say_fate(report) for report in reports if is_bad(report)}
    problems = [
        told.Problem(f"quarantine {path.name}", f"rows are in quarantine: {path.name}", said)
        for path in sorted(quarantine.glob("[!.]*"))
        for said in [next((fates[n] for n in fates if path.name.startswith(Path(n).stem)), "")]
    ]
    telling.update(folder / telling.STATE, "ingest", problems, channels.open_channels())


def is_bad(report: dict[str, Any]) -> bool:
    """Whether some of its rows were not taken."""
    return report["status"] == "refused" or report.get("quarantined", 0) > 0


def keep_by_dvc(folder: Path) -> None:
    """DVC keeps what was taken in; git only its hash."""
    files = [path for path in sorted(folder.glob("*.parquet")) if arrivals.TAKEN.search(path.name)]
    places = [str(path) for path in files if not path.with_name(f"{path.name}.dvc").exists()]
    if not places:
        return
    command = [sys.executable, "-m", "dvc", "add", "--quiet", *places]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        print(f"The files are not in DVC yet; the next ingest tries again: {', '.join(places)}")


def configure(overrides: list[str]) -> config.Config:
    """The values of conf/."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        return config.read(compose("config", overrides))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("overrides", nargs="*", help="values of conf/, such as ingest.bad_share=0.5")
    add("--source", action="store_true", help="read the source of conf/source.yaml again")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nstopped; the next run goes on")
