"""The second route: Lanczos in the full Slater basis, against the first, and where it goes wrong by itself."""

import numpy as np
import pytest
from fock import dense_hamiltonian
from hypothesis import given
from hypothesis import strategies as st
from random_dots import INTERACTING, dots, number_of_levels

from numeric import (
    Dot,
    interaction_integrals,
    slater_lanczos,
    slater_transition_probabilities,
    solve,
    transition_probabilities,
)
from numeric.slater_basis import SlaterBasis, SlaterHamiltonian

DOT = Dot(3.0, 0.01, 5)


def energies(spectrum):
    """Energies of a Lanczos spectrum."""
    return np.array([level.energy for level in spectrum.levels])


@given(dot=dots(orbitals=(2, 4)), N=st.integers(0, 4))
def test_hamiltonian_is_that_of_second_quantisation(dot, N):
    """Pair annihilators reproduce 1/2 sum (pq|rs) c+ c+ c c; bit patterns order the determinants differently."""
    basis = SlaterBasis(dot.orbitals, N)
    hamiltonian = SlaterHamiltonian(dot, interaction_integrals(dot), basis)
    matrix = np.stack([hamiltonian.apply(unit) for unit in np.eye(basis.size)])
    expected = dense_hamiltonian(dot, N, interaction_integrals(dot).tensor())
    scale = max(1.0, np.max(np.abs(expected)))
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), np.linalg.eigvalsh(expected), atol=1e-12 * scale, rtol=0)


@given(dot=dots(INTERACTING, orbitals=(3, 4)), N=st.integers(0, 3))
def test_both_routes_give_the_same_levels_and_probabilities(dot, N):
    """Energies, spins, and M_ji by the plain sum over S_z of Eq. (4)."""
    counts = [1 if n == 0 else 3 for n in (N, N + 1)]
    first = [solve(dot, n, count) for n, count in zip((N, N + 1), counts, strict=True)]
    second = [slater_lanczos(dot, n, count) for n, count in zip((N, N + 1), counts, strict=True)]
    gap = 1e-3 * np.max(np.abs(first[1].energies))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(energies(b), a.energies, atol=1e-9 * max(1.0, np.max(np.abs(a.energies))), rtol=0)
    if all(np.min(np.diff(a.energies), initial=np.inf) > gap for a in first):
        for a, b in zip(first, second, strict=True):
            assert [level.two_S for level in b.levels] == a.two_S.tolist()
        expected = transition_probabilities(*first)
        np.testing.assert_allclose(slater_transition_probabilities(*second), expected, atol=1e-7)


@pytest.mark.parametrize("kernel", ["none", "constant"])
def test_coinciding_levels_are_all_found(kernel):
    """One Lanczos vector cannot tell levels of one energy apart; repeated runs find each of them."""
    dot = Dot(2.0, 0.0, 4, kernel, 0.7)
    spectrum, expected = slater_lanczos(dot, 3, 6), solve(dot, 3, 6)
    np.testing.assert_allclose(energies(spectrum), expected.energies, atol=1e-10)
    assert sorted(level.two_S for level in spectrum.levels[3:]) == [1, 1, 3]


def test_a_generic_vector_has_weight_in_every_component():
    """From a random start nothing needs to be recovered: the projections of [J96] are the states."""
    for level in slater_lanczos(DOT, 3, 4).levels:
        assert level.recovered == ()
        assert set(level.weights) == {-3, -1, 1, 3}
        assert all(level.weights[two_m] > 1e-6 for two_m in level.components)


@pytest.mark.parametrize("seed", range(3))
def test_the_lanczos_vector_of_an_energy_is_the_projection_of_the_start_vector(seed):
    """Rounding lets a run meet several states of one level; the vector returned is still that of exact arithmetic."""
    start = np.random.default_rng(seed).normal(size=SlaterBasis(5, 3).size)
    for level in slater_lanczos(DOT, 3, 4, start=start).levels:
        overlaps = {two_m: np.vdot(state, start) ** 2 for two_m, state in level.components.items()}
        for two_m, overlap in overlaps.items():
            assert level.weights[two_m] == pytest.approx(overlap / sum(overlaps.values()), rel=1e-6, abs=1e-9)


