"""No eigenvalue is missed, whichever way a sector is solved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_dots import filled_dots, number_of_levels

import numeric.search
from numeric import Dot, NotConvergedError, TooLargeError, interaction_integrals, solve
from numeric.hamiltonian import sector_hamiltonians
from numeric.interaction_bound import lower_bound
from numeric.level_count import LevelCount
from numeric.reference_space import ReferenceSpace
from numeric.search import lowest_states


@pytest.fixture
def counts(monkeypatch):
    """Every count of a search: dimension of the sector, basis states and other trial vectors, and what is allowed."""
    genuine, seen = numeric.search.LevelCount.most, []

    def watched(count, sigma, bound):
        allowed = genuine(count, sigma, bound)
        seen.append((count.hamiltonian.size, count.space.size, count._outer.shape[1], allowed))
        return allowed

    monkeypatch.setattr(numeric.search.LevelCount, "most", watched)
    return seen


@given(case=filled_dots(electrons=(0, 5)), data=st.data())
def test_iterative_and_dense_solutions_agree(case, data):
    """Energies, however many and however degenerate, do not depend on the method."""
    dot, N = case
    count = data.draw(st.integers(1, min(number_of_levels(dot, N), 12)))
    dense, iterative = (solve(dot, N, count, method=method) for method in ("dense", "iterative"))
    scale = max(1.0, np.max(np.abs(dense.energies)))
    np.testing.assert_allclose(iterative.energies, dense.energies, atol=1e-12 * scale, rtol=0)


def test_iterative_solution_of_the_paper_dot_agrees_with_dense_to_machine_precision():
    """N = 4, M = 9: energies to 1e-13, spins and parities the same."""
    dense, iterative = (solve(Dot.paper(9), 4, 8, method=method) for method in ("dense", "iterative"))
    assert dense.applications == 0 < iterative.applications
    np.testing.assert_allclose(iterative.energies, dense.energies, atol=1e-13)
    np.testing.assert_array_equal(iterative.two_S, dense.two_S)
    np.testing.assert_array_equal(iterative.parity, dense.parity)


@pytest.mark.parametrize(
    ("limits", "count", "dense"),
    [
        ({}, 4, True),
        ({"LARGEST_MATRIX": -1}, 4, False),
        ({"DENSE": 1}, 4, False),
        ({"DENSE": 1}, 20, True),
        ({"DENSE": 9000}, 4, True),
        ({"DENSE": 9000, "LARGEST_MATRIX": -1}, 20, False),
    ],
)
def test_a_sector_is_solved_densely_where_it_is_small_for_the_levels_and_fits(monkeypatch, limits, count, dense):
    """Dense up to n^2 = DENSE or n = 10 per level, never beyond the largest matrix, here one less than n."""
    dot = Dot.paper(9)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    assert 10 * 4 < hamiltonian.size <= 10 * 20
    assert 9000 < hamiltonian.size**2 <= 9000 * 4
    for name, value in limits.items():
        monkeypatch.setattr(f"numeric.search.{name}", hamiltonian.size + value if value < 0 else value)
    (found,) = lowest_states([hamiltonian], count, bound=lambda: lower_bound(dot, 3), method="auto")
    assert (found.applications == 0) == dense
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(hamiltonian.matrix())[: len(found.values)], atol=1e-11)


def test_iterated_vectors_leave_residuals_small_beside_the_lowest_energy():
    """Residual norms stay below 3e-12 of the lowest energy of the reference space, here at most twice the sector's."""
    dot = Dot(30.0, 0.01, 9)
    hamiltonians = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))
    for states in lowest_states(hamiltonians, 4, bound=lambda: lower_bound(dot, 3), method="iterative"):
        assert states.applications > 0
        residuals = states.hamiltonian.apply(states.vectors) - states.values[:, None] * states.vectors
        assert np.linalg.norm(residuals, axis=1).max() < 6e-12 * states.values[0]


