"""Public tables, written as people send them, become the project's own by one command.

`pytest tests/project/test_tables.py` takes some of them, `--all-tables` takes all, and with
`--tables-page docs/tables.md` their scores become that page.
"""

import csv
import json
import random
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from emitted import Emitted, commit, execute
from postgresql import postgresql
from support import ROOT

pytestmark = pytest.mark.timeout(900)  # a line takes a minute, the first environment some
HERE = ROOT / "tests/project"
LESS_IS_BETTER = {"mae", "rmse", "log_loss", "brier"}


@dataclass(frozen=True)
class Table:
    """A file that export_tables.py writes, and what must be found in it."""

    file: str
    target: str
    task: str
    options: tuple[str, ...] = ()
    rows: int = 0
    finds: tuple[str, ...] = ()  # words of what is said
    always: bool = False  # also without --all-tables


TABLES = [
    Table("iris.jsonl", "target", "multiclass", rows=150, always=True),
    Table("wine.csv", "target", "multiclass", ("--missing", "k.A."), 178, ("decimal ','",)),
    Table("breast cancer.csv", "target", "binary", ("--positive", "malignant"), 569),
    Table("diabetes.parquet", "progrès après 1 an", "regression", rows=442, always=True),
    Table("digits.csv.gz", "target", "multiclass", rows=1797, finds=("same value in every row",)),
    Table("anes96.tsv", "vote", "binary", rows=944, finds=("4.4% ?",)),
    Table(
        "fair",
        "Had an affair?",
        "binary",
        ("--leave-out", "affairs", "--sensitive", "age"),
        6366,
        ("left out as you said",),
        always=True,
    ),
    Table("randhie.parquet", "mdvis", "regression", ("--task", "regression"), 20190),
    Table("modechoice.xlsx", "choice", "binary", (), 840, ("ids come back 4.0 times",)),
    Table("star98.txt", "NABOVE", "regression", rows=303),
    Table("co2.csv", "co2", "regression", finds=("week datetime", "rows without co2 are left out")),
    Table("macrodata.xlsx", "infl", "regression", ("--time", "none"), 203, ("when datetime",)),
    Table("elnino.tsv", "DEC", "regression", ("--time", "YEAR"), 61, ("YEAR datetime",)),
    Table("statecrime.json", "murder", "regression", rows=51, finds=("it names rows",)),
    Table("engel.csv", "foodexp", "regression", rows=235, finds=("utf-16", "$")),
]


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables, in a folder; written by an environment of their own."""
    home = tmp_path_factory.mktemp("statsmodels")
    execute(sys.executable, "-m", "venv", home, cwd=home)
    wanted = ["statsmodels>=0.14,<1", "scikit-learn>=1.7,<2", "pandas>=2.3,<4", "pyarrow>=22"]
    python = home / "bin/python"
    execute(python, "-m", "pip", "install", "-q", *wanted, "openpyxl>=3.1,<4", cwd=home)
    folder = tmp_path_factory.mktemp("tables")
    execute(python, HERE / "export_tables.py", folder, cwd=home)
    return folder


@pytest.fixture
def project(born, tmp_path) -> Emitted:
    """A copy of the installed project; the environment is shared, its code is not touched."""
    original = born("uv")
    copy = tmp_path / "project"
    shutil.copytree(original.path, copy, ignore=shutil.ignore_patterns(".venv"), symlinks=True)
    (copy / ".venv").symlink_to(original.path / ".venv")
    return Emitted(copy, original.said)


@pytest.fixture(scope="session")
def scores(request):
    """What each table came to; shown at the end."""
    found: dict[str, dict[str, float]] = {}
    yield found
    for name, score in found.items():
        print(f"\n{name:20}", *(f"{what} {value:.4f}" for what, value in score.items()), end="")
    if page := request.config.getoption("--tables-page"):
        Path(page).write_text(write_page(found), encoding="utf-8")


PAGE = """# Public tables, adopted

Written by `pytest tests/project/test_tables.py --all-tables --tables-page docs/tables.md` on {day}.

Each table was written the way people send such tables (`tests/project/export_tables.py`), adopted
by one command, trained, packaged, served and asked for a prediction. *naive* knows only the target
(class shares, the median); *boosting* is scikit-learn's `HistGradientBoosting` as it comes, on the
same rows. The interval is the 90 % bootstrap interval of our score: where ours is behind and the
other lies within it, the test rows are too few to tell the two apart.

| table | task | test rows | metric | ours | interval | boosting | naive | |
|---|---|---:|---|---:|---:|---:|---:|---|
{rows}

