"""Whether a certificate states the truth, decided from its question and values alone, by brute force in mpmath.

The whole space of N electrons, all S_z, is diagonalised together with S^2 and the parity; nothing is shared with the
checkers or the oracle. Numbers are good to 1e-25, which is the slack of every comparison.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, groupby, pairwise
from typing import Any

import mpmath as mp
from plain_dot import density_overlap
from sympy import Rational
from sympy.physics.quantum.cg import CG

SLACK = mp.mpf(10) ** -25
mp.mp.dps = 36


@dataclass(frozen=True)
class Multiplets:
    """Levels of one energy, spin and parity: `count` of them, and orthonormal vectors of all their states."""

    energy: mp.mpf
    two_S: int
    parity: int
    count: int
    vectors: tuple[Mapping[int, mp.mpf], ...]


def _number(value: Any) -> mp.mpf:
    fraction = Fraction(value)
    return mp.mpf(fraction.numerator) / fraction.denominator


def _holds(claim: Mapping[str, str], value: mp.mpf) -> bool:
    return abs(value - _number(claim["mid"])) <= _number(claim["rad"]) + SLACK * max(1, abs(value))


# The model: mode 2(p-1) is orbital p with spin up, 2p-1 with spin down


@cache
def _double_cosine(kernel: str, ratio: Fraction, a: int, b: int) -> mp.mpf:
    """Return int int over the unit square of cos(a pi u) cos(b pi u') times the kernel."""
    if kernel == "none":
        return mp.mpf(0)
    if kernel == "constant":
        return mp.mpf(a == b == 0)
    if kernel == "contact":
        return (1 if a == 0 else mp.mpf(1) / 2) * (a == b)
    if (a + b) % 2:
        return mp.mpf(0)
    beta = _number(ratio)
    return mp.quad(lambda t: density_overlap(a, b, beta * mp.sinh(t)), mp.linspace(0, mp.asinh(1 / beta), 5))


class _Dot:
    def __init__(self, dot: Mapping[str, Any]) -> None:
        self.kernel, self.orbitals = dot["kernel"], dot["orbitals"]
        self.length, cutoff, strength = (Fraction(dot[name]) for name in ("length", "cutoff", "strength"))
        self.ratio = cutoff / self.length
        self.coupling = _number(strength * (1 if self.kernel == "constant" else 1 / self.length))

    def integral(self, p: int, q: int, r: int, s: int) -> mp.mpf:
        """Return (pq|rs) in effective Hartree; sin sin = [cos(difference) - cos(sum)]/2, times 2 for the norm."""
        return self.coupling * sum(
            sign_a * sign_b * _double_cosine(self.kernel, self.ratio, min(a, b), max(a, b))
            for a, sign_a in ((abs(p - q), 1), (p + q, -1))
            for b, sign_b in ((abs(r - s), 1), (r + s, -1))
        )


def _without(state: tuple[int, tuple[int, ...]] | None, mode: int) -> tuple[int, tuple[int, ...]] | None:
    if state is None or mode not in state[1]:
        return None
    index = state[1].index(mode)
    return state[0] * (-1) ** index, state[1][:index] + state[1][index + 1 :]


def _with(state: tuple[int, tuple[int, ...]] | None, mode: int) -> tuple[int, tuple[int, ...]] | None:
    if state is None or mode in state[1]:
        return None
    index = sum(other < mode for other in state[1])
    return state[0] * (-1) ** index, (*state[1][:index], mode, *state[1][index:])


@cache
def _spectrum(dot_items: tuple[tuple[str, Any], ...], electrons: int) -> tuple[Multiplets, ...]:
    dot = _Dot(dict(dot_items))
    states = list(combinations(range(2 * dot.orbitals), electrons))
    index = {state: k for k, state in enumerate(states)}
    H, spin = mp.zeros(len(states)), mp.zeros(len(states))
    for k, state in enumerate(states):
        H[k, k] += sum((mode // 2 + 1) ** 2 for mode in state) * mp.pi**2 / (2 * _number(dot.length) ** 2)
        for two in _two_body(dot, state):
            H[index[two[0]], k] += two[1]
        for raised in _raised(state):  # S^2 = S_- S_+ + S_z (S_z + 1)
            for lowered in _lowered(raised[1]):
                spin[index[lowered[1]], k] += raised[0] * lowered[0]
        z = mp.mpf(sum(1 - 2 * (mode % 2) for mode in state)) / 2
        spin[k, k] += z * (z + 1)
    return _groups(H, spin, states)


def _two_body(dot: _Dot, state: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], mp.mpf]]:
    """Yield the effect of 1/2 sum (pq|rs) c+_p,sigma c+_r,tau c_s,tau c_q,sigma."""
    modes = range(2 * dot.orbitals)
    for q in state:
        for s in state:
            rest = _without(_without((1, state), q), s)
            for r in modes if rest else ():
                if (r - s) % 2 == 0:
                    for p in modes:
                        final = _with(_with(rest, r), p) if (p - q) % 2 == 0 else None
                        if final:
                            value = dot.integral(p // 2 + 1, q // 2 + 1, r // 2 + 1, s // 2 + 1)
                            yield final[1], final[0] * value / 2


def _raised(state: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    return [moved for mode in state if mode % 2 and (moved := _with(_without((1, state), mode), mode - 1))]


def _lowered(state: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    return [moved for mode in state if mode % 2 == 0 and (moved := _with(_without((1, state), mode), mode + 1))]


def _groups(H: mp.matrix, spin: mp.matrix, states: Sequence[tuple[int, ...]]) -> tuple[Multiplets, ...]:
    """Diagonalise H + t S^2 + u P with t and u so large that all three can be read off."""
    size = len(states)
    t = 10 * (1 + max(sum(abs(H[i, j]) for j in range(size)) for i in range(size)))
    u = 100 * t * (1 + len(states[0])) ** 2
    parities = [(-1) ** sum(mode // 2 for mode in state) for state in states]
    values, vectors = (
        mp.eigsy(H + t * spin + u * mp.diag(parities))
        if size > 1
        else (mp.matrix([H[0] + t * spin[0] + u * parities[0]]), mp.eye(1))
    )
    found = []
    for k in range(size):
        parity = 1 if values[k] > 0 else -1
        rest = values[k] - u * parity
        two_S = min(
            range(len(states[0]) % 2, len(states[0]) + 1, 2), key=lambda s: abs(rest / t - mp.mpf(s * (s + 2)) / 4)
        )
        vector = {states[i]: vectors[i, k] for i in range(size)}
        found.append((rest - t * mp.mpf(two_S * (two_S + 2)) / 4, two_S, parity, vector))
    found.sort(key=lambda item: (item[1], item[2], item[0]))
    groups: list[list[Any]] = []
    for item in found:
        if groups and groups[-1][0][1:3] == item[1:3] and item[0] - groups[-1][-1][0] < SLACK * u:
            groups[-1].append(item)
        else:
            groups.append([item])
    multiplets = [
        Multiplets(
            group[0][0], group[0][1], group[0][2], len(group) // (group[0][1] + 1), tuple(item[3] for item in group)
        )
        for group in groups
    ]
    return tuple(sorted(multiplets, key=lambda one: one.energy))


def spectrum(dot: Mapping[str, Any], electrons: int) -> tuple[Multiplets, ...]:
    """Return all levels of N electrons, ascending."""
    return _spectrum(tuple(sorted(dot.items())), electrons)


def transition(initial: Multiplets, final: Multiplets, orbitals: int) -> mp.mpf:
    """Return the sum of M_ji over both: sum |<j| sum_n c+_n,sigma |i>|^2 / (2 (2S_i+1)), over all states and sigma."""
    total = mp.mpf(0)
    for spin in (0, 1):
        for one in initial.vectors:
            added: dict[Any, mp.mpf] = {}
            for state, value in one.items():
                for mode in range(spin, 2 * orbitals, 2):
                    moved = _with((1, state), mode)
                    if moved:
                        added[moved[1]] = added.get(moved[1], mp.mpf(0)) + moved[0] * value
            total += sum(sum(value * other[state] for state, value in added.items()) ** 2 for other in final.vectors)
    return total / (2 * (initial.two_S + 1))


# The statements


def is_true(document: Mapping[str, Any]) -> bool:
    """Whether the values of a document answer its question."""
    case, values = document["case"], document["values"]
    if document["schema"] == "qdverify-certificate/2":
        return _from_dot(case["task"], case["inputs"], values)
    return _PROTOCOL[case["task"]](case["inputs"], values)


def _weight(inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    i, j = Rational(inputs["two_S_i"], 2), Rational(inputs["two_S_j"], 2)
    half, total = Rational(1, 2), 0
    if abs(i - j) != half:  # one electron connects no others, and the sum would not end for a huge spin
        return _holds(values["C"], _number("0"))
    for k in range(inputs["two_S_i"] + 1):
        for sigma in (half, -half):
            m = k - i
            total += CG(i, m, half, sigma, j, m + sigma).doit() ** 2 if abs(m + sigma) <= j else 0
    return _holds(values["C"], _number(str(Rational(total) / (2 * (inputs["two_S_i"] + 1)))))


def _integrals(inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    dot = _Dot(inputs["dot"])
    return len(values["values"]) == len(inputs["indices"]) and all(
        _holds(claim, dot.integral(*indices))
        for claim, indices in zip(values["values"], inputs["indices"], strict=True)
    )


def _levels(inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    labels = list(zip(values["two_S"], values["parity"], strict=True))
    done = 0
    for _, group in groupby(_coinciding(spectrum(inputs["dot"], inputs["electrons"])), key=lambda pair: pair[0]):
        members = [one for _, one in group]
        available = Counter({(one.two_S, one.parity): one.count for one in members})
        number = available.total()
        if not Counter(labels[done : done + number]) <= available:
            return False
        if not all(_holds(claim, members[0].energy) for claim in values["energies"][done : done + number]):
            return False
        done += number
    return len(labels) == len(values["energies"]) == inputs["levels"] <= done


def _coinciding(found: Sequence[Multiplets]) -> Iterator[tuple[int, Multiplets]]:
    """Number the multiplets so that those of one energy share a number."""
    number, last = -1, None
    for one in found:
        if last is None or one.energy - last > SLACK * 10**6:
            number += 1
        last = one.energy
        yield number, one


def _transitions(inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    lists = [
        spectrum(inputs["dot"], inputs["electrons"] + k)[: inputs[name]]
        for k, name in enumerate(("levels_from", "levels_to"))
    ]
    if any(one.count > 1 for part in lists for one in part):
        return False
    return [len(row) for row in values["M"]] == [inputs["levels_from"]] * inputs["levels_to"] and all(
        _holds(claim, transition(i, j, inputs["dot"]["orbitals"]))
        for row, j in zip(values["M"], lists[1], strict=True)
        for claim, i in zip(row, lists[0], strict=True)
    )


@dataclass(frozen=True)
class _Edge:
    start: int
    end: int
    rates: Mapping[str, tuple[mp.mpf, mp.mpf]]


def _edge(start: int, end: int, M: mp.mpf, levels: Sequence[tuple[mp.mpf, int]], inputs: Mapping[str, Any]) -> _Edge:
    (low, spin_low), (high, spin_high) = levels[start], levels[end]
    rates = {}
    for lead in inputs["leads"]:
        x = (high - low - _number(inputs["gate"]) - _number(lead["mu"])) / _number(inputs["kT"])
        fermi = 1 / (1 + mp.exp(x))
        t = _number(lead["rate"])
        rates[lead["name"]] = (2 * t * M * fermi, 2 * t * M * (1 - fermi) * (spin_low + 1) / (spin_high + 1))
    return _Edge(start, end, rates)


def _solved(size: int, edges: Sequence[_Edge]) -> tuple[list[mp.mpf], dict[str, mp.mpf]]:
    matrix = mp.zeros(size)
    for edge in edges:
        for into, out in edge.rates.values():
            matrix[edge.end, edge.start] += into
            matrix[edge.start, edge.start] -= into
            matrix[edge.start, edge.end] += out
            matrix[edge.end, edge.end] -= out
    for k in range(size):
        matrix[size - 1, k] = 1
    right = mp.zeros(size, 1)
    right[size - 1] = 1
    P = list(mp.lu_solve(matrix, right))
    current = {
        name: sign * sum(P[e.start] * e.rates[name][0] - P[e.end] * e.rates[name][1] for e in edges)
        for name, sign in (("L", 1), ("R", -1))
    }
    return P, current


def _chain(inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    levels = [(_number(level["energy"]), level["two_S"]) for level in inputs["levels"]]
    edges = [_edge(edge["from"], edge["to"], _number(edge["M"]), levels, inputs) for edge in inputs["transitions"]]
    P, current = _solved(len(levels), edges)
    if "populations" in values:
        return len(values["populations"]) == len(P) and all(map(_holds, values["populations"], P))
    return all(_holds(values[f"I_{name}"], current[name]) for name in "LR")


_PROTOCOL = {
    "clebsch_gordan_weight": _weight,
    "interaction_integrals": _integrals,
    "spectrum": _levels,
    "transition_probabilities": _transitions,
    "stationary_state": _chain,
    "current": _chain,
}


def _from_dot(task: str, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    numbers = inputs["levels"] if isinstance(inputs["levels"], list) else [inputs["levels"]]
    lists = []
    for k, number in enumerate(numbers):
        groups = _entries(spectrum(inputs["dot"], inputs["electrons"] + k), values["spectra"][k], number)
        if groups is None:
            return False
        lists.append(groups)
    orbitals = inputs["dot"]["orbitals"]
    matrices = [
        [
            [sum(transition(i, j, orbitals) for i in first for j in second) for first in lists[k]]
            for second in lists[k + 1]
        ]
        for k in range(len(lists) - 1)
    ]
    if task != "spectrum" and not _all_hold(values["M"], matrices):
        return False
    return task in ("spectrum", "transition_probabilities") or _transport(inputs, values, lists, matrices)


def _entries(found: Sequence[Multiplets], stated: Sequence[Any], number: Any) -> list[list[Multiplets]] | None:
    """Return the groups of the entries, or None if the entries are false."""
    groups, rest = [], list(found)
    for entry in stated:
        labels = Counter({(two_S, parity): count for two_S, parity, count in entry["members"]})
        mine: list[Multiplets] = []
        while sum(one.count for one in mine) < labels.total() and rest:
            mine.append(rest.pop(0))
        have: Counter[tuple[int, int]] = Counter()
        for one in mine:
            have[one.two_S, one.parity] += one.count
        told = not rest or rest[0].energy - mine[-1].energy > SLACK * 10**6
        if have != labels or not told or not all(_holds(entry["energy"], one.energy) for one in mine):
            return None
        groups += [[one for one in mine if (one.two_S, one.parity) == label] for label in sorted(labels)]
    total = sum(member[2] for entry in stated for member in entry["members"])
    return groups if total == (sum(one.count for one in found) if number == "all" else number) else None


def _all_hold(claims: Any, values: Any) -> bool:
    """Whether nested lists of claims and of values are of one shape, and every claim holds."""
    if isinstance(values, list):
        return len(claims) == len(values) and all(map(_all_hold, claims, values))
    return _holds(claims, values)


def _transport(
    inputs: Mapping[str, Any], values: Mapping[str, Any], lists: Sequence[Any], matrices: Sequence[Any]
) -> bool:
    flat = [one for groups in lists for group in groups for one in group]
    if any(one.count > 1 for one in flat) or len(flat) != sum(map(len, lists)):
        return False
    levels = [(one.energy, one.two_S) for one in flat]
    starts = [sum(map(len, lists[:k])) for k in range(len(lists) + 1)]
    edges = []
    for k, matrix in enumerate(matrices):
        for j, row in enumerate(matrix):
            for i, M in enumerate(row):
                edges.append(_edge(starts[k] + i, starts[k + 1] + j, M, levels, inputs))
                for name, both in edges[-1].rates.items():
                    stated = values["rates"][k][j][i][name]
                    if not all(_holds(stated[way], value) for way, value in zip(("in", "out"), both, strict=True)):
                        return False
    P, current = _solved(len(flat), edges)
    parts = [P[a:b] for a, b in pairwise(starts)]
    if not _all_hold(values["populations"], parts):
        return False
    return "I_L" not in values or all(_holds(values[f"I_{name}"], current[name]) for name in "LR")
