"""Make the line run on a table of your own.

For example, from the project's root:

    python scripts/adopt.py sales.csv --target churned
    python scripts/adopt.py https://example.com/sales.parquet --target churned --dry-run
    python scripts/adopt.py --sql "select * from sales" --url '$DATABASE_URL' --target churned
    python scripts/adopt.py --refresh                        the same source again

Shows what it found and asks before anything is written. What it writes: conf/data.yaml,
conf/source.yaml, data/metadata.yaml and the table in data/raw. Undo with `git restore .`
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import yaml
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from pyarrow import Table, parquet
from rich.console import Console
from tqdm import tqdm
from tqdm.utils import CallbackIOWrapper

from {= cookiecutter.package_name =}.adoption import profile, refresh
from {= cookiecutter.package_name =}.adoption.choices import Choices
from {= cookiecutter.package_name =}.adoption.reading import AdoptionError, Reading
from {= cookiecutter.package_name =}.adoption.sources import place
from {= cookiecutter.package_name =}.adoption.sources.place import Source
from {= cookiecutter.package_name =}.adoption.writing import (
    entries,
    origin,
    tables,
    yamlfile,
)
from {= cookiecutter.package_name =}.adoption.writing.exchange import exchange
from {= cookiecutter.package_name =}.errors import shown
from {= cookiecutter.package_name =}.schema import Schema

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = ["conf/data.yaml", "conf/source.yaml", "data/metadata.yaml", "data/raw", "data/future"]
LARGE = 10_000_000
"""Bytes of a table from which on DVC keeps it and git does not."""


@shown
def main(arguments: list[str] | None = None) -> None:
    """A table → conf/data.yaml, conf/source.yaml, data/metadata.yaml, data/raw."""
    options = parse(arguments)
    if options.refresh:
        refresh_table(options)
        return
    source = Source(portable(options.url or options.file), options.sql)
    with watching() as watch:
        raw = place.read(located(source), read_options(options), watch)
    with tqdm(total=len(raw.columns), desc="columns", disable=None, leave=False) as bar:
        found = profile.make(raw, read_choices(options), bar.update)
    show(found)
    if options.dry_run:
        return
    refuse_uncommitted(options)
    confirm(options)
    name = options.name or source.name
    question = options.question or f"What will {found.target.name} be?"
    write_table(found.table, name, describe(found, name, question, source))
    print(f"{found.rows} rows adopted as {name}. Next: poe line. Undo: git restore .")


def refresh_table(options: argparse.Namespace) -> None:
    """The same source again, as conf/data.yaml says."""
    schema, config = read_conf()
    source, reading, sentinels = origin.read_source(config)
    with watching() as watch:
        raw = place.read(located(source), reading, watch)
    with tqdm(total=len(raw.columns), desc="columns", disable=None, leave=False) as bar:
        table = refresh.convert(schema, raw, sentinels, bar.update)
    print(f"{table.num_rows} rows, {table.num_columns} columns, all as conf/data.yaml says")
    if options.dry_run:
        return
    refuse_uncommitted(options)
    confirm(options)
    path = ROOT / "data/metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    metadata |= {"rows": table.num_rows, "fetched": date.today().isoformat()}
    text = yamlfile.write(origin.METADATA, metadata, origin.METADATA_COMMENTS)
    write_table(table, schema.name, {"data/metadata.yaml": text})


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("file", nargs="?", help="a file, a folder of files, an http(s) address, or '$VARIABLE'")
    add("--target", metavar="COLUMN", help="what is to be predicted")
    add("--sql", metavar="QUERY", help="instead of a file: the rows that a query answers")
    add("--url", help="the database of --sql, such as sqlite:///shop.db or '$DATABASE_URL'")
    add("--refresh", action="store_true", help="read the source of conf/source.yaml again")
    add("--yes", action="store_true", help="write without asking")
    add("--dry-run", action="store_true", help="show what is found, write nothing")
    add("--force", action="store_true", help="write over what is not committed")
    found = parser.add_argument_group("instead of what is found out")
    add = found.add_argument
    add("--task", choices=["binary", "multiclass", "regression"])
    add("--positive", metavar="CLASS", help="the class that probabilities are about")
    add("--time", metavar="COLUMN", help="orders the rows; none: nothing does")
    add("--group", metavar="COLUMN", help="an id whose rows belong together; none: nothing does")
    add("--sensitive", nargs="+", default=[], metavar="COLUMN", help="to look at for fairness")
    add("--leave-out", nargs="+", default=[], metavar="COLUMN", help="never read by the model")
    add("--type", nargs="+", default=[], metavar="COLUMN=TYPE", help="a column's type")
    add("--missing", nargs="+", default=[], metavar="TEXT", help="stands for no value")
    add("--present", nargs="+", default=[], metavar="TEXT", help="does not stand for no value")
    add("--name", help="of the table (default: the file's)")
    add("--question", help="that the model answers, in a sentence")
    text = parser.add_argument_group("how text is read")
    add = text.add_argument
    add("--delimiter", help="between fields; tab for a tabulator")
    add("--encoding", help="such as utf-8, cp1252, shift_jis")
    add("--quote", help="around fields; none: quotes are text like any other")
    add("--decimal", choices=[".", ","])
    add("--header", action=argparse.BooleanOptionalAction, help="whether the first row is one")
    add("--skip", type=int, default=0, metavar="LINES", help="before the header")
    add("--sheet", help="of a workbook (default: the first)")
    add("--dayfirst", action="store_true", default=None, help="01/02/2020 is in February")
    add("--monthfirst", action="store_false", dest="dayfirst", help="01/02/2020 is in January")
    options = parser.parse_args(arguments)
    check(parser, options)
    return options


def check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """What belongs together."""
    if options.refresh:
        return
    if bool(options.sql) != bool(options.url) or bool(options.file) == bool(options.sql):
        parser.error("name a FILE, or give --sql and --url")
    if not options.target:
        parser.error("--target COLUMN: what is to be predicted?")
    if not all("=" in pair for pair in options.type):
        parser.error("--type wants COLUMN=TYPE")


def read_options(options: argparse.Namespace) -> Reading:
    """How the source is to be read."""
    return Reading(
        encoding=options.encoding,
        delimiter="\t" if options.delimiter == "tab" else options.delimiter,
        quote="" if options.quote == "none" else options.quote,
        header=options.header,
        skip=options.skip,
        sheet=options.sheet,
        decimal=options.decimal,
        dayfirst=options.dayfirst,
        missing=tuple(options.missing),
    )


def read_choices(options: argparse.Namespace) -> Choices:
    """What the person decided."""
    return Choices(
        target=options.target,
        task=options.task,
        positive=options.positive,
        time=options.time,
        group=options.group,
        sensitive=tuple(options.sensitive),
        leave_out=tuple(options.leave_out),
        types=dict(pair.rsplit("=", 1) for pair in options.type),
        present=tuple(options.present),
    )


def portable(location: str) -> str:
    """A path below the project's root from there, any other in full; all else as it is."""
    if "://" in location or location.startswith("$"):
        return location
    path = Path(location).expanduser().resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def located(source: Source) -> Source:
    """The source as it is found from wherever this runs."""
    if "://" in source.location or source.location.startswith("$"):
        return source
    return Source(str(ROOT / source.location), source.sql)


