"""How long a check for drift takes, and how much memory, against Evidently and NannyML.

    python benchmarks/monitor.py PROJECT [--rows 100000] [--rounds 5] [--many 10000000]

PROJECT is an emitted project with its environment in .venv/. Of a table of 15 numbers and 5
categories, `rows` rows are the reference and as many others the window, both drawn from the same
distributions. Whole processes take turns:

- `scripts/monitor.py` compares the window's file with a package, whose statistics are made from the
  reference before; it writes its report as JSON and as a page;
- Evidently with its preset for drift and its defaults, from two files; with its page and without;
- NannyML's univariate drift with its defaults, from two files;
- the floor: the window read by Arrow.

In the end `many` rows are compared, by scripts/monitor.py alone. Peers get environments of their
own on the first run, of the Python that runs this (3.12 at most, for NannyML); Linux and macOS, uv
on the PATH.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MAKE = """
import json, sys
from importlib import import_module
from pathlib import Path
import numpy as np
import pandas as pd
import pyarrow.parquet
from hydra import compose, initialize_config_dir

package, folder, rows, many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
names = ("config", "features", "lineage", "metrics", "models", "packaging", "reference", "schema",
         "training", "unseen")
line = {name: import_module(f"{package}.{name}") for name in names}

def draw(seed):
    random = np.random.default_rng(seed)
    table = {}
    for i in range(15):
        draws = random.normal(i, 1 + i / 5, rows) if i % 2 else random.gamma(2, 2, rows)
        table[f"number {i}"] = draws
    for i in range(5):
        table[f"kind {i}"] = random.choice([f"level {j}" for j in range(4 + 3 * i)], rows)
    answers = np.where(table["number 0"] + random.normal(size=rows) > 4, "yes", "no")
    return pd.DataFrame(table | {"answer": answers})

reference, window = draw(1), draw(2)
reference.to_parquet(folder / "reference.parquet", index=False)
window = window.drop(columns="answer")
window.to_parquet(folder / "window.parquet", index=False)
window.to_csv(folder / "window.csv", index=False)
columns = {name: {"type": "number" if name[0] == "n" else "category"} for name in window}
columns["answer"] = {"type": "category", "categories": ["no", "yes"]}
entry = {"name": "benchmark", "path": "data", "task": "binary", "target": "answer",
         "positive": "yes", "columns": columns}
schema = line["schema"].Schema.from_config(entry)
signature = schema.signature(json.loads(window.iloc[0].to_json()))
with initialize_config_dir(str(Path("conf").resolve()), version_base="1.3"):
    settings = line["config"].read(compose("config", ["model=linear"]))
few = reference.head(5_000)
inputs, target = line["features"].to_inputs(signature, few), line["features"].to_target(schema, few)
recipe = settings["model"]["classifier"]
pipeline = line["training"].build_pipeline(signature, settings, recipe, {})
pipeline.fit(line["features"].to_frame(inputs), target)
every = line["features"].to_inputs(signature, reference)
answers = line["metrics"].predict(schema, pipeline, line["features"].to_frame(every))
known = line["reference"].describe(
    signature, every, line["unseen"].Unseen(np.arange(rows), answers))
