from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from rows import over

from analytic.dimensions import multiplet_count
from analytic.young import Exchange, neighbour_exchanges, standard_tableaux

CASES = [(N, two_S) for N in range(1, 7) for two_S in range(N % 2, N + 1, 2)]


def matrix(rows: tuple[Exchange, ...]) -> sympy.Matrix:
    result = sympy.zeros(len(rows))
    for row, exchange in enumerate(rows):
        result[row, row] = sympy.Rational(exchange.diagonal)
        if exchange.partner is not None:
            result[row, exchange.partner] = sympy.sqrt(sympy.Rational(exchange.off_diagonal_squared))
    return result


@over(("electrons", "two_S"), CASES)
def test_one_tableau_for_each_level(electrons, two_S):
    """There are f(N, S) tableaux, and in each the spin never falls below 0 on the way to S."""
    tableaux = standard_tableaux(electrons, two_S)
    assert len(set(tableaux)) == len(tableaux) == multiplet_count(electrons, two_S)
    for tableau in tableaux:
        spins = [len(tableau[:place]) - 2 * sum(tableau[:place]) for place in range(electrons + 1)]
        assert min(spins) >= 0
        assert spins[-1] == two_S


@pytest.mark.parametrize(("electrons", "two_S"), CASES)
def test_exchanges_generate_the_permutation_group(electrons, two_S):
    """P_p^2 = 1, distant exchanges commute, neighbouring ones braid: exactly."""
    exchanges = [matrix(rows) for rows in neighbour_exchanges(electrons, two_S)]
    identity = sympy.eye(multiplet_count(electrons, two_S))
    for place, first in enumerate(exchanges):
        assert first**2 == identity
        assert all(first * other == other * first for other in exchanges[place + 2 :])
    for first, second in pairwise(exchanges):
        assert sympy.simplify(first * second * first - second * first * second) == sympy.zeros(*identity.shape)


@pytest.mark.parametrize(("electrons", "two_S"), CASES)
def test_the_sum_of_all_exchanges_is_the_total_spin(electrons, two_S):
    """Sum of all P_ij = S(S+1) + N(N-4)/4, which ties the representation to the spin and not to its mirror image."""
    exchanges = [matrix(rows) for rows in neighbour_exchanges(electrons, two_S)]
    total = sympy.zeros(multiplet_count(electrons, two_S))
    for left in range(electrons):
        pair = sympy.eye(total.shape[0])
        for bond in range(left, electrons - 1):
            pair = exchanges[bond] if bond == left else exchanges[bond] * pair * exchanges[bond]
            total += pair
    spin = sympy.Rational(two_S, 2)
    expected = spin * (spin + 1) + sympy.Rational(electrons * (electrons - 4), 4)
    assert sympy.simplify(total - expected * sympy.eye(total.shape[0])) == sympy.zeros(*total.shape)


def test_two_spins():
    """Two spins: the exchange is +1 for the triplet and -1 for the singlet."""
    assert neighbour_exchanges(2, 2)[0][0].diagonal == Fraction(1)
    assert neighbour_exchanges(2, 0)[0][0].diagonal == Fraction(-1)


@pytest.mark.parametrize(("electrons", "two_S"), [(0, 0), (2, 1), (3, 5), (2, -2)])
def test_impossible_spins_are_errors(electrons, two_S):
    """A spin that N spins 1/2 cannot form is refused."""
    with pytest.raises(ValueError, match="must be"):
        standard_tableaux(electrons, two_S)
