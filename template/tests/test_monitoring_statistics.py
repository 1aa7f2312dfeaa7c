import numpy as np
import pytest
from scipy import special, stats

from {= cookiecutter.package_name =}.monitoring import statistics


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 31])
def test_the_tail_of_chi_square_is_scipys(freedom):
    for value in (0.0, 0.01, 1.5, 20, 300):
        expected = special.chdtrc(freedom, value)
        assert statistics.chi_square_tail(value, freedom) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("rows", [20, 100, 5_000])
def test_kolmogorovs_probability_is_close_to_the_exact_one(rows):
    for distance in np.array([0.3, 1.0, 1.6, 2.5]) / rows**0.5:
        exact = stats.kstwo.sf(distance, rows)
        assert statistics.kolmogorov(distance, rows) == pytest.approx(exact, rel=0.2, abs=1e-3)


def test_chi_square_of_many_rows_is_scipys():
    counts = np.array([[40, 30, 20, 10], [50, 60, 50, 40]])
    one, other = counts / counts.sum(axis=1, keepdims=True)
    found = statistics.chi_square(one, other, 100, 200)
    assert found == pytest.approx(stats.chi2_contingency(counts)[1])


def test_rates_of_few_events_are_compared_exactly():
    expected = stats.binomtest(3, 3, 30 / 578, alternative="greater").pvalue
    assert statistics.rate(3, 30, 0, 548) == pytest.approx(2 * expected)
    assert statistics.rate(27, 30, 1, 548) == pytest.approx(2 * expected)
    assert statistics.rate(0, 30, 0, 548) == 1


def test_jensen_and_shannons_distance_is_between_equal_and_disjoint():
    half = np.array([0.5, 0.5, 0.0])
    assert statistics.jensen_shannon(half, half) == 0
    assert statistics.jensen_shannon(half, np.array([0.0, 0.0, 1.0])) == pytest.approx(1)
    assert statistics.stability(half, half, 10, 10) == 0
    assert statistics.stability(half, np.array([0.4, 0.6, 0.0]), 10, 10) > 0


def test_probabilities_are_corrected_as_holm_says():
    assert statistics.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert statistics.holm([]) == []
