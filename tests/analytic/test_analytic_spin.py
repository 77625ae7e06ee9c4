import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from second_routes import allowed_spins, total_spins, wigner_eckart_ratios
from sympy.physics.quantum.cg import CG

from analytic.spin import (
    HALF,
    S,
    clebsch_gordan_projector,
    clebsch_gordan_squared,
    clebsch_gordan_weight,
    clebsch_gordan_weight_symbolic,
    m,
    projections,
    total_spin_squared_block,
)

two_spins = st.integers(0, 12)


def test_the_weight_of_symbolic_spin_is_equation_5():
    """Summed squared Clebsch-Gordan coefficients equal Eq. (5) for symbolic S, in both branches."""
    assert sympy.simplify(clebsch_gordan_weight_symbolic(S + HALF) - (S + 1) / (2 * S + 1)) == 0
    assert sympy.simplify(clebsch_gordan_weight_symbolic(S - HALF) - S / (2 * S + 1)) == 0


def test_both_weights_are_a_ratio_of_degeneracies():
    """C_ji = (2S_j+1)/(2(2S_i+1)) in both branches, and the two add up to 1."""
    upper, lower = (clebsch_gordan_weight_symbolic(j) for j in total_spins())
    for j, weight in zip(total_spins(), (upper, lower), strict=True):
        assert sympy.simplify(weight - (2 * j + 1) / (2 * (2 * S + 1))) == 0
    assert sympy.simplify(upper + lower) == 1


def test_a_spin_couples_with_one_half_to_its_two_neighbours():
    """The characteristic polynomial has the roots j(j+1) of j = S+1/2 and j = S-1/2 for every m."""
    assert [sympy.expand(j) for j in total_spins()] == [S + HALF, S - HALF]
    block = total_spin_squared_block()
    assert sympy.diff(sympy.simplify(block.trace()), m) == 0
    assert sympy.diff(sympy.simplify(block.det()), m) == 0


def test_the_projectors_resolve_the_block():
    """P_j are orthogonal projectors that commute with (S+s)^2 and add up to 1, for symbolic S and m."""
    upper, lower = (clebsch_gordan_projector(j) for j in total_spins())
    block = total_spin_squared_block()
    zero = sympy.zeros(2)
    for matrix in (upper**2 - upper, lower**2 - lower, upper * lower, upper + lower - sympy.eye(2)):
        assert matrix.applyfunc(sympy.simplify) == zero
    assert (block * upper - (S + HALF) * (S + 3 * HALF) * upper).applyfunc(sympy.simplify) == zero


@pytest.mark.parametrize("two_S_i", range(5))
def test_squared_coefficients_agree_with_sympys_table(two_S_i):
    """Every coefficient of numeric spin agrees with sympy's Clebsch-Gordan coefficients (Wigner 3j)."""
    for two_S_j in (two_S_i - 1, two_S_i + 1):
        for z_i in projections(two_S_i):
            for sigma in (-1, 1):
                if two_S_j < 0 or abs(z_i + sigma) > two_S_j:
                    continue
                halves = (sympy.Rational(v, 2) for v in (two_S_i, z_i, 1, sigma, two_S_j, z_i + sigma))
                squared = CG(*halves).doit() ** 2
                assert clebsch_gordan_squared(two_S_i, z_i, sigma, two_S_j, z_i + sigma) == squared


def test_projection_changes_by_the_spin_of_the_electron():
    """If S_zj - S_zi is not sigma/2, or S does not change by 1/2, the coefficient vanishes."""
    assert clebsch_gordan_squared(2, 0, 1, 3, -1) == 0
    assert clebsch_gordan_squared(2, 2, -1, 3, 3) == 0
    assert clebsch_gordan_squared(2, 0, 1, 5, 1) == 0
    assert clebsch_gordan_squared(1, 1, 1, 1, 1) == 0


@given(two_spins, two_spins)
def test_weight_of_numbers_is_equation_5(two_S_i, two_S_j):
    """The numeric sum equals Eq. (5) on allowed pairs and vanishes elsewhere."""
    spin = sympy.Rational(two_S_i, 2)
    expected = {1: (spin + 1) / (2 * spin + 1), -1: spin / (2 * spin + 1)}.get(two_S_j - two_S_i, 0)
    assert clebsch_gordan_weight(two_S_i, two_S_j) == expected
    assert (two_S_j in allowed_spins(two_S_i)) == (expected != 0)


def test_the_spins_within_reach_differ_by_one_half():
    """From S = 0 only 1/2 is reached, from any other spin both neighbours, 0 among them."""
    assert [allowed_spins(two_S) for two_S in range(4)] == [(1,), (0, 2), (1, 3), (2, 4)]


@given(two_spins.flatmap(lambda s: st.tuples(st.just(s), st.sampled_from([t for t in (s - 1, s + 1) if t >= 0]))))
def test_shares_of_projections_add_up(pair):
    """The shares of all (S_zi, S_zj) add up to 1, and each multiplet of spin j has 2S_j+1 equal sums over i."""
    shares = wigner_eckart_ratios(*pair)
    assert sum(shares.values()) == 1
    by_final = [sum(v for (_, z), v in shares.items() if z == z_j) for z_j in projections(pair[1])]
    assert set(by_final) == {sympy.Rational(1, pair[1] + 1)}


@pytest.mark.parametrize("wrong", [-1, 0.5, True, "1"])
def test_a_spin_that_is_no_half_integer_is_refused(wrong):
    """Negative and non-integer two_S are errors that name the value."""
    with pytest.raises(ValueError, match="two_S_i="):
        clebsch_gordan_weight(wrong, 1)
    with pytest.raises(ValueError, match="two_S_j="):
        clebsch_gordan_weight(1, wrong)
    with pytest.raises(ValueError, match="two_S_j="):
        clebsch_gordan_squared(0, 0, 1, wrong, wrong)


def test_impossible_projections_are_refused():
    """A projection beyond its spin, or of the other parity, or an electron that is neither up nor down, is an error."""
    with pytest.raises(ValueError, match="two_Sz_i=3"):
        clebsch_gordan_squared(1, 3, 1, 2, 0)
    with pytest.raises(ValueError, match="two_Sz_j=1"):
        clebsch_gordan_squared(1, 1, 1, 2, 1)
    with pytest.raises(ValueError, match="sigma=0"):
        clebsch_gordan_squared(1, 1, 0, 2, 2)


def test_spins_that_one_electron_cannot_couple_have_no_weight():
    """The symbolic weight is that of S_j = S + 1/2 or S - 1/2."""
    with pytest.raises(ValueError, match="total_spin=5 must differ from spin=S by 1/2"):
        clebsch_gordan_weight_symbolic(sympy.Integer(5))
