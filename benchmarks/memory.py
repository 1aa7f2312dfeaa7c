"""How much memory each step of the line takes, beside the table's size.

    python benchmarks/memory.py PROJECT [--rows 4000000]

PROJECT is an emitted project with its environment in .venv/. The table is the one of adopt.py (20
columns), adopted first; then each step runs in a process of its own, and the peak of its resident
memory is told. The table's size is what its values take in Arrow, the smallest form in which a
program can hold it whole; pandas takes as much or more, which is told too. The floor of a step is
its peak on 1,000 rows of the same table: interpreter and libraries. Two trials stand for twenty in
the search: it looks at the same rows each time. Linux and macOS.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

from adopt import WRITE, copy, measure

STEPS = ("validate", "prepare", "train", "evaluate", "package", "register")
SIZE = """
import sys, pandas as pd
from pyarrow import parquet
(file,) = sys.argv[1:]
table = parquet.read_table(file)
print(table.nbytes / 1e6, pd.read_parquet(file).memory_usage(deep=True).sum() / 1e6)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--rows", type=int, default=4_000_000)
    options = parser.parse_args()
    python = options.project.resolve() / ".venv/bin/python"
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as folder:
        floors, _, _ = run_line(python, options.project, Path(folder, "small"), 1_000)
        peaks, size, pandas = run_line(python, options.project, Path(folder, "large"), options.rows)
    print(f"{options.rows:,} rows, 20 columns: {size:.0f} MB in Arrow, {pandas:.0f} MB in pandas")
    print(
        f"{'step':10} {'seconds':>8} {'peak MB':>8} {'floor MB':>9} {'peak/table':>11} {'above':>6}"
    )
    for step, (seconds, peak) in peaks.items():
        floor = floors[step][1]
        ratios = f"{peak / size:10.1f}x {(peak - floor) / size:5.1f}x"
        print(f"{step:10} {seconds:8.1f} {peak:8.0f} {floor:9.0f} {ratios}")


def run_line(
    python: Path, project: Path, folder: Path, rows: int
) -> tuple[dict[str, list[float]], float, float]:
    """Seconds and megabytes of each step, and the table's size in Arrow and in pandas."""
    folder.mkdir()
    table = folder / "table.csv"
    subprocess.run([python, "-c", WRITE, str(rows), table], check=True)
    home = copy(project, folder / "project")
    options = ["--target", "answer", "--time", "when", "--yes", "--force"]
    commands = {"adopt": [home / "scripts/adopt.py", table, *options]}
    commands |= {step: [home / f"scripts/{step}.py"] for step in STEPS}
    commands["train"].append("training.trials=2")
    figures = {}
    for step, command in commands.items():
        figures[step] = measure([str(word) for word in (python, *command)], home)
    (raw,) = home.glob("data/raw/*/*.parquet")
    done = subprocess.run([python, "-c", SIZE, raw], capture_output=True, text=True, check=True)
    size, pandas = map(float, done.stdout.split())
    return figures, size, pandas


if __name__ == "__main__":
    main()
