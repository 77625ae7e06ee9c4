"""Statements whose proof is their computation: spin weights, integrals, the charging model, stationary states.

The checker computes them its own way, in balls: C_ji as the average over S_z of squared Clebsch-Gordan coefficients,
[J96] Eq. (5); integrals as in proof.py; levels without interaction, or with a constant one, by counting the spins of
every configuration; populations by eliminating the states of the rate equation, [J96] Eq. (3), one after the other
without a subtraction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb
from typing import Any

from flint import arb

from qdverify.certificate.proof import Model, rational, require

Inputs = Mapping[str, Any]


def spin_weight(inputs: Inputs) -> Fraction:
    """Return C_ji: <S m, 1/2 sigma|S_j m+sigma>^2 is (S+1 +- m)/(2S+1) or (S -+ m)/(2S+1), for spin up and down.

    The two spins add up to (2S+2)/(2S+1) or 2S/(2S+1) for each of the 2S+1 values of m.
    """
    two_S, step = int(inputs["two_S_i"]), int(inputs["two_S_j"]) - int(inputs["two_S_i"])
    if abs(step) != 1 or inputs["two_S_j"] < 0:
        return Fraction(0)
    return Fraction(two_S + 2 if step == 1 else two_S, 2 * (two_S + 1))


def integrals(inputs: Inputs) -> list[arb]:
    """Return every (pq|rs) asked for."""
    model = Model(inputs["dot"])
    return [model.integral(*indices) / rational(model.length**2) for indices in inputs["indices"]]


Label = tuple[int, int]


def charging_levels(inputs: Inputs) -> list[tuple[arb, Counter[Label]]]:
    """Return energies, ascending, with the number of levels of each (2S, parity): a sum of eps_n plus U N(N-1)/2.

    k singly occupied orbitals have C(k, k/2-S) - C(k, k/2-S-1) levels of spin S. An electron above the orbital N +
    levels could move to that many empty ones below it, so that the lowest levels have none there.
    """
    dot, electrons = inputs["dot"], inputs["electrons"]
    highest = min(dot["orbitals"], electrons + inputs["levels"])
    length, strength = Fraction(dot["length"]), Fraction(dot["strength"]) if dot["kernel"] == "constant" else 0
    found: dict[int, Counter[Label]] = {}
    for orbitals in combinations_with_replacement(range(1, highest + 1), electrons):
        occupied = Counter(orbitals)
        if all(number <= 2 for number in occupied.values()):
            singles = [n for n, number in occupied.items() if number == 1]
            k, parity = len(singles), (-1) ** sum(n + 1 for n in singles)
            group = found.setdefault(sum(n * n for n in orbitals), Counter())
            for down in range(k // 2 + 1):
                group[k - 2 * down, parity] += comb(k, down) - (comb(k, down - 1) if down else 0)
    unit = arb.pi() ** 2 / rational(2 * length**2)
    shift = rational(strength * electrons * (electrons - 1) / Fraction(2))
    return [(squares * unit + shift, found[squares]) for squares in sorted(found)]


def check_charging_levels(inputs: Inputs, two_S: Sequence[int], parity: Sequence[int]) -> list[arb]:
    """Verify spins and parities of the stated levels, free in order where energies coincide; return the energies."""
    energies: list[arb] = []
    labels = list(zip(two_S, parity, strict=True))
    for energy, group in charging_levels(inputs):
        mine = Counter(labels[len(energies) : len(energies) + group.total()])
        require(mine <= group, "spins or parities are not those of the configurations")
        energies += [energy] * mine.total()
    require(len(energies) == len(labels) == inputs["levels"], "levels are missing")
    return energies


def stationary_state(inputs: Inputs) -> tuple[list[arb], dict[str, arb]]:
    """Return populations and the current from left to right through each barrier."""
    levels, flows = inputs["levels"], []
    kT, gate = rational(Fraction(inputs["kT"])), rational(Fraction(inputs["gate"]))
    rates = [[arb(0)] * len(levels) for _ in levels]  # rates[i][j] from i to j
    for edge in inputs["transitions"]:
        i, j, M = edge["from"], edge["to"], rational(Fraction(edge["M"]))
        for lead in inputs["leads"]:
            difference = (
                rational(Fraction(levels[j]["energy"]) - Fraction(levels[i]["energy"]) - Fraction(lead["mu"])) - gate
            )
            into, out = (
                2 * rational(Fraction(lead["rate"])) * M / (1 + (sign * difference / kT).exp()) for sign in (1, -1)
            )
            out *= rational(Fraction(levels[i]["two_S"] + 1, levels[j]["two_S"] + 1))
            rates[i][j] += into
            rates[j][i] += out
            flows.append((lead["name"], i, j, into, out))
    populations = eliminate(rates)
    current = {"L": arb(0), "R": arb(0)}
    if len({Fraction(lead["mu"]) for lead in inputs["leads"]}) == 1 or any(
        Fraction(lead["rate"]) == 0 for lead in inputs["leads"]
    ):
        return populations, current  # equilibrium with one reservoir: no current, exactly
    for name, i, j, into, out in flows:
        current[name] += (populations[i] * into - populations[j] * out) * (1 if name == "L" else -1)
    return populations, current


def eliminate(rates: Sequence[Sequence[arb]]) -> list[arb]:
    """Return the stationary distribution: each state in turn hands its flow on to the states after it."""
    n, work = len(rates), [list(row) for row in rates]
    for k in range(n - 1):
        exit_rate = sum(work[k][k + 1 :], arb(0))
        require(exit_rate > 0, "the levels fall into several closed classes")
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
