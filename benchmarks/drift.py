"""How often a check for drift alarms without reason, and how often it sees a drift of known size.

    python benchmarks/drift.py PROJECT [--windows 100] [--drifted 30]

PROJECT is an emitted project whose line has run, with its environment in .venv/. The same windows
go through its monitor, Evidently and NannyML, each with its defaults:

- independent: synthetic rows without order, 7 numbers and 3 categories. The reference has 10,000
  rows, a window 1,000. Windows without drift, then with one number shifted by a part of its
  standard deviation, or one category's share moved.
- days: synthetic days with a season and a memory of the day before, 4 numbers. The reference has
  three years, a window is one month of the fourth. Without drift, then with one number shifted.
- Seattle: the example's own future, month by month. Real data: it is not known which months are
  without drift, but every alarm of a tool that alarms in every month is hardly one.

A window without drift counts as alarmed when any of its columns does; of the others, it is told how
often the drifted column does, and how often another. What is synthetic is drawn from seeds. Peers
get environments of their own on the first run, of the Python that runs this (3.12 at most, for
NannyML). What came out is in docs/drift.md.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

MAKE = """
import sys
from importlib import import_module
from pathlib import Path
import numpy as np
import pandas as pd
folder, windows, drifted = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

def save(name, reference, parts):
    reference.to_parquet(folder / f"{name}-reference.parquet", index=False)
    tables = [table.assign(window=label) for label, table in parts]
    pd.concat(tables).to_parquet(folder / f"{name}-windows.parquet", index=False)

def independent(seed, rows=1_000, shift=0.0, moved=0.0):
    random = np.random.default_rng(seed)
    table = {f"number {i}": random.normal(size=rows) for i in range(4)}
    table |= {f"skewed {i}": random.lognormal(size=rows) for i in range(3)}
    table["number 0"] = table["number 0"] + shift
    for i, levels in enumerate((3, 5, 12)):
        shares = 1 / np.arange(1, levels + 1)
        shares /= shares.sum()
        if i == 0:
            shares += [-moved, 0, moved]
        table[f"kind {i}"] = random.choice([f"level {j}" for j in range(levels)], rows, p=shares)
    return pd.DataFrame(table)

parts = [(f"none|{seed}", independent(seed)) for seed in range(1, windows + 1)]
for shift in (0.1, 0.2, 0.3, 0.5, 1.0):
    label = f"number 0 + {shift} sd"
    for seed in range(drifted):
        parts.append((f"{label}|{seed}", independent(10_000 + seed, shift=shift)))
for moved in (0.05, 0.1, 0.15):
    label = f"kind 0 moved by {moved}"
    for seed in range(drifted):
        parts.append((f"{label}|{seed}", independent(20_000 + seed, moved=moved)))
save("independent", independent(0, 10_000), parts)

def days(seed, shift=0.0):
    random = np.random.default_rng(seed)
    when = pd.date_range("2020-01-01", periods=4 * 365)
    season = np.cos(2 * np.pi * (when.dayofyear.to_numpy() - 15) / 365.25)

    def remember(strength):
        noise = random.normal(size=len(when)) * np.sqrt(1 - strength**2)
        values = [random.normal()]
        for one in noise[1:]:
            values.append(strength * values[-1] + one)
        return np.array(values)

    table = pd.DataFrame({
        "date": when,
        "temperature": 12 - 8 * season + 4 * remember(0.7),
        "pressure": 1015 + 8 * remember(0.7),
        "wind": np.exp(0.4 * remember(0.3) + 0.2 * season),
        "rain": np.maximum(0, remember(0.3) * 5 - 2 + 2 * season),
    })
    late = when >= "2023-01-01"
    table.loc[late, "pressure"] += shift * 8
    return table[~late], table[late]

