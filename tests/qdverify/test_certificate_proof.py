"""The theorems of the checker's proof: every ball contains the truth, also if it is barely wide enough.

Most cases are matrices whose eigenvalues are known, with vectors so loose that a bound is attained exactly: any
missing factor, swapped minimum or dropped term then loses the true value. If a bound is never attained, the ball is
compared with the theorem's own, computed in mpmath.
"""

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from flint import arb, ctx

from qdverify.certificate.grammar import RejectedError, Vector
from qdverify.certificate.proof import (
    Level,
    Run,
    _judged,
    enclose,
)

SOFT = {"length": "1", "cutoff": "1/10", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}


@pytest.fixture(autouse=True)
def _precision():
    with ctx.workprec(128):
        yield


def level(rho: Fraction, residual: Fraction | float, vector: dict[int, int] | None = None) -> Level:
    """Return a level that a vector proved."""
    vector = vector or {0: 1}
    norm = sum(value * value for value in vector.values())
    r = _arb(residual) if isinstance(residual, Fraction) else arb(residual)
    return Level(0, 1, vector, norm, _arb(rho), r.upper())


def _arb(number: Fraction) -> arb:
    return arb(number.numerator) / number.denominator


def _judge(diagonal: list[int], vector: list[int]) -> Level:
    """Return what a vector proves of a diagonal matrix."""
    coefficients = dict(enumerate(vector))
    image = {k: arb(diagonal[k] * value) for k, value in coefficients.items()}
    return _judged(Vector(0, 1, tuple(vector)), coefficients, image)


def _distance(vector: list[int], index: int) -> float:
    """Return the distance of the unit vector to a basis vector, up to its sign."""
    unit = np.array(vector, dtype=float) / np.linalg.norm(np.array(vector, dtype=float))
    return float(np.sqrt(2 - 2 * abs(unit[index])))


# Existence


@pytest.mark.parametrize("vector", [[1, 0, 0], [1, 1, 0], [3, 4, 1], [1, -1, 1], [1, 2, 2]])
def test_an_eigenvalue_lies_within_the_residual(vector: list[int]) -> None:
    """The interval of any vector holds an eigenvalue; with two of them mixed equally, just so."""
    run = Run.single(_judge([-1, 1, 5], vector))
    assert any(run.lower <= value <= run.upper for value in (-1, 1, 5))


def test_the_residual_bound_is_attained() -> None:
    """Equal parts of the eigenvalues -1 and 1: the interval reaches from one to the other."""
    run = Run.single(_judge([-1, 1], [1, 1]))
    assert run.lower <= -1
    assert run.upper >= 1


def test_uncertain_elements_widen_the_interval() -> None:
    """If an element of H is only known to be in [0.5, 1.5], the interval holds all of that."""
    judged = _judged(Vector(0, 1, (1,)), {0: 1}, {0: arb(1, 0.5)})
    run = Run.single(judged)
    assert run.lower <= 0.5
    assert run.upper >= 1.5


def test_uncertainty_adds_to_a_residual() -> None:
    """With H_11 in [-0.1, 0.1] and H_21 = 1 both ends reach 1.1; with H_21 in [-1, 1] they reach 1."""
    coupled = Run.single(_judged(Vector(0, 1, (1, 0)), {0: 1, 1: 0}, {0: arb(0, 0.1), 1: arb(1)}))
    assert coupled.lower <= -1.1
    assert coupled.upper >= 1.1
    uncertain = Run.single(_judged(Vector(0, 1, (1, 0)), {0: 1, 1: 0}, {0: arb(0), 1: arb(0, 1)}))
    assert uncertain.lower <= -1
    assert uncertain.upper >= 1


# Energies and deviations


def test_the_lower_bound_of_an_energy_is_attained() -> None:
    """y = (40, 3) mixes the eigenvalues 0 and 1: Kato's and Temple's lower bound is 0 itself."""
    exact = enclose([_judge([0, 1], [40, 3]), _judge([0, 1], [0, 1])], arb(2))
    assert exact[0].energy.contains(0)
    assert exact[0].energy.lower() > -1e-9
    assert exact[1].energy.contains(1)


