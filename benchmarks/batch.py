"""Rows a second and memory of batch prediction, against scikit-learn on pandas.

    python benchmarks/batch.py PROJECT [--rows 1000000] [--rounds 3]

PROJECT is a new project whose line was run (`mlkeel new PROJECT --run`). A file of so many rows is
drawn from those in data/. Then whole processes take turns on it, as CSV and as Parquet:

- the project's `scripts/predict.py`, which checks every row;
- what one writes with scikit-learn and pandas: read, predict with the same fitted pipeline, write;
  nothing is checked, and the class is taken from the probabilities instead of predicted once more;
- the floor: the file read and written by Arrow, nothing predicted.

A process with a file of one row, in the same turn, tells how much of it is the start. The
predictions of both are compared: the same classes, probabilities within a millionth.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

MAKE = """
import sys
from pathlib import Path
import pandas as pd
rows, folder = int(sys.argv[1]), Path(sys.argv[2])
table = pd.concat(pd.read_csv(path) for path in sorted(Path("data").glob("[rf]*/*/*.csv")))
table = table.sample(rows, replace=True, random_state=1)
for name, part in {"rows": table, "one": table.head(1)}.items():
    part.to_csv(folder / f"{name}.csv", index=False)
    part.to_parquet(folder / f"{name}.parquet", index=False)
"""

PEER = """
import sys
from importlib import import_module
from pathlib import Path
import pandas as pd
package, source, output = sys.argv[1:]
features, models, trained = (
    import_module(f"{package}.{name}") for name in ("features", "models", "trained")
)
signature = models.ModelFolder("models").load("champion").signature
pipeline = trained.load(Path("models/trained.skops"))
read = pd.read_parquet if source.endswith(".parquet") else pd.read_csv
table = read(source)
frame = features.to_frame(features.to_inputs(signature, table))
if signature.target.classes:
    shares = pipeline.predict_proba(frame)
    table["prediction"] = pipeline.classes_[shares.argmax(axis=1)]
    for label, share in zip(pipeline.classes_, shares.T):
        table[f"probability {label}"] = share
else:
    table["prediction"] = pipeline.predict(frame)
write = table.to_parquet if output.endswith(".parquet") else table.to_csv
write(output, index=False)
"""

FLOOR = """
import sys
import pyarrow.csv, pyarrow.parquet
source, output = sys.argv[1:]
if source.endswith(".csv"):
    pyarrow.csv.write_csv(pyarrow.csv.read_csv(source), output)
else:
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(source), output)
"""

COMPARE = """
import sys
import numpy as np
import pandas as pd
read = pd.read_parquet if sys.argv[1].endswith(".parquet") else pd.read_csv
ours, theirs = (read(path) for path in sys.argv[1:])
for name in theirs.columns:
    if theirs[name].dtype.kind == "f":
        np.testing.assert_allclose(ours[name], theirs[name], rtol=0, atol=1e-6, err_msg=name)
    else:
        assert (ours[name] == theirs[name]).all(), name
"""


@dataclass(frozen=True)
class Cost:
    """What a process took; `start` is what it took for one row."""

    seconds: float
    start: float
    processor: float
    megabytes: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    project = options.project.resolve()
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as folder:
        measure(project, "-c", MAKE, str(options.rows), folder)
        for kind in ("csv", "parquet"):
            costs = take_turns(project, Path(folder), kind, options.rounds)
            show(f"{options.rows:,} rows, {kind} to {kind}", costs, options.rows)


def take_turns(project: Path, folder: Path, kind: str, rounds: int) -> dict[str, list[Cost]]:
    """Whole processes, one after the other; the first turn fills caches and is not counted."""
    package = next(project.glob("src/*/package.py")).parent.name
    ours, theirs, copy = (str(folder / f"{name}.{kind}") for name in ("ours", "theirs", "copy"))
    commands = {
        "predict.py": lambda file: ["scripts/predict.py", file, "--output", ours],
        "scikit-learn on pandas": lambda file: ["-c", PEER, package, file, theirs],
        "read and written by Arrow (the floor)": lambda file: ["-c", FLOOR, file, copy],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            start = measure(project, *command(str(folder / f"one.{kind}"))).seconds
            cost = measure(project, *command(str(folder / f"rows.{kind}")))
            costs[name] += [replace(cost, start=start)] if turn else []
    measure(project, "-c", COMPARE, ours, theirs)
    return costs


def measure(project: Path, *arguments: str) -> Cost:
    """Wall seconds and peak memory of the project's Python with these arguments."""
    command = [str(project / ".venv/bin/python"), *arguments]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=project, env=env, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[1:3]} failed")
    processor = usage.ru_utime + usage.ru_stime
    return Cost(time.perf_counter() - begin, 0, processor, usage.ru_maxrss / 1024)


def show(title: str, costs: dict[str, list[Cost]], rows: int) -> None:
    """Medians, and the median of the ratios within each turn."""
    print(f"\n{title}; predictions agree; speeds with and without the start of the process")
    for name, each in costs.items():
        seconds = statistics.median(cost.seconds for cost in each)
        running = statistics.median(cost.seconds - cost.start for cost in each)
        processor = statistics.median(cost.processor for cost in each)
        megabytes = max(cost.megabytes for cost in each)
        figures = f"{seconds:>7.2f} s{processor:>7.2f} s of processors{megabytes:>6.0f} MB"
        speeds = f"{rows / seconds / 1000:>7,.0f}{rows / running / 1000:>7,.0f} thousand rows/s"
        print(f"  {name:<40}{figures}{speeds}", flush=True)
    ours, theirs, _ = costs.values()
    turns = list(zip(ours, theirs, strict=True))
    whole = statistics.median(peer.seconds / our.seconds for our, peer in turns)
    running = statistics.median(
        (peer.seconds - peer.start) / (our.seconds - our.start) for our, peer in turns
    )
    memory = max(cost.megabytes for cost in theirs) / max(cost.megabytes for cost in ours)
    print(f"  {whole:.1f} times as fast, {running:.1f} once started, 1/{memory:.1f} of the memory")


if __name__ == "__main__":
    main()
