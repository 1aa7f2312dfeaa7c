"""The report for people: one HTML file, without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from .pictures import draw_groups, draw_interval, draw_line

STATES = {
    "fine": "no drift",
    "drift": "drift",
    "few rows": "too few rows to tell",
}
PARTS = {"columns": "What the model reads", "predictions": "What it answers"}
STYLE = """
:root { color-scheme: light dark; --now: #d9622b; --before: #6b8fb3; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 span { padding: 0 .6rem; border-radius: .4rem; color: #fff; }
.fine { background: #2e7d4f; } .drift { background: #b3361e; } .few { background: #77787b; }
section { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem; min-width: 0; }
article.alarm { border: 2px solid #b3361e; }
h3 { margin: 0 0 .3rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: right; font-weight: normal; font-size: .8rem; padding: .1rem .3rem; }
td:first-child, th:first-child { text-align: left; }
.alarm-row { color: #b3361e; font-weight: bold; }
svg { width: 100%; height: auto; } svg text { font-size: 9px; fill: currentColor; }
rect.now, circle.now { fill: var(--now); } rect.before, circle.before { fill: var(--before); }
line.now { stroke: var(--now); stroke-width: 3; }
line.before { stroke: var(--before); stroke-width: 3; }
.course { fill: none; stroke: var(--now); stroke-width: 1.5; }
.limit { stroke: currentColor; stroke-dasharray: 4; opacity: .5; }
small, figcaption { opacity: .75; } figure { margin: 0; } b.now { color: var(--now); }
b.before { color: var(--before); }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write(report: dict[str, Any], past: Sequence[dict[str, Any]]) -> str:
    """The page of a report, as results/drift.json holds it, and of those before it."""
    state = report["state"]
    model, window = report["model"], report["window"]
    title = f"{model['name']} {model['version']}"
    body = [
        f'<h1>{escape(title)} <span class="{state.split()[0]}">{STATES[state]}</span></h1>',
        f"<p>{escape(describe_window(report))}</p>",
        *(f"<p><strong>{escape(sentence)}</strong></p>" for sentence in report["sentences"]),
        '<p><b class="before">■ expected</b>: the training rows'
        f"{' of the same months' if report['reference']['by'] == 'month' else ''}. "
        f'<b class="now">■ found</b>: {window["rows"]:,} rows.</p>',
        write_performance(report["performance"]),
    ]
    for part, heading in PARTS.items():
        if report[part]:
            body.append(f"<h2>{heading}</h2><section>")
            body += [
                write_column(name, column, [find_effect(one, part, name) for one in past])
                for name, column in report[part].items()
            ]
            body.append("</section>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def describe_window(report: dict[str, Any]) -> str:
    """Which rows were looked at, and when."""
    window = report["window"]
    since = f" from {window['since']}" if window["since"] else ""
    until = f" until {window['until']}" if window["until"] else ""
    return f"{window['rows']:,} rows of {window['source']}{since}{until}, checked {report['time']}"


def write_performance(found: dict[str, Any] | None) -> str:
    """The score on labelled rows."""
    if found is None:
        return "<p><small>Too few labels have arrived to tell how good it is.</small></p>"
    label = f"{found['metric']} on {found['rows']:,} labelled rows, and on the test rows above it"
    alarm = ' class="alarm"' if found["is_worse"] else ""
    picture = draw_interval(found, label)
    return (
        f"<h2>How good it is</h2><section><article{alarm}><figure>{picture}"
        f"<figcaption>{escape(label)}</figcaption></figure></article></section>"
    )


def write_column(name: str, column: dict[str, Any], past: Sequence[float | None]) -> str:
    """A column's pictures and its tests."""
    alarm = ' class="alarm"' if column["drift"] else ""
    return (
        f"<article{alarm}><h3>{escape(name)}</h3>"
        f"{draw_groups(column['groups'], f'{name}: shares expected and found')}"
        f"{write_tests(column)}{draw_course(name, column, past)}</article>"
    )


def write_tests(column: dict[str, Any]) -> str:
    """A row for each test, then the other measures of distance."""
    rows = "".join(
        f"<tr{' class=alarm-row' if test['drift'] else ''}>"
        f"<td>{name} <small>{test['method']}</small>"
        f"<td>{test['effect']:.3f}<td>{test['least']:g}<td>{test['p_corrected']:.2g}"
        for name, test in column["tests"].items()
    )
    distances = [("PSI", column["psi"]), ("Jensen–Shannon", column["jensen_shannon"])]
    said = ", ".join(f"{name} {value:.3f}" for name, value in distances if value is not None)
    missing = column["missing"]
    gaps = f"missing {missing['share']:.1%} (expected {missing['reference']:.1%})"
    head = "<tr><th>test<th>moved<th>matters from<th>p, corrected"
    return f"<table>{head}{rows}</table><small>{'; '.join(filter(None, [said, gaps]))}</small>"


def find_effect(report: dict[str, Any], part: str, name: str) -> float | None:
    """How far a column's values had moved in an earlier report."""
    effect = report[part].get(name, {}).get("effect")
    return None if effect is None else float(effect)


def draw_course(name: str, column: dict[str, Any], past: Sequence[float | None]) -> str:
    """How far its values had moved, report by report."""
    if "values" not in column["tests"]:
        return ""
    picture = draw_line(past, column["tests"]["values"]["least"], f"{name}: moved, over time")
    caption = f"moved, in the last {len(past)} reports"
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>" if picture else ""