def test_a_solver_that_returns_the_wrong_level_is_caught_and_corrected(monkeypatch):
    """If Davidson skips the second level of a sector the count notices, and the search finds it after all."""
    genuine = numeric.search.lowest_eigenpairs
    skipped = []

    def skipping(apply, precondition, start, **options):
        """Return levels 0, 2, 3, ... the first time that two or more are wanted."""
        if len(start) < 2 or skipped:
            return genuine(apply, precondition, start, **options)
        more = np.linalg.qr(np.concatenate([start, np.eye(1, start.shape[1], k=3)]).T)[0].T
        found = genuine(apply, precondition, more, **options | {"tolerance": np.min(options["tolerance"])})
        kept = np.delete(np.arange(len(more)), 1)
        skipped.append(found.values[1])
        parts = (found.values[kept], found.vectors[kept], found.residuals[kept])
        return numeric.search.EigenPairs(*parts, found.applications)

    expected = solve(Dot.paper(9), 4, 6, method="dense").energies
    monkeypatch.setattr(numeric.search, "lowest_eigenpairs", skipping)
    monkeypatch.setattr(numeric.search, "EigenPairs", numeric.eigensolver.EigenPairs, raising=False)
    found = solve(Dot.paper(9), 4, 6, method="iterative").energies
    assert skipped
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_sector_that_cannot_be_shown_complete_is_an_error(counts, monkeypatch):
    """With no reference space large enough for the count an error says so; without the proof two levels are missed."""
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", 140)
    dot = Dot(60.0, 0.012, 8)
    with pytest.raises(NotConvergedError, match="cannot be shown to be complete"):
        solve(dot, 4, 6, method="iterative")
    assert counts
    counts.clear()
    unproven, proven = solve(dot, 4, 6, method="iterative", complete=False), solve(dot, 4, 6, method="dense")
    assert not counts
    assert (unproven.complete, proven.complete) == (False, True)
    assert repr(unproven).endswith(", complete=False)")
    np.testing.assert_allclose(unproven.energies[:4], proven.energies[:4], atol=1e-11)
    assert np.all(unproven.energies[4:] > proven.energies[4:] + 0.03)


@pytest.fixture
def iterations(monkeypatch):
    """The tolerances of every iteration of a search."""
    genuine, seen = numeric.search.lowest_eigenpairs, []

    def watched(*arguments, tolerance, **options):
        seen.append(tolerance)
        return genuine(*arguments, tolerance=tolerance, **options)

    monkeypatch.setattr(numeric.search, "lowest_eigenpairs", watched)
    return seen


def test_a_proof_beyond_reach_is_refused_before_the_iteration(counts, iterations, monkeypatch):
    """N = 5, M = 9, where 122 states of a sector must be told apart, and a count takes 40; one of 400 is tried.

    All that is iterated is one rough eigenvector for either parity.
    """
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", 40)
    reason = r"electrons=5 in 9 orbitals.*complete=False.*at most 40 of the 1520 .* where 122 must be"
    with pytest.raises(NotConvergedError, match=reason):
        solve(Dot.paper(9), 5, 5, method="iterative")
    assert not counts
    assert [np.count_nonzero(np.isfinite(tolerance)) for tolerance in iterations] == [1, 1]
    assert np.min(iterations) > 1e-3
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", 400)
    assert solve(Dot.paper(9), 5, 5, method="iterative").complete
    assert counts


def test_an_iteration_may_show_that_a_proof_is_beyond_reach(counts, iterations, monkeypatch):
    """A count of 100 would do for the lowest level, but not for the thirtieth."""
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", 100)
    with pytest.raises(NotConvergedError, match="where 312 must be told apart"):
        solve(Dot.paper(9), 5, 30, method="iterative")
    assert not counts
    assert np.min(np.concatenate(iterations)) < 1e-10


def test_an_estimate_is_no_reason_to_refuse_a_proof(iterations, monkeypatch):
    """If levels are estimated far too high, a rough eigenvector says so, and the search goes on."""
    genuine = ReferenceSpace.estimates
    expected = solve(Dot.paper(9), 5, 5).energies
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", 400)
    monkeypatch.setattr(ReferenceSpace, "estimates", lambda space, count: genuine(space, count) + 20.0)
    iterations.clear()
    found = solve(Dot.paper(9), 5, 5, method="iterative")
    assert found.complete
    assert len(iterations[0]) == 3
    np.testing.assert_allclose(found.energies, expected, atol=1e-11)


