from dataclasses import replace

import numpy as np
import pytest
from test_evaluation import evaluate
from toy import (
    CONFIG,
    TASKS,
    make_dated_schema,
    make_dated_table,
    make_schema,
    make_table,
    make_timed_schema,
)

from {= cookiecutter.package_name =} import gate
from {= cookiecutter.package_name =}.evaluation import Score
from {= cookiecutter.package_name =}.package import Manifest, PackageError
from {= cookiecutter.package_name =}.signature import Predictions

SETTINGS = CONFIG | {"gate": {"margin": 0.0, "tolerance": 0.1}}


@pytest.mark.parametrize("task", TASKS)
def test_a_skilled_model_passes_the_gate(task):
    found = evaluate(task, skill=0.95)
    verdict = gate.judge(found, margin=0)
    assert verdict.passed
    assert "better than the naive baseline" in verdict.reason


@pytest.mark.parametrize("task", TASKS)
def test_a_model_without_skill_does_not(task):
    assert not gate.judge(evaluate(task, skill=0), margin=0).passed


def test_a_margin_can_be_asked_for():
    found = evaluate("binary", skill=0.95)
    assert not gate.judge(found, margin=found.gain.low + 0.01).passed


class FakePackage:
    """A package whose answers are right for a share of the rows."""

    def __init__(self, version: str, skill: float, passed: bool = True):
        self.manifest = Manifest("toy", version, "", {}, {})
        self.signature = make_schema("regression").signature({})
        self.metrics = {"gate": {"passed": passed, "reason": "because"}}
        self.version, self.skill, self.trained_until = version, skill, None

    def predict(self, inputs):
        size = inputs.number[:, 0] + (inputs.category[:, 0] == "red")
        return Predictions(3 * np.nan_to_num(size) * self.skill)


def decide(challenger, champion):
    schema, table = make_schema("regression"), make_table("regression")
    return gate.decide(schema, challenger, lambda: champion, lambda: table, SETTINGS)


def test_the_first_model_needs_only_the_gate():
    assert decide(FakePackage("new", 0.9), None).passed
    assert not decide(FakePackage("new", 0.9, passed=False), None).passed


@pytest.mark.parametrize(("skill", "better"), [(0.9, True), (0.5, True), (0.2, False)])
def test_a_challenger_must_be_no_worse_than_the_champion(skill, better):
    verdict = decide(FakePackage("new", skill), FakePackage("old", 0.5))
    assert verdict.passed is better
    assert "on the same 120 rows: a gain of" in verdict.reason


def test_a_gain_that_may_be_chance_is_told_by_its_interval():
    def lucky(found, config):
        return gate.no_worse(replace(found, gain=Score(0.1, -found.size, 1.0)), config)

    schema, table = make_schema("regression"), make_table("regression")
    pair = FakePackage("new", 0.9), lambda: FakePackage("old", 0.5)
    assert not gate.decide(schema, *pair, lambda: table, SETTINGS, lucky).passed


def test_a_champion_with_another_target_is_replaced():
    champion = FakePackage("old", 1.0)
    target = replace(champion.signature.target, name="other")
    champion.signature = replace(champion.signature, target=target)
    verdict = decide(FakePackage("new", 0.1), champion)
    assert verdict.passed
    assert "predicts something else" in verdict.reason


def test_a_champion_that_reads_a_lost_column_is_kept():
    champion = FakePackage("old", 0.1)
    lost = replace(champion.signature.fields[0], name="gone")
    champion.signature = replace(champion.signature, fields=(lost,))
    verdict = decide(FakePackage("new", 1.0), champion)
    assert not verdict.passed
    assert "can't be compared, it reads gone" in verdict.reason


def test_what_the_champion_has_learnt_from_is_no_test_of_it():
    schema = replace(make_timed_schema(), columns=make_dated_schema("regression").columns)
    table = make_dated_table("regression").ffill()
    late = str(table["day"].iloc[60])
    champion, challenger = FakePackage("old", 0.5), FakePackage("new", 0.9)
    champion.trained_until = late

    def ask(test):
        return gate.decide(schema, challenger, lambda: champion, lambda: test, SETTINGS)

    assert "on the same 59 rows" in ask(table).reason
    assert "it has learnt from all but 0 of these rows" in ask(table.head(60)).reason


def test_a_champion_that_can_not_be_loaded_is_for_a_person_to_replace():
    def fail():
        raise PackageError("models/old is damaged")

    challenger = FakePackage("new", 1.0)
    verdict = gate.decide(make_schema("regression"), challenger, fail, fail, SETTINGS)
    assert not verdict.passed
    assert "models/old is damaged: `poe promote promote=new`" in verdict.reason