def test_the_upper_bound_of_an_energy_is_attained() -> None:
    """y = (3, 40) mixes the eigenvalues 0 and 1: the upper bound is 1 itself."""
    _, second = enclose([_judge([0, 1], [1, 0]), _judge([0, 1], [3, 40])], arb.pos_inf())
    assert second.energy.contains(1)
    assert second.energy.upper() < 1 + 1e-9


def test_the_ceiling_bounds_the_energy_below_it() -> None:
    """The only level below a ceiling at the next eigenvalue: its lower bound is attained."""
    (only,) = enclose([_judge([0, 1], [40, 3])], arb(1))
    assert only.energy.contains(0)
    assert only.energy.lower() > -1e-9


def test_the_far_ends_of_neighbouring_intervals_do_not_count() -> None:
    """A neighbour is anywhere in its interval: [-1, 1] may hold 1, [3, 5] may hold 3."""
    below, above = level(Fraction(0), 1.0), level(Fraction(4), 1.0)
    _, middle, _ = enclose([below, _judge([1, 2], [3, 40]), above], arb.pos_inf())
    assert middle.energy.contains(2)
    _, middle, _ = enclose([below, _judge([2, 3], [40, 3]), above], arb.pos_inf())
    assert middle.energy.contains(2)


def test_an_interval_that_reaches_the_ceiling_or_a_neighbour_is_refused() -> None:
    """A level is not counted below a ceiling inside its interval, nor one that may be its neighbour."""
    with pytest.raises(RejectedError, match="below the ceiling"):
        enclose([level(Fraction(0), 1.0)], arb(1))
    with pytest.raises(RejectedError, match="below the ceiling"):
        enclose([level(Fraction(0), 1.0), level(Fraction(3), 0.5)], arb("3.25"))
    with pytest.raises(RejectedError, match="same level"):
        enclose([level(Fraction(0), 0.5), level(Fraction(1, 2), 0.5)], arb(9))
    with pytest.raises(RejectedError, match="same level"):
        enclose([level(Fraction(0), 0), level(Fraction(0), 0)], arb(9))


@pytest.mark.parametrize("scale", [3, 10, 100])
def test_the_deviation_of_a_vector_between_two_levels_is_large_enough(scale: int) -> None:
    """Equal parts of both neighbours attain Davis' and Kahan's bound of the sine; the distance is larger than it."""
    vector = [1, scale, 1]
    levels = enclose([_judge([-1, 0, 1], one) for one in ([1, 0, 0], vector, [0, 0, 1])], arb.pos_inf())
    assert levels[1].deviation >= _distance(vector, 1)


@pytest.mark.parametrize("diagonal", [[-1, 0, 10], [-10, 0, 1]])
def test_the_nearer_neighbour_decides_the_deviation(diagonal: list[int]) -> None:
    """A vector that leans to the nearer of two neighbours: the far one must not be taken."""
    vector = [1, 10, 0] if diagonal[0] == -1 else [0, 10, 1]
    levels = enclose([_judge(diagonal, one) for one in ([1, 0, 0], vector, [0, 0, 1])], arb.pos_inf())
    assert levels[1].deviation >= _distance(vector, 1)


def test_loose_vectors_of_random_matrices_are_enclosed() -> None:
    """Eigenvalues and eigenvectors of random matrices, from vectors of a few bits, by brute force."""
    generator = np.random.default_rng(7)
    enclosed = 0
    for _ in range(300):
        matrix = generator.integers(-9, 10, size=(4, 4))
        matrix = matrix + matrix.T + np.diag([0, 30, 60, 90])
        values, vectors = np.linalg.eigh(matrix)
        levels = []
        for k in range(4):
            rounded = [round(value * 40) for value in vectors[:, k]]
            image = {i: arb(int(matrix[i] @ rounded)) for i in range(4)}
            levels.append(_judged(Vector(0, 1, tuple(rounded)), dict(enumerate(rounded)), image))
        try:
            found = enclose(levels, arb.pos_inf())
        except RejectedError:
            continue
        for k, one in enumerate(found):
            unit = np.array(list(one.vector.values())) / np.sqrt(one.norm)
            enclosed += 1
            assert one.energy.lower() - 1e-9 <= values[k] <= one.energy.upper() + 1e-9
            if not one.companions:
                assert one.deviation >= np.sqrt(max(0, 2 - 2 * abs(unit @ vectors[:, k]))) - 1e-7
    assert enclosed > 600


