"""Earlier reports in short, and what /monitoring shows of them.

    results/monitoring/<time>-<process>.json    one for each check, the oldest are deleted

Light on purpose (standard library): the service imports it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .. import results

FOLDER, LATEST = "monitoring", "drift.json"


def remember(folder: Path, report: dict[str, Any], keep: int) -> None:
    """Keep a report in short, and the `keep` newest ones of all."""
    stamp = report["time"].replace(":", "").replace("+0000", "Z")
    results.write(folder / FOLDER / f"{stamp}-{os.getpid()}.json", shorten(report), indent=None)
    for file in list_files(folder)[:-keep]:
        file.unlink(missing_ok=True)  # another check may have done it


def shorten(report: dict[str, Any]) -> dict[str, Any]:
    """What a line over time is drawn from."""
    kept = ("time", "state", "model", "window", "sentences", "performance")
    return {name: report[name] for name in kept} | {
        part: {
            name: {
                "drift": column["drift"],
                "effect": column["tests"].get("values", {}).get("effect"),
                "missing": column["missing"]["share"],
                "psi": column["psi"],
            }
            for name, column in report[part].items()
        }
        for part in ("columns", "predictions")
    }


def list_files(folder: Path) -> list[Path]:
    """The reports, the oldest first: their names begin with the time."""
    return sorted((folder / FOLDER).glob("[0-9]*.json"))


def read(folder: Path, version: str | None = None, last: int | None = None) -> list[dict[str, Any]]:
    """Reports in short, the oldest first; a file that is no report is left out."""
    found = [content for file in list_files(folder) if (content := read_file(file))]
    fitting = [one for one in found if version in (None, one["model"]["version"])]
    return fitting if last is None else fitting[-last:]


def read_file(file: Path) -> dict[str, Any] | None:
    """What a file holds; nothing where it is gone, or something else."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and "model" in content else None


def overview(folder: Path, last: int = 100) -> dict[str, Any]:
    """All that a page about the model in service needs.

    folder: results/. latest: the last report, whole; None before the first. times, states, rows
    (how many a window held), scores: of the last reports. effects: column → how far its values had
    moved in each, None where it wasn't compared. alerts: what is open.
    """
    reports = read(folder, last=last)
    names = dict.fromkeys(
        name for one in reports for part in ("columns", "predictions") for name in one[part]
    )
    merged = [one["columns"] | one["predictions"] for one in reports]
    state = read_alerts(folder)
    return {
        "latest": read_file(folder / LATEST),
        "times": [one["window"]["until"] or one["time"] for one in reports],
        "states": [one["state"] for one in reports],
        "versions": [one["model"]["version"] for one in reports],
        "rows": [one["window"]["rows"] for one in reports],
        "scores": [one["performance"] and one["performance"]["value"] for one in reports],
        "effects": {name: [one.get(name, {}).get("effect") for one in merged] for name in names},
        "drifts": {name: [one.get(name, {}).get("drift") for one in merged] for name in names},
        "alerts": state,
    }


def read_alerts(folder: Path) -> list[dict[str, Any]]:
    """What alerts/ has told and not taken back."""
    try:
        told = json.loads((folder / "alerts.json").read_text("utf-8"))["alerts"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [one for one in told.values() if not one.get("ended")]