Ours is at least as good on {good} of {all}.
"""


def write_page(found: dict[str, dict[str, float]]) -> str:
    """The scores as docs/tables.md."""
    tasks = {table.file: table.task for table in TABLES}
    rows = [write_row(name, tasks[name], score) for name, score in found.items()]
    good = sum(map(is_as_good, found.values()))
    return PAGE.format(day=date.today(), rows="\n".join(rows), good=good, all=len(found))


def write_row(name: str, task: str, score: dict[str, float]) -> str:
    """A line of the page."""
    metric = next(iter(score))
    words = {name: f"{value:,.4g}" for name, value in score.items()}
    inside = score["low"] <= score["boosting"] <= score["high"]
    behind = "behind, within the interval" if inside else "behind"
    cells = [name, task, f"{score['rows']:,}", metric, words[metric]]
    cells += [f"{words['low']} to {words['high']}", words["boosting"], words["naive"]]
    return f"| {' | '.join([*cells, '' if is_as_good(score) else behind])} |"


@pytest.mark.parametrize(
    "table",
    [pytest.param(t, id=t.file, marks=[] if t.always else pytest.mark.all_tables) for t in TABLES],
)
def test_a_public_table_is_adopted_trained_and_served(table, exported, project, scores):
    adopt(project, exported, table)
    assert project.run("git", "status", "--porcelain", "src", "scripts", "tests") == ""
    project.poe("line")
    scores[table.file] = compare(project)
    assert scores[table.file]["gain"] > 0
    ask(project)


def adopt(project: Emitted, exported: Path, table: Table) -> None:
    """The command, what it says, what it writes."""
    source = str(exported / table.file)
    said = project.poe("adopt", source, "--target", table.target, *table.options, "--yes")
    for words in table.finds:
        assert words in " ".join(said.split()), said
    data = yaml.safe_load((project.path / "conf/data.yaml").read_text())
    metadata = yaml.safe_load((project.path / "data/metadata.yaml").read_text())
    assert data["task"] == table.task
    assert data["target"].casefold() == table.target.casefold()
    assert metadata["rows"] == (table.rows or metadata["rows"]) > 0
    assert [path.name for path in (project.path / "data/raw").iterdir()] == [data["name"]]


def compare(project: Emitted) -> dict[str, float]:
    """Ours beside the naive baseline and scikit-learn's boosting; `gain` is over the baseline."""
    package = next(project.path.glob("src/*/schema.py")).parent.name
    found = json.loads((project.path / "results/evaluation.json").read_text())
    name = found["metric"]
    said = project.run("python", HERE / "plain_boosting.py", package)
    return {
        name: found["scores"][name]["value"],
        "naive": found["baseline"][name],
        "boosting": float(said.splitlines()[-1]),
        "gain": found["gain"]["value"],
        "low": found["scores"][name]["low"],
        "high": found["scores"][name]["high"],
        "rows": found["rows"],
    }


def ask(project: Emitted) -> None:
    """The service answers the example row."""
    row = (project.path / "results/example.json").read_bytes()
    with project.serving() as address:
        answer = project.run(
            *("curl", "-sS", "-H", "Content-Type: application/json", "-d", row.decode()),
            f"{address}/predict",
        )
    assert json.loads(answer)["predictions"], answer


def test_ours_is_at_least_as_good_as_boosting_on_most_tables(scores):
    """Runs after the tables above, on those that ran."""
    assert scores
    good = [name for name, score in scores.items() if is_as_good(score)]
    assert len(good) * 2 > len(scores), scores


def is_as_good(score: dict[str, float]) -> bool:
    """Whether ours is no worse than scikit-learn's boosting."""
    name = next(iter(score))
    side = -1 if name in LESS_IS_BETTER else 1
    return side * (score[name] - score["boosting"]) >= 0


SHOP = """
create table shop (id uuid default gen_random_uuid(), day timestamptz, price numeric(10, 2),
    kind text, tags text[], extra jsonb, open boolean, sold text);
insert into shop (day, price, kind, tags, extra, open, sold)
select timestamptz '2024-01-01 10:00+02' + n * interval '7 hours', (n * 37 % 101) / 4.0,
    (array['a', 'b', null])[n % 3 + 1], array['x', 'y'], '{"n": 1}', n % 2 = 0,
    case when n * 37 % 101 + n % 9 > 52 then 'yes' else 'no' end
from generate_series(1, 400) n;
"""


def test_a_query_to_postgresql_is_adopted_and_asked_again(project, tmp_path):
    with postgresql(tmp_path) as address:
        query = "select * from shop where kind is null or kind not like 'z%'"
        adopt = ["adopt", "--sql", query, "--url", address, "--target", "sold", "--yes"]
        said = project.poe(*adopt, code=1)
        assert "uv add --group train 'psycopg[binary]" in said
        drivers = install_driver(tmp_path)
        create = "import os, psycopg; psycopg.connect(os.environ['URL'], autocommit=True)"
        make = f"{create}.execute(os.environ['SHOP'])"
        project.run("python", "-c", make, PYTHONPATH=drivers, URL=address, SHOP=SHOP)
        said = project.run("poe", "-q", *adopt, PYTHONPATH=drivers)
        assert "400 rows, 8 columns" in said, said
        project.poe("line")
        ask(project)
        commit(project)
        assert "400 rows" in project.run(
            *("poe", "-q", "adopt", "--refresh", "--yes"), PYTHONPATH=drivers
        )


def install_driver(folder: Path) -> str:
    """What the sentence asks for, beside the shared environment."""
    target = folder / "driver"
    wanted = ["--target", target, "psycopg[binary]>=3.2,<4"]
    execute(sys.executable, "-m", "pip", "install", "-q", *wanted, cwd=folder)
    return str(target)


HOSTILE = ["probabilities", "model", "rows", 'a "b" \\ c', "${x}", "a.b", "Größe", "on", "1"]


def write_hostile(path: Path) -> Path:
    """400 rows of numbers and categories under names that break things, with two dates."""
    generator = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*HOSTILE, "bought", "born", "answer"])
        for number in range(400):
            values = [round(generator.gauss(0, 10), 2) for _ in HOSTILE]
            values[1] = generator.choice(["blau", "rot", "None", "é"])
            day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
            born = f"19{number % 60 + 30}-05-{number % 28 + 1:02}"
            answer = "ja" if values[0] + generator.gauss(0, 3) > 0 else "nein"
            rows.writerow([*values, day, born, answer])
    return path


def test_under_hostile_names_the_project_s_own_tests_still_hold(project, tmp_path):
    table = write_hostile(tmp_path / "hostile names.csv")
    project.poe("adopt", str(table), "--target", "answer", "--time", "none", "--yes")
    project.poe("line")
    ask(project)
    project.poe("test")