@contextmanager
def watching() -> Iterator[Any]:
    """Shows how many bytes are read, at a terminal."""
    with tqdm(unit="B", unit_scale=True, desc="reading", disable=None, leave=False) as bar:

        def watch(file: BinaryIO, size: int) -> BinaryIO:
            bar.reset(size)
            return CallbackIOWrapper(bar.update, file, "read")  # type: ignore[return-value]

        yield watch


def show(found: profile.Profile) -> None:
    """What was found, as a table and in sentences."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(tables.show_columns(found))
    print(*(f"- {sentence}" for sentence in tables.say_all(found)), sep="\n")


def refuse_uncommitted(options: argparse.Namespace) -> None:
    """What git does not hold could not be brought back."""
    if options.force:
        return
    command = ["git", "status", "--porcelain", "--", *WRITTEN]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise AdoptionError(
            "the project is not under git, so nothing could be undone: "
            "python scripts/bootstrap.py starts it; --force goes on without"
        ) from error
    if done.stdout:
        raise AdoptionError(
            f"git does not hold all that would be replaced:\n{done.stdout}"
            'Commit it (git add -A && git commit -m "Before a new table"), or say --force'
        )


def confirm(options: argparse.Namespace) -> None:
    """Ask, where somebody can answer."""
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise AdoptionError("nothing is written: there is no terminal to ask at; say --yes")
    if input("Write this? [y/N] ").strip().lower() not in ("y", "yes"):
        raise AdoptionError("nothing is written")


def describe(found: profile.Profile, name: str, question: str, source: Source) -> dict[str, str]:
    """The texts of the three files."""
    data = yamlfile.escape(entries.describe_data(found, name, question))
    owner = " ".join(filter(None, [ask_git("user.name"), ask_git("user.email", "<{}>")]))
    metadata = origin.describe_table(found, name, source, owner or "unknown", date.today())
    where = origin.describe_source(found, name, source)
    return {
        "conf/data.yaml": yamlfile.write(entries.DATA, data, entries.DATA_COMMENTS),
        "conf/source.yaml": yamlfile.write(origin.SOURCE, where, {}),
        "data/metadata.yaml": yamlfile.write(origin.METADATA, metadata, origin.METADATA_COMMENTS),
    }


def ask_git(setting: str, form: str = "{}") -> str:
    """A setting of git, empty without one."""
    done = subprocess.run(
        ["git", "config", setting], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return form.format(done.stdout.strip()) if done.stdout.strip() else ""


def write_table(table: Table, name: str, texts: dict[str, str]) -> None:
    """The table and its files, all or none; a large table goes to DVC."""
    schema, _ = read_conf(source=False)
    home = f"data/raw/{name}/{name}.parquet"

    def fill_data(folder: Path) -> None:
        folder.mkdir()
        file = folder / f"{name}.parquet"
        parquet.write_table(table, file, compression="zstd")
        if file.stat().st_size > LARGE:
            (folder / ".gitignore").write_text(f"/{name}.parquet\n", "utf-8")

    new = {f"data/raw/{name}": fill_data}
    for path, text in texts.items():
        new[path] = partial(Path.write_text, data=text, encoding="utf-8")
    old = {f"data/{part}/{schema.name}" for part in ("raw", "future")} - set(new)
    exchange(ROOT, new, sorted(old))
    if (ROOT / home).stat().st_size > LARGE:
        keep_by_dvc(home)


def keep_by_dvc(place: str) -> None:
    """DVC keeps the table; git only its hash."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "add", "--quiet", place], cwd=ROOT, check=False
    )
    if done.returncode:
        print(f"The table is large and not in git. Let DVC keep it: dvc add {place}")


def read_conf(source: bool = True) -> tuple[Schema, dict[str, Any]]:
    """conf/data.yaml and conf/source.yaml, which must be of the same table."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        schema = Schema.from_config(OmegaConf.to_container(compose("config").data, resolve=True))
    path = ROOT / "conf/source.yaml"
    config = yaml.safe_load(path.read_text("utf-8")) if source and path.exists() else {}
    if source and config.get("name") != schema.name:
        raise AdoptionError(f"conf/source.yaml does not say where {schema.name} comes from")
    return schema, config


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nstopped")
