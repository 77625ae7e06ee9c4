"""Tasks of `qdverify-case/2` and `/3`: from the dot to the current, each step from the one before, nothing given.

A question names a dot, a number of electrons N and how many of the lowest levels of N, N+1, ... electrons take part,
and for a stationary state two leads, a temperature and a gate. The values are

1. the levels of each number of electrons as *entries*: a ball that holds the energies of all its members, and their
   spins and parities with multiplicity. Within an entry nothing is said about the order, nor whether levels coincide;
   every level of an entry lies below every level of the next one and below all levels that are not stated;
2. M between *groups*: the members of one entry with one spin and parity. It is the sum of M_ji over both groups;
3. the rates of each transition and lead, into the level of one electron more and back;
4. the populations, summed over S_z, and
5. the current from left to right through each barrier

of the rate equation over exactly these levels. Steps 3 to 5 need every group to be one level.

The dot of `qdverify-case/2` is a box. That of `qdverify-case/3` is given by its integrals: labels of irreps stand in
the place of parities, and M has the two parts L and R, since the orbitals may couple to each lead with other weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise

from flint import arb

from qdverify.certificate.claims import check_ball, check_balls, contains
from qdverify.certificate.given_levels import MOST_LEVELS, MOST_STATES, Proven
from qdverify.certificate.grammar import (
    ball,
    count,
    dot,
    fields,
    items,
    leads,
    positive,
    real,
    require,
    spin,
)
from qdverify.certificate.integral_dot import integral_dot
from qdverify.certificate.integral_model import IntegralModel
from qdverify.certificate.levels import listed_levels, require_few_amplitudes
from qdverify.certificate.model import Hamiltonian, Model, number_of_determinants
from qdverify.certificate.proof import Level, probability
from qdverify.certificate.recompute import Chain, Flows, rates, stationary

MOST_LISTS = 20
Group = list[Level]
Matrices = list[list[list[arb]]]
ModelOf = Callable[[object], Hamiltonian]
Tasks = Mapping[str, Callable[[object, object, object], Proven]]


@dataclass(frozen=True)
class Proof:
    """What is proven of the levels and of the transitions between them.

    Attributes
    ----------
    M
        By the name of the lead.
    """

    model: Hamiltonian
    electrons: int
    groups: Sequence[Sequence[Group]]
    M: Mapping[str, Matrices]


# 1. Levels


def _spectra(model: Hamiltonian, inputs: Mapping[str, object], values: Mapping[str, object], evidence: object) -> Proof:
    """Verify steps 1 and 2 as far as the values go."""
    numbers = inputs["levels"] if isinstance(inputs["levels"], list) else [inputs["levels"]]
    most = 2 * model.orbitals - (len(numbers) - 1)
    electrons = count(inputs["electrons"], "electrons", 0, most)
    evidence = items(evidence, "evidence", len(numbers), len(numbers))
    stated = items(values["spectra"], "spectra", len(numbers), len(numbers))
    groups = [
        _groups(model, electrons + k, number, stated[k], evidence[k], lists=len(numbers))
        for k, number in enumerate(numbers)
    ]
    same = model.weights["L"] == model.weights["R"]
    sizes = [sum(map(len, part)) for part in groups]
    require_few_amplitudes(model, electrons, sizes, leads=1 if same else len(model.weights))
    left = _matrices(model, electrons, groups, "L")
    return Proof(model, electrons, groups, {"L": left, "R": left if same else _matrices(model, electrons, groups, "R")})


def _groups(
    model: Hamiltonian, electrons: int, number: object, stated: object, evidence: object, *, lists: int
) -> list[Group]:
    """Verify one spectrum; return its groups."""
    all_levels = number_of_determinants(model.orbitals, electrons)
    wanted = all_levels if number == "all" else count(number, "levels", 1, MOST_LEVELS)
    levels = listed_levels(model, electrons, evidence, lists)
    require(number != "all" or len(levels) == all_levels, "levels are missing")
    groups: list[Group] = []
    done = 0
    for item in items(stated, "spectrum", 1, len(levels)):
        entry = fields(item, "entry", ("energy", "members"))
        labels = _labels(entry["members"], electrons, model)
        members = levels[done : done + labels.total()]
        done += labels.total()
        found = Counter((level.two_S, level.parity) for level in members)
        require(found == labels, "spins or parities of an entry are not the levels'")
        claim = ball(entry["energy"], "energy")
        require(
            all(contains(claim, level.energy) for level in members),
            f"energy: {claim.text} is not proven",
        )
        require(
            all(one.energy < other.energy for one in members for other in levels[done:]),
            "the order of two entries is not determined",
        )
        ordered = sorted(members, key=_label)
        groups += [list(group) for _, group in groupby(ordered, key=_label)]
    require(done == wanted, f"{done} levels are stated, {wanted} asked for")
    return groups


def _label(level: Level) -> tuple[int, int]:
    return level.two_S, level.parity


def _labels(members: object, electrons: int, model: Hamiltonian) -> Counter[tuple[int, int]]:
    """Read the members of an entry: [two_S, parity, count], ascending."""
    most = min(electrons, 2 * model.orbitals - electrons)
    read = []
    for item in items(members, "members", 1, MOST_STATES):
        two_S, own_parity, number = items(item, "member", 3, 3)
        own_label = model.label.read(own_parity)
        read.append((spin(two_S, electrons, most), own_label, count(number, "count", 1, MOST_LEVELS)))
    labels = [(two_S, own_parity) for two_S, own_parity, _ in read]
    require(labels == sorted(set(labels)), "members must be ascending, each spin and parity once")
    return Counter({(two_S, own_parity): number for two_S, own_parity, number in read})


# 2. Transitions


def _matrices(model: Hamiltonian, electrons: int, groups: Sequence[Sequence[Group]], lead: str) -> Matrices:
    """Return M between the groups of each number of electrons and the next, with the weights of one lead."""
    weights = model.weights[lead]
    return [
        [[probability(model, electrons + k, i, j, weights) for i in initial] for j in final]
        for k, (initial, final) in enumerate(pairwise(groups))
    ]


def _check_M(stated: object, proof: Proof) -> int:
    """Verify M, of each lead if the dot is given by its integrals; return how many numbers it has."""
    if proof.model.label.name == "parity":
        return _check_matrices(stated, proof.M["L"])
    parts = fields(stated, "M", ("L", "R"))
    return sum(_check_matrices(parts[lead], M) for lead, M in proof.M.items())


def _check_matrices(stated: object, matrices: Matrices) -> int:
    total = 0
    for matrix, proven in zip(items(stated, "M", len(matrices), len(matrices)), matrices, strict=True):
        rows = items(matrix, "M", len(proven), len(proven))
        for row, values in zip(rows, proven, strict=True):
            check_balls(items(row, "a row of M", len(values), len(values)), values, "M")
            total += len(values)
    return total


# 3. Rates


def _chain(proof: Proof, inputs: Mapping[str, object]) -> tuple[Chain, list[int]]:
    """Return the chain over all levels, and where each number of electrons begins."""
    flat = [group for groups in proof.groups for group in groups]
    require(all(len(group) == 1 for group in flat), "a rate equation needs levels that are told apart")
    require(len(flat) <= MOST_STATES, f"a rate equation may have at most {MOST_STATES} levels")
    starts = [sum(len(groups) for groups in proof.groups[:k]) for k in range(len(proof.groups))]
    of_lead = {
        lead: {
            (starts[k] + i, starts[k + 1] + j): M
            for k, matrix in enumerate(matrices)
            for j, row in enumerate(matrix)
            for i, M in enumerate(row)
        }
        for lead, matrices in proof.M.items()
    }
    chain = Chain(
        [level.energy for (level,) in flat],
        [level.two_S for (level,) in flat],
        of_lead["L"],
        leads(inputs["leads"]),
        positive(inputs["kT"], "kT"),
        real(inputs["gate"], "gate"),
        of_lead,
    )
    return chain, starts


def _check_rates(stated: object, proof: Proof, flows: Flows, starts: Sequence[int]) -> int:
    """Verify the rates of every transition and lead; return how many numbers they are."""
    total, M = 0, proof.M["L"]
    for k, matrix in enumerate(items(stated, "rates", len(M), len(M))):
        for j, row in enumerate(items(matrix, "rates", len(M[k]), len(M[k]))):
            for i, leads_of_pair in enumerate(items(row, "a row of rates", len(M[k][j]), len(M[k][j]))):
                pair = fields(leads_of_pair, "rates", ("L", "R"))
                for name, proven in flows[starts[k] + i, starts[k + 1] + j].items():
                    both = fields(pair[name], "rates", ("in", "out"))
                    check_balls([both["in"], both["out"]], proven, "rates")
                    total += 2
    return total


# The tasks


def _spectrum(model_of: ModelOf, inputs: object, values: object, evidence: object) -> Proven:
    inputs = fields(inputs, "inputs", ("dot", "electrons", "levels"))
    values = fields(values, "values", ("spectra",))
    require(not isinstance(inputs["levels"], list), "levels must be one number, or 'all'")
    proof = _spectra(model_of(inputs["dot"]), inputs, values, evidence)
    return Proven("enclosed", {"energies": _size(proof)})


def _size(proof: Proof) -> int:
    return sum(len(group) for groups in proof.groups for group in groups)


def _transitions(model_of: ModelOf, inputs: object, values: object, evidence: object) -> Proven:
    inputs = fields(inputs, "inputs", ("dot", "electrons", "levels"))
    values = fields(values, "values", ("spectra", "M"))
    items(inputs["levels"], "levels", 2, 2)
    proof = _spectra(model_of(inputs["dot"]), inputs, values, evidence)
    return Proven("enclosed", {"energies": _size(proof), "M": _check_M(values["M"], proof)})


_STATIONARY = ("spectra", "M", "rates", "populations")


def _stationary(
    model_of: ModelOf, inputs: object, values: Mapping[str, object], evidence: object
) -> tuple[Proven, Mapping[str, arb]]:
    inputs = fields(inputs, "inputs", ("dot", "electrons", "levels", "leads", "kT", "gate"))
    items(inputs["levels"], "levels", 2, MOST_LISTS)
    proof = _spectra(model_of(inputs["dot"]), inputs, values, evidence)
    chain, starts = _chain(proof, inputs)
    numbers = {"energies": _size(proof), "M": _check_M(values["M"], proof)}
    flows = rates(chain)
    numbers["rates"] = _check_rates(values["rates"], proof, flows, starts)
    occupied, current = stationary(chain, flows)
    bounds = [*starts, len(occupied)]
    for k, stated in enumerate(items(values["populations"], "populations", len(starts), len(starts))):
        part = occupied[bounds[k] : bounds[k + 1]]
        check_balls(items(stated, "populations", len(part), len(part)), part, "populations")
    return Proven("enclosed", {**numbers, "populations": len(occupied)}), current


def _populations(model_of: ModelOf, inputs: object, values: object, evidence: object) -> Proven:
    return _stationary(model_of, inputs, fields(values, "values", _STATIONARY), evidence)[0]


def _current(model_of: ModelOf, inputs: object, values: object, evidence: object) -> Proven:
    values = fields(values, "values", (*_STATIONARY, "I_L", "I_R"))
    proven, current = _stationary(model_of, inputs, values, evidence)
    for name in ("L", "R"):
        check_ball(values[f"I_{name}"], current[name], f"I_{name}")
    return Proven(proven.grade, {**proven.numbers, "I_L": 1, "I_R": 1})


def _box(value: object) -> Hamiltonian:
    return Model(dot(value))


def _given_by_integrals(value: object) -> Hamiltonian:
    return IntegralModel(integral_dot(value))


_TASKS: Mapping[str, Callable[[ModelOf, object, object, object], Proven]] = {
    "spectrum": _spectrum,
    "transition_probabilities": _transitions,
    "stationary_state": _populations,
    "current": _current,
}
TASKS: Tasks = {name: partial(task, _box) for name, task in _TASKS.items()}
TASKS_OF_INTEGRALS: Tasks = {name: partial(task, _given_by_integrals) for name, task in _TASKS.items()}
