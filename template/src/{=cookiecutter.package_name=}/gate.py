"""Whether a model may be promoted: better than the naive baseline, no worse than the champion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .package import Package, PackageError
from .schema import Schema

if TYPE_CHECKING:
    import pandas as pd

    from .comparison import Comparison
    from .config import Config
    from .evaluation import Evaluation
    from .signature import Signature


FEWEST = 20
"""Fewer rows show no difference between two models."""


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


Judge = Callable[["Comparison", "Config"], Gate]


def decide(
    schema: Schema,
    challenger: Package,
    load_champion: Callable[[], Package | None],
    read_test: Callable[[], pd.DataFrame],
    config: Config,
    judge: Judge | None = None,
) -> Gate:
    """A challenger must have passed its own gate, and be no worse than the champion.

    load_champion: reads the champion, None where there is none yet.
    read_test: reads the rows to compare on; called only when there is something to compare.
    judge: what is asked of the comparison, instead of `no_worse`.
    """
    own = Gate(**challenger.metrics["gate"])
    by_hand = f"`poe promote promote={challenger.version}` decides by hand"
    try:
        champion = load_champion()
    except PackageError as error:
        return Gate(False, f"there is nothing to compare with, {error}: {by_hand}")
    if not own.passed or champion is None or champion.version == challenger.version:
        return own
    if not same_target(challenger.signature, champion.signature):
        return Gate(True, f"the champion {champion.version} predicts something else; {own.reason}")
    test = read_test()
    obstacle = find_obstacle(schema, champion, test)
    if obstacle:
        words = f"the champion {champion.version} can't be compared, {obstacle}: {by_hand}"
        return Gate(False, words)
    # Imported late: scikit-learn takes longer to import than a first registration takes.
    from . import comparison  # noqa: PLC0415

    rows = select_unseen(schema, champion, test)
    return (judge or no_worse)(
        comparison.compare(schema, challenger, champion, rows, config), config
    )


def find_obstacle(schema: Schema, champion: Package, test: pd.DataFrame) -> str | None:
    """Why a model can't be asked about these rows."""
    lost = [field.name for field in champion.signature.fields if field.name not in test]
    if lost:
        return f"it reads {', '.join(lost)}"
    rows = select_unseen(schema, champion, test)
    if len(rows) < FEWEST or (schema.task != "regression" and rows[schema.target].nunique() < 2):
        return f"it has learnt from all but {len(rows)} of these rows"
    return None


def select_unseen(schema: Schema, champion: Package, test: pd.DataFrame) -> pd.DataFrame:
    """The rows that are later than all that it has learnt from, where there is time."""
    until = champion.trained_until
    return test if schema.time is None or until is None else test[test[schema.time] > until]


def no_worse(found: Comparison, config: Config) -> Gate:
    """At least as good on these rows, and with confidence not much worse on others."""
    most = config["gate"]["tolerance"] * found.size
    return Gate(
        found.gain.value >= 0 and found.gain.low >= -most,
        f"{found.describe()}; {-most:+.3f} may be lost",
    )


def same_target(left: Signature, right: Signature) -> bool:
    """Whether two models predict the same."""
    return (left.task, left.target.name, left.target.classes) == (
        right.task,
        right.target.name,
        right.target.classes,
    )
