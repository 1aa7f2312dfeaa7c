"""Bars and lines as SVG: no library, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

WIDTH, HEIGHT, FOOT = 320, 110, 14
"""Of a picture, and of the line of words below it."""


def draw_groups(groups: Sequence[dict[str, Any]], label: str) -> str:
    """For each group of values a pair of bars: the share expected, and the share found."""
    if not groups:
        return ""
    top = max(max(group["share"], group["reference"]) for group in groups) or 1.0
    step = WIDTH / len(groups)
    bars = "".join(
        draw_pair(group, place * step, step, (HEIGHT - FOOT) / top)
        for place, group in enumerate(groups)
    )
    return frame(bars, label)


def draw_pair(group: dict[str, Any], left: float, step: float, scale: float) -> str:
    """Two bars with their name below; the pointer tells the figures."""
    said = f"{group['name']}: {group['share']:.1%}, expected {group['reference']:.1%}"
    wide, floor = step * 0.4, HEIGHT - FOOT
    bars = "".join(
        f'<rect class="{kind}" x="{x:.1f}" y="{floor - share * scale:.1f}" width="{wide:.1f}" '
        f'height="{share * scale:.1f}"/>'
        for kind, x, share in (
            ("before", left + step * 0.1, group["reference"]),
            ("now", left + step * 0.5, group["share"]),
        )
    )
    name = escape(shorten(group["name"], int(step / 6)))
    middle = left + step / 2
    return (
        f"<g><title>{escape(said)}</title>{bars}"
        f'<text x="{middle:.1f}" y="{HEIGHT - 3}" text-anchor="middle">{name}</text></g>'
    )


def draw_line(values: Sequence[float | None], threshold: float, label: str) -> str:
    """A value of each report over time, and the threshold above which it matters."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    top = max(*known, threshold * 1.25, 1e-9)
    floor, step = HEIGHT - FOOT, WIDTH / (len(values) - 1)
    points = [
        (place * step, floor - value / top * floor)
        for place, value in enumerate(values)
        if value is not None
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="now" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in points)
    height = floor - threshold / top * floor
    limit = f'<line class="limit" x1="0" x2="{WIDTH}" y1="{height:.1f}" y2="{height:.1f}"/>'
    return frame(f'{limit}<polyline class="course" points="{line}"/>{dots}', label)


def draw_interval(found: dict[str, Any], label: str) -> str:
    """The score in the window below that on the test rows, each with its interval."""
    scores = [("before", found["reference"]), ("now", found)]
    ends = [score[end] for _, score in scores for end in ("low", "high")]
    low, wide = min(ends), (max(ends) - min(ends)) or 1.0

    def place(value: float) -> float:
        return 10 + float((value - low) / wide) * (WIDTH - 20)

    drawn = "".join(
        f'<line class="{kind}" x1="{place(score["low"]):.1f}" x2="{place(score["high"]):.1f}" '
        f'y1="{y}" y2="{y}"/><circle class="{kind}" cx="{place(score["value"]):.1f}" cy="{y}" '
        f'r="5"/><text x="{place(score["value"]):.1f}" y="{y - 9}" text-anchor="middle">'
        f"{score['value']:.3g}</text>"
        for y, (kind, score) in zip((35, 80), scores, strict=True)
    )
    return frame(drawn, label)


def frame(content: str, label: str) -> str:
    """The picture, with words for those who don't see it."""
    words = escape(label, quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">{content}</svg>'


def shorten(text: str, length: int) -> str:
    """As much as there is room for."""
    return text if len(text) <= length else text[: max(length - 1, 1)] + "…"
