"""Dots given by their integrals: levels, spins, irreps and M_ji against all determinants, for any Hamiltonian."""

import numpy as np
import pytest
from fock import dense
from hypothesis import given
from hypothesis import strategies as st
from integral_samples import every_level, hubbard, integral_dots, random_integrals

import numeric
import numeric.search
from numeric import (
    Dot,
    IntegralDot,
    NotConvergedError,
    density_matrix,
    expand,
    expectations,
    hamiltonian_matrix,
    sector_energies,
    solve,
    spin_squared,
    transition_amplitudes,
    transition_probabilities,
)
from numeric.eigenorbitals import eigenorbitals, minors
from numeric.integral_hamiltonian import integral_hamiltonians, pair_bound


def scale_of(energies, dot):
    parts = energies, dot.two_body, dot.one_body, dot.core  # which may cancel
    return max(*(float(np.max(np.abs(part))) for part in parts), 1e-300)


@given(dot=integral_dots(), N=st.integers(0, 4), method=st.sampled_from(["auto", "dense", "iterative"]))
def test_the_levels_are_the_eigenvalues_between_all_determinants(dot, N, method):
    """Each with its 2S+1 states, whatever the method."""
    H, _ = dense(dot, N)
    expected = np.linalg.eigvalsh(H)
    found = every_level(dot, N, method=method)
    multiplied = np.sort(np.repeat(found.energies, found.degeneracies))
    np.testing.assert_allclose(multiplied, expected, atol=1e-11 * scale_of(expected, dot), rtol=0)


@given(dot=integral_dots(), N=st.integers(1, 4))
def test_each_level_is_a_state_of_its_energy_spin_and_irrep(dot, N):
    """In the orbitals of the dot: H C = E C, S^2, and determinants of one irrep only."""
    H, states = dense(dot, N)
    number = {occupied: place for place, occupied in enumerate(states)}
    found = every_level(dot, N)
    for index, level in enumerate(found.levels):
        expansion = expand(found, index)
        vector = np.zeros(len(states))
        for (up, down), value in zip(
            expansion.determinants(len(expansion.coefficients)), expansion.coefficients, strict=True
        ):
            vector[number[(*(n - 1 for n in up), *(dot.orbitals + n - 1 for n in down))]] = value
            product = np.bitwise_xor.reduce(np.array([dot.labels[n - 1] for n in (*up, *down)]))
            assert abs(value) < 1e-12 or product + 1 == found.irreps[index]
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-12)
        residual = np.linalg.norm(H @ vector - level.energy * vector)
        assert residual < 1e-9 * scale_of(found.energies, dot)
        assert spin_squared(found, index) == pytest.approx(level.two_S * (level.two_S + 2) / 4, abs=1e-9)


@given(dot=integral_dots(orbitals=(3,)), N=st.integers(0, 3), unit=st.booleans())
def test_transition_probabilities_are_those_between_all_determinants(dot, N, unit):
    """Summed over all final levels and over clusters: the sum rule of D+, with weights of the lead or with 1."""
    w = np.ones(3) if unit else dot.weights["L"]
    low, high = every_level(dot, N), every_level(dot, N + 1)
    M = transition_probabilities(low, high, weights=None if unit else w)
    for i in range(len(low.levels)):
        # D+^+ D+ summed over both spins is 2 |w|^2 less the occupation of the orbital w
        occupied = float(w @ density_matrix(low, i) @ w)
        assert 2 * np.sum(M[:, i]) == pytest.approx(2 * w @ w - occupied, abs=1e-9 * max(1.0, w @ w))
    squares = np.sum(transition_amplitudes(low, high, weights=w, route="direct").values ** 2)
    assert squares == pytest.approx(2 * np.sum(M * low.degeneracies), abs=1e-8 * max(1.0, w @ w))


def rotation(rng, M, irreps=None):
    """Return a random orthogonal matrix that mixes orbitals of one irrep only."""
    Q = np.zeros((M, M))
    labels = np.ones(M) if irreps is None else np.array(irreps)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        Q[np.ix_(members, members)] = np.linalg.qr(rng.normal(size=(len(members),) * 2))[0]
    return Q


