"""Cookiecutter, Copier and mlkeel write the same bytes and modes for any pair of options."""

import pytest

from mlkeel.render import Template
from support import (
    ROOT,
    assert_same,
    combinations_of,
    covering,
    held_by,
    make,
    parameters,
    snapshot,
)

CHOICES = parameters(Template(ROOT))
PAIRS = covering(CHOICES, 2)


def test_the_rows_hold_every_pair_of_options():
    held = {held for row in PAIRS for held in held_by(row, 2)}
    assert held >= set(combinations_of(CHOICES, 2))


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: "-".join(map(str, row.values())))
def test_three_engines_make_the_same_project(row, plain, tmp_path):
    ours = snapshot(make("mlkeel", plain, row, tmp_path))
    assert ours
    assert_same(snapshot(make("copier", plain, row, tmp_path)), ours)
    assert_same(snapshot(make("cookiecutter", plain, row, tmp_path)), ours)