# Levels that are not told apart


def _cluster() -> list[Level]:
    """Return two loose vectors of the eigenvalue 0 of diag(0, 0, 5), and one of 5."""
    return [_judge([0, 0, 5], one) for one in ([30, 1, 1], [2, 30, -1], [0, 0, 1])]


def test_levels_that_coincide_are_enclosed_together() -> None:
    """Both energies are in the ball of each, which is at least as wide as Kahan's theorem demands."""
    first, second, third = enclose(_cluster(), arb.pos_inf())
    assert (first.companions, second.companions, third.companions) == (1, 1, 0)
    assert first.energy.contains(0)
    assert second.energy.contains(0)
    members = _cluster()[:2]
    overlap = Fraction(30 * 2 + 30 - 1) ** 2 * 2 / (members[0].norm * members[1].norm)
    rho = [Fraction(5, 905), Fraction(5, 902)]
    squares = [5 * one - one**2 for one in rho]
    defect = mp.sqrt(overlap.numerator / mp.mpf(overlap.denominator))
    reach = 2 * mp.sqrt(float(sum(squares))) / mp.sqrt(1 - defect)
    assert first.energy.upper() >= float(max(rho)) + float(reach) * (1 - 1e-9)
    assert first.energy.lower() <= float(min(rho)) - float(reach) * (1 - 1e-9)
    gap = 5 - float(max(rho)) - float(reach)
    for one, square in zip((first, second), squares, strict=True):
        expected = float(square) ** 0.5 / gap + float(defect) + float(sum(squares)) / gap**2
        assert one.deviation >= expected * (1 - 1e-9)


def test_the_gap_of_a_cluster_is_that_to_the_nearer_side() -> None:
    """The same with the third level below, above, or a ceiling: the gap is always taken."""
    members = _cluster()
    for others, ceiling in (([members[2]], arb.pos_inf()), ([], arb(5))):
        found = enclose([*members[:2], *others], ceiling)
        assert found[0].deviation > 0.1
    below = [_judge([5, 5, 0], one) for one in ([30, 1, 1], [2, 30, -1], [0, 0, 1])]
    found = enclose(below, arb(500))
    assert [one.companions for one in found] == [0, 1, 1]
    assert found[1].deviation >= members[0].residual / 5 + arb("0.139")


def test_dependent_vectors_are_no_cluster() -> None:
    """Two vectors of one eigenvector do not prove two levels; vectors that are badly known prove no eigenspace."""
    with pytest.raises(RejectedError, match="same level"):
        enclose([_judge([0, 0, 5], one) for one in ([30, 1, 1], [30, 1, -1])], arb(5))
    with pytest.raises(RejectedError, match="same level"):
        enclose([_judge([0, 0, 5], one) for one in ([3, 3, 0], [3, 1, 0])], arb(5))
    with pytest.raises(RejectedError):
        enclose([_judge([0, 0, 5], one) for one in ([30, 0, 30], [0, 30, 20])], arb(9))


def test_runs_merge_until_their_intervals_are_disjoint() -> None:
    """Three vectors each of whose intervals meets the next are one run."""
    three = [level(Fraction(k, 10), 0.06, {j: int(j == k) for j in range(3)}) for k in range(3)]
    assert [one.companions for one in enclose(three, arb(9))] == [2, 2, 2]


def test_a_run_that_widens_takes_in_what_it_then_meets() -> None:
    """Two vectors merge; the wider interval of both meets that of a third, which stood apart."""
    three = [
        level(rho, residual, {j: int(j == k) for j in range(3)})
        for k, (rho, residual) in enumerate(((Fraction(0), 0.1), (Fraction(1), 0.5), (Fraction(8, 5), 0.5)))
    ]
    assert [one.companions for one in enclose(three, arb(99))] == [2, 2, 2]


def test_an_eigenspace_near_its_neighbours_is_not_known() -> None:
    """The ceiling just above a run: the parts outside its eigenspace may be all of the vectors."""
    pair = [level(Fraction(0), 1.0, {0: 1, 1: 0}), level(Fraction(1, 2), 1.0, {0: 0, 1: 1})]
    assert [one.companions for one in enclose(pair, arb(99))] == [1, 1]
    with pytest.raises(RejectedError, match="not known well enough"):
        enclose(pair, arb("3.4"))