@given(dot=integral_dots(), N=st.integers(0, 3), seed=st.integers(0, 2**32))
def test_a_rotation_of_the_orbitals_changes_nothing(dot, N, seed):
    """Energies, spins and irreps; M_ji summed over all levels that may be degenerate, if the weights rotate too."""
    Q = rotation(np.random.default_rng(seed), dot.orbitals, dot.irreps)
    g = np.einsum("pqrs,pa,qb,rc,sd->abcd", dot.two_body, Q, Q, Q, Q, optimize=True)
    other = IntegralDot(Q.T @ dot.one_body @ Q, g, core=dot.core, irreps=dot.irreps)
    one, two = every_level(dot, N), every_level(other, N)
    size = scale_of(one.energies, dot)
    np.testing.assert_allclose(two.energies, one.energies, atol=1e-10 * size)
    if len(one.energies) > 1 and np.min(np.diff(one.energies)) > 1e-6 * size:
        np.testing.assert_array_equal(two.two_S, one.two_S)
        np.testing.assert_array_equal(two.irreps, one.irreps)
        more, most = every_level(dot, N + 1), every_level(other, N + 1)
        if np.min(np.diff(more.energies)) > 1e-6 * scale_of(more.energies, dot):
            w = dot.weights["L"]
            M, same = (
                transition_probabilities(one, more, weights=w),
                transition_probabilities(two, most, weights=Q.T @ w),
            )
            np.testing.assert_allclose(same, M, atol=1e-6 * max(1.0, w @ w))


