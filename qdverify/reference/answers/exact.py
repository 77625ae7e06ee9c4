"""Exact answers: spin weights, rational integrals, and the dot without interaction or with a constant one.

Each is a rational number, or a rational plus a rational times pi^2, derived in `analytic`; the only rounding is the
last one, into a ball.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise
from typing import Final

import sympy
from flint import arb, ctx

from analytic import (
    Interaction,
    Multiplet,
    charging_levels,
    clebsch_gordan_weight,
    clebsch_gordan_weight_symbolic,
    rational_integral,
    transition_probabilities_between,
)
from qdverify.protocol.case import Case
from qdverify.protocol.grade import Grade
from qdverify.reference.answers.answer import Answer, Cluster, Refusal
from qdverify.reference.answers.clusters import Listing, stated_transitions
from qdverify.reference.answers.exact_inputs import (
    BoxInputs,
    IntegralDotInputs,
    IntegralsInputs,
    SpectrumInputs,
    TransitionsInputs,
    WeightInputs,
)
from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.integral_model import ExactIntegrals
from qdverify.reference.enclosure.moments import ball

MOST_ELECTRONS: Final = 6
MOST_SUMMED: Final = 100  # twice the spin up to which projections are summed one by one
SPIN: Final = sympy.Symbol("S", positive=True)


def exact_answer(case: Case) -> Answer | None:
    """Return the exact answer to a case, or None if none is known; at flint's current precision."""
    solve = _SOLVERS.get(case.task)
    return solve(case.exact) if solve else None


def as_ball(expression: sympy.Expr) -> arb:
    """Enclose an expression made of rationals and pi by sums, products and integer powers."""
    if expression.is_Rational:
        return ball(Fraction(int(expression.p), int(expression.q)))
    if expression == sympy.pi:
        return arb.pi()
    terms = [as_ball(part) for part in expression.args if not (expression.is_Pow and part is expression.exp)]
    if expression.is_Add:
        return sum(terms, arb(0))
    if expression.is_Mul:
        product = arb(1)
        for term in terms:
            product *= term
        return product
    if expression.is_Pow and expression.exp.is_Integer:
        return terms[0] ** int(expression.exp)
    raise ValueError(f"{expression} must be built from rationals and pi")


def _weight(inputs: WeightInputs) -> Answer:
    two_S_i, two_S_j = inputs["two_S_i"], inputs["two_S_j"]
    check_time("summing Clebsch-Gordan coefficients")
    if max(two_S_i, two_S_j) <= MOST_SUMMED:
        value = clebsch_gordan_weight(two_S_i, two_S_j)
    else:
        change = two_S_j - two_S_i
        value = (
            _symbolic_weight(change).subs(SPIN, sympy.Rational(two_S_i, 2)) if abs(change) == 1 else sympy.Integer(0)
        )
    return Answer(Grade.EXACT, {"C": as_ball(value)}, "squared Clebsch-Gordan coefficients, [J96] Eq. (5)")


@cache
def _symbolic_weight(change: int) -> sympy.Expr:
    """Return C_ji for S_j = S_i + change/2, summed over projections for symbolic S_i."""
    return clebsch_gordan_weight_symbolic(SPIN + sympy.Rational(change, 2), SPIN)


def _integrals(inputs: IntegralsInputs) -> Answer | None:
    dot = inputs["dot"]
    if "kernel" not in dot:
        return _listed_integrals(dot, inputs["indices"]) if "one_body" in dot else None
    if dot["kernel"] == "soft-coulomb" and dot["strength"] != 0:
        return None
    kernel = "none" if dot["strength"] == 0 else dot["kernel"]
    interaction = Interaction.of(kernel=kernel, length=dot["length"], cutoff=dot["cutoff"], strength=dot["strength"])
    quadruples = paced(inputs["indices"], "evaluating rational integrals")
    values = [ball(rational_integral(interaction, *indices)) for indices in quadruples]
    return Answer(Grade.EXACT, {"values": values}, "rational integrals of sines")


def _listed_integrals(dot: IntegralDotInputs, indices: Sequence[tuple[int, int, int, int]]) -> Answer:
    exact = ExactIntegrals.of(dot["one_body"], dot["two_body"])
    values = [ball(exact.integral(*quadruple)) for quadruple in indices]
    return Answer(Grade.EXACT, {"values": values}, "the integrals as they were given")


def _spectrum(inputs: SpectrumInputs) -> Answer | None:
    count = inputs["levels"]
    if "kernel" not in inputs["dot"]:
        return None
    levels = _levels(inputs["dot"], inputs["electrons"], count, inputs["electrons"] + count)
    if levels is None:
        return None
    listing = _listing(levels, inputs["electrons"]).cut(count, "levels")
    values = {
        "energies": listing.stated_energies(),
        "two_S": [two_S for two_S, _ in listing.labels],
        "parity": [parity for _, parity in listing.labels],
    }
    method = "sum of n^2 pi^2/(2 L^2), plus U N(N-1)/2 for a constant interaction U"
    clusters = listing.clusters
    return Answer(Grade.EXACT, values, method, clusters, (), _caveat(clusters))


