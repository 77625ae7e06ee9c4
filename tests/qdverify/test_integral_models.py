"""The oracle on solvable models and on transformed dots: balls against closed forms, and against each other."""

from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
import sympy
from random_integrals import full_tensor, random_integrals

from analytic import (
    coupled_energies,
    coupled_levels,
    coupled_transition_probabilities,
    dimer_levels,
    dimer_transition_probabilities,
    hubbard_band,
    hubbard_chain,
    hubbard_levels,
    single_level,
    trimer_levels,
)
from qdverify.reference.oracle import oracle


def document(dot):
    """Return a dot of `analytic` with rational integrals as a document with exact numbers."""
    h = dot.one_body
    return {
        "kind": "integrals",
        "orbitals": dot.orbitals,
        "core": str(dot.core),
        "one_body": [[str(h[p, q]) for q in range(dot.orbitals)] for p in range(dot.orbitals)],
        "two_body": [[*key, str(value)] for key, value in dot.two_body.items()],
        "irreps": list(dot.irreps),
    }


def rational_document(h, V, core=0):
    """Return the document of h and of the full V[p][q][r][s] in fractions."""
    M = len(h)
    axis = range(M)
    entries = [
        [p + 1, q + 1, r + 1, s + 1, str(V[p][q][r][s])]
        for p in axis
        for q in range(p + 1)
        for r in axis
        for s in range(r + 1)
        if V[p][q][r][s]
    ]
    one_body = [[str(value) for value in row] for row in h]
    return {"kind": "integrals", "orbitals": M, "core": str(core), "one_body": one_body, "two_body": entries}


def number(value):
    # sympy would round an mpmath number to mpmath's own precision
    return Decimal(mpmath.nstr(value, 40) if isinstance(value, mpmath.mpf) else str(sympy.N(value, 40)))


def holds(ball, expression):
    return abs(ball.mid - number(expression)) <= ball.rad + Decimal("1e-33")


@pytest.mark.parametrize("repulsion", ["1/100", "7/2", "-3"])
@pytest.mark.parametrize(("sites", "closed"), [(2, dimer_levels), (3, trimer_levels)])
def test_hubbard_dimer_and_trimer(sites, closed, repulsion):
    """Every level of every N lies in its ball, coinciding ones in their cluster."""
    dot = document(hubbard_chain(sites, repulsion=repulsion))
    for electrons in range(2 * sites + 1):
        levels = sorted(closed(electrons, repulsion=sympy.Rational(repulsion)), key=lambda level: number(level.energy))
        answer = oracle("spectrum", dot=dot, electrons=electrons, levels=len(levels), digits=20)
        assert sorted(answer.values["two_S"]) == sorted(level.two_S for level in levels)
        for ball, level in zip(answer.values["energies"], levels, strict=True):
            assert holds(ball, level.energy)


@pytest.mark.parametrize("electrons", [0, 1, 2, 3])
def test_dimer_probabilities_with_weights(electrons):
    """The table of closed forms, with weights 1 and -1/3."""
    U, weights = sympy.Rational(7, 2), ["1", "-1/3"]
    order = [
        sorted(range(len(levels)), key=lambda k: number(levels[k].energy))
        for levels in (dimer_levels(electrons + step, repulsion=U) for step in (0, 1))
    ]
    expected = dimer_transition_probabilities(electrons, repulsion=U, weights=list(map(sympy.Rational, weights)))
    answer = oracle(
        "transition_probabilities",
        dot=document(hubbard_chain(2, repulsion=U)),
        electrons=electrons,
        levels_from=len(order[0]),
        levels_to=len(order[1]),
        weights=weights,
        digits=20,
    )
    for row, j in zip(answer.values["M"], order[1], strict=True):
        assert all(holds(ball, expected[j][i]) for ball, i in zip(row, order[0], strict=True))


def test_the_open_chain_of_four_sites():
    """Lieb and Wu's levels: all of three electrons, and the ground state at half filling."""
    dot = document(hubbard_chain(4, repulsion=5))
    levels = hubbard_levels(4, 3, repulsion=5, digits=35)
    answer = oracle("spectrum", dot=dot, electrons=3, levels=len(levels), digits=20)
    assert all(holds(ball, level.energy) for ball, level in zip(answer.values["energies"], levels, strict=True))
    ground = oracle("spectrum", dot=dot, electrons=4, digits=20).values["energies"][0]
    assert holds(ground, hubbard_band(4, 4, 0, repulsion=5, digits=35)[0].energy)


def test_one_level_with_repulsion():
    """0, e, 2e + U and M = w^2, w^2/2."""
    dot = document(single_level(energy="-1/3", repulsion=5))
    energies = [oracle("spectrum", dot=dot, electrons=N, digits=20).values["energies"][0] for N in (0, 1, 2)]
    expected = [0, sympy.Rational(-1, 3), sympy.Rational(13, 3)]
    assert all(holds(ball, value) for ball, value in zip(energies, expected, strict=True))
    for electrons, M in ((0, 9), (1, sympy.Rational(9, 2))):
        answer = oracle("transition_probabilities", dot=dot, electrons=electrons, weights=[3], digits=20)
        assert holds(answer.values["M"][0][0], M)


