"""Statements whose proof is their computation: spin weights, integrals, the charging model, stationary states.

The checker computes them its own way: C_ji as the average over S_z of squared Clebsch-Gordan coefficients, [J96] Eq.
(5); integrals as in model.py; levels without interaction, or with a constant one, by counting the spins of every
configuration; populations by eliminating the states of the rate equation, [J96] Eq. (3), one after the other without a
subtraction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb

from flint import arb, ctx

from qdverify.certificate.grammar import Dot, Lead, require
from qdverify.certificate.model import Model, rational, require_few_steps, take_pause

Number = Fraction | arb
Label = tuple[int, int]
MOST_CONFIGURATIONS = 10**6
BITS_OF_ONE_STATE = 2
"""An elimination can treble the relative radii of the rates that remain, as balls do not know what they share."""


def spin_weight(two_S_i: int, two_S_j: int) -> Fraction:
    """Return C_ji: <S m, 1/2 sigma|S_j m+sigma>^2 is (S+1 +- m)/(2S+1) or (S -+ m)/(2S+1), for spin up and down.

    The two spins add up to (2S+2)/(2S+1) or 2S/(2S+1) for each of the 2S+1 values of m.
    """
    step = two_S_j - two_S_i
    if abs(step) != 1:
        return Fraction(0)
    return Fraction(two_S_i + 2 if step == 1 else two_S_i, 2 * (two_S_i + 1))


def integrals(dot: Dot, indices: Sequence[tuple[int, int, int, int]]) -> list[arb]:
    """Return every (pq|rs) asked for; they do not depend on the number of orbitals, which may be large."""
    model = Model(replace(dot, orbitals=max(max(quadruple) for quadruple in indices)))
    cosines = {pair for quadruple in indices for pair in Model.cosines_of(*quadruple)}
    require_few_steps(model.steps_of_integrals(len(cosines)))
    return [model.integral(*quadruple) / rational(model.length**2) for quadruple in indices]


# Levels without interaction, or with a constant one


def charging_levels(dot: Dot, electrons: int, levels: int) -> list[tuple[arb, Counter[Label]]]:
    """Return energies, ascending, with the number of levels of each (2S, parity): a sum of eps_n plus U N(N-1)/2.

    k singly occupied orbitals have C(k, k/2-S) - C(k, k/2-S-1) levels of spin S. An electron above the orbital N +
    levels could move to that many empty ones below it, so that the lowest levels have none there.
    """
    highest = min(dot.orbitals, electrons + levels)
    require(
        comb(highest + electrons - 1, electrons) <= MOST_CONFIGURATIONS,
        f"{electrons} electrons have more than {MOST_CONFIGURATIONS} configurations in {highest} orbitals",
    )
    strength = dot.strength if dot.kernel == "constant" else Fraction(0)
    found: dict[int, Counter[Label]] = {}
    for orbitals in combinations_with_replacement(range(1, highest + 1), electrons):
        occupied = Counter(orbitals)
        if all(number <= 2 for number in occupied.values()):
            singles = [n for n, number in occupied.items() if number == 1]
            k, parity = len(singles), (-1) ** sum(n + 1 for n in singles)
            group = found.setdefault(sum(n * n for n in orbitals), Counter())
            for down in range(k // 2 + 1):
                group[k - 2 * down, parity] += comb(k, down) - (comb(k, down - 1) if down else 0)
    unit = arb.pi() ** 2 / rational(2 * dot.length**2)
    shift = rational(strength * electrons * (electrons - 1) / Fraction(2))
    return [(squares * unit + shift, found[squares]) for squares in sorted(found)]


def check_charging_levels(dot: Dot, electrons: int, labels: Sequence[Label]) -> list[arb]:
    """Verify spins and parities of the lowest levels, in any order if energies coincide; return the energies."""
    energies: list[arb] = []
    for energy, group in charging_levels(dot, electrons, len(labels)):
        mine = Counter(labels[len(energies) : len(energies) + group.total()])
        require(mine <= group, "spins or parities are not those of the configurations")
        energies += [energy] * mine.total()
    require(len(energies) == len(labels), "there are fewer levels than stated")
    return energies


# Stationary states


@dataclass(frozen=True)
class Chain:
    """Levels and what joins them: numbers are exact, or balls that contain the true ones.

    Attributes
    ----------
    transitions
        M_ji by (i, j): one electron more in j.
    of_lead
        M_ji by the name of a lead, where they differ from `transitions`.
    """

    energies: Sequence[Number]
    two_S: Sequence[int]
    transitions: Mapping[tuple[int, int], Number]
    leads: tuple[Lead, Lead]
    kT: Fraction
    gate: Fraction
    of_lead: Mapping[str, Mapping[tuple[int, int], Number]] = field(default_factory=dict)


Flows = Mapping[tuple[int, int], Mapping[str, tuple[arb, arb]]]


def rates(chain: Chain) -> Flows:
    """Return for each transition i -> j and each lead the rates from i to j and back, populations summed over S_z.

    2 t M f(x) and 2 t M (2S_i+1)/(2S_j+1) (1 - f(x)), x = (E_j - E_i - gate - mu)/kT, f(x) = 1/(1 + exp x).
    """
    with _bits_for(len(chain.energies)):
        return _rates(chain)


def _bits_for(states: int) -> AbstractContextManager[None]:
    """Raise the precision by the bits that an elimination of all states may lose."""
    bits: AbstractContextManager[None] = ctx.workprec(ctx.prec + BITS_OF_ONE_STATE * states)
    return bits


def _rates(chain: Chain) -> Flows:
    kT = rational(chain.kT)
    result: dict[tuple[int, int], dict[str, tuple[arb, arb]]] = {}
    for i, j in chain.transitions:
        take_pause()
        back = rational(Fraction(chain.two_S[i] + 1, chain.two_S[j] + 1))
        result[i, j] = {lead.name: (arb(0), arb(0)) for lead in chain.leads}
        for lead in chain.leads:
            M = chain.of_lead.get(lead.name, chain.transitions)[i, j]
            if M == 0:
                continue
            x = _difference(chain.energies[j], chain.energies[i], lead.mu + chain.gate) / kT
            into, out = (rational(2 * lead.rate) * _ball(M) / (1 + (sign * x).exp()) for sign in (1, -1))
            result[i, j][lead.name] = (into, back * out)
    return result


def _difference(upper: Number, lower: Number, shift: Fraction) -> arb:
    if isinstance(upper, Fraction) and isinstance(lower, Fraction):
        return rational(upper - lower - shift)
    return _ball(upper) - _ball(lower) - rational(shift)


def _ball(number: Number) -> arb:
    return rational(number) if isinstance(number, Fraction) else number


def stationary(chain: Chain, flows: Flows) -> tuple[list[arb], dict[str, arb]]:
    """Return populations and currents."""
    states = len(chain.energies)
    with _bits_for(states):
        occupied = populations(states, flows)
        return occupied, currents(chain, flows, occupied)


def populations(levels: int, flows: Flows) -> list[arb]:
    """Return the stationary distribution; both directions of every transition count."""
    matrix = [[arb(0)] * levels for _ in range(levels)]  # matrix[i][j] from i to j
    for (i, j), leads in flows.items():
        for into, out in leads.values():
            matrix[i][j] += into
            matrix[j][i] += out
    return eliminate(matrix)


def currents(chain: Chain, flows: Flows, occupied: Sequence[arb]) -> dict[str, arb]:
    """Return the current from left to right through each barrier.

    At equal chemical potentials both leads drive each transition at rates in the same ratio, exp(-x) (2S_j+1)/(2S_i+1),
    a ratio of weights of the two levels: those weights are stationary and no transition has a net flow.
    """
    current = {"L": arb(0), "R": arb(0)}
    if chain.leads[0].mu == chain.leads[1].mu:
        return current
    for (i, j), leads in flows.items():
        for name, (into, out) in leads.items():
            current[name] += (occupied[i] * into - occupied[j] * out) * (1 if name == "L" else -1)
    return current


def eliminate(rates: Sequence[Sequence[arb]]) -> list[arb]:
    """Return the stationary distribution: each state in turn hands its flow on to the states after it.

    A positive rate out of each state, at its turn, shows that the last one is reached from all: one closed class.
    """
    n, work = len(rates), [list(row) for row in rates]
    for k in range(n - 1):
        take_pause()
        exit_rate = sum(work[k][k + 1 :], arb(0))
        require(exit_rate > 0, "that the levels form one closed class is not proven")
        for i in range(k + 1, n):
            share = work[i][k] / exit_rate
            for j in range(k + 1, n):
                work[i][j] += share * work[k][j] if i != j else 0
    weights = [arb(0)] * (n - 1) + [arb(1)]
    for k in reversed(range(n - 1)):
        flow = sum((weights[i] * work[i][k] for i in range(k + 1, n)), arb(0))
        weights[k] = flow / sum(work[k][k + 1 :], arb(0))
    total = sum(weights, arb(0))
    return [weight / total for weight in weights]