def _transitions(inputs: TransitionsInputs) -> Answer | None:
    dot, electrons = inputs["dot"], inputs["electrons"]
    counts = inputs["levels_from"], inputs["levels_to"]
    if "kernel" not in dot:
        return None
    weights = [sympy.Rational(weight) for weight in inputs["weights"]] if "weights" in inputs else None
    highest = electrons + 1 + max(counts)
    lists = [_levels(dot, electrons + k, counts[k], highest) for k in (0, 1)]
    if lists[0] is None or lists[1] is None:
        return None
    initial, final = (
        _listing(levels, electrons + k).cut(counts[k], name)
        for k, (levels, name) in enumerate(zip(lists, ("levels_from", "levels_to"), strict=True))
        if levels is not None
    )
    below, above = lists[0][: counts[0]], lists[1][: counts[1]]
    doing = f"forming M_ji between {len(below)} and {len(above)} exact levels"
    exact = [_transition_row(below, level, weights) for level in paced(above, doing)]
    stated, sums = stated_transitions([[as_ball(value) for value in row] for row in exact], initial, final)
    clusters = (*initial.clusters, *final.clusters)
    method = "rational M_ji between spin-adapted configurations"
    return Answer(Grade.EXACT, {"M": stated}, method, clusters, sums, _caveat(clusters))


def _transition_row(
    initial: Sequence[Multiplet], final: Multiplet, weights: Sequence[sympy.Rational] | None
) -> list[sympy.Expr]:
    return transition_probabilities_between(initial, [final], exact=True, weights=weights)[0]


def _caveat(clusters: Sequence[Cluster]) -> str:
    if not clusters:
        return ""
    return (
        "levels of a cluster coincide exactly: they are listed by spin, not in an order, and only sums of M_ji over "
        "them are unique"
    )


def _listing(levels: Sequence[Multiplet], electrons: int) -> Listing:
    """Return whole sets of levels of equal energy as groups."""
    groups: list[range] = []
    for position, level in enumerate(levels):
        if groups and level.energy == levels[groups[-1].start].energy:
            groups[-1] = range(groups[-1].start, position + 1)
        else:
            groups.append(range(position, position + 1))
    labels = tuple((level.two_S, level.parity) for level in levels)
    balls, bits = _separate_balls([level.energy for level in levels])
    return Listing(electrons, balls, labels, tuple(groups), bits)


def _separate_balls(energies: Sequence[sympy.Expr]) -> tuple[tuple[arb, ...], int]:
    """Enclose ascending energies with enough bits that different ones have disjoint balls."""
    bits = ctx.prec
    while True:
        with ctx.workprec(bits):
            balls = [as_ball(energy) for energy in energies]
            neighbours = zip(pairwise(energies), pairwise(balls), strict=True)
            if all(low == high or low_ball < high_ball for (low, high), (low_ball, high_ball) in neighbours):
                return tuple(balls), bits
        bits *= 2


def _levels(dot: BoxInputs, electrons: int, count: int, highest: int) -> tuple[Multiplet, ...] | None:
    """Return exact levels if the interaction does nothing but shift them: no pair, no strength, or a constant.

    The `count` lowest do not reach beyond the orbital N + count: an electron there has count empty orbitals below, and
    moving it to any of them is a lower level. `highest` is that orbital or one above it.
    """
    constant = dot["kernel"] == "constant"
    if electrons >= 2 and not constant and dot["kernel"] != "none" and dot["strength"] != 0:
        return None
    if electrons > MOST_ELECTRONS:
        raise Refusal(f"electrons={electrons} must be at most {MOST_ELECTRONS}: exact levels of more are not tabulated")
    check_time(f"listing the configurations of {electrons} electrons")
    strength = dot["strength"] if constant else 0
    try:
        levels = charging_levels(
            electrons, min(dot["orbitals"], highest), count, length=dot["length"], strength=strength
        )
    except ValueError as error:
        raise Refusal(str(error)) from None
    return _by_label(levels)


def _by_label(levels: Sequence[Multiplet]) -> tuple[Multiplet, ...]:
    """Sort levels of equal energy by spin and parity."""
    sets = groupby(levels, key=lambda level: level.energy)
    return tuple(
        level for _, members in sets for level in sorted(members, key=lambda level: (level.two_S, level.parity))
    )


_SOLVERS: Final[Mapping[str, Callable[..., Answer | None]]] = {
    "clebsch_gordan_weight": _weight,
    "interaction_integrals": _integrals,
    "spectrum": _spectrum,
    "transition_probabilities": _transitions,
}