def test_two_coupled_levels():
    """Singlet and triplet of (1, 1) coincide: one cluster, and M_ji summed over each of them."""
    model = {"energies": [0, 1], "repulsions": [5, 6], "mutual": 2}
    dot = document(coupled_levels(**model))
    answer = oracle("spectrum", dot=dot, electrons=2, levels=4)
    assert [cluster.members for cluster in answer.clusters] == [((0, 2, 1), (2, 2, 1))]
    moved = oracle(
        "transition_probabilities", dot=dot, electrons=1, levels_from=1, levels_to=2, weights=[2, 3], digits=20
    )
    initial = [level for level in coupled_energies(1, **model) if level.occupations == (1, 0)]
    final = [level for level in coupled_energies(2, **model) if level.occupations == (1, 1)]
    expected = coupled_transition_probabilities(initial, final, weights=(2, 3))
    assert all(holds(total, row[0]) for (_, _, total), row in zip(moved.sums, expected, strict=True))


C, S = Fraction(3, 5), Fraction(4, 5)


def rotated(h, V):
    """Rotate orbitals 1 and 2 by the angle with cosine 3/5, exactly."""
    M = len(h)
    R = [[Fraction(p == q) for q in range(M)] for p in range(M)]
    R[0][0], R[0][1], R[1][0], R[1][1] = C, S, -S, C
    axis = range(M)

    def moved(tensor, depth):
        # rotate the first index, then those behind it
        if depth == 0:
            return tensor
        parts = [moved(part, depth - 1) for part in tensor]
        return [combine(R[p], parts) for p in axis]

    def combine(row, parts):
        if not isinstance(parts[0], list):
            return sum((a * b for a, b in zip(row, parts, strict=True)), Fraction(0))
        return [combine(row, list(group)) for group in zip(*parts, strict=True)]

    return moved(h, 2), moved(V, 4)


def overlap(one, other):
    return abs(one.mid - other.mid) <= one.rad + other.rad


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_a_rotation_of_the_orbitals_changes_nothing(electrons):
    """Five orbitals, rotated exactly: levels agree, and so do M_ji if the weights are rotated along."""
    h, entries = random_integrals(5, seed=41, density=0.6)
    V = full_tensor(5, entries)
    weights = [Fraction(1), Fraction(-2), Fraction(1, 3), Fraction(5), Fraction(0)]
    turned = [C * weights[0] + S * weights[1], -S * weights[0] + C * weights[1], *weights[2:]]
    dots = rational_document(h, V), rational_document(*rotated(h, V))
    found = [oracle("spectrum", dot=dot, electrons=electrons, levels=4, digits=20).values for dot in dots]
    assert found[0]["two_S"] == found[1]["two_S"]
    assert all(overlap(a, b) for a, b in zip(found[0]["energies"], found[1]["energies"], strict=True))
    question = {"electrons": electrons, "levels_from": 2, "levels_to": 2, "digits": 15}
    first, second = (
        oracle("transition_probabilities", dot=dot, weights=list(map(str, w)), **question).values["M"]
        for dot, w in zip(dots, (weights, turned), strict=True)
    )
    assert all(overlap(a, b) for one, two in zip(first, second, strict=True) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("electrons", [2, 3])
def test_a_constant_in_h_shifts_every_level_by_it_times_N(electrons):
    """h + c: E + c N, with the same spins."""
    h, entries = random_integrals(4, seed=42)
    V, c = full_tensor(4, entries), Fraction(22, 7)
    shifted = [[value + c * (p == q) for q, value in enumerate(row)] for p, row in enumerate(h)]
    one, other = (
        oracle("spectrum", dot=rational_document(part, V), electrons=electrons, levels=4, digits=20).values["energies"]
        for part in (h, shifted)
    )
    for a, b in zip(one, other, strict=True):
        assert abs(a.mid + number(sympy.Rational(c) * electrons) - b.mid) <= a.rad + b.rad + Decimal("1e-30")


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_electrons_for_holes(electrons):
    """With h'_pq = -h_pq - sum_r [2 (pq|rr) - (pr|rq)] and the same V, 2M - N holes have the levels of N electrons.

    E_0' = 2 sum_p h_pp + sum_pq [2 (pp|qq) - (pq|pq)].
    """
    M = 3
    h, entries = random_integrals(M, seed=43)
    V, axis = full_tensor(M, entries), range(M)
    holes = [[-h[p][q] - sum(2 * V[p][q][r][r] - V[p][r][r][q] for r in axis) for q in axis] for p in axis]
    core = 2 * sum(h[p][p] for p in axis) + sum(2 * V[p][p][q][q] - V[p][q][q][p] for p in axis for q in axis)
    one = oracle("spectrum", dot=rational_document(h, V), electrons=electrons, levels=3, digits=20).values
    count = 2 * M - electrons
    other = oracle("spectrum", dot=rational_document(holes, V, core), electrons=count, levels=3, digits=20).values
    assert one["two_S"] == other["two_S"]
    assert all(overlap(a, b) for a, b in zip(one["energies"], other["energies"], strict=True))