@given(data=st.data())
def test_a_trial_vector_takes_one_state_at_most_off_those_below(data):
    """What a refusal rests on: no count, whatever its trial vectors, allows fewer levels than the states it leaves."""
    dot = Dot.paper(9)
    hamiltonian = data.draw(st.sampled_from(sector_hamiltonians(dot, 4, 0, interaction_integrals(dot))))
    sigma, bound = data.draw(st.floats(2.0, 20.0)), lower_bound(dot, 4)
    space = ReferenceSpace(hamiltonian, data.draw(st.integers(1, hamiltonian.size // 2)))
    vectors = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(20, hamiltonian.size))
    below = np.count_nonzero(hamiltonian.kinetic < sigma - bound)
    assert LevelCount(space, vectors).most(sigma, bound) >= below - space.size - len(vectors)


def test_a_small_sector_is_solved_densely_where_the_iteration_does_not_converge():
    """A contact of 1e8 in a dot of length 1: no iteration ends, and 792 determinants need none."""
    dot = Dot(1.0, 0.0, 12, "contact", 1e8)
    with pytest.raises(NotConvergedError):
        solve(dot, 3, 3, method="iterative")
    found = solve(dot, 3, 3)
    assert found.applications == 0
    np.testing.assert_array_equal(found.energies, solve(dot, 3, 3, method="dense").energies)


def test_an_iteration_costs_no_more_products_than_the_matrix_has_columns(monkeypatch):
    """The limit handed to the eigensolver is the dimension where dense is at hand, a fixed number elsewhere."""
    genuine, limits = numeric.search.lowest_eigenpairs, []

    def watched(*arguments, max_applications, **options):
        limits.append(max_applications)
        return genuine(*arguments, max_applications=max_applications, **options)

    monkeypatch.setattr(numeric.search, "lowest_eigenpairs", watched)
    hamiltonian = sector_hamiltonians(Dot.paper(9), 4, 0, interaction_integrals(Dot.paper(9)))[0]
    options = {"bound": lambda: lower_bound(Dot.paper(9), 4)}
    for method in ("auto", "iterative"):
        lowest_states([hamiltonian], 2, method=method, **options)
    monkeypatch.setattr("numeric.search.LARGEST_MATRIX", hamiltonian.size - 1)
    lowest_states([hamiltonian], 2, method="auto", **options)
    assert limits == [hamiltonian.size, 3000, 3000]


def test_cost_of_the_paper_dot_in_products_with_h():
    """Six levels of N = 4, M = 13 cost at most 205 products with H, five of N = 5, M = 10 at most 280."""
    assert solve(Dot.paper(13), 4, 6).applications <= 205
    assert solve(Dot.paper(10), 5, 5).applications <= 280


def test_the_count_takes_a_small_reference_space_where_the_dot_is_long(counts):
    """Six levels of N = 4, M = 10 at twice the paper's length: at most half of a sector is needed."""
    dot = Dot(20.0, 0.004, 10)
    expected = solve(dot, 4, 6, method="dense")
    np.testing.assert_allclose(solve(dot, 4, 6, method="iterative").energies, expected.energies, atol=1e-11)
    assert counts
    assert max(P / n for n, P, _, _ in counts) <= 0.5


@pytest.mark.parametrize(("limits", "whole"), [({}, True), ({"SMALL": 0, "WHOLE": 0.0}, False)])
def test_a_small_sector_is_counted_as_a_whole_if_the_first_count_fails(counts, monkeypatch, limits, whole):
    """Two levels of N = 5, M = 8 in the paper's dot, and the same levels if rough eigenvectors have to do."""
    for name, value in limits.items():
        monkeypatch.setattr(f"numeric.search.{name}", value)
    dot = Dot(9.5, 1.9e-3, 8)
    np.testing.assert_allclose(
        solve(dot, 5, 2, method="iterative").energies, solve(dot, 5, 2, method="dense").energies, atol=1e-11
    )
    assert any(n == P for n, P, _, _ in counts) == whole


def test_rough_eigenvectors_replace_most_of_the_reference_space(counts):
    """Five levels of N = 5, M = 10: one count of either sector of 2700 states, with at most a tenth of them."""
    solve(Dot.paper(10), 5, 5)
    assert len(counts) == 2
    assert max(P for _, P, _, _ in counts) <= 2700 // 10


def test_six_electrons_are_counted_with_a_sixth_of_a_sector(counts):
    """Five levels of N = 6, M = 10: five counts of four sectors of 3600 states, and at most 480 products with H."""
    assert solve(Dot.paper(10), 6, 5).applications <= 480
    assert len(counts) <= 5
    assert max(P for _, P, _, _ in counts) <= 3600 // 6


@pytest.mark.slow
def test_cost_grows_slowly_with_the_basis():
    """At M = 20, where sectors are six times larger, at most 185 products are needed."""
    assert solve(Dot.paper(20), 4, 6).applications <= 185


def test_what_no_memory_holds_is_refused_before_the_work():
    """Ten electrons in 20 orbitals: an error in no time, with the estimate."""
    with pytest.raises(TooLargeError, match=r"electrons=10 in 20 orbitals have 2.4e\+08 determinants.*about 240 GB"):
        solve(Dot.paper(20), 10, 1)


def test_dimensions_of_the_sectors():
    """N = 4, M = 13: four sectors, each a quarter of C(13,2)^2 = 6084; no spin sector is larger."""
    hamiltonians = sector_hamiltonians(Dot.paper(13), 4, 0, interaction_integrals(Dot.paper(13)))
    assert [hamiltonian.size for hamiltonian in hamiltonians] == [1569, 1512, 1491, 1512]


def test_clusters_are_returned_whole():
    """Asking for the first of coinciding eigenvalues returns all of them."""
    dot = Dot(1.0, 0.0, 4, "none")
    hamiltonians = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))
    states = lowest_states(hamiltonians, 3, bound=lambda: lower_bound(dot, 3), method="dense")
    values = np.sort(np.concatenate([part.values for part in states]))
    whole = np.sort(np.concatenate([np.linalg.eigvalsh(hamiltonian.matrix()) for hamiltonian in hamiltonians]))
    np.testing.assert_allclose(values, whole[whole <= whole[2] + 1e-8], atol=1e-12)
