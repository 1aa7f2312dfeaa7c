"""The scores of the three ways over time, as one picture."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from .scores import MONTHS, WAYS

WORDS = {"loop": "with the loop", "frozen": "first model, frozen", "blind": "blind retraining"}
COLOURS = {"loop": "#0b6e4f", "frozen": "#8d99ae", "blind": "#d17a22"}


def draw(metric: str, months: list[dict[str, Any]]) -> Figure:
    """months: `name`, `scores` by way, `promoted` and `drift` of each."""
    figure = Figure(figsize=(9, 4.5), dpi=110, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(months))
    for way in WAYS:
        line = [month["scores"][way] for month in months]
        axes.plot(
            places,
            [float("nan") if y is None else y for y in line],
            color=COLOURS[way],
            label=WORDS[way],
            linewidth=2.5 if way == "loop" else 1.5,
        )
    for place, month in enumerate(months):
        if month["promoted"]:
            axes.axvline(place, color=COLOURS["loop"], linestyle=":", linewidth=1)
        if month["drift"]:
            axes.plot(
                place, 0.02, marker="v", color="#b00020", transform=axes.get_xaxis_transform()
            )
    axes.set_xticks(list(places)[::3], [month["name"] for month in months][::3])
    axes.set_ylabel(f"{metric}, {MONTHS} months up to then")
    axes.set_title("dotted: a new champion · triangle: drift was told", fontsize=9, loc="left")
    axes.legend(loc="best", frameon=False)
    return figure
