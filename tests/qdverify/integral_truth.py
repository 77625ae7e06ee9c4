"""Whether a certificate of a dot given by its integrals states the truth, from its question and the exact algebra.

Levels and M_ji are those of `analytic`, which shares nothing with the checkers or the oracle, to 30 digits; rates and
the stationary state are written out here.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath as mp

from analytic import integral_dot, integral_levels, transition_probabilities_between

SLACK = mp.mpf(10) ** -24
TOLD = mp.mpf(10) ** -18


def number(value: Any) -> mp.mpf:
    fraction = Fraction(value)
    return mp.mpf(fraction.numerator) / fraction.denominator


def holds(claim: Mapping[str, str], value: mp.mpf) -> bool:
    return bool(abs(value - number(claim["mid"])) <= number(claim["rad"]) + SLACK * max(1, abs(value)))


@cache
def _levels(text: str, electrons: int) -> list[Any]:
    dot = json.loads(text)
    h = [[Fraction(value) for value in row] for row in dot["one_body"]]
    entries = [[*four, Fraction(value)] for *four, value in dot["two_body"]]
    model = integral_dot(h, entries, core=Fraction(dot.get("core", 0)), irreps=dot.get("irreps"))
    with mp.workdps(40):
        return integral_levels(model, electrons, digits=34)


def groups_of(dot: Mapping[str, Any], electrons: int, entries: Sequence[Any], asked: Any) -> list[list[Any]] | None:
    """Return the levels of each group of the entries; None if the entries are false."""
    rest = list(_levels(json.dumps(dot), electrons))
    asked = len(rest) if asked == "all" else asked
    groups = []
    for entry in entries:
        labels = Counter({(two_S, irrep): count for two_S, irrep, count in entry["members"]})
        mine, rest = rest[: labels.total()], rest[labels.total() :]
        told = not rest or rest[0].energy - mine[-1].energy > TOLD
        inside = all(holds(entry["energy"], level.energy) for level in mine)
        if Counter((level.two_S, level.parity) for level in mine) != labels or not told or not inside:
            return None
        groups += [[level for level in mine if (level.two_S, level.parity) == label] for label in sorted(labels)]
    return groups if sum(map(len, groups)) == asked else None


def _all_hold(claims: Any, values: Any) -> bool:
    if isinstance(values, Mapping):
        return set(claims) == set(values) and all(_all_hold(claims[name], values[name]) for name in values)
    if isinstance(values, list):
        return len(claims) == len(values) and all(map(_all_hold, claims, values))
    return holds(claims, values)


def is_true(document: Mapping[str, Any]) -> bool:
    """Whether the values of a document answer its question."""
    with mp.workdps(36):
        return _is_true(document["case"]["task"], document["case"]["inputs"], document["values"])


def _is_true(task: str, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    dot = inputs["dot"]
    asked = inputs["levels"] if isinstance(inputs["levels"], list) else [inputs["levels"]]
    lists = [groups_of(dot, inputs["electrons"] + k, values["spectra"][k], n) for k, n in enumerate(asked)]
    if None in lists:
        return False
    if task == "spectrum":
        return True
    weights = {lead: [number(w) for w in dot.get("weights", {}).get(lead, [1] * dot["orbitals"])] for lead in "LR"}
    M = {lead: [_matrix(*pair, weights[lead]) for pair in pairwise(lists)] for lead in "LR"}
    if not _all_hold(values["M"], M):
        return False
    return task == "transition_probabilities" or _transport_holds(inputs, values, lists, M)


def _matrix(initial: Sequence[Any], final: Sequence[Any], weights: Sequence[mp.mpf]) -> list[list[mp.mpf]]:
    """Sum M_ji over groups."""
    of = transition_probabilities_between
    return [[sum(map(sum, of(i, j, weights=weights)), mp.mpf(0)) for i in initial] for j in final]


def _transport_holds(inputs: Mapping[str, Any], values: Mapping[str, Any], lists: Any, M: Any) -> bool:
    """Whether rates, populations and currents are those of the rate equation."""
    flat = [level for groups in lists for (level,) in groups]
    starts = [sum(map(len, lists[:k])) for k in range(len(lists) + 1)]
    kT, gate, size = number(inputs["kT"]), number(inputs["gate"]), len(flat)
    generator, rates, flows = mp.zeros(size), [], []
    for k in range(len(lists) - 1):
        rates.append([[{} for _ in lists[k]] for _ in lists[k + 1]])
        for lead in inputs["leads"]:
            t, mu, name = number(lead["rate"]), number(lead["mu"]), lead["name"]
            for j in range(len(lists[k + 1])):
                for i in range(len(lists[k])):
                    a, b = starts[k] + i, starts[k + 1] + j
                    f = 1 / (1 + mp.exp((flat[b].energy - flat[a].energy - gate - mu) / kT))
                    into = 2 * t * M[name][k][j][i] * f
                    spins = mp.mpf(flat[a].two_S + 1) / (flat[b].two_S + 1)
                    out = 2 * t * M[name][k][j][i] * (1 - f) * spins
                    rates[k][j][i][name] = {"in": into, "out": out}
                    flows.append((name, a, b, into, out))
                    for source, target, rate in ((a, b, into), (b, a, out)):
                        generator[target, source] += rate
                        generator[source, source] -= rate
    right = mp.zeros(size, 1)
    generator[0, :], right[0] = mp.ones(1, size), 1
    P = list(mp.lu_solve(generator, right))
    parts = [P[a:b] for a, b in pairwise(starts)]
    if not _all_hold(values["rates"], rates) or not _all_hold(values["populations"], parts):
        return False
    net = {name: sum(P[a] * into - P[b] * out for lead, a, b, into, out in flows if lead == name) for name in "LR"}
    return "I_L" not in values or (holds(values["I_L"], net["L"]) and holds(values["I_R"], -net["R"]))
