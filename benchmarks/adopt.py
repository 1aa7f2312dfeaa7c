"""How long adopting takes, and how much memory: `scripts/adopt.py` on a generated CSV.

    python benchmarks/adopt.py PROJECT [--rows 1000000] [--rounds 3]

PROJECT is an emitted project with its environment in .venv/. The table has 20 columns: numbers,
whole numbers, categories of 10 to 10,000 levels, two columns of dates, an id and a target. Wall
seconds and the peak of resident memory, medians over the rounds; beside it pandas reading the same
file and describing it (`read_csv`, `describe`, `nunique`), which finds out far less; the floor is
reading the file's bytes. Linux and macOS.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

WRITE = """
import sys, numpy as np, pandas as pd
rows, path = int(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(0)
table = {f"number {i}": random.normal(size=rows).round(6) for i in range(8)}
table |= {f"count {i}": random.integers(0, 10 ** (i + 2), rows) for i in range(4)}
table |= {
    f"kind {i}": random.choice([f"level {j}" for j in range(10 ** (i + 1))], rows) for i in range(4)
}
when = pd.date_range("2015-01-01", periods=rows, freq="min")
days = pd.date_range("1950-01-01", periods=20000).strftime("%d/%m/%Y").to_numpy()
table["when"] = when.strftime("%Y-%m-%d %H:%M:%S")
table["birthday"] = days[random.integers(0, 20000, rows)]
table["id"] = [f"u{i:08d}" for i in range(rows)]
table["answer"] = np.where(table["number 0"] + random.normal(size=rows) > 0, "yes", "no")
pd.DataFrame(table).to_csv(path, index=False)
"""
PANDAS = """
import sys, pandas as pd
table = pd.read_csv(sys.argv[1])
table.describe(include="all"), table.nunique()
"""
FLOOR = """
import sys
with open(sys.argv[1], "rb") as file:
    while file.read(1 << 20):
        pass
"""
MEASURE = """
import json, resource, subprocess, sys, time
begin = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
if done.returncode:
    sys.exit(done.stdout + done.stderr)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
peak *= 1 if sys.platform == "darwin" else 1024
print(json.dumps([time.perf_counter() - begin, peak / 1e6]))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    python = options.project.resolve() / ".venv/bin/python"
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as folder:
        table = Path(folder, "table.csv")
        subprocess.run([python, "-c", WRITE, str(options.rows), table], check=True)
        print(f"{options.rows:,} rows, 20 columns, {table.stat().st_size / 1e6:.0f} MB of CSV")
        project = copy(options.project, Path(folder, "project"))
        adopt = [python, project / "scripts/adopt.py", table, "--target", "answer"]
        commands = {
            "look (--dry-run)": [*adopt, "--dry-run"],
            "adopt (--yes)": [*adopt, "--yes", "--force"],
            "pandas, read and describe": [python, "-c", PANDAS, table],
            "floor, read the bytes": [python, "-c", FLOOR, table],
        }
        show(commands, options.rounds)


def copy(project: Path, place: Path) -> Path:
    """What adopting touches, so that the project itself stays as it is."""
    ignored = shutil.ignore_patterns(".venv", "models", "mlruns", "prepared", "cache", "storage")
    shutil.copytree(project, place, ignore=ignored)
    return place


def show(commands: dict[str, list[object]], rounds: int) -> None:
    """All commands in turn, round by round; the medians."""
    figures: dict[str, list[list[float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            figures[name].append(measure([str(word) for word in command]))
    for name, found in figures.items():
        seconds, megabytes = (statistics.median(values) for values in zip(*found, strict=True))
        print(f"{name:28} {seconds:6.1f} s {megabytes:7.0f} MB")


def measure(command: list[str], cwd: Path | None = None) -> list[float]:
    """Seconds and the peak of memory, in megabytes; a process of its own, for its own peak."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return list(json.loads(done.stdout))


if __name__ == "__main__":
    main()
