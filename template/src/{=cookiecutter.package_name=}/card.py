"""The model card: what the model is for, how good it is, where it comes from."""

from __future__ import annotations

from typing import Any

from .evaluation import Evaluation
from .gate import Gate
from .schema import Schema


def write(schema: Schema, evaluation: Evaluation, gate: Gate, lineage: dict[str, Any]) -> str:
    """The card as Markdown."""
    parts = [
        f"# {schema.name}",
        schema.question,
        describe_use(schema),
        "## Quality",
        describe_quality(evaluation),
        f"The gate is {'passed' if gate.passed else 'not passed'}: {gate.reason}.",
        "## Where it is weak",
        describe_slices(evaluation),
        "## What it reads",
        describe_fields(schema),
        "## Where it comes from",
        describe_lineage(lineage),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def describe_use(schema: Schema) -> str:
    """What is predicted."""
    target = schema.column(schema.target)
    unit = f" in {target.unit}" if target.unit else ""
    kinds = {"binary": "one of two classes", "multiclass": "one of several classes"}
    what = kinds.get(schema.task, f"a number{unit}")
    meaning = f" ({target.description})" if target.description else ""
    return f"Predicts `{target.name}`{meaning}: {what}."


def describe_quality(evaluation: Evaluation) -> str:
    """Every metric with its interval, beside the baseline."""
    rows = [
        [name, f"{s.value:.3f}", f"{s.low:.3f} to {s.high:.3f}", f"{evaluation.baseline[name]:.3f}"]
        for name, s in evaluation.scores.items()
    ]
    interval = f"{evaluation.confidence:.0%} interval"
    words = f"On {evaluation.rows} test rows that were not used for training.\n\n"
    return words + table(["metric", "value", interval, "naive baseline"], rows)


def describe_slices(evaluation: Evaluation) -> str:
    """The main metric in each slice."""
    rows = [
        [name, str(s["rows"]), "too few rows" if s["value"] is None else f"{s['value']:.3f}"]
        for name, s in evaluation.slices.items()
    ]
    return table(["slice", "rows", evaluation.metric], rows)


def describe_fields(schema: Schema) -> str:
    """What each field is."""
    rows = [[f"`{c.name}`", c.type, c.unit or "", c.description] for c in schema.features]
    return table(["field", "type", "unit", "meaning"], rows)


def describe_lineage(lineage: dict[str, Any]) -> str:
    """Commit, data and libraries."""
    libraries = ", ".join(f"{name} {version}" for name, version in lineage["libraries"].items())
    facts = {
        "commit": lineage["git_commit"] or "not in git",
        "data": f"{lineage['data']['path']}, SHA-256 {lineage['data']['sha256'][:12]}",
        "libraries": f"Python {lineage['python']}, {libraries}",
    }
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; a bar in a cell would end the cell."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
