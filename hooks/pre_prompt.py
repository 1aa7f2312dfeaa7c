"""Prepare the throw-away copy of the repository that Cookiecutter makes before it asks.

`template/` takes the name Cookiecutter looks for, and cookiecutter.json learns which version this
is and where it came from: with both in `.copier-answers.yml`, `copier update` works on the project.
"""

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import yaml

OLDEST = (2, 6)  # the first with marks of our own in directory names and hooks


def git(*arguments):
    """What git says about this copy; nothing for an archive or where git is missing."""
    command = ["git", "--git-dir=.git", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def archived_commit():
    """The version that git wrote into an archive such as GitHub's zip."""
    text = Path(".git_archival.txt").read_text(encoding="utf-8")
    found = re.search(r"^(?:describe|commit): ([\w.+-]+)$", text, re.MULTILINE)
    return found[1] if found else ""


if tuple(int(part) for part in version("cookiecutter").split(".")[:2]) < OLDEST:
    sys.exit("This template needs Cookiecutter 2.6 or newer, for example: uvx cookiecutter")

for pattern in yaml.safe_load(Path("copier.yml").read_text(encoding="utf-8"))["_exclude"][1:]:
    for left_over in list(Path("template").rglob(pattern)):
        shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink(missing_ok=True)

context = json.loads(Path("cookiecutter.json").read_text(encoding="utf-8"))
if commit := git("describe", "--tags", "--always") or archived_commit():
    context["_commit"] = commit
if origin := git("config", "--get", "remote.origin.url"):
    context["_src_path"] = origin
# Cookiecutter makes the folder before pre_gen_project can refuse a slug: until then it must be one
# folder, and a new one, also for "", ".." or "a/b".
folder = "cookiecutter.project_slug.replace('/', '-').replace('.', '-') or '-'"
context["__folder"] = f"{{= {folder} =}}"
Path("cookiecutter.json").write_text(json.dumps(context), encoding="utf-8")
Path("template").rename("{= cookiecutter.__folder =}")
