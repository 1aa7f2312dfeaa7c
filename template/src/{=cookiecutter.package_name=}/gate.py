"""Whether a model may be promoted: better than the naive baseline, no worse than the champion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .package import Package, PackageError
from .schema import Schema

if TYPE_CHECKING:
    import pandas as pd

    from .evaluation import Evaluation


@dataclass(frozen=True)
class Gate:
    """A decision and its reason."""

    passed: bool
    reason: str

    def to_json(self) -> dict[str, Any]:
        """As results/gate.json holds it."""
        return asdict(self)


def judge(evaluation: Evaluation, margin: float) -> Gate:
    """The gain over the baseline must be above `margin`, with confidence."""
    gain = evaluation.gain
    side = "better" if gain.value > 0 else "worse"
    return Gate(
        gain.low > margin,
        f"{evaluation.metric} is {abs(gain.value):.3f} {side} than the naive baseline's "
        f"(between {gain.low:+.3f} and {gain.high:+.3f}, more than {margin:+g} is needed)",
    )


def decide(
    schema: Schema,
    challenger: Package,
    load_champion: Callable[[], Package | None],
    read_test: Callable[[], pd.DataFrame],
    metric: str,
) -> Gate:
    """A challenger must have passed its own gate, and be no worse than the champion.

    load_champion: reads the champion, None where there is none yet.
    read_test: reads the rows to compare on; called only when there is something to compare.
    """
    own = Gate(**challenger.metrics["gate"])
    by_hand = f"`poe promote promote={challenger.version}` decides by hand"
    try:
        champion = load_champion()
    except PackageError as error:
        return Gate(False, f"there is nothing to compare with, {error}: {by_hand}")
    if not own.passed or champion is None or champion.version == challenger.version:
        return own
    if not same_target(challenger, champion):
        return Gate(True, f"the champion {champion.version} predicts something else; {own.reason}")
    test = read_test()
    lost = [field.name for field in champion.signature.fields if field.name not in test]
    if lost:
        return Gate(
            False,
            f"the champion {champion.version} can't be compared, it reads {', '.join(lost)}: "
            + by_hand,
        )
    return compare(schema, challenger, champion, test, metric)


def compare(
    schema: Schema, challenger: Package, champion: Package, test: pd.DataFrame, metric: str
) -> Gate:
    """Both models on the same rows."""
    # Imported late: scikit-learn takes longer to import than a first registration takes.
    from . import features, metrics  # noqa: PLC0415

    truth = features.to_target(schema, test)
    ours, theirs = (
        package.predict(features.to_inputs(package.signature, test))
        for package in (challenger, champion)
    )
    score, bar = (metrics.measure(schema, metric, truth, answers) for answers in (ours, theirs))
    return Gate(
        (score - bar) * metrics.sign(metric) >= 0,
        f"{metric} is {score:.3f}, the champion's {bar:.3f} on the same rows ({champion.version})",
    )


def same_target(one: Package, other: Package) -> bool:
    """Whether two models predict the same."""
    left, right = one.signature, other.signature
    return (left.task, left.target.name, left.target.classes) == (
        right.task,
        right.target.name,
        right.target.classes,
    )
