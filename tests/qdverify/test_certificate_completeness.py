"""Completeness, spin and transitions in the checker's proof: nothing indefinite, mixed or too narrow passes."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import inf

import numpy as np
import pytest
from flint import arb, ctx

from qdverify.certificate.grammar import RejectedError, dot
from qdverify.certificate.levels import in_order
from qdverify.certificate.model import Model, determinants, kinetic_energy, number_of_determinants
from qdverify.certificate.proof import (
    Level,
    amplitude,
    complete,
    diagonally_dominant,
    effective_matrix,
    exist,
    has_spin,
    positive_definite,
    probability,
)

SOFT = {"length": "1", "cutoff": "1/10", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(128):
        yield


# Completeness


@pytest.mark.parametrize("kernel", ["soft-coulomb", "contact", "constant", "none"])
@pytest.mark.parametrize("strength", ["1", "-1", "1000000"])
@pytest.mark.parametrize("cutoff", ["1/10", "10"])
def test_floor_is_at_most_the_least_eigenvalue_of_the_interaction(kernel: str, strength: str, cutoff: str) -> None:
    """For every kernel and sign, N = 0 to 4: no state has less interaction; at a long cutoff the bound is tight."""
    model = Model(dot({**SOFT, "kernel": kernel, "strength": strength, "cutoff": cutoff}))
    for electrons in range(5):
        if kernel == "contact" and strength == "-1":
            with pytest.raises(RejectedError, match="least value"):
                model.floor(electrons)
            continue
        least = inf
        for parity in (1, -1):
            masks = determinants(3, electrons, parity)
            rows = [dict(model.row(mask)) for mask in masks]
            matrix = [
                [
                    float((row.get(other, arb(0)) - (kinetic_energy(mask) if mask == other else 0)).mid())
                    for other in masks
                ]
                for mask, row in zip(masks, rows, strict=True)
            ]
            least = min(least, float(np.linalg.eigvalsh(matrix)[0])) if masks else least
        floor = float(model.floor(electrons).mid())
        assert floor <= least + 1e-9 * (1 + abs(least))
        if kernel in ("constant", "none") or cutoff == "10":
            assert kernel == "contact" or least - floor <= 0.01 * (abs(least) + 1e-9)


def test_effective_matrix_is_the_one_of_the_theorem() -> None:
    """Z = H_PP - sigma - H_PQ (T_Q + v0 - sigma)^-1 H_QP, element by element, from dense matrices."""
    model, sigma = Model(dot(SOFT)), arb(25)
    for parity in (1, -1):
        masks = determinants(3, 3, parity)
        inner, outer = masks[:2], masks[2:]
        H = [[dict(model.row(mask)).get(other, arb(0)) for other in masks] for mask in masks]
        floor = model.floor(3)
        found = effective_matrix(model, sigma, inner, outer)
        for i in range(2):
            for j in range(2):
                expected = H[i][j] - (sigma if i == j else 0)
                for q in range(2, len(masks)):
                    expected -= H[i][q] * H[q][j] / (kinetic_energy(masks[q]) + floor - sigma)
                assert abs(found[i][j] - expected) < 1e-25
        with pytest.raises(RejectedError, match="too high"):
            effective_matrix(model, arb(10**4), inner, outer)


def test_uncertain_matrices_are_not_proven_positive_definite() -> None:
    """Off-diagonal balls that may exceed the diagonal, at any place; small ones do no harm."""
    for n in (2, 5):
        for i, j in combinations(range(n), 2):
            for radius, expected in ((1.5, False), (1e-3, True)):
                matrix = [[arb(int(k == m)) for m in range(n)] for k in range(n)]
                matrix[i][j] = matrix[j][i] = arb(0, radius)
                assert positive_definite(matrix) == expected
    negative = [[arb(1), arb("1.5")], [arb("1.5"), arb(1)]]
    assert not positive_definite(negative)
    assert not positive_definite([[arb(0)]])
    assert not positive_definite([[arb(1e-30, 1e-29)]])


def test_no_more_levels_below_the_ceiling_than_vectors() -> None:
    """Exhaustively for one parity of two electrons: every subset of the levels but all of them is incomplete."""
    model = Model(dot({**SOFT, "kernel": "none"}))
    masks = determinants(3, 2, 1)
    energies = {mask: float(kinetic_energy(mask).mid()) for mask in masks}
    ceiling = Fraction(sorted(set(energies.values()))[2] + 1)
    below = [mask for mask in masks if energies[mask] < ceiling]
    levels = exist(model, 2, [], {1: masks})
    assert levels == []
    for size in range(len(below) + 1):
        for chosen in combinations(below, size):
            proven = [
                Level(0, 1, {mask: int(mask == one) for mask in masks}, 1, kinetic_energy(one), arb(0))
                for one in chosen
            ]
            for limit in (len(masks), len(below)):
                inner = sorted(masks, key=energies.__getitem__)[:limit]
                outer = [mask for mask in masks if mask not in inner]
                if size == len(below):
                    complete(model, proven, ceiling, inner, outer)
                else:
                    with pytest.raises(RejectedError, match="more than"):
                        complete(model, proven, ceiling, inner, outer)


def test_dominance_counts_magnitudes() -> None:
    """Negative elements count like positive ones, uncertain ones with all they may be."""
    for other, expected in ((0.5, True), (-0.5, True), (1.5, False), (-1.5, False)):
        assert diagonally_dominant([[arb(1), arb(other)], [arb(other), arb(1)]]) == expected
    assert not diagonally_dominant(
        [[arb(1), arb(-0.75), arb(0.75)], [arb(0), arb(1), arb(0)], [arb(0), arb(0), arb(1)]]
    )
    assert not diagonally_dominant([[arb(1), arb(0)], [arb(0, 1.5), arb(1)]])
    assert not diagonally_dominant([[arb(-1)]])


def test_levels_whose_balls_overlap_have_no_order() -> None:
    """Neither if their midpoints differ, nor if their ends only touch."""
    for gap, expected in ((0.0, False), (0.5, False), (2.0, False), (2.5, True)):
        levels = [Level(0, 1, {0: 1}, 1, arb(0), arb(0), energy=arb(gap * k, 1)) for k in range(3)]
        if expected:
            in_order(levels)
        else:
            with pytest.raises(RejectedError, match="order of two levels"):
                in_order(levels)


# Spin


def test_a_mixture_with_closed_shells_has_no_spin() -> None:
    """A closed shell is a singlet; with one open determinant beside it, singlet and triplet are mixed."""
    assert has_spin({0b0011: 1, 0b1100: 5}, 2, 0)
    assert not has_spin({0b0011: 1, 0b0110: 1, 0b1001: 0}, 2, 0)
    assert not has_spin({0b0011: 1, 0b0110: 1, 0b1001: 1}, 2, 0)
    assert not has_spin({0b0011: 1, 0b0110: 1, 0b1001: 1}, 2, 2)
    assert has_spin({0b0110: 1, 0b1001: 1}, 2, 2) != has_spin({0b0110: 1, 0b1001: 1}, 2, 0)


@pytest.mark.parametrize("electrons", [1, 2, 3, 4, 5])
def test_spins_of_all_states_add_up(electrons: int) -> None:
    """Every eigenvector of S^2 passes for its own spin only; dimensions are those of the determinants."""
    masks = [mask for parity in (1, -1) for mask in determinants(3, electrons, parity)]
    assert len(masks) == number_of_determinants(3, electrons)
    accepted = {
        two_S: sum(has_spin({mask: 1}, electrons, two_S) for mask in masks) for two_S in range(electrons % 2, 6, 2)
    }
    singles = [sum((mask >> 2 * p & 3) in (1, 2) for p in range(3)) for mask in masks]
    assert accepted[electrons % 2] == sum(number <= 1 for number in singles)
    assert not any(accepted[two_S] for two_S in accepted if two_S > electrons % 2)


# Transitions


@pytest.mark.parametrize(("of_i", "of_j"), [(0.1, 0.0), (0.0, 0.1), (0.2, 0.3)])
def test_deviations_of_both_levels_widen_an_amplitude(of_i: float, of_j: float) -> None:
    """Coarse vectors, off by eta_i and eta_j, move the amplitude by up to sqrt(M) (eta_i + eta_j)."""
    model = Model(dot(SOFT))
    i = Level(1, 1, {0b000001: 1, 0b010000: 0}, 1, arb(0), arb(0), deviation=arb(of_i))
    j = Level(0, 1, {0b000011: 1}, 1, arb(0), arb(0), deviation=arb(of_j))
    ball = amplitude(model, 1, i, j)
    reach = 3**0.5 * (of_i + of_j)
    assert ball.upper() >= 1 + reach or ball.upper() >= -1 + reach
    assert ball.upper() - ball.lower() >= 2 * reach
    assert probability(model, 1, [i], [j]).upper() >= (1 + reach) ** 2 / 2


def test_a_rotated_vector_stays_inside() -> None:
    """The largest amplitude of D, sqrt(3), is reached by the vector that is spread over all orbitals."""
    model = Model(dot(SOFT))
    vacuum = Level(0, 1, {0: 1}, 1, arb(0), arb(0))
    for vector in ([1, 0, 0], [1, 1, 1], [5, 4, 6]):
        unit = np.array(vector) / np.linalg.norm(vector)
        best = np.ones(3) / 3**0.5
        deviation = float(np.linalg.norm(unit - best))
        j = Level(
            1,
            1,
            dict(zip((1, 4, 16), vector, strict=True)),
            sum(v * v for v in vector),
            arb(0),
            arb(0),
            deviation=arb(deviation),
        )
        assert amplitude(model, 0, vacuum, j).contains(3**0.5) or deviation < 1e-15


def test_sums_over_groups_are_traces() -> None:
    """M summed over two levels is the sum of both, in any basis of their space."""
    model = Model(dot({**SOFT, "kernel": "none"}))
    vacuum = Level(0, 1, {0: 1}, 1, arb(0), arb(0))
    for basis in (([1, 0], [0, 1]), ([3, 4], [-4, 3])):
        levels = [Level(1, 1, {1: a, 16: b}, a * a + b * b, arb(0), arb(0)) for a, b in basis]
        assert abs(probability(model, 0, [vacuum], levels) - 2) < 1e-30
    assert probability(model, 0, [vacuum], [Level(3, 1, {1: 1}, 1, arb(0), arb(0))]) == 0
