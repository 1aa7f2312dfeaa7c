"""Compare the rows in service with the training rows, and tell what has drifted.

For example, from the project's root:

    python scripts/monitor.py                           the prediction log's last month
    python scripts/monitor.py --since 2026-11-01        since then, in UTC
    python scripts/monitor.py monitor.days=7            the last week
    python scripts/monitor.py new_days.csv              a CSV or Parquet file

Of the log, the rows that the champion's version answered (--model takes another one); PREDICTIONS
names the log. A file is read as batch prediction reads it; if it has predictions and true labels
too, these are compared as well.

Exit code: 0 nothing has drifted, 1 something has, 2 it could not be told, 3 there are too few rows.
What was found is in results/drift.json, for people in results/drift.html. Who is told, and how, is
said in the package's alerts/ and in .env.example.
"""

import argparse
import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

from {= cookiecutter.package_name =} import results
from {= cookiecutter.package_name =}.alerts import (
    channels,
    telling,
)
from {= cookiecutter.package_name =}.alerts.told import Problem
from {= cookiecutter.package_name =}.errors import LineError
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.monitoring import (
    checking,
    filed,
    logged,
    page,
    past,
    report,
    settings,
)
from {= cookiecutter.package_name =}.monitoring.baseline import (
    Baseline,
)
from {= cookiecutter.package_name =}.monitoring.blocks import (
    Rows,
)
from {= cookiecutter.package_name =}.package import METRICS
from {= cookiecutter.package_name =}.store.history import (
    History,
    Window,
)

CONF = Path(__file__).resolve().parents[1] / "conf" / "config.yaml"
FAILED = 2
SHOWN = 60
"""Earlier reports that the page draws."""


def main(arguments: list[str] | None = None) -> int:
    """The log or FILE → results/drift.json, drift.html and monitoring/; the exit code."""
    options = parse(arguments)
    try:
        return check(options)
    except LineError as error:
        print(error, file=sys.stderr)
    except Exception:
        traceback.print_exc()  # 1, which Python would end with, means drift
    return FAILED


def check(options: argparse.Namespace) -> int:
    """Compare, write down, tell."""
    configuration = settings.read(CONF, [word for word in options.words if "=" in word])
    people = channels.open_channels()
    now = datetime.now(UTC)
    baseline = Baseline.load(ModelFolder(configuration.paths.models).find(options.model))
    found = checking.check(
        baseline,
        open_rows(options, baseline, configuration.monitor, now),
        configuration,
        now.isoformat(timespec="milliseconds"),
        lambda: results.read(baseline.path / METRICS),
        options.month,
    )
    content, folder = found.to_json(), configuration.paths.results
    past.remember(folder, content, configuration.monitor.keep)
    results.write(folder / past.LATEST, content)
    earlier = past.read(folder, content["model"]["version"], SHOWN)
    results.write_text(folder / "drift.html", page.write(content, earlier))
    if found.state != "few rows":  # they don't tell whether something is over
        telling.update(folder / telling.STATE, "monitor", list_problems(content), people)
    print(f"{found.counted.rows} rows of {found.rows.name}: {found.state}")
    print("\n".join(found.sentences), end="\n" if found.sentences else "")
    return report.EXIT_CODES[found.state]


def open_rows(
    options: argparse.Namespace, baseline: Baseline, monitor: settings.Settings, now: datetime
) -> Rows:
    """The file, or the window of the log."""
    files = [Path(word) for word in options.words if "=" not in word]
    if len(files) > 1:
        raise LineError(f"one file at a time, not {' '.join(map(str, files))}")
    if files:
        return filed.FileRows(files[0], baseline)
    log = os.environ.get("PREDICTIONS") or "predictions.db"
    if log == "off":
        raise LineError("PREDICTIONS=off: there is no log to look at; give a FILE")
    since = to_utc(options.since)
    if since is None and monitor.days is not None:
        since = (now - timedelta(days=monitor.days)).isoformat(timespec="milliseconds")
    window = Window(since=since, until=to_utc(options.until))
    return logged.LoggedRows(History(Path(log)), window, baseline).newest(monitor.rows)


def list_problems(content: dict) -> list[Problem]:
    """What is wrong: each column that has drifted, and a score that has become worse."""
    model, score = content["model"]["name"], content["performance"]
    problems = [
        Problem(f"{part}.{name}", f"{model}: {name} has drifted", "; ".join(column["sentences"]))
        for part in ("columns", "predictions")
        for name, column in content[part].items()
        if column["drift"]
    ]
    if score and score["is_worse"]:
        title = f"{model}: {score['metric']} has become worse"
        problems.append(Problem("performance", title, score["sentence"]))
    return problems


def to_utc(text: str | None) -> str | None:
    """A time as the log writes it; one without a zone is UTC already."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise LineError(f"{text} is no time: write it as 2026-01-31 or 2026-01-31T12:00") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("words", nargs="*", metavar="FILE", help="a .csv, .csv.gz or .parquet file with a header")
    add("--model", default="champion", help="alias or version (default: champion)")
    add("--since", metavar="TIME", help="of the log, from this time on")
    add("--until", metavar="TIME", help="of the log, before this time")
    add(
        "--month",
        type=int,
        choices=range(1, 13),
        help="the season that the rows are of, whatever their times say: for a replay",
    )
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
