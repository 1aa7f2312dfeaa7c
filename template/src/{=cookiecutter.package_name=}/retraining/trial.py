"""The challenger beside the champion: all that is asked of it, with figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import features, gate
from ..comparison import Comparison
from ..config import Config
from ..gate import Gate
from ..package import Package
from ..schema import Schema
from . import latency


@dataclass(frozen=True)
class Verdict:
    """Every question with its answer; `comparison` where there was something to compare with."""

    answers: dict[str, Gate]
    comparison: Comparison | None
    latency_ms: float

    @property
    def passed(self) -> bool:
        """Whether every answer is yes."""
        return all(answer.passed for answer in self.answers.values())

    @property
    def reason(self) -> str:
        """Why not; or, where it passed, how it compares."""
        against = [answer.reason for answer in self.answers.values() if not answer.passed]
        return "; ".join(against) or self.answers["champion"].reason

    def figures(self) -> dict[str, float]:
        """The numbers, as MLflow shows them."""
        found = {"retraining_latency_ms": self.latency_ms}
        if self.comparison:
            gain = self.comparison.gain
            found |= {
                "retraining_gain": gain.value,
                "retraining_gain_low": gain.low,
                "retraining_gain_high": gain.high,
            }
        return found

    def to_json(self) -> dict[str, Any]:
        """As results/retraining.json holds it."""
        return {
            "passed": self.passed,
            "answers": {name: answer.to_json() for name, answer in self.answers.items()},
            "comparison": self.comparison.to_json() if self.comparison else None,
            "latency_ms": round(self.latency_ms, 3),
        }


def judge(
    schema: Schema,
    challenger: Package,
    load_champion: Callable[[], Package | None],
    test: pd.DataFrame,
    config: Config,
    contest: Comparison | None = None,
) -> Verdict:
    """Ask everything.

    test: the latest rows. contest: how the recipe did on them beside the champion; without it
    (no champion, another table, no time) the packages themselves are compared.
    """
    compared = [contest] if contest else []

    def note(found: Comparison, config: Config) -> Gate:
        compared.append(found)
        return better(found, config)

    own = Gate(**challenger.metrics["gate"])
    if contest:
        beside = better(contest, config) if own.passed else own
    else:
        beside = gate.decide(schema, challenger, load_champion, lambda: test, config, note)
    milliseconds = latency.measure(challenger, features.to_inputs(challenger.signature, test))
    answers = {"champion": beside, "rows": enough(len(test), config)}
    if compared:
        answers["slices"] = fair(compared[0], config)
    answers["latency"] = quick(milliseconds, config)
    return Verdict(answers, compared[0] if compared else None, milliseconds)


def better(found: Comparison, config: Config) -> Gate:
    """Surely better: the lower end of the gain is above the margin."""
    least = config["retrain"]["margin"] * found.size
    return Gate(found.gain.low > least, f"{found.describe()}, more than {least:+.3f} is needed")


def enough(rows: int, config: Config) -> Gate:
    """A few rows decide nothing."""
    least = config["retrain"]["test_rows"]
    return Gate(rows >= least, f"{rows} rows to compare on, {least} are needed")


def fair(found: Comparison, config: Config) -> Gate:
    """In no slice of a sensitive column much worse."""
    most = config["retrain"]["slice_tolerance"] * found.size
    known = {label: s["gain"] for label, s in found.slices.items() if s["gain"] is not None}
    lost = [f"{label} {gain:+.3f}" for label, gain in known.items() if gain < -most]
    if lost:
        return Gate(False, f"worse by more than {most:.3f} for {', '.join(lost)}")
    return Gate(
        True, f"{len(known)} slices of sensitive columns, none worse by more than {most:.3f}"
    )


def quick(milliseconds: float, config: Config) -> Gate:
    """Within the budget."""
    most = config["retrain"]["latency_ms"]
    return Gate(milliseconds <= most, f"a row takes {milliseconds:.2f} ms, {most:g} are allowed")
