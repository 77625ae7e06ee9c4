from math import comb

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from second_routes import configuration_transition_probability, wigner_eckart_ratios
from small_transitions import transition_probabilities_small

from analytic.charging import charging_levels
from analytic.configurations import configurations, spin_adapted
from analytic.hamiltonian import levels
from analytic.spin import clebsch_gordan_weight
from analytic.transitions import (
    addition_table,
    projection_pairs,
    transition_probabilities_between,
)

PAPER = {"length": 9.5, "cutoff": "0.0019", "kernel": "soft-coulomb"}


def states(electrons, orbitals):
    return [state for occupied in configurations(electrons, orbitals) for state in spin_adapted(occupied)]


ONE, TWO, PAIR = (1,), (1, 2), (1, 1)


def only(orbitals, two_S):
    return next(state for state in spin_adapted(orbitals) if state.two_S == two_S)


def test_adding_to_an_empty_orbital_gives_the_spin_weight():
    """Closed shell -> doublet 1 = C; doublet -> singlet 1/4, triplet 3/4; triplet -> quartet 2/3."""
    for initial, final in (
        (only((), 0), only((1,), 1)),
        (only(PAIR, 0), only((1, 1, 2), 1)),
        (only(ONE, 1), only(TWO, 0)),
        (only(ONE, 1), only(TWO, 2)),
        (only(TWO, 2), only((1, 2, 3), 3)),
    ):
        assert configuration_transition_probability(initial, final) == clebsch_gordan_weight(initial.two_S, final.two_S)


def test_the_second_electron_of_an_orbital_has_one_half():
    """A doublet's half-filled orbital takes the second electron with M = 1/2, not C = 1/4."""
    assert configuration_transition_probability(only(ONE, 1), only(PAIR, 0)) == sympy.Rational(1, 2)
    assert clebsch_gordan_weight(1, 0) == sympy.Rational(1, 4)


def test_configurations_that_differ_by_more_than_one_electron_do_not_connect():
    """{1,1} -> {1,2,2}: the transition that vanishes exactly without interaction ([J96])."""
    assert configuration_transition_probability(only(PAIR, 0), only((1, 2, 2), 1)) == 0


@given(st.integers(0, 3))
def test_spin_selection_rule_comes_out_of_the_determinants(electrons):
    """Configurations whose spins differ by more than 1/2 have M = 0, without having been told."""
    for initial in states(electrons, 3):
        for final in states(electrons + 1, 3):
            if abs(final.two_S - initial.two_S) != 1:
                assert configuration_transition_probability(initial, final) == 0


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_amplitudes_obey_wigner_and_eckart(electrons):
    """The squares over all pairs of projections are shared out as squared Clebsch-Gordan coefficients."""
    for initial in states(electrons, 3):
        for final in states(electrons + 1, 3):
            M = configuration_transition_probability(initial, final)
            shares = wigner_eckart_ratios(initial.two_S, final.two_S)
            for pair in projection_pairs(initial.two_S, final.two_S):
                table = addition_table((initial,), (final,), *pair)
                square = sum(sympy.Rational(a**2, b) for a, b in table.values())
                assert square == 2 * (initial.two_S + 1) * M * shares.get(pair, 0)


@pytest.mark.parametrize("electrons", [0, 1, 2, 3, 4])
def test_sum_rule_over_all_configurations(electrons):
    """sum_i (2S_i+1) sum_j M_ji = tr(D_s D+_s) = M C(2M-1, N): exact, no state missing on either side."""
    total = sum(
        (i.two_S + 1) * configuration_transition_probability(i, j)
        for i in states(electrons, 3)
        for j in states(electrons + 1, 3)
    )
    assert total == 3 * comb(5, electrons)


@pytest.mark.parametrize(("electrons", "orbitals"), [(1, 2), (2, 3), (3, 3), (5, 3)])
def test_sum_rule_and_selection_with_interaction(electrons, orbitals):
    """The same sum rule holds to 28 digits for interacting states, and forbidden M_ji vanish."""
    M = transition_probabilities_small(electrons, orbitals, **PAPER)
    initial, final = levels(electrons, orbitals, **PAPER), levels(electrons + 1, orbitals, **PAPER)
    with mpmath.workdps(40):
        total = sum((i.two_S + 1) * M[b][a] for a, i in enumerate(initial) for b in range(len(final)))
        assert abs(total - orbitals * comb(2 * orbitals - 1, electrons)) < mpmath.mpf(10) ** -28
        for a, i in enumerate(initial):
            for b, j in enumerate(final):
                assert M[b][a] >= 0
                assert abs(j.two_S - i.two_S) == 1 or M[b][a] < mpmath.mpf(10) ** -50


def test_interaction_lifts_the_forbidden_transition():
    """N = 2 ground state -> the doublet of {1,2,2}: 0 without interaction, positive with, and growing with strength."""
    small, large = (
        transition_probabilities_small(2, 3, length=1, cutoff="0.01", kernel="soft-coulomb", strength=s)[1][0]
        for s in ("0.01", "0.1")
    )
    with mpmath.workdps(40):
        assert 0 < small < large < 0.01
        assert 80 < large / small < 120  # amplitude of first order in the strength


def test_electrons_are_added_one_at_a_time():
    """Two electrons more, or one more than the basis holds, are errors."""
    with pytest.raises(ValueError, match="after adding one must be 2"):
        transition_probabilities_between(*(charging_levels(N, 2, 1, length=1) for N in (1, 3)))
    with pytest.raises(ValueError, match="electrons=5 must not exceed"):
        transition_probabilities_small(4, 2, **PAPER)
