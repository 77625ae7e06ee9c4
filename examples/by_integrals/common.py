"""What every adapter needs whose code takes integrals: the protocol, the rules of a dot, spins of levels, and M_ji.

Keep this file; write another one beside it for your code, as `pyscf_fci.py` and `openfermion_ed.py` are.
"""

import json
import math
import sys

import numpy as np

MOST_KEPT = 50
CLUSTER = 1e-7  # levels closer than this, relative to the largest integral, may be mixed


class Refused(Exception):
    """An error of the protocol: a code and one sentence."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class MixedError(Refused):
    """A state without a total spin: the code has not converged, or the last levels asked for coincide with others."""

    def __init__(self, energy, square):
        super().__init__(-32001, f"a state at energy {energy:.6g} has <S^2> = {square:.6g}, which is no spin")


def require(holds, message):
    """Refuse an invalid input."""
    if not holds:
        raise Refused(-32602, message)


def is_count(value, least, most=math.inf):
    """Whether a JSON value is an integer between two bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_number(value):
    """Whether a JSON value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_numbers(value, length):
    """Whether a JSON value is a list of so many numbers."""
    return isinstance(value, list) and len(value) == length and all(map(is_number, value))


def read_dot(dot):
    """Return h (M, M), (pq|rs) (M, M, M, M), the core energy and the irreps less 1 (M,), or refuse the dot."""
    known = {"kind", "orbitals", "one_body", "two_body", "core", "irreps", "weights"}
    require(isinstance(dot, dict) and dot.get("kind") == "integrals", "the dot must be given by integrals")
    require(set(dot) <= known and {"orbitals", "one_body", "two_body"} <= set(dot), "fields missing or unknown")
    M, rows, labels = dot["orbitals"], dot["one_body"], dot.get("irreps")
    require(is_count(M, 1, 256), f"orbitals={M!r} must be 1 to 256")
    require(isinstance(rows, list) and len(rows) == M and all(is_numbers(row, M) for row in rows), "one_body")
    labels = [1] * M if "irreps" not in dot else labels
    ok = isinstance(labels, list) and len(labels) == M and all(is_count(label, 1, 8) for label in labels)
    require(ok, f"irreps={labels!r} must be {M} labels from 1 to 8")
    require(is_number(dot.get("core", 0.0)), "core must be a number")
    weights = dot.get("weights", {"L": [0.0] * M})
    require(isinstance(weights, dict) and weights and set(weights) <= {"L", "R"}, "weights must be of L or R")
    require(all(is_numbers(w, M) for w in weights.values()), f"weights must be {M} numbers")
    h, irreps = np.array(rows, dtype=float), np.array(labels) - 1
    require((h == h.T).all(), "one_body must be symmetric")
    require(not h[irreps[:, None] != irreps].any(), "the irreps forbid an integral of one_body")
    return h, two_body(dot["two_body"], irreps), float(dot.get("core", 0.0)), irreps


def two_body(entries, irreps):
    """Return (pq|rs) with all eight orders of each entry, or refuse the list."""
    M = len(irreps)
    g, known = np.zeros((M,) * 4), np.zeros((M,) * 4, dtype=bool)
    require(isinstance(entries, list), "two_body must be a list")
    for entry in entries:
        ok = isinstance(entry, list) and len(entry) == 5 and all(is_count(n, 1, M) for n in entry[:4])
        require(ok and is_number(entry[4]), f"two_body entry {entry!r}")
        p, q, r, s = (n - 1 for n in entry[:4])
        require(not known[p, q, r, s] or g[p, q, r, s] == entry[4], f"two_body entry {entry!r} differs from another")
        require(not entry[4] or not irreps[p] ^ irreps[q] ^ irreps[r] ^ irreps[s], f"irreps forbid {entry!r}")
        for a, b, c, d in ((p, q, r, s), (r, s, p, q)):
            for order in ((a, b, c, d), (b, a, c, d), (a, b, d, c), (b, a, d, c)):
                g[order], known[order] = entry[4], True
    return g


def sector(electrons):
    """Return the electrons with spin up and down at the smallest S_z >= 0: one state of every level has it."""
    return electrons - electrons // 2, electrons // 2


def number_of_levels(name, levels, orbitals, electrons):
    """Return how many levels there are; refuse a number of levels or electrons that the basis does not have."""
    require(is_count(electrons, 0, 2 * orbitals), f"electrons={electrons!r} must be at most {2 * orbitals}")
    up, down = sector(electrons)
    most = math.comb(orbitals, up) * math.comb(orbitals, down)
    require(is_count(levels, 1, most), f"{name}={levels!r} must be 1 to {most}")
    return most


def levels_of(energies, states, apply_spin, size):
    """Return (energy, 2S, state) of each level from eigenvectors (one a row) and S^2 on rows of states.

    Levels of different spin that coincide come out mixed: inside such a cluster, which is small beside the `size` of
    the integrals, S^2 is diagonalised, and then H among the states of each spin.
    """
    ends = [k for k in range(1, len(energies)) if energies[k] - energies[k - 1] > CLUSTER * size]
    found = []
    for start, stop in zip([0, *ends], [*ends, len(energies)], strict=True):
        block = states[start:stop]
        squares, rotation = np.linalg.eigh(block @ apply_spin(block).T)
        spins = [round(math.sqrt(1 + 4 * max(square, 0.0)) - 1) for square in squares]
        for two_S, square, weights in zip(spins, squares, rotation.T**2, strict=True):
            if abs(two_S * (two_S + 2) / 4 - square) > 1e-3:
                raise MixedError(float(weights @ energies[start:stop]), square)
        for two_S in sorted(set(spins)):
            of_spin = rotation[:, [k for k, spin in enumerate(spins) if spin == two_S]]
            exact, inner = np.linalg.eigh((of_spin.T * energies[start:stop]) @ of_spin)
            found += [(float(e), two_S, state) for e, state in zip(exact, (of_spin @ inner).T @ block, strict=True)]
    return sorted(found, key=lambda level: level[0])


def largest(h, g):
    """Return the size of the integrals: of the largest one."""
    return max(abs(h).max(), abs(g).max())


def weight(electrons, two_S_i, two_S_j, amplitude):
    """Return M_ji from <j| D+ |i>: spin up at S_z = 0 if N is even, spin down at S_z = 1/2 if it is odd."""
    if abs(two_S_i - two_S_j) != 1:
        return 0.0
    squared = 0.5 if electrons % 2 else (two_S_i + 2 if two_S_j > two_S_i else two_S_i) / (2 * (two_S_i + 1))
    return (two_S_j + 1) / (2 * (two_S_i + 1)) * amplitude**2 / squared


class Adapter:
    """The tasks, answered by a code through two functions.

    solve(h, g, irreps, electrons, count) returns at least the `count` lowest levels as `levels_of` does, without core;
    add_electron(state, orbitals, electrons, weights) returns sum_n w_n c+_n on a state.
    """

    def __init__(self, solve, add_electron, *, name, version, limits):
        self.solve, self.add_electron = solve, add_electron
        who = {"name": name, "version": version, "language": "Python"}
        tasks = ["spectrum", "transition_probabilities"]
        self.introduction = {"protocol": "1.1", "implementation": who, "tasks": tasks, "dots": ["integrals"]}
        self.introduction["limits"] = self.limits = limits
        self.kept = {}

    def hello(self, protocol, suite):
        """Say who this is and what it can do."""
        return self.introduction

    def spectrum(self, dot, electrons, levels):
        """Answer the task of that name."""
        found = self.levels("levels", dot, electrons, levels)
        return {"energies": [level[0] for level in found], "two_S": [level[1] for level in found]}

    def transition_probabilities(self, dot, electrons, levels_from, levels_to, weights=None):
        """Answer the task of that name."""
        M = len(read_dot(dot)[0])
        require(weights is None or is_numbers(weights, M), f"weights={weights!r} must be {M} numbers")
        start = self.levels("levels_from", dot, electrons, levels_from)
        end = self.levels("levels_to", dot, electrons + 1, levels_to)
        w = [1.0] * M if weights is None else weights
        pairs = [(level, self.add_electron(level[2], M, electrons, w)) for level in start]
        return {"M": [[weight(electrons, i[1], j[1], float(j[2] @ image)) for i, image in pairs] for j in end]}

    def levels(self, name, dot, electrons, count):
        """Return the lowest levels, from memory if they were asked for before."""
        h, g, core, irreps = read_dot(dot)
        most = number_of_levels(name, count, len(h), electrons)
        if len(h) > self.limits["orbitals"] or electrons > self.limits["electrons"]:
            raise Refused(-32002, f"{len(h)} orbitals, {electrons} electrons: at most {self.limits}")
        key = json.dumps([dot, electrons, count])
        if key not in self.kept:
            if len(self.kept) > MOST_KEPT:
                self.kept.clear()
            found = self.solve_whole(h, g, irreps, electrons, range(count, min(count + 4, most) + 1))
            self.kept[key] = [(energy + core, two_S, state) for energy, two_S, state in found[:count]]
        return self.kept[key]

    def solve_whole(self, h, g, irreps, electrons, counts):
        """Return levels with spins: if the last ones coincide with others, a few more are asked for."""
        for count in counts[:-1]:
            try:
                return self.solve(h, g, irreps, electrons, count)
            except MixedError:
                continue
        return self.solve(h, g, irreps, electrons, counts[-1])


def serve(solve, add_electron, *, name, version, limits):
    """Answer one request a line until the input ends."""
    adapter = Adapter(solve, add_electron, name=name, version=version, limits=limits)
    methods = ("hello", *adapter.introduction["tasks"])
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever the code prints is not an answer
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "shutdown":
            break
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            require(request["method"] in methods, "there is no such task here")
            reply["result"] = getattr(adapter, request["method"])(**request["params"])
        except Refused as refusal:
            reply["error"] = {"code": refusal.code, "message": str(refusal)}
        except (KeyError, TypeError) as error:
            reply["error"] = {"code": -32602, "message": f"the parameters lack or misuse {error}"}
        except Exception as error:
            reply["error"] = {"code": -32603, "message": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply, allow_nan=False), file=answers, flush=True)
