from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from toy import CONFIG, make_timed_schema

from {= cookiecutter.package_name =}.retraining import contest
from {= cookiecutter.package_name =}.signature import Predictions

SCHEMA = make_timed_schema()
RECIPE = Pipeline([("model", LinearRegression())])
RETRAIN = {"test_share": 0.2, "test_rows": 20, "folds": 4, "confidence": 0.8}
ROWS = 400


def make(turn: int) -> pd.DataFrame:
    """The answer is three times the size, and from row `turn` on its opposite."""
    size = np.random.default_rng(0).normal(size=ROWS)
    sign = np.where(np.arange(ROWS) < turn, 3, -3)
    days = pd.date_range("2024-01-01", periods=ROWS)
    return pd.DataFrame({"size": size, "day": days, "answer": sign * size})


class Champion:
    """It knows how the world was, until a day."""

    def __init__(self, until: str | None = None):
        self.signature, self.trained_until = SCHEMA.signature({}), until

    def predict(self, inputs):
        return Predictions(3 * inputs.number[:, 0])


def hold(table, champion, **settings):
    config = CONFIG | {"retrain": RETRAIN | {"histories": [1.0, 0.1]} | settings}
    return contest.hold(SCHEMA, table, RECIPE, champion, config)


def test_where_nothing_changes_nothing_is_gained():
    held = hold(make(turn=ROWS), Champion())
    assert held.comparison.rows == 80
    assert held.comparison.gain.low == pytest.approx(0, abs=1e-5)


def test_where_the_world_turns_a_short_history_wins():
    held = hold(make(turn=330), Champion())
    assert held.history == 0.1
    assert held.comparison.gain.low > 0
    assert len(held.predictions.value) == len(held.test) == 80
    fitted, rows = contest.refit(SCHEMA, make(330), RECIPE, 0.1, CONFIG | {"retrain": RETRAIN})
    assert rows.tolist() == list(range(360, 400))
    assert fitted.predict(pd.DataFrame({"x0": [1.0]})) == pytest.approx(-3, abs=1e-4)


def test_what_the_champion_has_learnt_from_is_left_out():
    table = make(ROWS)
    held = hold(table, Champion(until=str(table["day"].iloc[369])))
    assert held.comparison.rows == 30
    assert hold(table, Champion(until=str(table["day"].iloc[390]))) is None
    assert hold(table, Champion(until=str(table["day"].iloc[-1]))) is None


def test_rows_of_one_class_are_no_history():
    table = np.array(["a"] * 50 + ["b"] * 50)
    schema = replace(SCHEMA, task="binary")
    assert len(contest.choose_rows(schema, table, 0.2, 20)) == 100
    assert len(contest.choose_rows(schema, table[::-1][25:], 0.2, 20)) == 75
