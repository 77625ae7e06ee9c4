"""Dots given by their integrals: levels, spins, irreps and M_ji against all determinants, for any Hamiltonian."""

from itertools import pairwise

import numpy as np
import pytest
from fock import annihilate, create, determinants
from hypothesis import given
from hypothesis import strategies as st
from random_dots import number_of_levels

import numeric
import numeric.search
from numeric import (
    Dot,
    IntegralDot,
    NotConvergedError,
    TooLargeError,
    decompose,
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

IRREPS = {3: (None, [1, 2, 1], [1, 2, 3], [5, 5, 6]), 4: (None, [1, 2, 3, 4], [8, 1, 8, 1], [1, 1, 1, 2])}


def random_integrals(rng, M, kind, irreps=None):
    """Return h and (pq|rs) of one of several kinds, 0 where irreps forbid them."""
    h = rng.normal(size=(M, M))
    h += h.T
    factors = rng.normal(size=(M * M, M, M))
    factors += factors.transpose(0, 2, 1)
    signs = {"repulsive": 1.0, "attractive": -1.0}.get(kind, rng.choice([-1.0, 1.0], size=M * M))
    g = np.einsum("l,lpq,lrs->pqrs", np.broadcast_to(signs, M * M), factors, factors) / M**2
    if kind == "sparse":
        keep = rng.random((M, M)) < 0.3
        keep |= keep.T
        h = np.where(keep, h, 0.0)
        g = np.where(keep[:, :, None, None] & keep, g, 0.0)
    if kind == "near-degenerate":
        h, g = np.eye(M) + 1e-9 * h, 1e-10 * g
    if kind == "large":
        g = 1e6 * g
    labels = np.zeros(M, np.int64) if irreps is None else np.array(irreps) - 1
    h[labels[:, None] != labels] = 0.0
    g[(labels[:, None, None, None] ^ labels[:, None, None] ^ labels[:, None] ^ labels) != 0] = 0.0
    return h, g


KINDS = ("mixed", "repulsive", "attractive", "sparse", "near-degenerate", "large")


@st.composite
def integral_dots(draw, orbitals=(3, 4)):
    """Draw a dot of any kind, with or without irreps, with core and weights."""
    M, rng = draw(st.sampled_from(orbitals)), np.random.default_rng(draw(st.integers(0, 2**32)))
    irreps = draw(st.sampled_from(IRREPS[M]))
    h, g = random_integrals(rng, M, draw(st.sampled_from(KINDS)), irreps)
    return IntegralDot(h, g, core=draw(st.floats(-3, 3)), irreps=irreps, weights={"L": rng.normal(size=M)})


def every_level(dot, N, **options):
    return solve(dot, N, number_of_levels(dot, N), **options)


def dense(dot, N):
    """Return H between all determinants of N electrons, of every S_z, and these determinants."""
    M, states = dot.orbitals, determinants(dot.orbitals, N)
    number = {occupied: place for place, occupied in enumerate(states)}
    H = dot.core * np.eye(len(states))
    for column, occupied in enumerate(states):
        for q in occupied:
            for p in range(M):
                final = create(annihilate((occupied, 1), q), p + M * (q // M))
                if final is not None:
                    H[number[final[0]], column] += final[1] * dot.one_body[p, q % M]
        for q, s in ((q, s) for q in occupied for s in occupied if q != s):
            rest = annihilate(annihilate((occupied, 1), q), s)
            for p, r in np.ndindex(M, M):
                final = create(create(rest, r + M * (s // M)), p + M * (q // M))
                if final is not None:
                    H[number[final[0]], column] += 0.5 * final[1] * dot.two_body[p, q % M, r, s % M]
    return H, states


def scale_of(energies, dot):
    return max(float(np.max(np.abs(energies))), float(np.max(np.abs(dot.two_body))), 1e-300)


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


def hubbard(sites, t, U, ring=False):
    """Return a Hubbard chain, or ring, of sites."""
    h, g = np.zeros((sites, sites)), np.zeros((sites,) * 4)
    for p, q in [*pairwise(range(sites)), *([(sites - 1, 0)] if ring else [])]:
        h[p, q] = h[q, p] = -t
    for p in range(sites):
        g[p, p, p, p] = U
    return IntegralDot(h, g)


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
        found = genuine(apply, precondition, more, **options)
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
    with pytest.raises(NotConvergedError, match="could not be shown to be complete"):
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


def test_two_dots_with_the_same_integrals_are_equal():
    """Whatever made them; weights of leads make no difference, a last digit does."""
    h, g = np.diag([0.0, 1.0]), np.zeros((2,) * 4)
    dot = IntegralDot(h, g, weights={"L": [1, 2]})
    assert dot == IntegralDot(h.tolist(), g)
    assert hash(dot) == hash(IntegralDot(h, g))
    assert dot != IntegralDot(h, g, irreps=[1, 1])
    assert dot != IntegralDot(h, g, core=5e-324)
    assert dot != "dot"
    with pytest.raises(ValueError, match="both spectra must belong to one dot"):
        transition_probabilities(solve(dot, 0, 1), solve(IntegralDot(2 * h, g), 1, 1))
    assert repr(dot) == "IntegralDot(orbitals=2, core=0, weights of L)"
    assert decompose(solve(dot, 0, 1), 0, solve(dot, 1, 1), 0).probability == pytest.approx(1.0)


DOCUMENT = {
    "kind": "integrals",
    "orbitals": 2,
    "one_body": [[-1, 0.5], [0.5, 0]],
    "two_body": [[1, 2, 1, 1, 0.25], [2, 2, 1, 1, 0.5]],
}


def test_a_document_lists_one_of_eight_equal_integrals():
    """All eight stand in the array; what is not listed is 0, and nothing at all may be listed."""
    g = IntegralDot.from_document(DOCUMENT).two_body
    for p, q, r, s in ((0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 0)):
        assert g[p, q, r, s] == 0.25
    assert g[0, 0, 1, 1] == g[1, 1, 0, 0] == 0.5
    assert np.count_nonzero(g) == 6
    full = {**DOCUMENT, "two_body": [], "core": 2, "irreps": [3, 3], "weights": {"R": [0, 1]}}
    found = IntegralDot.from_document(full)
    assert (found.core, found.irreps.tolist(), found.weights["R"].tolist()) == (2.0, [3, 3], [0.0, 1.0])
    assert not found.two_body.any()


def changed(**changes):
    return lambda: IntegralDot.from_document({name: v for name, v in {**DOCUMENT, **changes}.items() if v is not None})


def made(**changes):
    return lambda: IntegralDot(**{"one_body": np.eye(2), "two_body": np.zeros((2,) * 4), **changes})


LOPSIDED = np.zeros((2,) * 4)
LOPSIDED[0, 1, 0, 0] = 1.0
HALF = LOPSIDED + LOPSIDED.transpose(1, 0, 2, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (changed(kind="box"), "must be an object whose kind is 'integrals'"),
        (lambda: IntegralDot.from_document("dot"), "dot='dot' must be an object"),
        (changed(one_body=None), "one_body of the dot is missing"),
        (changed(length=1.0), "'length' is no field"),
        (changed(orbitals=0), "orbitals=0 must be at least 1"),
        (changed(orbitals=3), r"one_body of shape \(2, 2\) must have shape \(3, 3\)"),
        (changed(two_body=[[1, 1, 1, 1]]), r"two_body of shape \(1, 4\) must be a list of entries"),
        (changed(two_body=[[1, 1, 1, 3, 0.5]]), "two_body entries must name orbitals from 1 to 2"),
        (changed(two_body=[[1, 1, 1, 0, 0.5]]), "two_body entries must name orbitals from 1 to 2"),
        (changed(two_body=[[1, 1, 1, 1.5, 0.5]]), "two_body entries must name orbitals from 1 to 2"),
        (changed(two_body=[[1, 1, 2, 2, 0.5], [2, 2, 1, 1, 0.25]]), r"two_body .* 1, 1, 2, 2 = 0.5 must be 0.25"),
        (changed(two_body=[[1, 1, 1, 1, 0.5], [1, 1, 1, 1, 0.25]]), r"two_body .* 1, 1, 1, 1 = 0.5 must be 0.25"),
        (changed(two_body=[[1, 1, 1, 1, float("nan")]]), "two_body=nan must be finite"),
        (made(one_body=[1.0, 2.0]), r"one_body of shape \(2,\) must have shape \(M, M\)"),
        (made(one_body=np.zeros((0, 0))), r"one_body of shape \(0, 0\) must have shape \(M, M\)"),
        (made(one_body=[[0, 1], [2, 0]]), r"one_body of orbitals 1, 2 = 1.0 must be 2.0: h_pq = h_qp"),
        (made(one_body=[[0, 1j], [-1j, 0]]), "one_body=1j must be a real number"),
        (made(one_body=np.eye(2) * 1j), "one_body of type complex128 must hold real numbers"),
        (made(two_body=np.zeros((2, 2))), r"two_body of shape \(2, 2\) must have shape \(2, 2, 2, 2\)"),
        (made(two_body=LOPSIDED), r"must be .*: \(pq\|rs\) = \(qp\|rs\)"),
        (made(two_body=HALF), r"must be .*: \(pq\|rs\) = \(rs\|pq\)"),
        (made(core=float("inf")), "core=inf must be finite"),
        (made(one_body=1.7e308 * np.eye(2)), "integrals of up to 1.7e\\+308 must lie between"),
        (made(one_body=1e121 * np.eye(2)), "integrals of up to 1e\\+121 must lie between"),
        (made(one_body=1e-121 * np.eye(2)), "integrals of up to 1e-121 must lie between"),
        (made(irreps=[1]), "irreps=.* must be 2 labels"),
        (made(irreps=1), "irreps=1 must be 2 labels"),
        (made(irreps=[0, 1]), "irrep=0 must be at least 1"),
        (made(irreps=[9, 1]), "irrep=9 must be at most 8"),
        (made(irreps=[1.5, 1]), "irrep=1.5 must be an integer"),
        (made(one_body=[[0, 1], [1, 0]], irreps=[1, 2]), "one_body of orbitals 1, 2 = 1.0 must be 0: their"),
        (made(two_body=HALF + HALF.transpose(2, 3, 0, 1), irreps=[1, 2]), "two_body of orbitals .* must be 0"),
        (made(weights=[1, 1]), "weights=.* must be a mapping"),
        (made(weights={"L": [1]}), r"weights of L of shape \(1,\) must have shape \(2,\)"),
        (lambda: numeric.charge_density(solve(made()(), 1, 1), 0, 0.0), "must be a box"),
        (lambda: solve(made()(), 1, 1).parity, "must be a Dot"),
        (lambda: solve(made()(), 5, 1), "electrons=5 must be at most 4"),
        (lambda: solve(made()(), 1, 3), "levels=3 must be at most 2"),
        (lambda: solve(made()(), 1, 1, method="fast"), "method='fast' must be one of"),
        (
            lambda: solve(made()(), 1, 1, integrals=numeric.interaction_integrals(Dot(1.0, 0.1, 2))),
            "integrals must be left out",
        ),
    ],
)  # fmt: skip
def test_what_is_no_dot_or_no_question_about_one_is_refused(call, message):
    """With the value and the rule."""
    with pytest.raises(ValueError, match=message):
        call()


def test_rounding_of_integrals_from_elsewhere_is_forgiven():
    """What a rotation leaves of symmetry is made exact; larger differences are errors."""
    rng = np.random.default_rng(5)
    h, g = random_integrals(rng, 3, "mixed", [1, 2, 1])
    noisy = IntegralDot(h + 1e-14 * rng.normal(size=h.shape), g + 1e-14 * rng.normal(size=g.shape), irreps=[1, 2, 1])
    np.testing.assert_array_equal(noisy.one_body, noisy.one_body.T)
    np.testing.assert_array_equal(noisy.two_body, noisy.two_body.transpose(2, 3, 1, 0))
    assert noisy.one_body[0, 1] == 0.0
    np.testing.assert_allclose(every_level(noisy, 2).energies, every_level(IntegralDot(h, g), 2).energies, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: IntegralDot(np.zeros((65, 65)), np.zeros(1)),
            "orbitals=65 must be at most 64: .* would take 0.143 GB",
        ),
        (changed(orbitals=10**6), "would take 8e\\+15 GB"),
        (lambda: solve(hubbard(20, 1.0, 1.0), 10, 1), "electrons=10 in 20 orbitals have 2.4e\\+08 determinants, .* GB"),
    ],
)
def test_what_takes_too_much_memory_is_refused_before_the_work(call, message):
    """With the estimate and the limit."""
    with pytest.raises(TooLargeError, match=message):
        call()


def test_a_level_scheme_takes_weights_lead_by_lead():
    """M_ji of each lead by its own weights, in the order given: the lead that couples to nothing carries no current."""
    spectra = [every_level(hubbard(2, 0.5, 3.0), N) for N in range(3)]
    leads = [numeric.Lead("L", 1.0, 1.0), numeric.Lead("R", 1.0, -1.0)]
    for weights, flows in (([[1.0, 0.0], [0.0, 1.0]], True), ([[1.0, 0.0], [0.0, 0.0]], False)):
        scheme = numeric.LevelScheme.from_spectra(spectra, weights=weights)
        by_lead = [numeric.LevelScheme.from_spectra(spectra, weights=w).M for w in weights]
        np.testing.assert_array_equal(scheme.M, np.stack(by_lead, axis=-1))
        current = float(numeric.currents(scheme, leads, kT=0.1, gate=0.0).I_L)
        assert current > 0.05 if flows else abs(current) < 1e-12


def test_a_scheme_refuses_weights_of_a_wrong_shape():
    """Each lead's weights are one for each orbital."""
    spectra = [every_level(hubbard(2, 1.0, 1.0), N) for N in (0, 1)]
    with pytest.raises(ValueError, match=r"weights of shape \(3,\) must have shape \(2,\)"):
        numeric.LevelScheme.from_spectra(spectra, weights=[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
