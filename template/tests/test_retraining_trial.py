from dataclasses import replace

import pytest
from test_gate import FakePackage
from toy import CONFIG, make_schema, make_table

from {= cookiecutter.package_name =}.retraining import trial

SCHEMA = replace(make_schema("regression"), sensitive=("colour",))
TABLE = make_table("regression")
RETRAIN = {"margin": 0.0, "test_rows": 60, "slice_tolerance": 0.1, "latency_ms": 1000}


def judge(ours, theirs, table=TABLE, **settings) -> trial.Verdict:
    config = CONFIG | {"gate": {"margin": 0, "tolerance": 0}, "retrain": RETRAIN | settings}
    return trial.judge(SCHEMA, ours, lambda: theirs, table, config)


class Unfair(FakePackage):
    """Wrong for one colour, and right for all others."""

    def predict(self, inputs):
        found = super().predict(inputs)
        found.value[inputs.category[:, 0] == "blue"] += 9
        return found


def fails(verdict: trial.Verdict) -> list[str]:
    return [name for name, answer in verdict.answers.items() if not answer.passed]


def test_a_better_model_passes_with_its_figures():
    verdict = judge(FakePackage("new", 0.9), FakePackage("old", 0.2))
    assert verdict.passed
    assert verdict.figures()["retraining_gain_low"] > 0
    assert "a gain of +" in verdict.reason


@pytest.mark.parametrize(
    ("ours", "settings", "failing"),
    [
        (FakePackage("new", 0.2), {}, ["champion"]),
        (FakePackage("new", 0.1), {}, ["champion", "slices"]),
        (FakePackage("new", 0.9), {"margin": 0.9}, ["champion"]),
        (FakePackage("new", 0.9), {"test_rows": 121}, ["rows"]),
        (FakePackage("new", 0.9), {"latency_ms": 1e-9}, ["latency"]),
        (FakePackage("new", 0.9, passed=False), {}, ["champion"]),
    ],
)
def test_what_is_not_surely_better_is_refused_with_the_reason(ours, settings, failing):
    verdict = judge(ours, FakePackage("old", 0.2), **settings)
    assert fails(verdict) == failing
    assert verdict.answers[failing[0]].reason in verdict.reason


def test_a_model_that_is_worse_for_some_people_is_refused():
    verdict = judge(Unfair("new", 1.0), FakePackage("old", -1.0))
    assert fails(verdict) == ["slices"]
    assert "for colour: blue -" in verdict.reason


def test_a_champion_that_predicts_something_else_is_replaced():
    champion = FakePackage("old", 1.0)
    target = replace(champion.signature.target, name="other")
    champion.signature = replace(champion.signature, target=target)
    verdict = judge(FakePackage("new", 0.1), champion)
    assert verdict.passed
    assert verdict.comparison is None
    assert "predicts something else" in verdict.reason
