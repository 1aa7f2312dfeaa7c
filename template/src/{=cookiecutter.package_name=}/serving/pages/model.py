"""What the model is and how good, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from ...package import Package
from ..fields import describe
from ..service import Service
from .layout import render

SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}"><table>'


class Score(NamedTuple):
    """One metric on the test rows."""

    name: str
    value: str
    interval: str
    baseline: str


class About:
    """The page about the model."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def show(self) -> str:
        """GET /model, where HTML is asked for."""
        package = self.service.model.package
        metrics = package.metrics
        return render(
            "model",
            self.service,
            route=self.service.route,
            facts=list_facts(package),
            scores=list_scores(metrics),
            rows=metrics.get("rows"),
            main=metrics.get("metric"),
            confidence=f"{metrics.get('confidence', 0):.0%}",
            gate=metrics.get("gate") or {},
            fields=[(field, describe(field)) for field in package.signature.fields],
            card=write_card(package.card),
        )


def list_facts(package: Package) -> dict[str, str]:
    """What identifies the model."""
    manifest = package.manifest
    reason = f", because {manifest.reason}" if manifest.reason else ""
    return {
        "Version": manifest.version,
        "Made": manifest.created[:19].replace("T", " ") + " UTC",
        "Predicts": f"{package.signature.target.name} ({package.signature.task})",
        "Computed by": manifest.runtime + reason,
        "Commit": manifest.lineage.get("git_commit") or "not in git",
    }


def list_scores(metrics: Mapping[str, Any]) -> list[Score]:
    """Every metric with its interval and what the naive baseline has."""
    baseline = metrics.get("baseline", {})
    return [
        Score(
            name,
            show(score["value"]),
            f"{show(score['low'])} to {show(score['high'])}",
            show(baseline[name]) if name in baseline else "",
        )
        for name, score in metrics.get("scores", {}).items()
    ]


def show(number: float | None) -> str:
    """A metric's value."""
    return "" if number is None else f"{number:.3f}"


def write_card(card: str) -> Markup:
    """The card's Markdown as HTML, its title left out; HTML in the card is shown as text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - the service starts without it

    reader = MarkdownIt("js-default")
    tokens = reader.parse(card)
    if tokens and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    parts = reader.renderer.render(tokens, reader.options, {}).split("<table>")
    html = parts[0] + "".join(SCROLL.format(n) + part for n, part in enumerate(parts[1:], 1))
    return Markup(html.replace("</table>", "</table></div>"))  # noqa: S704 - markdown-it escapes what the card says
