"""Tasks of `qdverify-case/1`: the protocol's questions. A stationary state takes its energies and M_ji as given.

Each function takes inputs, values and evidence as they stand in the file, reads and verifies all of it, and returns
the grade that the path of proof gives and how many numbers are proven, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qdverify.certificate.claims import check_ball, check_balls
from qdverify.certificate.grammar import (
    MOST_ORBITALS,
    count,
    dot,
    fields,
    items,
    leads,
    non_negative,
    parity,
    positive,
    real,
    require,
    spin,
)
from qdverify.certificate.levels import in_order, listed_levels, require_few_amplitudes
from qdverify.certificate.model import Model
from qdverify.certificate.proof import Level, probability
from qdverify.certificate.recompute import (
    Chain,
    check_charging_levels,
    integrals,
    rates,
    spin_weight,
    stationary,
)

MOST_QUADRUPLES = 10_000
MOST_STATES = 300
MOST_LEVELS = 200_000
LARGEST_SPIN = 10**400


@dataclass(frozen=True)
class Proven:
    """What a certificate proves: the grade, and how many numbers by name."""

    grade: str
    numbers: Mapping[str, int]


def _weight(inputs: object, values: object, evidence: object) -> Proven:
    inputs = fields(inputs, "inputs", ("two_S_i", "two_S_j"))
    two_S = [count(inputs[name], name, 0, LARGEST_SPIN) for name in ("two_S_i", "two_S_j")]
    values = fields(values, "values", ("C",))
    _none(evidence)
    check_ball(values["C"], spin_weight(*two_S), "C")
    return Proven("exact", {"C": 1})


def _none(evidence: object) -> None:
    items(evidence, "evidence of a task that is computed anew", 0, 0)


def _integrals(inputs: object, values: object, evidence: object) -> Proven:
    inputs = fields(inputs, "inputs", ("dot", "indices"))
    the_dot = dot(inputs["dot"], most_orbitals=10**9)
    most = min(the_dot.orbitals, MOST_ORBITALS)
    indices = [_quadruple(item, most) for item in items(inputs["indices"], "indices", 1, MOST_QUADRUPLES)]
    stated = items(fields(values, "values", ("values",))["values"], "values", len(indices), len(indices))
    _none(evidence)
    check_balls(stated, integrals(the_dot, indices), "values")
    exact = the_dot.kernel != "soft-coulomb" or the_dot.strength == 0
    return Proven("exact" if exact else "enclosed", {"values": len(indices)})


def _quadruple(value: object, most: int) -> tuple[int, int, int, int]:
    p, q, r, s = (count(index, "orbital index", 1, most) for index in items(value, "indices", 4, 4))
    return p, q, r, s


def _spectrum(inputs: object, values: object, evidence: object) -> Proven:
    inputs = fields(inputs, "inputs", ("dot", "electrons", "levels"))
    values = fields(values, "values", ("energies", "two_S", "parity"))
    evidence = items(evidence, "evidence", 0, 1)
    the_dot = dot(inputs["dot"], MOST_ORBITALS if evidence else 10**9)
    electrons = count(inputs["electrons"], "electrons", 0, min(2 * the_dot.orbitals, 2 * MOST_ORBITALS))
    number = count(inputs["levels"], "levels", 1, MOST_LEVELS)
    stated = {name: items(values[name], name, number, number) for name in values}
    most = min(electrons, 2 * the_dot.orbitals - electrons)
    two_S, parities = [spin(one, electrons, most) for one in stated["two_S"]], [parity(p) for p in stated["parity"]]
    labels = list(zip(two_S, parities, strict=True))
    if evidence:
        levels = _lowest(Model(the_dot), electrons, number, evidence[0])
        require(labels == [(level.two_S, level.parity) for level in levels], "spins or parities are not the levels'")
        energies = [level.energy for level in levels]
    else:
        require(not the_dot.interacts, "a spectrum needs evidence")
        energies = check_charging_levels(the_dot, electrons, labels)
    check_balls(stated["energies"], energies, "energies")
    return Proven("enclosed" if evidence else "exact", {"energies": number})


def _lowest(model: Model, electrons: int, number: int, evidence: object, lists: int = 1) -> list[Level]:
    levels = listed_levels(model, electrons, evidence, lists)
    in_order(levels)
    require(len(levels) >= number, "levels are missing")
    return levels[:number]


def _transitions(inputs: object, values: object, evidence: object) -> Proven:
    inputs = fields(inputs, "inputs", ("dot", "electrons", "levels_from", "levels_to"))
    evidence = items(evidence, "evidence", 2, 2)
    the_dot = dot(inputs["dot"])
    electrons = count(inputs["electrons"], "electrons", 0, 2 * the_dot.orbitals - 1)
    numbers = [count(inputs[name], name, 1, MOST_LEVELS) for name in ("levels_from", "levels_to")]
    stated = items(fields(values, "values", ("M",))["M"], "M", numbers[1], numbers[1])
    rows = [items(row, "a row of M", numbers[0], numbers[0]) for row in stated]
    model = Model(the_dot)
    first, second = (_lowest(model, electrons + k, numbers[k], evidence[k], 2) for k in (0, 1))
    require_few_amplitudes(model, electrons, numbers)
    for row, j in zip(rows, second, strict=True):
        check_balls(row, [probability(model, electrons, [i], [j]) for i in first], "M")
    return Proven("enclosed", {"M": numbers[0] * numbers[1]})


# Energies and M_ji as given


def _populations(inputs: object, values: object, evidence: object) -> Proven:
    chain = _chain(inputs)
    stated = fields(values, "values", ("populations",))["populations"]
    stated = items(stated, "populations", len(chain.energies), len(chain.energies))
    _none(evidence)
    occupied, _ = stationary(chain, rates(chain))
    check_balls(stated, occupied, "populations")
    return Proven("enclosed", {"populations": len(stated)})


def _current(inputs: object, values: object, evidence: object) -> Proven:
    chain = _chain(inputs)
    values = fields(values, "values", ("I_L", "I_R"))
    _none(evidence)
    _, current = stationary(chain, rates(chain))
    for name in ("L", "R"):
        check_ball(values[f"I_{name}"], current[name], f"I_{name}")
    return Proven("enclosed", {"I_L": 1, "I_R": 1})


def _chain(inputs: object) -> Chain:
    inputs = fields(inputs, "inputs", ("levels", "transitions", "leads", "kT", "gate"))
    electrons, energies, two_S = [], [], []
    for item in items(inputs["levels"], "levels", 1, MOST_STATES):
        level = fields(item, "level", ("electrons", "energy", "two_S"))
        electrons.append(count(level["electrons"], "electrons"))
        energies.append(real(level["energy"], "energy"))
        two_S.append(spin(level["two_S"], electrons[-1], electrons[-1]))
    return Chain(
        energies,
        two_S,
        _given_transitions(inputs["transitions"], electrons),
        leads(inputs["leads"]),
        positive(inputs["kT"], "kT"),
        real(inputs["gate"], "gate"),
    )


def _given_transitions(value: object, electrons: list[int]) -> dict[tuple[int, int], Fraction]:
    transitions: dict[tuple[int, int], Fraction] = {}
    for item in items(value, "transitions", 0, MOST_STATES**2):
        edge = fields(item, "transition", ("from", "to", "M"))
        i, j = (count(edge[name], name, 0, len(electrons) - 1) for name in ("from", "to"))
        require(electrons[j] == electrons[i] + 1, f"the transition {i} -> {j} must add one electron")
        require((i, j) not in transitions, f"the transition {i} -> {j} is listed twice")
        transitions[i, j] = non_negative(edge["M"], "M")
    return transitions


TASKS: Mapping[str, Callable[[object, object, object], Proven]] = {
    "clebsch_gordan_weight": _weight,
    "interaction_integrals": _integrals,
    "spectrum": _spectrum,
    "transition_probabilities": _transitions,
    "stationary_state": _populations,
    "current": _current,
}
