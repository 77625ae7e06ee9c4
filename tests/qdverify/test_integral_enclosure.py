"""Enclosed levels and M_ji of dots given by integrals, against exact algebra and ladder operators on bit strings."""

from fractions import Fraction
from functools import cache
from itertools import product

import mpmath
import numpy as np
import pytest
from flint import arb, ctx
from fock_integrals import matrix as fock_matrix
from fock_integrals import states
from random_integrals import full_tensor, random_integrals

from analytic import integral_dot, integral_levels, transition_probabilities_between
from qdverify.reference.enclosure import integral_levels as module
from qdverify.reference.enclosure.basis import allowed_spins, irrep_blocks
from qdverify.reference.enclosure.integral_hamiltonian import IntegralHamiltonian
from qdverify.reference.enclosure.integral_levels import enclose_located_integrals, locate_integrals
from qdverify.reference.enclosure.integral_model import ExactIntegrals, integral_model
from qdverify.reference.enclosure.order import order_levels
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.unresolved import Unresolved

LABELS = (1, 2, 4, 3)
WEIGHTS = [Fraction(2), Fraction(-1, 3), Fraction(5, 7), Fraction(1, 10**9)]


def near_degenerate(orbitals):
    """Orbitals that differ by 1e-9 and couple by 1e-12: levels that double precision hardly tells apart."""
    h = [[Fraction(1 + p, 10**9) if p == q else Fraction(1, 10**12) for q in range(orbitals)] for p in range(orbitals)]
    entries = [[p, p, p, p, Fraction(1) + Fraction(p, 10**8)] for p in range(1, orbitals + 1)]
    return h, entries


def spread_out(orbitals):
    """Integrals over sixteen decades, attractive and repulsive."""
    h, entries = random_integrals(orbitals, seed=8)
    h = [[value * Fraction(10) ** (-8 * ((p + q) % 2)) for q, value in enumerate(row)] for p, row in enumerate(h)]
    return h, [[*indices, value * Fraction(10) ** (-2 * (sum(indices) % 9))] for *indices, value in entries]


def attractive(orbitals):
    """Large integrals of two electrons, all of them negative."""
    h, entries = random_integrals(orbitals, seed=4)
    return h, [[*indices, -50 * abs(value)] for *indices, value in entries]


KINDS = {
    "dense": lambda M: random_integrals(M, seed=1),
    "sparse": lambda M: random_integrals(M, seed=3, density=0.25),
    "attractive": lambda M: tuple(
        part if k == 0 else [[*e[:4], -abs(e[4]) * 50] for e in part]
        for k, part in enumerate(random_integrals(M, seed=4))
    ),
    "irreps": lambda M: random_integrals(M, seed=5, irreps=LABELS[:M]),
    "near-degenerate": near_degenerate,
    "spread out": spread_out,
}


CORE = Fraction(-22, 7)


def integrals_of(kind, orbitals):
    return *KINDS[kind](orbitals), CORE, LABELS[:orbitals] if kind == "irreps" else None


def dot_of(kind, orbitals):
    return ExactIntegrals.of(*integrals_of(kind, orbitals))


@cache
def exact_levels(kind, orbitals, electrons):
    """Return all levels by exact algebra, to 50 digits."""
    h, entries, core, irreps = integrals_of(kind, orbitals)
    return integral_levels(integral_dot(h, entries, core=core, irreps=irreps), electrons, digits=50)


def ball_of(number):
    return arb(mpmath.nstr(number, 60)) + arb(0, 1e-38)


SIZES = [(3, 1), (3, 2), (3, 3), (4, 4), (3, 5)]
LONGER = {"sparse", "attractive", "spread out", "dense"}
"""Kinds whose levels of four electrons in four orbitals, half a second of exact algebra each, are slow proofs."""


@pytest.mark.parametrize(
    ("kind", "orbitals", "electrons"),
    [
        pytest.param(kind, *size, marks=[pytest.mark.slow] if kind in LONGER and size == (4, 4) else [])
        for kind in KINDS
        for size in SIZES
    ],
)
def test_levels_lie_in_their_balls(kind, orbitals, electrons):
    """Each of the lowest levels, its spin and its irrep are those of exact algebra to 50 digits."""
    dot, reference = dot_of(kind, orbitals), exact_levels(kind, orbitals, electrons)
    count = min(6, len(reference))
    found = order_levels(dot, electrons, count, digits=20)
    with ctx.workprec(400):
        for group in found.groups:
            expected = sorted(reference[group.start : group.stop], key=lambda level: (level.two_S, level.parity))
            for level, right in zip(found.levels[group.start : group.stop], expected, strict=True):
                assert (level.two_S, level.parity) == (right.two_S, right.parity)
                assert level.energy.overlaps(ball_of(right.energy))
                assert level.energy.rad() < 1e-17 * float(dot.scale)


