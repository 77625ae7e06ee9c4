"""Sources of probability where rates differ by hundreds of decades, against exact rational arithmetic."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from mpmath import mp, workdps

from analytic import lead_response_exact
from analytic.cramer import cancelled_bits
from analytic.perturbed_chain import PerturbedChain


def random_rates(choose, states, decades):
    """Return rates of a connected chain with both ways along every edge, as powers of ten."""
    pairs = [(i, i + 1) for i in range(states - 1)] + [(0, states - 1)]
    return {edge: Fraction(10) ** choose.randint(-decades, 0) for i, j in pairs for edge in ((i, j), (j, i))}


@pytest.mark.parametrize("decades", [1, 30, 400])
@pytest.mark.parametrize("seed", range(4))
def test_shifts_solve_the_linear_system(seed, decades):
    """W x = b and sum x = 0 by sympy's rationals, to 20 digits of the largest component, with bits for the spread."""
    choose, states = Random(seed), 4
    rates = random_rates(choose, states, decades)
    start, to = choose.sample(range(states), 2)
    W = sympy.zeros(states)
    for (i, j), rate in rates.items():
        W[i, j] += sympy.Rational(rate.numerator, rate.denominator)
        W[j, j] -= sympy.Rational(rate.numerator, rate.denominator)
    W[0, :] = sympy.ones(1, states)
    b = sympy.Matrix([int(k == start) - int(k == to) if k else 0 for k in range(states)])
    exact, P = W.LUsolve(b), W.LUsolve(sympy.Matrix([1, *[0] * (states - 1)]))
    with workdps(30 + cancelled_bits(states, rates) // 3):
        numbers = {edge: mp.mpf(rate.numerator) / rate.denominator for edge, rate in rates.items()}
        chain = PerturbedChain(states, numbers)
        found = chain.shift([mp.mpf(int(k == start) - int(k == to)) for k in range(states)])
        largest = max(abs(mp.mpf(value.p) / value.q) for value in exact)
        for value, known, population, true in zip(found, exact, chain.populations, P, strict=True):
            assert abs(value - mp.mpf(known.p) / known.q) < largest * mp.mpf(10) ** -20
            assert abs(population / (mp.mpf(true.p) / true.q) - 1) < mp.mpf(10) ** -25
        assert abs(mp.fsum(found)) < largest * mp.mpf(10) ** -25


def test_a_chain_in_two_parts_is_refused():
    """No source could be made up for."""
    apart = {(0, 1): 1, (1, 0): 1, (2, 3): 1, (3, 2): 1}
    for refuse in (lambda: PerturbedChain(4, apart), lambda: cancelled_bits(4, apart)):
        with pytest.raises(ValueError, match=r"closed classes \(\(0, 1\), \(2, 3\)\)"):
            refuse()


@pytest.mark.parametrize("kT", ["0.1", "0.0001"])
def test_a_force_that_populations_make_up_for_drives_nothing(kT):
    """A lead on a dead end: 0 exactly, while two leads on one edge are tightly coupled to 28 digits."""
    levels = [{"electrons": N, "energy": f"{N}.{N + 1}", "two_S": N % 2} for N in range(3)]
    ends = [{"a": 1, "b": "0.5", "c": 0}, {"a": 0, "b": 0, "c": 1}]
    transitions = [{"from": k, "to": k + 1, "M": M} for k, M in enumerate(ends)]
    leads = [{"name": name, "rate": 1, "mu": 0} for name in "abc"]
    found = lead_response_exact(levels, transitions, leads, kT, "0.75").onsager
    for place in (2, 5):
        assert all(found[place][k] == 0 == found[k][place] for k in range(6))
    assert found[0][0] > 0
    with workdps(40):
        e = mp.mpf("0.35")
        for row, column, factor in ((0, 1, -1), (0, 3, e), (3, 3, e**2), (4, 3, -(e**2))):
            assert abs(found[row][column] / (factor * found[0][0]) - 1) < mp.mpf(10) ** -28