contents = line["packaging"].Contents(signature, known, {}, "", {})
tried = line["features"].to_inputs(signature, few.head(100))
made = line["packaging"].make(folder / "models" / "made", schema, pipeline, contents, tried, 1e-3)
models = line["models"].ModelFolder(folder / "models")
models.point("champion", models.add(made.path))
block = pyarrow.Table.from_pandas(window, preserve_index=False)
with pyarrow.parquet.ParquetWriter(folder / "many.parquet", block.schema) as writer:
    for _ in range(many // rows):
        writer.write_table(block)
"""

EVIDENTLY = """
import sys
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
reference, window, output, page = sys.argv[1:]
reference, window = pd.read_parquet(reference), pd.read_parquet(window)
found = Report([DataDriftPreset()]).run(window, reference[window.columns])
found.save_json(output)
if page:
    found.save_html(page)
"""

NANNYML = """
import sys
import pandas as pd
import nannyml
reference, window, output = sys.argv[1:]
reference, window = pd.read_parquet(reference), pd.read_parquet(window)
names = list(window.columns)
drift = nannyml.UnivariateDriftCalculator(column_names=names, chunk_size=len(window))
found = drift.fit(reference[names]).calculate(window)
found.to_df().to_json(output)
"""

FLOOR = """
import sys
import pyarrow.parquet
pyarrow.parquet.read_table(sys.argv[1])
"""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    seconds: float
    megabytes: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=10_000_000)
    parser.add_argument("--environments", type=Path, default=Path(".benchmarks"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as home:
        folder = Path(home)
        commands = prepare(options, folder)
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for turn in range(options.rounds + 1):  # the first fills caches and is not counted
            for name, command in commands.items():
                cost = measure(options.project, command)
                costs[name] += [cost] if turn else []
        show(costs, options.rows)
        ours = [str(word) for word in commands[OURS]]
        ours = [word.replace("window.parquet", "many.parquet") for word in ours]
        cost = measure(options.project, ours)
        print(f"\n{options.many:,} rows, by {OURS}: {cost.seconds:.1f} s, {cost.megabytes:.0f} MB")


OURS = "scripts/monitor.py, Parquet"


def prepare(options: argparse.Namespace, folder: Path) -> dict[str, list[str | Path]]:
    """Files, a package and environments; then the commands that are compared."""
    project, places = options.project.resolve(), options.environments.resolve()
    python = project / ".venv/bin/python"
    package = next(project.glob("src/*/package.py")).parent.name
    make = [python, "-c", MAKE, package, folder, str(options.rows), str(options.many)]
    measure(project, make)
    evidently = make_environment(places / "evidently", "evidently==0.7.23", "pandas<3.1", "pyarrow")
    nannyml = make_environment(places / "nannyml", "nannyml==0.13.1", "statsmodels", "pyarrow")
    tables = [folder / "reference.parquet", folder / "window.parquet", folder / "peer.json"]
    ours = [python, "scripts/monitor.py"]
    where = [f"paths.models={folder / 'models'}", f"paths.results={folder / 'results'}"]
    return {
        OURS: [*ours, folder / "window.parquet", *where],
        "scripts/monitor.py, CSV": [*ours, folder / "window.csv", *where],
        "Evidently": [evidently, "-c", EVIDENTLY, *tables, ""],
        "Evidently with its page": [evidently, "-c", EVIDENTLY, *tables, folder / "peer.html"],
        "NannyML": [nannyml, "-c", NANNYML, *tables],
        "read by Arrow (the floor)": [python, "-c", FLOOR, folder / "window.parquet"],
    }


def make_environment(path: Path, *packages: str) -> Path:
    """The Python of a virtual environment with these packages, made once."""
    if not (path / "made").exists():
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run(["uv", "venv", "-q", "--python", sys.executable, path], check=True)
        command = ["uv", "pip", "install", "-q", "--compile-bytecode"]
        subprocess.run([*command, "--python", path / "bin/python", *packages], check=True)
        (path / "made").touch()
    return path / "bin/python"


def measure(project: Path, command: list[str | Path]) -> Cost:
    """Wall seconds and peak memory of a process that must not fail."""
    words = [str(word) for word in command]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"}
    begin = time.perf_counter()
    with subprocess.Popen(
        words, cwd=project, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said = process.stderr.read().decode() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words[:3]} ended with {process.returncode}: {said}")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Cost(time.perf_counter() - begin, peak / 1e6)


def show(costs: dict[str, list[Cost]], rows: int) -> None:
    """Medians, and how each compares with the first, turn by turn."""
    print(f"{rows:,} rows of 20 columns beside {rows:,}; whole processes\n")
    ours = costs[OURS]
    for name, each in costs.items():
        seconds = statistics.median(cost.seconds for cost in each)
        megabytes = statistics.median(cost.megabytes for cost in each)
        slower = [other.seconds / our.seconds for our, other in zip(ours, each, strict=True)]
        larger = [other.megabytes / our.megabytes for our, other in zip(ours, each, strict=True)]
        print(
            f"  {name:<28}{seconds:>7.2f} s{megabytes:>6.0f} MB{statistics.median(slower):>8.1f} x "
            f"({min(slower):.1f} to {max(slower):.1f}){statistics.median(larger):>6.1f} x memory"
        )


if __name__ == "__main__":
    main()
