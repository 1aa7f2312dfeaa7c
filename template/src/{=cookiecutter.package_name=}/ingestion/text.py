"""The report on quality as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import checks


def write(report: dict[str, Any]) -> str:
    """results/quality.md."""
    lines = [f"# Quality of what came in, {report['time']}", ""]
    for entry in report["files"]:
        lines += [f"## {entry['file']}", "", f"{say_fate(entry)}.", ""]
        for name, found in entry.get("quality", {}).items():
            said = "; ".join(SAY[name](found)) or "nothing to complain about"
            lines.append(f"- **{name}**: {said}")
        lines += [""] if entry.get("quality") else []
    return "\n".join(lines) if report["files"] else f"{lines[0]}\n\nNothing came in.\n"


def say_fate(entry: dict[str, Any]) -> str:
    """What became of a file, in a sentence."""
    if entry["status"] == "taken":
        known = f", {entry['known']} known already" if entry.get("known") else ""
        return (
            f"{entry['rows']} rows: {entry['accepted']} accepted, "
            f"{entry['quarantined']} quarantined{known}"
        )
    return f"{entry['status']}: {entry['reason']}"


def say_accuracy(found: dict[str, Any]) -> Iterator[str]:
    """Broken rules."""
    for rule in found["broken"]:
        yield f"{checks.say(rule['column'], rule['rule'])} in {count(rule['rows'])}"
    if found["ragged_rows"]:
        yield f"{count(found['ragged_rows'])} without one value for each column"


def say_completeness(found: dict[str, Any]) -> Iterator[str]:
    """Missing values and coverage."""
    for name, rows in found["missing"].items():
        yield f"{name} is missing in {count(rows)}"
    if "time" in found:
        time = found["time"]
        yield f"from {time['first']} to {time['last']}, {time['moments']} moments"
    if "groups" in found:
        groups = found["groups"]
        yield f"{groups['in_file']} groups, {groups['new']} of them new; {groups['absent']} absent"


def say_reliability(found: dict[str, Any]) -> Iterator[str]:
    """Repeats and contradictions."""
    for reason, rows in (found["repeats"] | found["contradictions"]).items():
        yield f"{count(rows)}: {reason}"


def say_relevance(found: dict[str, Any]) -> Iterator[str]:
    """Columns."""
    if found["unknown"]:
        yield f"not in conf/data.yaml, so nothing reads them: {', '.join(found['unknown'])}"
    if found["absent"]:
        yield f"not in the file: {', '.join(found['absent'])}"


def say_timeliness(found: dict[str, Any]) -> Iterator[str]:
    """Age and gaps."""
    if not found:
        return
    age = found["age_days"]
    yield f"the newest row is {age:g} days old" if age >= 0 else f"{-age:g} days ahead of the clock"
    if found["gaps"]:
        yield f"{found['gaps']} gaps, the longest of {found['longest_gap_days']:g} days"


def count(rows: int) -> str:
    """1 row, 2 rows."""
    return f"{rows} row{'' if rows == 1 else 's'}"


SAY = {
    "accuracy": say_accuracy,
    "completeness": say_completeness,
    "reliability": say_reliability,
    "relevance": say_relevance,
    "timeliness": say_timeliness,
}
