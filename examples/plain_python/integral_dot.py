"""The starter kit for a code that takes integrals: levels and M_ji of any dot, in plain Python.

It keeps what `quantum_dot.py` beside it has for determinants, spins and the protocol, and replaces its box. qdverify
asks it about every dot by the dot's integrals, boxes too.

    qdverify verify --implementation "command:python3 integral_dot.py"
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import quantum_dot as kit
from quantum_dot import Refused, create, destroy, is_count, is_number, require

LIMITS = {"orbitals": 4, "electrons": 4}
KNOWN = {"kind", "orbitals", "one_body", "two_body", "core", "irreps", "weights"}


def spectrum(dot, electrons, levels):
    """Return the lowest levels, each once, with its total spin."""
    found = levels_of(dot, electrons)
    require(is_count(levels) and 0 < levels <= len(found), f"levels={levels!r} must be 1 to {len(found)}")
    return {"energies": [level[0] for level in found[:levels]], "two_S": [level[1] for level in found[:levels]]}


def transition_probabilities(dot, electrons, levels_from, levels_to, weights=None):
    """M_ji of [J96] Eq. (4) with D+ = sum_n w_n c+_n."""
    require(is_count(electrons), f"electrons={electrons!r} must be a count")
    start, end = levels_of(dot, electrons), levels_of(dot, electrons + 1)
    for name, number, found in (("levels_from", levels_from, start), ("levels_to", levels_to, end)):
        require(is_count(number) and 0 < number <= len(found), f"{name}={number!r} must be 1 to {len(found)}")
    w = [1.0] * dot["orbitals"] if weights is None else numbers("weights", weights, dot["orbitals"])
    added = [add_electron(level[2], w, electrons % 2) for level in start[:levels_from]]
    pairs = list(zip(start[:levels_from], added, strict=True))
    return {"M": [[kit.weight(electrons, i, j, a) for i, a in pairs] for j in end[:levels_to]]}


def add_electron(state, weights, spin):
    """Apply the sum over n of w_n c+_n."""
    image = kit.defaultdict(float)
    for determinant, amplitude in state.items():
        for n, w in enumerate(weights, start=1):
            made = create((determinant, 1), spin, n)
            if made is not None:
                image[made[0]] += w * made[1] * amplitude
    return image


def levels_of(dot, electrons):
    """Return (energy, 2S, state) of every level of a dot that is checked."""
    h, g, core = read_dot(dot)
    M = len(h)
    require(is_count(electrons) and electrons <= 2 * M, f"electrons={electrons!r} must be at most {2 * M}")
    if LIMITS["orbitals"] < M or electrons > LIMITS["electrons"]:
        raise Refused(-32002, f"{M} orbitals, {electrons} electrons: at most {LIMITS}")
    return solved(tuple(map(tuple, h)), tuple(g.items()), core, electrons)


@lru_cache(maxsize=64)
def solved(h, entries, core, electrons):
    """Diagonalise the sector of the smallest S_z >= 0, with the kit's tag that tells coinciding spins apart."""
    orbitals, g = range(1, len(h) + 1), dict(entries)
    up, down = electrons - electrons // 2, electrons // 2
    block = [(a, b) for a in combinations(orbitals, up) for b in combinations(orbitals, down)]
    held = kit.apply_hamiltonian
    kit.apply_hamiltonian = lambda _, determinant: apply_hamiltonian(h, g, orbitals, determinant)
    try:
        found = kit.block_levels(None, block)
    finally:
        kit.apply_hamiltonian = held
    return sorted(((energy + core, two_S, state) for energy, two_S, state in found), key=lambda level: level[:2])


