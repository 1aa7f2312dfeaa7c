"""How long an update takes: `mlkeel update` beside `copier update`, on the same project, in turn.

    python benchmarks/update.py [--rounds 5]

Needs `mlkeel` and `copier` in this Python's environment, and git. The project is a full one, made
from the oldest release of this repository and edited; it is brought to this checkout. The floor is
git itself merging the same change from a branch. Medians of the seconds on the wall and, which a
busy machine disturbs less, of the processor's; the ratio is the median of the rounds' ratios. Linux
and macOS.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mlkeel import releases

ROOT = Path(__file__).resolve().parents[1]
COPIER = [sys.executable, "-m", "copier"]
COMMANDS = {
    "copier update": [*COPIER, "update", "--defaults", "--quiet"],
    "mlkeel update": [sys.executable, "-m", "mlkeel", "update"],
    "floor: git merge": ["git", "merge", "-q", "-m", "The same", "newest"],
}

Seconds = dict[str, list[tuple[float, float]]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="mlkeel-benchmark-") as near:
        folder = Path(near)
        oldest = next(iter(releases.releases()))
        project = edited_project(template(folder / "template"), f"v{oldest}", folder)
        files = len(git(project, "ls-files").splitlines())
        print(f"a project of v{oldest} with {files} files, to this checkout; {rounds} rounds")
        show(measured(project, folder / "copy", rounds))


def template(folder: Path) -> Path:
    """This repository with the tags of its releases, this checkout on top."""
    git(ROOT, "clone", "-q", "--no-tags", str(ROOT), str(folder))
    releases.tag(folder)
    git(folder, "tag", "v999.0.0")
    return folder


def edited_project(source: Path, version: str, folder: Path) -> Path:
    """A project of an old version with edits, and a branch with what the new version makes."""
    project = folder / "project"
    made(source, version, project)
    git(project, "init", "-q", "-b", "main")
    commit(project, "Created")
    git(project, "switch", "-qc", "newest")
    made(source, "v999.0.0", folder / "newest")
    shutil.copytree(folder / "newest", project, dirs_exist_ok=True)
    commit(project, "What the newest version makes")
    git(project, "switch", "-q", "main")
    for path in list(project.glob("src/*/*.py"))[::3]:
        path.write_text("# ours\n" + path.read_text("utf-8"), "utf-8")
    commit(project, "Edited")
    return project


def made(source: Path, version: str, project: Path) -> None:
    """A project by Copier."""
    words = ["copy", "--defaults", "--quiet", f"--vcs-ref={version}", str(source), str(project)]
    subprocess.run([*COPIER, *words], check=True)


def measured(project: Path, copy: Path, rounds: int) -> Seconds:
    """Every command in turn, each on a copy of its own."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for number in range(rounds):
        names = list(COMMANDS)
        for name in names if number % 2 else reversed(names):
            shutil.copytree(project, copy)
            git(copy, "status")
            begin, used = time.perf_counter(), processor()
            subprocess.run(COMMANDS[name], cwd=copy, capture_output=True, check=False)
            seconds[name].append((time.perf_counter() - begin, processor() - used))
            if "v999.0.0" not in (copy / ".copier-answers.yml").read_text("utf-8"):
                sys.exit(f"{name} did not update the project")
            shutil.rmtree(copy)
    return seconds


def processor() -> float:
    """The processor's seconds that our children have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def show(seconds: Seconds) -> None:
    """The medians, and how they compare."""
    print(f"{'':18} {'wall':>8} {'processor':>11}")
    for name, found in seconds.items():
        wall, used = (statistics.median(values) for values in zip(*found, strict=True))
        print(f"{name:18} {wall:6.2f} s {used:9.2f} s")
    pairs = list(zip(seconds["mlkeel update"], seconds["copier update"], strict=True))
    wall, used = (
        statistics.median(ours[kind] / theirs[kind] for ours, theirs in pairs) for kind in (0, 1)
    )
    print(f"{'mlkeel / copier':18} {wall:6.2f}   {used:9.2f}")


def commit(folder: Path, message: str) -> None:
    """Commit everything, as nobody in particular."""
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", message)


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