@pytest.mark.parametrize(
    ("kind", "orbitals", "electrons"),
    [
        pytest.param(kind, *size, marks=[pytest.mark.slow] if kind in LONGER and size == (4, 3) else [])
        for kind in ("dense", "irreps", "attractive", "spread out")
        for size in ((3, 0), (3, 2), (4, 3), (3, 5))
    ],
)
def test_transition_probabilities_lie_in_their_balls(kind, orbitals, electrons):
    """M_ji with weights of nine decades, against Eq. (4) summed over every S_z."""
    weights, dot = WEIGHTS[:orbitals], dot_of(kind, orbitals)
    levels = [exact_levels(kind, orbitals, electrons + k)[:5] for k in (0, 1)]
    found = [order_levels(dot, electrons + k, len(levels[k]), digits=30).levels[:5] for k in (0, 1)]
    with mpmath.workdps(60):
        numbers = [mpmath.mpf(w.numerator) / w.denominator for w in weights]
        expected = transition_probabilities_between(*levels, weights=numbers)
    with ctx.workprec(400):
        rows = transition_matrix(*found, weights)
        for row, right in zip(rows, expected, strict=True):
            for value, number in zip(row, right, strict=True):
                assert value.overlaps(ball_of(number))
                assert value.rad() < 1e-15


def exact_block_matrix(dot, block):
    """Return W^T H W in fractions, H by ladder operators."""
    M, N = dot.orbitals, block.electrons
    h = [list(row) for row in dot.one_body]
    V = full_tensor(M, [[*key, value] for key, value in dot.two_body])
    basis = states(M, N, block.two_S)
    H = np.array(fock_matrix(h, V, Fraction(0), N, block.two_S).tolist(), dtype=object)
    places = {int(bits): k for k, bits in enumerate(basis)}
    order = [places[int(a) | int(b) << M] for a, b in product(block.alpha.masks.tolist(), block.beta.masks.tolist())]
    W = block.functions.toarray().astype(int).astype(object)
    return W.T @ H[np.ix_(order, order)] @ W


@pytest.mark.parametrize("bits", [16, 64, 300])
@pytest.mark.parametrize("irreps", [None, LABELS[:3]])
def test_exact_products_are_those_of_ladder_operators_up_to_the_stated_rounding(bits, irreps):
    """W^T H W x in integers differs from H by ladder operators by no more than the rounding bound, for any bits."""
    h, entries = random_integrals(3, seed=6, irreps=irreps)
    dot = ExactIntegrals.of(h, entries, irreps=irreps)
    largest = 0.0
    for two_S in allowed_spins(3, 3):
        for block in irrep_blocks(dot.irreps, 3, two_S):
            hamiltonian = IntegralHamiltonian(integral_model(dot, bits), block)
            right = exact_block_matrix(dot, block) / dot.scale * 2**bits
            identity = [np.array([int(k == n) for k in range(block.size)], dtype=object) for n in range(block.size)]
            found = np.array([hamiltonian.multiply_exactly(3**70 * unit) for unit in identity]).T
            difference = (found - 3**70 * right) / 3**70
            norms = np.sqrt(np.outer(block.metric, block.metric).astype(float))
            distance = np.linalg.norm((difference / norms).astype(float), 2)
            bound = float((hamiltonian.model.rounding(3) * arb(2) ** bits).upper())
            assert distance <= bound
            largest = max(largest, distance / bound)
    assert largest > 1e-3  # the bound is not met by a vacuous comparison


def test_doubles_are_not_rounded_if_there_are_enough_bits():
    """Integrals that are doubles have no rounding error once the resolution reaches their last bit."""
    h, entries = random_integrals(3, seed=7)
    h = [[Fraction(float(value)) for value in row] for row in h]
    entries = [[*indices, Fraction(float(value))] for *indices, value in entries]
    dot = ExactIntegrals.of(h, entries)
    assert integral_model(dot, 32).rounding(3) > 0
    assert integral_model(dot, 120).rounding(3) == 0


