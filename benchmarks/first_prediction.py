"""From the first command to a served prediction: how long each step takes, and how much it weighs.

    python benchmarks/first_prediction.py [--managers uv poetry] [--rounds 5]

Needs `copier` beside `mlkeel` in this Python's environment, and uv or poetry on the PATH with a
warm cache (run it twice). `mlkeel new` is compared with `copier copy` of the same template, in
turn; the floor is a Python that starts and does nothing. Wall seconds; medians over the rounds
where there are several. Steps of the project run once, as they do for a person.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--managers", nargs="+", default=["uv", "poetry"], choices=["uv", "poetry"])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as folder:
        show("creation", compare_creation(Path(folder), options.rounds))
        for manager in options.managers:
            show(manager, measure_project(Path(folder, f"with-{manager}"), manager))


def show(title: str, figures: dict[str, str]) -> None:
    """Print a block of figures."""
    print(f"\n{title}")
    for name, figure in figures.items():
        print(f"  {name:<46}{figure:>12}", flush=True)


def compare_creation(folder: Path, rounds: int) -> dict[str, str]:
    """`mlkeel new`, `copier copy` from a plain copy of the template, and Python's own start."""
    plain = folder / "template"
    ignored = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", ".tox")
    shutil.copytree(ROOT, plain, ignore=ignored)
    commands = {
        "mlkeel new": lambda new: ["-m", "mlkeel", "new", str(new), "--yes"],
        "copier copy": lambda new: [
            "-m",
            "copier",
            "copy",
            "-q",
            "--defaults",
            str(plain),
            str(new),
        ],
        "python -c pass (the floor)": lambda _: ["-c", "pass"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):  # the first turn fills caches and is not counted
        for number, (name, command) in enumerate(commands.items()):
            seconds = measure([sys.executable, *command(folder / f"new-{turn}-{number}")], folder)
            times[name] += [seconds] if turn else []
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = statistics.median(
        copier / ours
        for ours, copier in zip(times["mlkeel new"], times["copier copy"], strict=True)
    )
    figures = {name: f"{seconds:.3f} s" for name, seconds in medians.items()}
    return figures | {"copier copy / mlkeel new": f"{ratio:.1f}"}


def measure_project(project: Path, manager: str) -> dict[str, str]:
    """Every step that a person takes with a new project."""
    python, poe = project / ".venv/bin/python", project / ".venv/bin/poe"
    new = [sys.executable, "-m", "mlkeel", "new", str(project), "--yes"]
    steps = {
        "mlkeel new": [*new, "--set", f"package_manager={manager}"],
        "environment (scripts/bootstrap.py)": [sys.executable, "scripts/bootstrap.py"],
        "the whole line, first time": [str(poe), "-q", "line"],
    }
    times = {
        name: measure(command, project if project.exists() else project.parent)
        for name, command in steps.items()
    }
    times["start of the service to ready"], times["one prediction"] = ask_service(project, python)
    total = sum(times.values())
    times["= first command to served prediction"] = total
    times["the line again, nothing changed"] = measure([str(poe), "-q", "line"], project)
    times["the line, forced"] = measure(
        [str(project / ".venv/bin/dvc"), "repro", "-q", "-f"], project
    )
    times["  of which the search and fit"] = measure([str(python), "scripts/train.py"], project)
    times["the emitted tests"] = measure([str(poe), "-q", "test"], project)
    figures = {name: f"{seconds:.1f} s" for name, seconds in times.items()}
    return figures | weigh(project, manager)


def ask_service(project: Path, python: Path) -> tuple[float, float]:
    """Seconds until the service is ready, and for one prediction."""
    package = next(project.glob("src/*")).name
    address = "http://127.0.0.1:8765"
    command = [str(python), "-m", f"{package}.serving", "--port", "8765"]
    begin = time.perf_counter()
    with subprocess.Popen(
        command, cwd=project, env=environment(project), stdout=subprocess.DEVNULL
    ) as service:
        try:
            while not is_ready(address):
                if service.poll() is not None or time.perf_counter() - begin > 30:
                    sys.exit("the service did not become ready")
                time.sleep(0.01)
            ready = time.perf_counter()
            row = (project / "results/example.json").read_bytes()
            request = urllib.request.Request(
                f"{address}/predict", row, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=10) as response:
                assert json.load(response)["predictions"]
            return ready - begin, time.perf_counter() - ready
        finally:
            service.terminate()


def is_ready(address: str) -> bool:
    """Whether the service answers."""
    try:
        with urllib.request.urlopen(f"{address}/ready", timeout=1):
            return True
    except OSError:
        return False


def weigh(project: Path, manager: str) -> dict[str, str]:
    """Megabytes of site-packages without bytecode, with everything and with less."""
    everything = next((project / ".venv/lib").glob("python*/site-packages"))
    figures = {"everything, with the tools for developers": f"{size(everything):.0f} MB"}
    if manager != "uv":
        return figures
    for title, groups in {
        "training environment": ["--no-default-groups", "--group", "train"],
        "serving environment": ["--no-default-groups"],
    }.items():
        folder = project.parent / title.replace(" ", "-")
        env = environment(project) | {"UV_PROJECT_ENVIRONMENT": str(folder)}
        command = ["uv", "sync", "-q", "--no-editable", "--python", sys.executable, *groups]
        subprocess.run(command, cwd=project, env=env, check=True)
        site = next((folder / "lib").glob("python*/site-packages"))
        parts = sorted(((size(path), path.name) for path in site.iterdir()), reverse=True)[:6]
        figures[title] = f"{size(site):.0f} MB"
        figures |= {f"  {name}": f"{megabytes:.0f} MB" for megabytes, name in parts}
    return figures


def size(path: Path) -> float:
    """Megabytes of the files in a folder, or of one file; bytecode aside."""
    files = path.rglob("*") if path.is_dir() else [path]
    sizes = (file.lstat().st_size for file in files if file.is_file() and file.suffix != ".pyc")
    return sum(sizes) / 1e6


def measure(command: list[str], folder: Path) -> float:
    """Wall seconds of a command that must succeed."""
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command} failed\n{done.stdout}{done.stderr}")
    return time.perf_counter() - begin


def environment(project: Path) -> dict[str, str]:
    """A user's environment: the project's programs first, bytecode is kept."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PATH": f"{project}/.venv/bin{os.pathsep}{env['PATH']}"}


if __name__ == "__main__":
    main()