@pytest.mark.parametrize("box", [Dot.paper(9), Dot(2.0, 0.1, 6, "contact", 3.0), Dot(1.0, 0.0, 5, "none")])
@pytest.mark.parametrize("N", [1, 2, 3])
def test_a_box_by_its_integrals_is_the_box(box, N):
    """Levels, spins, parities as irreps, M_ji, expectation values and densities."""
    dot = IntegralDot.from_box(box)
    one, two = solve(box, N, 5), solve(dot, N, 5)
    np.testing.assert_allclose(two.energies, one.energies, rtol=1e-12)
    np.testing.assert_array_equal(two.energies.round(9), one.energies.round(9))
    if box.kernel != "none":
        np.testing.assert_array_equal(two.two_S, one.two_S)
        np.testing.assert_array_equal(two.irreps, one.irreps)
        np.testing.assert_array_equal(one.irreps, np.where(one.parity == 1, 1, 2))
        np.testing.assert_allclose(expectations(two, 0), expectations(one, 0), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(density_matrix(two, 0), density_matrix(one, 0), atol=1e-8)
        M, same = (transition_probabilities(s, solve(s.dot, N + 1, 4)) for s in (one, two))
        np.testing.assert_allclose(same, M, atol=1e-7)


@pytest.mark.parametrize(
    ("sites", "t", "U"), [(4, 1.0, 0.0), (4, 1.0, 4.0), (4, 0.0, 1.0), (4, 0.0, 0.0), (3, 1.0, -2.0)]
)
@pytest.mark.parametrize("method", ["auto", "iterative"])
def test_degeneracies_of_a_hubbard_ring_lose_nothing(sites, t, U, method):
    """Levels that coincide by symmetry, or all of them, are each found, with their spins."""
    dot = hubbard(sites, t, U, ring=True)
    for N in range(2 * sites + 1):
        found = every_level(dot, N, method=method)
        expected = np.linalg.eigvalsh(dense(dot, N)[0])
        np.testing.assert_allclose(np.sort(np.repeat(found.energies, found.degeneracies)), expected, atol=1e-11)
        assert found.degeneracies.sum() == len(expected)


def test_few_levels_of_a_degenerate_ring_are_the_lowest():
    """A count that cuts a cluster still gives the right energies."""
    dot = hubbard(6, 1.0, 4.0, ring=True)
    for N in (2, 3):
        lowest = every_level(dot, N, method="dense").energies
        for count in (1, 2, 3, 5, 8):
            for method in ("auto", "iterative"):
                np.testing.assert_allclose(solve(dot, N, count, method=method).energies, lowest[:count], atol=1e-10)


@given(dot=integral_dots(), N=st.integers(0, 4), shift=st.floats(-1e3, 1e3))
def test_constants_shift_and_factors_scale_the_levels(dot, N, shift):
    """A constant energy by itself, one of every electron by N times itself, a factor all of them."""
    h, g = dot.one_body, dot.two_body
    energies = every_level(dot, N).energies
    size = scale_of(energies, dot) + abs(shift) * (N + 1)
    moved = IntegralDot(h + shift * np.eye(len(h)), g, core=dot.core + shift, irreps=dot.irreps)
    np.testing.assert_allclose(every_level(moved, N).energies, energies + (N + 1) * shift, atol=1e-12 * size)
    for factor in (1e-100, 1e100):
        scaled = IntegralDot(factor * h, factor * g, core=factor * dot.core, irreps=dot.irreps)
        np.testing.assert_allclose(every_level(scaled, N).energies / factor, energies, atol=1e-11 * size)


@given(dot=integral_dots(), two_Sz=st.sampled_from([-2, 0, 2]))
def test_one_sector_of_s_z_on_its_own(dot, two_Sz):
    """Its matrix stands between the determinants of the dot's own orbitals, and its energies are the eigenvalues."""
    H, states = dense(dot, 2)
    matrix, listed = hamiltonian_matrix(dot, 2, two_Sz)
    place = [states.index((*(n - 1 for n in up), *(dot.orbitals + n - 1 for n in down))) for up, down in listed]
    size = scale_of(H, dot)
    np.testing.assert_allclose(matrix, H[np.ix_(place, place)], atol=1e-11 * size)
    energies = sector_energies(dot, 2, two_Sz, len(listed))
    np.testing.assert_allclose(energies, np.linalg.eigvalsh(matrix), atol=1e-11 * size)


@given(dot=integral_dots(), N=st.integers(2, 4))
def test_the_bound_of_the_interaction_is_a_bound(dot, N):
    """N(N-1)/2 times the lowest eigenvalue of two electrons lies below every eigenvalue of V."""
    M = dot.orbitals
    V = IntegralDot(np.zeros((M, M)), dot.two_body)
    lowest = np.linalg.eigvalsh(dense(V, N)[0])[0]
    assert pair_bound(eigenorbitals(dot), N) <= lowest + 1e-11 * scale_of(lowest, dot)


def test_a_positive_matrix_of_integrals_does_not_make_the_interaction_positive():
    """(pq|rs), read as a matrix over pairs of orbitals, may be positive and two electrons still attract each other."""
    z = np.diag([1.0, -1.0])
    dot = IntegralDot(np.zeros((2, 2)), np.einsum("pq,rs->pqrs", z, z))
    assert np.linalg.eigvalsh(dot.two_body.reshape(4, 4))[0] == pytest.approx(0.0, abs=1e-15)
    assert solve(dot, 2, 1).energies[0] == pytest.approx(-1.0)
    assert pair_bound(eigenorbitals(dot), 2) == pytest.approx(-1.0)


def test_a_level_that_the_iteration_skips_is_found_after_all(monkeypatch):
    """The count notices, as for a box: in a dot without irreps and in other orbitals."""
    box = IntegralDot.from_box(Dot.paper(9))
    Q = rotation(np.random.default_rng(1), 9)
    dot = IntegralDot(
        Q.T @ box.one_body @ Q, np.einsum("pqrs,pa,qb,rc,sd->abcd", box.two_body, Q, Q, Q, Q, optimize=True)
    )
    expected, genuine, skipped = solve(dot, 3, 6, method="dense").energies, numeric.search.lowest_eigenpairs, []

    def skipping(apply, precondition, start, **options):
        """Return levels 0, 2, 3, ... the first time that two or more are wanted."""
        if len(start) < 2 or skipped:
            return genuine(apply, precondition, start, **options)
        more = np.linalg.qr(np.concatenate([start, np.eye(1, start.shape[1], k=3)]).T)[0].T
        found = genuine(apply, precondition, more, **options | {"tolerance": np.min(options["tolerance"])})
        kept = np.delete(np.arange(len(more)), 1)
        skipped.append(found.values[1])
        parts = (found.values[kept], found.vectors[kept], found.residuals[kept])
        return numeric.eigensolver.EigenPairs(*parts, found.applications)

    monkeypatch.setattr(numeric.search, "lowest_eigenpairs", skipping)
    found = solve(dot, 3, 6, method="iterative").energies
    assert skipped
    np.testing.assert_allclose(found, expected, atol=1e-11)


def test_a_dot_that_cannot_be_shown_complete_is_an_error(monkeypatch):
    """Strong attraction on a ring, and no reference space large enough."""
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", 20)
    with pytest.raises(NotConvergedError, match="cannot be shown to be complete"):
        solve(hubbard(8, 1.0, -50.0, ring=True), 4, 4, method="iterative")


def test_the_minors_of_a_rotation_are_a_rotation_of_strings():
    """Orthogonal, and the product of two rotations has the product of the minors."""
    A, B = (rotation(np.random.default_rng(seed), 6) for seed in (1, 2))
    strings = numeric.basis.Strings(6, 3)
    np.testing.assert_allclose(minors(A, strings) @ minors(A, strings).T, np.eye(20), atol=1e-13)
    np.testing.assert_allclose(minors(A, strings) @ minors(B, strings), minors(A @ B, strings), atol=1e-13)


def test_the_operator_its_columns_and_its_diagonal_are_one_matrix():
    """In every sector of three irreps, with and without exchange."""
    rng = np.random.default_rng(3)
    h, g = random_integrals(rng, 4, "mixed", [1, 2, 3, 4])
    orbitals = eigenorbitals(IntegralDot(h, g, irreps=[1, 2, 3, 4]))
    for N, two_Sz in ((2, 0), (3, 1), (4, 2), (5, 1)):
        for hamiltonian in integral_hamiltonians(orbitals, N, two_Sz):
            matrix = hamiltonian.matrix()
            np.testing.assert_allclose(hamiltonian.apply(np.eye(hamiltonian.size)), matrix, atol=1e-12)
            np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
            assert np.all(np.diff(hamiltonian.kinetic) >= 0.0)
            if not hamiltonian.basis.exchange:
                np.testing.assert_allclose(hamiltonian.diagonal, matrix.diagonal(), atol=1e-12)