@pytest.mark.parametrize("irreps", [None, LABELS[:3]])
def test_float_matrices_are_within_their_bound(irreps):
    """A in double precision is within `error` of the exact matrix, in the spectral norm."""
    h, entries = random_integrals(3, seed=9, irreps=irreps)
    dot = ExactIntegrals.of(h, entries, irreps=irreps)
    for block in irrep_blocks(dot.irreps, 3, 1):
        found = IntegralHamiltonian(integral_model(dot, 64), block).matrix()
        exact = exact_block_matrix(dot, block) / dot.scale
        with mpmath.workdps(50):
            for a, b in product(range(block.size), repeat=2):
                root = mpmath.sqrt(int(block.metric[a]) * int(block.metric[b]))
                right = mpmath.mpf(exact[a, b].numerator) / exact[a, b].denominator / root
                assert abs(mpmath.mpf(found.values[a, b]) - right) <= float(found.error.upper())
        assert float(found.error.upper()) < 1e-13
        assert np.array_equal(found.values, found.values.T)


def two_copies(orbitals, seed):
    """Return a dot twice, side by side: every level of one electron is doubly degenerate."""
    h, entries = random_integrals(orbitals, seed=seed)
    zero = [Fraction(0)] * orbitals
    rows = [row + zero for row in h] + [zero + row for row in h]
    moved = [[*(index + orbitals for index in indices), value] for *indices, value in entries]
    return rows, entries + moved


def test_levels_that_coincide_form_clusters():
    """The levels of one electron in two equal dots come in pairs, which no precision tells apart."""
    dot = ExactIntegrals.of(*two_copies(2, seed=1))
    found = order_levels(dot, 1, 4, digits=12)
    assert [len(group) for group in found.groups] == [2, 2]
    assert {level.pair.companions for level in found.levels} == {1}


def test_levels_that_symmetry_keeps_apart_coincide_in_different_blocks():
    """With an irrep for each copy the same pairs are levels of different blocks."""
    dot = ExactIntegrals.of(*two_copies(2, seed=1), irreps=(1, 1, 2, 2))
    found = order_levels(dot, 1, 4, digits=12)
    assert [len(group) for group in found.groups] == [2, 2]
    assert {level.pair.companions for level in found.levels} == {0}


@pytest.mark.parametrize("power", [-900, -40, 40, 900])
def test_the_unit_of_energy_does_not_matter(power):
    """Integrals times a power of two have levels times that power, digit for digit."""
    h, entries = random_integrals(3, seed=2)
    factor = Fraction(2) ** power
    scaled = [[value * factor for value in row] for row in h], [[*e[:4], e[4] * factor] for e in entries]
    one, two = (order_levels(ExactIntegrals.of(*part), 2, 4, digits=15) for part in ((h, entries), scaled))
    with ctx.workprec(400):
        for level, other in zip(one.levels, two.levels, strict=True):
            assert (level.energy * arb(2) ** power - other.energy).is_zero() or level.energy.overlaps(
                other.energy * arb(2) ** -power
            )


def test_no_interaction_and_no_electrons_and_full_orbitals():
    """The smallest and the fullest blocks: E_0, and E_0 with all pairs."""
    h, entries = [[Fraction(1)]], [[1, 1, 1, 1, Fraction(5)]]
    dot = ExactIntegrals.of(h, entries, Fraction(1, 2))
    energies = [order_levels(dot, N, 1, digits=12).levels[0].energy for N in (0, 1, 2)]
    assert [float(energy.mid()) for energy in energies] == [0.5, 1.5, 7.5]
    empty = ExactIntegrals.of([[Fraction(0)] * 2] * 2, [])
    for level in order_levels(empty, 2, 4, digits=12).levels:
        assert level.energy.contains(0)
        assert level.energy.rad() < 1e-12


def test_a_level_at_the_ceiling_is_not_counted_away():
    """A level whose ball reaches down to the ceiling refutes the count instead of being left out."""
    assert module._count(np.array([1.0, 2.0]), 0.1, 1.5) == 1
    with pytest.raises(Unresolved, match="too close to the ceiling"):
        module._count(np.array([1.0, 2.0]), 0.6, 1.5)


def test_blocks_beyond_reach_are_refused_before_the_work():
    """The refusal states rows, gigabytes and seconds."""
    h = [[Fraction(p == q) for q in range(30)] for p in range(30)]
    with pytest.raises(Unresolved, match=r"a block of \d+ rows with S=0:.* GB and .* s; irreps of the orbitals"):
        locate_integrals(ExactIntegrals.of(h, []), 4, 1)


def test_more_levels_than_there_are_are_refused():
    """Two orbitals hold four levels of two electrons."""
    with pytest.raises(ValueError, match="levels=5 must be between 1 and the 4"):
        locate_integrals(ExactIntegrals.of([[Fraction(0)] * 2] * 2, []), 2, 5)