years = max(windows // 24, 1)
parts, reference = [], days(0)[0]
for shift, count in ((0.0, years), (1.0, 3), (2.0, 3), (3.0, 3)):
    for seed in range(count):
        label = f"pressure + {shift} sd" if shift else "none"
        known, future = days(seed + (1_000 if shift else 0), shift)
        for month, table in future.groupby(future["date"].dt.month):
            parts.append((f"{label}|{seed}-{month}|{seed}", table))
references = {seed: days(seed)[0] for seed in range(years)}
references |= {1_000 + seed: days(seed + 1_000)[0] for seed in range(3)}
pd.concat(table.assign(series=seed) for seed, table in references.items()).to_parquet(
    folder / "days-reference.parquet", index=False)
tables = []
for label, table in parts:
    kind, name, seed = label.split("|")
    tables.append(table.assign(window=f"{kind}|{name}",
                               series=int(seed) + (0 if kind == "none" else 1_000)))
pd.concat(tables).to_parquet(folder / "days-windows.parquet", index=False)

train = pd.read_parquet("data/prepared/train.parquet")
future = pd.concat(pd.read_csv(path) for path in sorted(Path("data/future").glob("*/*.csv")))
future["date"] = pd.to_datetime(future["date"])
names = ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"]
months = future.groupby(future["date"].dt.strftime("%Y-%m"))
save("seattle", train[names], [(f"none|{month}", table[names]) for month, table in months])
"""

OURS = """
import json, sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
import numpy as np
import pandas as pd
import pyarrow as pa
package, folder = sys.argv[1], Path(sys.argv[2])
names = ("features", "monitoring.baseline", "monitoring.blocks", "monitoring.checking",
         "monitoring.settings", "reference", "schema", "season")
line = {name: import_module(f"{package}.{name}") for name in names}
configuration = line["monitoring.settings"].read(Path("conf/config.yaml"))

class Window:
    name, since, until = "a window", None, None

    def __init__(self, table, time):
        self.table, self.time = table, time

    def blocks(self):
        months = self.table[self.time].dt.month - 1 if self.time else None
        yield line["monitoring.blocks"].Block(
            rows=len(self.table),
            columns={name: pa.array(self.table[name], from_pandas=True) for name in self.table},
            predictions={},
            months=np.full(len(self.table), -1) if months is None else months.to_numpy(),
            truth=None,
        )

def learn(table, time):
    names = [name for name in table if name != time]
    kinds = {name: "category" if table[name].dtype.kind not in "fi" else "number" for name in names}
    columns = {name: {"type": kind} for name, kind in kinds.items()}
    columns["the answer"] = {"type": "number"}
    entry = {"name": "drift", "path": "data", "task": "regression", "target": "the answer",
             "columns": columns}
    signature = line["schema"].Schema.from_config(entry).signature({})
    moments = table[time].to_numpy("datetime64[s]") if time else None
    season = line["season"].Season.find(moments, len(table))
    inputs = line["features"].to_inputs(signature, table)
    found = {
        "time": time,
        "periods": season.count(np.zeros(len(table), int), 1),
        "columns": line["reference"].describe_fields(signature, inputs, season),
        "predictions": {},
    }
    manifest = SimpleNamespace(name="drift", version="v1")
    return line["monitoring.baseline"].Baseline.build(Path(), manifest, signature, found)

def find(baseline, table, time):
    check = line["monitoring.checking"].check
    found = check(baseline, Window(table, time), configuration, "2026-01-01", dict)
    return sorted(found.drifts["columns"])

every = {}
for name in ("independent", "days", "seattle"):
    reference = pd.read_parquet(folder / f"{name}-reference.parquet")
    windows = pd.read_parquet(folder / f"{name}-windows.parquet")
    time = "date" if "date" in reference else None
    by = ["series"] if "series" in reference else []
    series = reference.groupby("series") if by else [(0, reference)]
    known = {seed: learn(table.drop(columns=by), time) for seed, table in series}
    every[name] = {}
    for label, table in windows.groupby("window"):
        series = table["series"].iloc[0] if by else 0
        every[name][label] = find(known[series], table.drop(columns=["window", *by]), time)
print(json.dumps(every))
"""

EVIDENTLY = """
import json, sys
from pathlib import Path
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
folder = Path(sys.argv[1])
every = {}
for name in ("independent", "days", "seattle"):
    reference = pd.read_parquet(folder / f"{name}-reference.parquet")
    windows = pd.read_parquet(folder / f"{name}-windows.parquet")
    columns = [one for one in reference if one not in ("date", "series")]
    every[name] = {}
    for label, table in windows.groupby("window"):
        known = reference
        if "series" in table:
            known = reference[reference["series"] == table["series"].iloc[0]]
        found = Report([DataDriftPreset()], include_tests=True).run(table[columns], known[columns])
        found = found.dict()
        tests = [test for test in found["tests"] if test["metric_config"]["params"].get("column")]
        every[name][label] = sorted(
            test["metric_config"]["params"]["column"] for test in tests
            if str(test["status"]).endswith("FAIL"))
print(json.dumps(every))
"""

NANNYML = """
import json, sys
from pathlib import Path
import pandas as pd
import nannyml
folder = Path(sys.argv[1])
every = {}
for name in ("independent", "days", "seattle"):
    reference = pd.read_parquet(folder / f"{name}-reference.parquet")
    windows = pd.read_parquet(folder / f"{name}-windows.parquet")
    columns = [one for one in reference if one not in ("date", "series")]
    every[name] = {}
    fitted = {}
    for label, table in windows.groupby("window"):
        series = table["series"].iloc[0] if "series" in table else 0
        rows = 1_000 if name == "independent" else 30
        if series not in fitted:
            known = reference
            if "series" in reference:
                known = reference[reference["series"] == series]
            made = nannyml.UnivariateDriftCalculator(column_names=columns, chunk_size=rows)
            fitted[series] = made.fit(known[columns])
        found = fitted[series].calculate(table[columns].head(rows))
        found = found.filter(period="analysis").to_df()
        every[name][label] = sorted(
            column for column in columns
            if found[column].xs("alert", axis=1, level=-1).to_numpy().any())
print(json.dumps(every))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--drifted", type=int, default=30)
    parser.add_argument("--environments", type=Path, default=Path(".benchmarks"))
    options = parser.parse_args()
    project, places = options.project.resolve(), options.environments.resolve()
    python = project / ".venv/bin/python"
    package = next(project.glob("src/*/package.py")).parent.name
    evidently = make_environment(places / "evidently", "evidently==0.7.23", "pandas<3.1", "pyarrow")
    nannyml = make_environment(places / "nannyml", "nannyml==0.13.1", "statsmodels", "pyarrow")
    with tempfile.TemporaryDirectory(prefix="mlkeel-drift-") as folder:
        run(project, python, MAKE, folder, str(options.windows), str(options.drifted))
        found = {
            "ours": json.loads(run(project, python, OURS, package, folder)),
            "Evidently": json.loads(run(project, evidently, EVIDENTLY, folder)),
            "NannyML": json.loads(run(project, nannyml, NANNYML, folder)),
        }
    for name in found["ours"]:
        show(name, {tool: every[name] for tool, every in found.items()})


def make_environment(path: Path, *packages: str) -> Path:
    """The Python of a virtual environment with these packages, made once."""
    if not (path / "made").exists():
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run(["uv", "venv", "-q", "--python", sys.executable, path], check=True)
        command = ["uv", "pip", "install", "-q", "--compile-bytecode"]
        subprocess.run([*command, "--python", path / "bin/python", *packages], check=True)
        (path / "made").touch()
    return path / "bin/python"


def run(project: Path, python: Path, code: str, *words: str) -> str:
    """What code prints in its last line; it runs in the project's folder."""
    done = subprocess.run(
        [python, "-W", "ignore", "-c", code, *words],
        cwd=project,
        env=os.environ | {"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().rpartition("\n")[2]


def show(name: str, tools: dict[str, dict[str, list[str]]]) -> None:
    """A line for each kind of window: how many alarmed, and how many in the drifted column."""
    print(f"\n{name}")
    print(f"  {'drift':<28}{'windows':>8}" + "".join(f"{tool:>24}" for tool in tools))
    kinds: dict[str, list[str]] = defaultdict(list)
    for label in next(iter(tools.values())):
        kinds[label.split("|")[0]].append(label)
    for kind, labels in sorted(kinds.items(), key=lambda item: (item[0] != "none", item[0])):
        column = next((word for word in COLUMNS if kind.startswith(word)), None)
        figures = "".join(f"{describe(found, labels, column):>24}" for found in tools.values())
        print(f"  {kind:<28}{len(labels):>8}{figures}")
    if name == "seattle":
        for tool, found in tools.items():
            alarms = [column for columns in found.values() for column in columns]
            print(f"  {tool}: " + ", ".join(f"{c} {alarms.count(c)}" for c in sorted(set(alarms))))


COLUMNS = ("number 0", "kind 0", "pressure")


def describe(found: dict[str, list[str]], labels: list[str], column: str | None) -> str:
    """Shares of the windows."""
    alarmed = sum(bool(found[label]) for label in labels) / len(labels)
    if column is None:
        return f"{alarmed:.1%}"
    seen = sum(column in found[label] for label in labels) / len(labels)
    others = sum(bool(set(found[label]) - {column}) for label in labels) / len(labels)
    return f"{seen:.0%} (others {others:.0%})"


if __name__ == "__main__":
    main()
