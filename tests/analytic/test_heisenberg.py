from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic import heisenberg
from analytic.dimensions import multiplet_count
from analytic.heisenberg import fit_couplings, heisenberg_levels, heisenberg_polynomials

E = sympy.Symbol("E")


def product_space_energies(electrons, couplings):
    """Diagonalise the chain in the 2^N product states: S_p.S_{p+1} exchanges opposite neighbours with 1/2."""
    size = 2**electrons
    matrix = sympy.zeros(size)
    for state in range(size):
        for bond, J in enumerate(couplings):
            if (state >> bond) & 1 != (state >> (bond + 1)) & 1:
                matrix[state, state] -= J / sympy.Integer(2)
                matrix[state ^ (3 << bond), state] += J / sympy.Integer(2)
    return sorted(sympy.N(root, 15) for root, count in sympy.roots(matrix.charpoly(E)).items() for _ in range(count))


@pytest.mark.parametrize(("electrons", "couplings"), [(2, [1]), (3, [2, 2]), (4, [1, 3, 1])])
def test_all_states_of_the_product_space_appear(electrons, couplings):
    """The levels with their 2S+1 copies are the spectrum of the chain of N spins, found without any symmetry."""
    levels = heisenberg_levels(electrons, couplings)
    states = sorted(sympy.N(level.energy, 15) for level in levels for _ in range(level.two_S + 1))
    expected = product_space_energies(electrons, couplings)
    assert len(states) == len(expected)
    assert all(abs(a - b) < 1e-12 for a, b in zip(states, expected, strict=True))


def test_three_electrons():
    """N = 3: gaps J and 3J/2 whatever J, so their ratio is 3/2 exactly."""
    J = sympy.Symbol("J", positive=True)
    polynomials = heisenberg_polynomials(3, [J, J])
    low, high, polarised = (sympy.roots(polynomials[key].as_expr(), E) for key in ((1, -1), (1, 1), (3, -1)))
    (low,), (high,), (polarised,) = low, high, polarised
    assert sympy.simplify((polarised - low) / (high - low)) == sympy.Rational(3, 2)


def test_four_electrons_in_closed_form():
    """N = 4: E = -J_1 - J_2/2 -+ sqrt(4 J_1^2 - 2 J_1 J_2 + J_2^2)/2 for S = 0, and the order S = 0, 1, 1, 0, 1, 2."""
    J1, J2 = sympy.symbols("J1 J2", positive=True)
    singlets = heisenberg_polynomials(4, [J1, J2, J1])[0, 1].as_expr()
    root = -J1 - J2 / 2 - sympy.sqrt(4 * J1**2 - 2 * J1 * J2 + J2**2) / 2
    assert sympy.simplify(singlets.subs(E, root)) == 0
    assert [level.two_S for level in heisenberg_levels(4, [1, 1, 1])] == [0, 2, 2, 0, 2, 4]


@pytest.mark.parametrize("electrons", range(1, 7))
def test_levels_are_complete_and_sorted(electrons):
    """Uniform chains have f(N, S) different levels of every spin, the polarised one highest and at zero."""
    levels = heisenberg_levels(electrons, [1] * (electrons - 1))
    for two_S in range(electrons % 2, electrons + 1, 2):
        assert sum(level.two_S == two_S for level in levels) == multiplet_count(electrons, two_S)
    energies = [sympy.N(level.energy, 20) for level in levels]
    assert all(low < high for low, high in pairwise(energies))
    assert levels[-1].two_S == electrons
    assert levels[-1].energy == 0


def test_energies_add_up_to_the_trace():
    """The levels' sum with degeneracies is the trace of H, -2^N sum J_p / 4, exactly: N = 5 and 6."""
    for couplings in ([1, 2, 2, 1], [1, 2, 5, 2, 1]):
        electrons = len(couplings) + 1
        polynomials = heisenberg_polynomials(electrons, couplings)
        trace = sum(-(two_S + 1) * polynomial.all_coeffs()[1] for (two_S, _), polynomial in polynomials.items())
        assert trace == -(sympy.Integer(2) ** electrons) * sum(couplings) / 4


@settings(max_examples=6, deadline=None)
@given(
    st.integers(3, 6), st.lists(st.fractions("1/2", 2, max_denominator=8), min_size=3, max_size=3), st.integers(-5, 5)
)
def test_fit_recovers_the_couplings(electrons, free, shift):
    """Levels of a chain give back its couplings and polarised energy."""
    couplings = [free[min(bond, electrons - 2 - bond)] for bond in range(electrons - 1)]
    exact = heisenberg_levels(electrons, [sympy.Rational(J.numerator, J.denominator) for J in couplings])
    fit = fit_couplings(electrons, [(float(level.energy) + shift, level.two_S) for level in exact])
    assert [float(J) for J in fit.couplings] == pytest.approx([float(J) for J in couplings], rel=1e-9)
    assert float(fit.polarised_energy) == pytest.approx(shift, abs=1e-9)
    assert fit.residual < 1e-10


def test_fit_shows_what_is_no_chain():
    """A level moved by a tenth of the width leaves a residual that no coupling removes."""
    levels = [(float(level.energy), level.two_S) for level in heisenberg_levels(4, [1, 1, 1])]
    levels[2] = (levels[2][0] + 0.2, levels[2][1])
    assert fit_couplings(4, levels).residual > 0.01


def test_a_coupling_is_read_exactly():
    """Two spins have the levels -J and 0 for the very double J; what is no number is refused."""
    assert [level.energy for level in heisenberg_levels(2, [0.1])] == [-sympy.Rational(0.1), 0]
    with pytest.raises(ValueError, match="coupling=J must be a finite number"):
        heisenberg_levels(2, [sympy.Symbol("J")])


@pytest.mark.parametrize("couplings", [[1, 2], [1], [1, 1, 1]])
def test_asymmetric_or_missing_couplings_are_errors(couplings):
    """J must have N - 1 entries and be symmetric."""
    with pytest.raises(ValueError, match="must be 2 in number and symmetric"):
        heisenberg_levels(3, couplings)


def test_a_fit_that_takes_too_many_steps_is_an_error(monkeypatch):
    """Couplings that still change are not reported: those of a chain that is not uniform take more than one step."""
    levels = [(float(level.energy), level.two_S) for level in heisenberg_levels(4, [1, 2, 1])]
    monkeypatch.setattr(heisenberg, "_FIT_STEPS", 1)
    with pytest.raises(ArithmeticError, match="the fit of 2 couplings does not converge in 1 steps"):
        fit_couplings(4, levels)


@pytest.mark.parametrize("electrons", [0, 7])
def test_numbers_of_spins_out_of_range_are_errors(electrons):
    """A chain has 1 to 6 spins, and 3 at least if couplings are fitted."""
    with pytest.raises(ValueError, match=f"electrons={electrons} must be between 1 and 6"):
        heisenberg_polynomials(electrons, [1] * (electrons - 1))
    with pytest.raises(ValueError, match="must be between 3 and 6"):
        fit_couplings(electrons or 2, [])


def test_incomplete_multiplets_are_errors():
    """A missing level is not fitted around."""
    with pytest.raises(ValueError, match="must be"):
        fit_couplings(4, [(0.0, 0), (1.0, 2)])
