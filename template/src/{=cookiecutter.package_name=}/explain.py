"""What moved one prediction: how much of it each field accounts for.

A prediction is compared with those for rows of typical values. Such a row turns into the one in
question field by field, in a random order; a field's share is how much the prediction moves when
its turn comes, averaged over many orders and typical rows (Shapley values, sampled as in
Štrumbelj and Kononenko 2014, every order together with its reverse). The shares add up to the
difference between the prediction and the average typical one.

They tell what the model does, not what causes what. Light on purpose: the service imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import dates
from .signature import Inputs, Predictions, Signature

TYPICAL_ROWS = 64
MODEL_ROWS = 8_192
"""How many rows the model predicts for one explanation, at most."""

MOST_FIELDS = 500
"""A model that reads more fields is not explained: too few orders would be left."""

Numbers = NDArray[np.float64]


class Explanation(NamedTuple):
    """One row's shares; columns are the target's classes, or the one number of a regression."""

    average: Numbers
    """The mean prediction of the typical rows, shape (columns,)."""
    shares: Numbers
    """Shape (fields, columns), in the signature's order; the unit is the prediction's."""


class Explainer:
    """Explains predictions of one model; the same row gets the same answer every time."""

    def __init__(
        self,
        signature: Signature,
        predict: Callable[[Inputs], Predictions],
        typical: Inputs,
        seed: int = 0,
    ) -> None:
        self.predict = predict
        count = len(signature.fields)
        pairs = MODEL_ROWS // (2 * (count + 1))
        self.typical = take(typical, np.arange(min(len(typical), pairs)))
        self.orders = draw_orders(count, len(self.typical), seed)
        self.turns = np.argsort(self.orders, axis=1)
        own = self.turns[:, None, :] < np.arange(count + 1)[:, None]
        number, category = owners(signature)
        self.own_number, self.own_category = own[:, :, number], own[:, :, category]

    def explain(self, row: Inputs) -> Explanation:
        """The shares of a single row."""
        number = np.where(self.own_number, row.number[0], twice(self.typical.number))
        category = np.where(self.own_category, row.category[0], twice(self.typical.category))
        answers = columns_of(self.predict(Inputs(flat(number), flat(category))))
        answers = answers.reshape(*number.shape[:2], -1)
        moves = np.take_along_axis(np.diff(answers, axis=1), self.turns[:, :, None], axis=1)
        return Explanation(answers[:, 0].mean(axis=0), moves.mean(axis=0))


def draw_orders(fields: int, rows: int, seed: int) -> NDArray[np.int64]:
    """An order of the fields for each row, then the reverse of each, shape (2 · rows, fields)."""
    straight = np.tile(np.arange(fields), (rows, 1))
    orders = np.random.default_rng(seed).permuted(straight, axis=1)
    return np.concatenate([orders, orders[:, ::-1]])


def twice(values: NDArray[Any]) -> NDArray[Any]:
    """The typical rows, once for each order and once for its reverse."""
    return np.concatenate([values, values])[:, None, :]


def flat(values: NDArray[Any]) -> NDArray[Any]:
    """Orders and steps as rows of one matrix."""
    orders, steps, width = values.shape
    return values.reshape(orders * steps, width)


def owners(signature: Signature) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every column of both matrices the place of its field in the signature."""
    places = {field.name: place for place, field in enumerate(signature.fields)}
    widths = [(field, 1) for field in signature.numbers]
    widths += [(field, dates.width(field.parts)) for field in signature.dates]
    number = [places[field.name] for field, width in widths for _ in range(width)]
    category = [places[field.name] for field in signature.categories]
    return np.array(number, int), np.array(category, int)


def columns_of(predictions: Predictions) -> Numbers:
    """Probabilities, or the one number of a regression, shape (rows, columns)."""
    found = predictions.probabilities
    return np.asarray(predictions.value[:, None] if found is None else found, np.float64)


def take(inputs: Inputs, rows: NDArray[np.int64]) -> Inputs:
    """Some of the rows."""
    return Inputs(inputs.number[rows], inputs.category[rows])


def draw_typical(signature: Signature, inputs: Inputs, seed: int) -> Inputs:
    """Typical values, TYPICAL_ROWS of each field.

    Each field is drawn on its own: what is kept holds no row of the data.
    """
    generator = np.random.default_rng(seed)
    size = min(TYPICAL_ROWS, len(inputs))
    picks = [generator.choice(len(inputs), size, replace=False) for _ in signature.fields]
    number, category = owners(signature)
    return Inputs(pick(inputs.number, number, picks), pick(inputs.category, category, picks))


def pick(matrix: NDArray[Any], owner: NDArray[np.int64], picks: list[Any]) -> NDArray[Any]:
    """For every column the rows that were drawn for its field."""
    columns = [matrix[picks[field], column] for column, field in enumerate(owner)]
    return np.stack(columns, axis=1) if columns else matrix[: len(picks[0])]


def to_json(typical: Inputs) -> dict[str, Any]:
    """As reference.json holds it; null where a number is missing."""
    number = typical.number.astype(object)
    number[~np.isfinite(typical.number)] = None
    return {"number": number.tolist(), "category": typical.category.tolist()}


def from_json(text: dict[str, Any]) -> Inputs:
    """Read what `to_json` wrote."""
    rows = len(text["number"])
    number = np.array(text["number"], object).reshape(rows, -1).astype(np.float32)
    return Inputs(number, np.array(text["category"], object).reshape(rows, -1))