def test_a_vector_without_weight_in_one_component_is_noticed_and_repaired():
    """Accidental orthogonality: the start vector has nothing with S_z = -1/2, so no Lanczos vector has.

    Projecting and renormalising would divide zero by zero. S- supplies the missing states, and M_ji come out right.
    """
    basis = SlaterBasis(5, 3)
    start = np.where(basis.two_Sz == -1, 0.0, np.random.default_rng(5).normal(size=basis.size))
    blind = slater_lanczos(DOT, 3, 3, start=start)
    first = blind.levels[0]
    assert first.weights[-1] < 1e-20
    assert -1 in first.recovered
    assert all(np.all(np.isfinite(state)) for state in first.components.values())
    np.testing.assert_allclose(energies(blind), solve(DOT, 3, 3).energies, atol=1e-10)
    M = slater_transition_probabilities(blind, slater_lanczos(DOT, 4, 3))
    np.testing.assert_allclose(M, transition_probabilities(solve(DOT, 3, 3), solve(DOT, 4, 3)), atol=1e-8)


def test_a_vector_orthogonal_to_the_highest_weight_still_yields_the_right_spin():
    """A start vector with S_z = 1/2 only sees one state of the quartet; S+ finds that there are three more."""
    basis = SlaterBasis(5, 3)
    start = np.where(basis.two_Sz == 1, np.random.default_rng(6).normal(size=basis.size), 0.0)
    levels = slater_lanczos(DOT, 3, 3, start=start).levels
    assert [level.two_S for level in levels] == solve(DOT, 3, 3).two_S.tolist()
    quartet = next(level for level in levels if level.two_S == 3)
    assert set(quartet.recovered) == {3, -1, -3}


def test_levels_that_the_start_vector_cannot_see_are_found_by_the_next_run():
    """A start vector of one reflection parity misses all levels of the other; the run in the complement finds them."""
    basis = SlaterBasis(5, 3)
    odd_orbitals = sum(basis.patterns >> k & 1 for k in (1, 3, 6, 8))
    start = np.where(odd_orbitals % 2 == 0, np.random.default_rng(7).normal(size=basis.size), 0.0)
    expected = solve(DOT, 3, 4)
    assert set(expected.parity.tolist()) == {-1, 1}
    np.testing.assert_allclose(energies(slater_lanczos(DOT, 3, 4, start=start)), expected.energies, atol=1e-10)


@pytest.mark.parametrize("N", [1, 2, 3])
def test_all_levels_may_be_asked_for_and_no_more(N):
    """C(M, N/2) C(M, N - N/2) levels exist, rounded for odd N."""
    dot = Dot(1.0, 0.1, 3)
    existing = number_of_levels(dot, N)
    np.testing.assert_allclose(energies(slater_lanczos(dot, N, existing)), solve(dot, N, existing).energies, rtol=1e-9)
    with pytest.raises(ValueError, match=f"levels={existing + 1} must be at most {existing}"):
        slater_lanczos(dot, N, existing + 1)


@pytest.mark.slow
def test_paper_dot_by_the_second_route():
    """N = 2 to 3 at M = 8: the route of [J96] agrees with the first route to 1e-8."""
    dot = Dot(9.5, 1.9e-3, 8)
    second = slater_lanczos(dot, 2, 2), slater_lanczos(dot, 3, 3)
    expected = transition_probabilities(solve(dot, 2, 2), solve(dot, 3, 3))
    np.testing.assert_allclose(slater_transition_probabilities(*second), expected, atol=1e-8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"electrons": 11}, "electrons=11 must be at most 10"),
        ({"levels": 0}, "levels=0 must be at least 1"),
        ({"levels": 51}, "levels=51 must be at most 50"),
        ({"start": np.zeros(120)}, "start must not be all zero"),
        ({"start": np.ones(3)}, r"start of shape \(3,\) must have shape \(120,\)"),
        ({"start": np.full(120, np.nan)}, "start=nan must be finite"),
        ({"integrals": interaction_integrals(Dot(9.5, 1.9e-3, 6))}, "integrals of 6 orbitals must be of the dot's 5"),
        ({"seed": "a"}, "seed='a' must be an integer"),
    ],
)
def test_invalid_arguments_are_refused(arguments, message):
    """Impossible numbers and useless start vectors are errors."""
    with pytest.raises(ValueError, match=message):
        slater_lanczos(DOT, **({"electrons": 3, "levels": 2} | arguments))


@pytest.mark.parametrize(
    ("final", "weights", "message"),
    [
        (Dot(2.0, 0.1, 2), None, "both spectra must belong to one dot"),
        (Dot(1.0, 0.1, 2), [np.nan, 1.0], "weights=nan must be finite"),
    ],
)
def test_spectra_and_weights_that_do_not_match_are_refused(final, weights, message):
    """The second route checks what the first one checks."""
    spectra = slater_lanczos(Dot(1.0, 0.1, 2), 1, 1), slater_lanczos(final, 2, 1)
    with pytest.raises(ValueError, match=message):
        slater_transition_probabilities(*spectra, weights=weights)