def test_levels_below_the_ceiling_are_complete():
    """All levels below the ceiling are enclosed, none of them twice: as many as exact algebra has there."""
    h, entries = random_integrals(4, seed=12)
    located = locate_integrals(ExactIntegrals.of(h, entries), 3, 5)
    found = enclose_located_integrals(located, 12).levels
    scale = float(located.dot.scale)
    reference = integral_levels(integral_dot(h, entries), 3, digits=20)
    assert len(found) == sum(level.energy < located.ceiling * scale for level in reference) >= 5


@pytest.mark.slow
def test_eight_orbitals_with_four_electrons_reach_twelve_digits():
    """M = 8, N = 1..4, doubles: six levels to 12 digits, and their M_ji with weights."""
    h, entries = random_integrals(8, seed=21)
    h = [[Fraction(float(value)) for value in row] for row in h]
    dot = ExactIntegrals.of(h, [[*e[:4], Fraction(float(e[4]) / 7)] for e in entries])
    for electrons in (1, 2, 3, 4):
        for level in order_levels(dot, electrons, 6, digits=16).levels[:6]:
            assert level.energy.rad() < 1e-12 * abs(level.energy)


def test_the_rounding_of_a_coarse_model_is_part_of_the_error():
    """With 20 bits the float matrix is off by the rounding of the integrals, and says so."""
    h, entries = random_integrals(3, seed=9)
    dot = ExactIntegrals.of(h, entries)
    farthest = 0.0
    for block in irrep_blocks(dot.irreps, 3, 1):
        found = IntegralHamiltonian(integral_model(dot, 20), block).matrix()
        exact = (exact_block_matrix(dot, block) / dot.scale).astype(float)
        norms = np.sqrt(np.outer(block.metric, block.metric).astype(float))
        distance = np.linalg.norm(found.values - exact / norms, 2)
        assert distance <= float(found.error.upper())
        farthest = max(farthest, distance)
    assert farthest > 1e-8  # far beyond the rounding of double precision


def test_vectors_are_enclosed_towards_the_ceiling(monkeypatch):
    """Unless a block's levels all lie below it, the next level may be as near as the ceiling."""
    h, entries = random_integrals(4, seed=12)
    located = locate_integrals(ExactIntegrals.of(h, entries), 3, 5)
    seen = []
    monkeypatch.setattr(module, "enclose_pairs", lambda pairs, ceiling: seen.append((len(pairs), float(ceiling))) or [])
    enclose_located_integrals(located, 12)
    partial = [
        (below, located.ceiling)
        for part, below in zip(located.parts, located.below, strict=True)
        if 0 < below < part.hamiltonian.block.size
    ]
    assert partial
    assert [entry for entry in seen if np.isfinite(entry[1])] == partial


def test_a_block_that_holds_most_of_a_spin_is_refused_too(monkeypatch):
    """Irreps that split a spin unevenly leave a block that is too large."""
    dot = ExactIntegrals.of([[Fraction(0)] * 4] * 4, [], irreps=(1, 1, 1, 2))
    sizes = [block.size for block in irrep_blocks(dot.irreps, 4, 0)]
    monkeypatch.setattr(module, "MOST_ROWS", max(sizes) - 1)
    assert sum(sizes) <= 2 * module.MOST_ROWS
    with pytest.raises(Unresolved, match=f"a block of {max(sizes)} rows"):
        module._blocks_within_reach(dot, 4, 0)


@pytest.mark.parametrize(("electrons", "orbitals"), [(8, 40), (2, 150)])
def test_dots_that_are_too_large_are_refused_before_anything_is_listed(electrons, orbitals, monkeypatch):
    """Rows and paths are counted by formulas; no determinant is formed."""
    monkeypatch.setattr(module, "blocks_of", lambda *_: pytest.fail("states are listed"))
    dot = ExactIntegrals.of([[Fraction(0)] * orbitals] * orbitals, [])
    with pytest.raises(Unresolved, match=r"a block of \d+ rows"):
        module._blocks_within_reach(dot, electrons, 0)


@pytest.mark.parametrize(("exponent", "groups"), [(30, 2), (50, 2), (80, 1)])
def test_precision_is_raised_to_sixty_digits_to_tell_levels_apart(exponent, groups):
    """Orbitals that differ by 1e-30 or 1e-50 are told apart though 12 digits are asked for, by 1e-80 not."""
    h = [[Fraction(1), Fraction(0)], [Fraction(0), 1 + Fraction(1, 10**exponent)]]
    ordered = order_levels(ExactIntegrals.of(h, []), 1, 2, digits=12)
    assert len(ordered.groups) == groups
    assert ordered.raised