def apply_hamiltonian(h, g, orbitals, determinant):
    """Yield h_pq c+_p c_q, and half of (pq|rs) c+_p c+_r c_s c_q, over both spins."""
    yield determinant, 0.0
    for sigma in (0, 1):
        for q in determinant[sigma]:
            once = destroy((determinant, 1), sigma, q)
            for p in orbitals:
                image = create(once, sigma, p)
                if image is not None:
                    yield image[0], image[1] * h[p - 1][q - 1]
            for tau in (0, 1):
                for s in determinant[tau]:
                    twice = destroy(once, tau, s)
                    for r in orbitals if twice else ():
                        for p in orbitals:
                            image = create(create(twice, tau, r), sigma, p)
                            if image is not None and (p, q, r, s) in g:
                                yield image[0], 0.5 * image[1] * g[p, q, r, s]


# ----------------------------------------------------------------------------------------------- the rules of a dot


def read_dot(dot):
    """Return h, the integrals (pq|rs) in all eight orders, and the core energy; refuse a dot that breaks a rule."""
    require(isinstance(dot, dict) and dot.get("kind") == "integrals", "the dot must be given by integrals")
    require(set(dot) <= KNOWN and {"orbitals", "one_body", "two_body"} <= set(dot), "fields are missing or unknown")
    M, h, irreps = dot["orbitals"], dot["one_body"], dot.get("irreps", [1] * 256)
    require(is_count(M) and 1 <= M <= 256, f"orbitals={M!r} must be 1 to 256")
    require(isinstance(h, list) and len(h) == M, f"one_body must have {M} rows")
    h = [numbers("one_body", row, M) for row in h]
    ok = isinstance(irreps, list) and all(is_count(label) and 1 <= label <= 8 for label in irreps)
    require(ok and len(irreps) == (M if "irreps" in dot else 256), f"irreps must be {M} labels from 1 to 8")
    for p in range(M):
        for q in range(M):
            require(h[p][q] == h[q][p], f"one_body of {p + 1}, {q + 1} must be that of {q + 1}, {p + 1}")
            require(not h[p][q] or irreps[p] == irreps[q], f"the irreps forbid one_body of {p + 1}, {q + 1}")
    require(is_number(dot.get("core", 0.0)), "core must be a number")
    weights = dot.get("weights", {"L": [1.0] * M})
    require(isinstance(weights, dict) and weights and set(weights) <= {"L", "R"}, "weights must be of L or R")
    for lead, given in weights.items():
        numbers(f"weights of {lead}", given, M)
    return h, two_body(dot["two_body"], M, irreps), dot.get("core", 0.0)


def two_body(entries, M, irreps):
    """Return every order of each listed integral."""
    require(isinstance(entries, list), "two_body must be a list")
    g = {}
    for entry in entries:
        ok = isinstance(entry, list) and len(entry) == 5 and is_number(entry[4])
        require(ok and all(is_count(n) and 1 <= n <= M for n in entry[:4]), f"two_body entry {entry!r}")
        p, q, r, s, value = entry
        require(g.get((p, q, r, s), value) == value, f"two_body entry {entry!r} differs from another")
        product = (irreps[p - 1] - 1) ^ (irreps[q - 1] - 1) ^ (irreps[r - 1] - 1) ^ (irreps[s - 1] - 1)
        require(not value or not product, f"the irreps forbid {entry!r}")
        for a, b, c, d in ((p, q, r, s), (r, s, p, q)):
            g.update(dict.fromkeys([(a, b, c, d), (b, a, c, d), (a, b, d, c), (b, a, d, c)], value))
    return g


def numbers(name, value, length):
    """Return a list of so many numbers, or refuse it."""
    ok = isinstance(value, list) and len(value) == length and all(is_number(item) for item in value)
    require(ok, f"{name} must be {length} numbers")
    return value


def hello(protocol, suite):
    """Say that only dots given by integrals are taken."""
    who = {"name": "plain Python starter kit for integrals", "version": "1", "language": "Python"}
    tasks = [task.__name__ for task in kit.TASKS]
    return {"protocol": "1.1", "implementation": who, "tasks": tasks, "limits": LIMITS, "dots": ["integrals"]}


if __name__ == "__main__":
    kit.hello = hello
    kit.TASKS = (
        kit.clebsch_gordan_weight,
        spectrum,
        transition_probabilities,
        kit.stationary_state,
        kit.current,
    )
    kit.start()
