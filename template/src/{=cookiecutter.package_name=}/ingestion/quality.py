"""How good the rows of a file are, by the five characteristics of good data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from ..schema import Schema
from . import checks
from .inspection import HARMLESS, Inspection
from .sums import Sum
from .table import There

DAY = 86_400  # seconds
GAP = 1.5
"""A gap is a distance in time of so many usual ones."""


def describe(schema: Schema, found: Inspection, there: There, now: datetime) -> dict[str, Any]:
    """The report of one file, in numbers; `say` puts it into sentences."""
    return {
        "accuracy": describe_accuracy(found),
        "completeness": describe_completeness(schema, found, there),
        "reliability": describe_reliability(found),
        "relevance": describe_relevance(schema, found),
        "timeliness": describe_timeliness(schema, found.sum, there.sum, now),
    }


def describe_accuracy(found: Inspection) -> dict[str, Any]:
    """Ranges, categories, types and rules across columns that do not hold."""
    rules = [
        {"column": column, "rule": rule, "rows": rows}
        for (column, rule), rows in found.sum.broken.most_common()
        if rule not in ("given", checks.UNLABELLED)
    ]
    return {"broken": rules, "ragged_rows": len(found.odd)}


def describe_completeness(schema: Schema, found: Inspection, there: There) -> dict[str, Any]:
    """Missing values; how much of time and how many of the groups the rows cover."""
    missing = {name: rows for name, rows in found.sum.missing.items() if rows}
    report: dict[str, Any] = {
        "missing": missing,
        "unlabelled": found.count().get(checks.UNLABELLED, 0),
    }
    if schema.time and len(found.sum.moments):
        first, last = found.sum.moments[[0, -1]]
        report["time"] = {
            "first": to_text(first),
            "last": to_text(last),
            "moments": len(found.sum.moments),
        }
    if schema.group:
        new = ~np.isin(found.sum.groups, there.sum.groups)
        report["groups"] = {
            "in_file": len(found.sum.groups),
            "new": int(new.sum()),
            "absent": int((~np.isin(there.sum.groups, found.sum.groups)).sum()),
        }
    return report


def describe_reliability(found: Inspection) -> dict[str, Any]:
    """Rows that come twice, and rows that contradict others."""
    counts = found.count()
    repeats = {reason: rows for reason, rows in counts.items() if "there already" in reason}
    repeats |= {reason: rows for reason, rows in counts.items() if "same file" in reason}
    harmless = {reason: rows for reason, rows in repeats.items() if reason in HARMLESS}
    torn = {reason: rows for reason, rows in repeats.items() if reason not in HARMLESS}
    return {"repeats": harmless, "contradictions": torn}


def describe_relevance(schema: Schema, found: Inspection) -> dict[str, Any]:
    """Columns that the task needs and that nobody knows."""
    absent = [column.name for column in schema.columns if column.name not in found.names]
    return {"unknown": checks.find_unknown(schema, found.names), "absent": absent}


def describe_timeliness(schema: Schema, new: Sum, old: Sum, now: datetime) -> dict[str, Any]:
    """How old the newest row is, and where time has gaps, also towards the rows before."""
    if not schema.time or not len(new.moments):
        return {}
    newest = new.moments[-1]
    clock = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
    before = old.moments[old.moments < new.moments[0]][-1:]
    steps = np.diff(np.concatenate([before, new.moments])) / np.timedelta64(1, "s")
    usual = np.diff(np.union1d(old.moments, new.moments)) / np.timedelta64(1, "s")
    step = float(np.median(usual)) if len(usual) else 0.0
    gaps = steps[steps > GAP * step]
    return {
        "newest": to_text(newest),
        "age_days": round(float((clock - newest) / np.timedelta64(1, "s")) / DAY, 1),
        "usual_step_days": round(step / DAY, 4),
        "gaps": len(gaps),
        "longest_gap_days": round(float(np.max(gaps)) / DAY, 4) if len(gaps) else 0.0,
    }


def to_text(moment: np.datetime64) -> str:
    """ISO 8601 without a time zone."""
    return str(moment.astype("datetime64[s]"))
