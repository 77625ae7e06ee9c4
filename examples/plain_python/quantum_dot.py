"""A small quantum-dot code behind the qdverify protocol, in plain Python: nothing but the standard library.

Copy it, replace the physics by calls of your own code, keep `serve`. It answers all six tasks for up to five orbitals
and four electrons. Formulas: K. Jauregui et al., Phys. Rev. B 53, R1713 (1996), cited as [J96].

    qdverify verify --implementation "command:python3 quantum_dot.py"
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from decimal import Context, Decimal, Overflow, getcontext, setcontext
from functools import cache, lru_cache
from itertools import combinations
from operator import mul

LIMITS = {"orbitals": 5, "electrons": 4}
KERNELS = ("soft-coulomb", "contact", "constant", "none")


class Refused(Exception):
    """An error of the protocol: a code and one sentence."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def require(holds, message):
    """Refuse an invalid input."""
    if not holds:
        raise Refused(-32602, message)


# ---------------------------------------------------------------------------------------------------- task 1: spin


def clebsch_gordan_weight(two_S_i, two_S_j):
    """C_ji of [J96] Eq. (5)."""
    for name, value in (("two_S_i", two_S_i), ("two_S_j", two_S_j)):
        require(is_count(value), f"{name}={value!r} must be a non-negative integer")
    return {"C": (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_j - two_S_i) == 1 else 0.0}


# ----------------------------------------------------------------------------------------------- task 2: integrals


def interaction_integrals(dot, indices):
    """(pq|rs) in chemists' notation, orbitals counted from 1."""
    check_dot(dot)
    for quadruple in indices:
        require(len(quadruple) == 4, f"{quadruple!r} must hold four orbitals")
        for n in quadruple:
            require(
                is_count(n) and 1 <= n <= dot["orbitals"], f"orbital {n!r} must lie between 1 and {dot['orbitals']}"
            )
    return {"values": [integral(frozen(dot), *quadruple) for quadruple in indices]}


@cache
def integral(dot, p, q, r, s):
    """(pq|rs): phi_p phi_q is a difference of two cosines, so four products of cosines remain."""
    length, cutoff, _, kernel, strength = dot
    if kernel == "none":
        return 0.0
    if kernel == "constant":
        return strength if p == q and r == s else 0.0
    pair = contact_pair if kernel == "contact" else coulomb_pair
    ratio = cutoff / length
    signed = ((abs(p - q), 1), (p + q, -1)), ((abs(r - s), 1), (r + s, -1))
    return strength / length * sum(a * b * pair(ratio, m, n) for m, a in signed[0] for n, b in signed[1])


def contact_pair(_, m, n):
    """Integral over [0, 1] of cos(m pi x) cos(n pi x)."""
    return 0.0 if m != n else 1.0 if m == 0 else 0.5


@cache
def coulomb_pair(ratio, p, q):
    """J(p, q): integral over the unit square of cos(p pi x) cos(q pi y) / sqrt((x - y)^2 + ratio^2)."""
    if (p + q) % 2:
        return 0.0
    if p != q:
        sines = [moment(ratio, lambda v, k=k: math.sin(k * math.pi * v)) for k in (q, p)]
        return 2 / math.pi * (q * sines[0] - p * sines[1]) / (p * p - q * q)
    if p == 0:
        return 2 * (math.asinh(1 / ratio) - math.sqrt(1 + ratio * ratio) + ratio)
    cosine = moment(ratio, lambda v: (1 - v) * math.cos(p * math.pi * v))
    return cosine - moment(ratio, lambda v: math.sin(p * math.pi * v)) / (p * math.pi)


def moment(ratio, function):
    """Integral over [0, 1] of function(v) / sqrt(v^2 + ratio^2), smooth after v = ratio sinh(t)."""
    end = math.asinh(1 / ratio)
    return math.fsum(w * end * function(ratio * math.sinh(end * x)) for x, w in gauss_legendre(120))


@cache
def gauss_legendre(n):
    """Nodes and weights on [0, 1], by Newton's method on the Legendre polynomial."""
    rule = []
    for k in range(1, n + 1):
        x = math.cos(math.pi * (k - 0.25) / (n + 0.5))
        for _ in range(6):
            low, high = 1.0, x
            for degree in range(2, n + 1):
                low, high = high, ((2 * degree - 1) * x * high - (degree - 1) * low) / degree
            slope = n * (x * high - low) / (x * x - 1)
            x -= high / slope
        rule.append(((1 + x) / 2, 1 / ((1 - x * x) * slope * slope)))
    return rule


# ------------------------------------------------------------------------------------------------ task 3: spectrum


def spectrum(dot, electrons, levels):
    """Return the lowest levels, each once, with its total spin."""
    check_dot(dot)
    require(is_count(electrons) and electrons <= 2 * dot["orbitals"], f"electrons={electrons!r} do not fit the basis")
    require(is_count(levels) and levels > 0, f"levels={levels!r} must be a positive integer")
    found = all_levels(frozen(dot), electrons)
    require(levels <= len(found), f"levels={levels} must be at most {len(found)}: there are no more")
    return {"energies": [level[0] for level in found[:levels]], "two_S": [level[1] for level in found[:levels]]}


@lru_cache(maxsize=64)
def all_levels(dot, electrons):
    """(energy, 2S, state) of every level. The sector of the smallest S_z >= 0 has one state of each."""
    found = []
    for block in blocks(dot[2], electrons):
        found += block_levels(dot, block)
    return sorted(found, key=lambda level: level[:2])


def blocks(orbitals, electrons):
    """Return the determinants (up, down), as tuples of orbitals, by reflection parity."""
    up, down = electrons - electrons // 2, electrons // 2
    sorted_by_parity = defaultdict(list)
    for alpha in combinations(range(1, orbitals + 1), up):
        for beta in combinations(range(1, orbitals + 1), down):
            sorted_by_parity[(sum(alpha) + sum(beta)) % 2].append((alpha, beta))
    return sorted_by_parity.values()


def block_levels(dot, block):
    """Diagonalise H + c S^2: the second term tells apart levels that coincide in energy."""
    place = {determinant: k for k, determinant in enumerate(block)}
    hamiltonian, spin = matrix(block, place, lambda d: apply_hamiltonian(dot, d)), matrix(block, place, apply_spin)
    scale = max(abs(x) for row in hamiltonian for x in row) + 1e-100
    tag = 0.0123456789 * scale
    mixed = [[h + tag * s for h, s in zip(*rows, strict=True)] for rows in zip(hamiltonian, spin, strict=True)]
    found = []
    for vector in eigenvectors(mixed):
        energy, square = quadratic(hamiltonian, vector), quadratic(spin, vector)
        two_S = round(math.sqrt(1 + 4 * max(square, 0.0)) - 1)
        if abs(two_S * (two_S + 2) / 4 - square) > 1e-6:
            raise Refused(-32001, f"S^2 = {square} belongs to no total spin")
        found.append((energy, two_S, dict(zip(block, vector, strict=True))))
    return found


def matrix(block, place, apply):
    """Return the matrix of an operator that maps a determinant to (determinant, amplitude) pairs."""
    rows = [[0.0] * len(block) for _ in block]
    for k, determinant in enumerate(block):
        for image, amplitude in apply(determinant):
            rows[place[image]][k] += amplitude
    return rows


def apply_hamiltonian(dot, determinant):
    """Eq. (1): sum of eps_n, and half the sum of (pq|rs) c+_p c+_r c_s c_q over both spins."""
    orbitals = range(1, dot[2] + 1)
    yield determinant, sum(0.5 * (n * math.pi / dot[0]) ** 2 for spin in determinant for n in spin)
    for sigma in (0, 1):
        for tau in (0, 1):
            for q in determinant[sigma]:
                for s in determinant[tau]:
                    removed = destroy(destroy((determinant, 1), sigma, q), tau, s)
                    if removed is None:
                        continue
                    for r in orbitals:
                        for p in orbitals:
                            if (p + q + r + s) % 2 == 0:
                                image = create(create(removed, tau, r), sigma, p)
                                if image is not None:
                                    yield image[0], 0.5 * image[1] * integral(dot, p, q, r, s)


def apply_spin(determinant):
    """S^2 = S_z (S_z + 1) + S_- S_+."""
    up, down = determinant
    z = (len(up) - len(down)) / 2
    yield determinant, z * (z + 1)
    for q in down:
        raised = create(destroy((determinant, 1), 1, q), 0, q)
        if raised is not None:
            for p in raised[0][0]:
                lowered = create(destroy(raised, 0, p), 1, p)
                if lowered is not None:
                    yield lowered


def destroy(state, spin, n):
    """c_n of one spin on (determinant, sign); None if there is no such electron. Up stands left of down."""
    if state is None or n not in state[0][spin]:
        return None
    determinant, sign = state
    before = determinant[spin].index(n) + (len(determinant[0]) if spin else 0)
    rest = tuple(m for m in determinant[spin] if m != n)
    return ((determinant[0], rest) if spin else (rest, determinant[1])), sign * (-1) ** before


def create(state, spin, n):
    """c+_n of one spin, likewise."""
    if state is None or n in state[0][spin]:
        return None
    determinant, sign = state
    more = tuple(sorted((*determinant[spin], n)))
    before = more.index(n) + (len(determinant[0]) if spin else 0)
    return ((determinant[0], more) if spin else (more, determinant[1])), sign * (-1) ** before


def eigenvectors(symmetric):
    """Return the eigenvectors by one-sided Jacobi rotations Q: the rows of Q (A + shift) become orthogonal."""
    rows = [row[:] for row in symmetric]
    # Gershgorin's bound from below makes A + shift positive
    below = max(0.0, *(sum(map(abs, row)) - abs(row[k]) - row[k] for k, row in enumerate(rows)))
    shift = below + max(abs(row[k]) for k, row in enumerate(rows)) / 8 + 1e-100
    for k, row in enumerate(rows):
        row[k] += shift
    largest = 1.0
    # convergence is quadratic: what is found below 1e-9 in one sweep is rounding after it
    while largest > 1e-9:
        largest = 0.0
        for p in range(len(rows)):
            for q in range(p + 1, len(rows)):
                largest = max(largest, rotate(rows, p, q))
    norms = [math.sqrt(sum(map(mul, row, row))) for row in rows]
    return [[x / norm for x in row] for row, norm in zip(rows, norms, strict=True)]


def rotate(rows, p, q):
    """Make two rows orthogonal; return the cosine of the angle that they had."""
    a, b = rows[p], rows[q]
    aa, bb, ab = sum(map(mul, a, a)), sum(map(mul, b, b)), sum(map(mul, a, b))
    cosine = abs(ab) / (math.sqrt(aa) * math.sqrt(bb))  # the product of both may underflow
    if cosine > 1e-16:
        zeta = (bb - aa) / (2 * ab)
        t = math.copysign(1 / (abs(zeta) + math.hypot(1, zeta)), zeta)
        c = 1 / math.hypot(1, t)
        s = c * t
        rows[p] = [c * x - s * y for x, y in zip(a, b, strict=True)]
        rows[q] = [s * x + c * y for x, y in zip(a, b, strict=True)]
    return cosine


def quadratic(symmetric, vector):
    """Return the expectation value of a matrix."""
    return math.fsum(x * sum(map(mul, row, vector)) for x, row in zip(vector, symmetric, strict=True))


# --------------------------------------------------------------------------------- task 4: transition probabilities


def transition_probabilities(dot, electrons, levels_from, levels_to):
    """M_ji of [J96] Eq. (4), from one S_z pair whose Clebsch-Gordan coefficient cannot vanish."""
    check_dot(dot)
    require(is_count(electrons) and electrons < 2 * dot["orbitals"], f"electrons={electrons!r}: no room for another")
    start, end = all_levels(frozen(dot), electrons), all_levels(frozen(dot), electrons + 1)
    for name, number, found in (("levels_from", levels_from, start), ("levels_to", levels_to, end)):
        require(is_count(number) and 0 < number <= len(found), f"{name}={number!r} must be 1 to {len(found)}")
    added = [add_electron(level[2], dot["orbitals"], electrons % 2) for level in start[:levels_from]]
    pairs = list(zip(start[:levels_from], added, strict=True))
    return {"M": [[weight(electrons, i, j, a) for i, a in pairs] for j in end[:levels_to]]}


def add_electron(state, orbitals, spin):
    """Apply the sum over n of c+_n: spin up to an even number of electrons, down to an odd one."""
    image = defaultdict(float)
    for determinant, amplitude in state.items():
        for n in range(1, orbitals + 1):
            made = create((determinant, 1), spin, n)
            if made is not None:
                image[made[0]] += made[1] * amplitude
    return image


def weight(electrons, initial, final, added):
    """M_ji = (2 S_j + 1) / (2 (2 S_i + 1)) * |amplitude|^2 / (Clebsch-Gordan coefficient)^2."""
    two_S_i, two_S_j = initial[1], final[1]
    if abs(two_S_i - two_S_j) != 1:
        return 0.0
    # of S_z = 0 -> 1/2 if the number of electrons is even, of 1/2 -> 0 if it is odd
    squared = 0.5 if electrons % 2 else (two_S_i + 2 if two_S_j > two_S_i else two_S_i) / (2 * (two_S_i + 1))
    amplitude = math.fsum(value * added.get(determinant, 0.0) for determinant, value in final[2].items())
    return (two_S_j + 1) / (2 * (two_S_i + 1)) * amplitude**2 / squared


# ------------------------------------------------------------------------------------------ tasks 5 and 6: transport


def stationary_state(levels, transitions, leads, kT, gate):
    """Return the populations of the levels, each summed over S_z."""
    return {"populations": [float(p) for p in populations(rates(levels, transitions, leads, kT, gate))]}


def current(levels, transitions, leads, kT, gate):
    """Return the electron flow from left to right, counted at each barrier."""
    every = rates(levels, transitions, leads, kT, gate)
    P = populations(every)
    flow = {name: sum(P[i] * into - P[j] * out for (i, j), into, out in every[name]) for name in ("L", "R")}
    return {"I_L": float(flow["L"]), "I_R": float(-flow["R"])}


def rates(levels, transitions, leads, kT, gate):
    """For each lead, ((i, j), rate i -> j, rate j -> i) of every transition ([J96] Eq. (3), summed over S_z)."""
    check_chain(levels, transitions, leads, kT, gate)
    found = {"levels": len(levels)}
    for lead in leads:
        found[lead["name"]] = []
        for transition in transitions:
            i, j = transition["from"], transition["to"]
            energy = Decimal(levels[j]["energy"]) - Decimal(levels[i]["energy"]) - Decimal(gate)
            x = (energy - Decimal(lead["mu"])) / Decimal(kT)
            strength = 2 * Decimal(lead["rate"]) * Decimal(transition["M"])
            degeneracy = Decimal(levels[i]["two_S"] + 1) / Decimal(levels[j]["two_S"] + 1)
            if strength:
                found[lead["name"]].append(((i, j), strength * fermi(x), strength * degeneracy * fermi(-x)))
    return found


def fermi(x):
    """1 / (exp(x) + 1): decimals have room for every exponent."""
    try:
        return 1 / (x.exp() + 1)
    except Overflow:
        raise Refused(-32002, "kT is too small for this code's exponents") from None


def populations(every):
    """Stationary state by elimination without subtraction (Grassmann, Taksar and Heyman)."""
    size = every["levels"]
    rate = [[Decimal(0)] * size for _ in range(size)]
    for lead in (name for name in every if name != "levels"):
        for (i, j), into, out in every[lead]:
            rate[i][j] += into
            rate[j][i] += out
    require(connected(rate), "the levels must be connected by transitions: there are several stationary states")
    for k in range(size - 1, 0, -1):
        leaving = sum(rate[k][:k])
        for i in range(k):
            rate[i][k] /= leaving
            for j in range(k):
                if j != i:
                    rate[i][j] += rate[i][k] * rate[k][j]
    P = [Decimal(1)]
    for k in range(1, size):
        P.append(sum(P[i] * rate[i][k] for i in range(k)))
    total = sum(P)
    return [p / total for p in P]


def connected(rate):
    """Whether every level can be reached from the first."""
    reached, new = {0}, [0]
    while new:
        i = new.pop()
        found = [j for j in range(len(rate)) if j not in reached and (rate[i][j] or rate[j][i])]
        reached.update(found)
        new += found
    return len(reached) == len(rate)


# --------------------------------------------------------------------------------------------------- valid inputs


def is_count(value):
    """Whether a JSON value is a non-negative integer."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value):
    """Whether a JSON value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def check_dot(dot):
    """Refuse a dot that does not exist or is too large."""
    require(dot["kernel"] in KERNELS, f"kernel={dot['kernel']!r} must be one of {', '.join(KERNELS)}")
    for name in ("length", "cutoff", "strength"):
        require(is_number(dot[name]), f"{name}={dot[name]!r} must be a number")
    require(dot["length"] > 0, f"length={dot['length']!r} must be positive")
    require(dot["cutoff"] > 0 or (dot["cutoff"] == 0 and dot["kernel"] != "soft-coulomb"), "cutoff must be positive")
    require(is_count(dot["orbitals"]) and dot["orbitals"] > 0, f"orbitals={dot['orbitals']!r} must be positive")
    if dot["orbitals"] > LIMITS["orbitals"]:
        raise Refused(-32002, f"orbitals={dot['orbitals']} must be at most {LIMITS['orbitals']}")


def frozen(dot):
    """Return the dot as a tuple, for the caches."""
    return dot["length"], dot["cutoff"], dot["orbitals"], dot["kernel"], dot["strength"]


def check_chain(levels, transitions, leads, kT, gate):
    """Refuse levels, transitions and leads that do not exist."""
    require(is_number(kT) and kT > 0, f"kT={kT!r} must be positive")
    require(is_number(gate), f"gate={gate!r} must be a number")
    require(len(levels) > 0, "levels must not be empty")
    for level in levels:
        require(is_count(level["electrons"]) and is_count(level["two_S"]), f"{level!r} must have counts")
        require(is_number(level["energy"]), f"energy={level['energy']!r} must be a number")
    pairs = [(transition["from"], transition["to"]) for transition in transitions]
    require(len(set(pairs)) == len(pairs), "a transition must be listed once")
    for transition in transitions:
        i, j = transition["from"], transition["to"]
        require(is_count(i) and is_count(j) and max(i, j) < len(levels), f"{transition!r} must join two levels")
        require(levels[j]["electrons"] == levels[i]["electrons"] + 1, f"{transition!r} must add one electron")
        require(is_number(transition["M"]) and transition["M"] >= 0, f"M={transition['M']!r} must not be negative")
    require(sorted(lead["name"] for lead in leads) == ["L", "R"], "there must be a lead L and a lead R")
    for lead in leads:
        require(is_number(lead["rate"]) and lead["rate"] >= 0, f"rate={lead['rate']!r} must not be negative")
        require(is_number(lead["mu"]), f"mu={lead['mu']!r} must be a number")


# ---------------------------------------------------------------------------------------------------- the protocol

TASKS = (
    clebsch_gordan_weight,
    interaction_integrals,
    spectrum,
    transition_probabilities,
    stationary_state,
    current,
)


def hello(protocol, suite):
    """Say who this is and what it can do."""
    return {
        "protocol": "1",
        "implementation": {"name": "plain Python starter kit", "version": "1", "language": "Python"},
        "tasks": [task.__name__ for task in TASKS],
        "limits": LIMITS,
    }


def unsupported(**_):
    """Refuse a method that there is not."""
    raise Refused(-32601, "there is no such task here")


def serve():
    """Answer one request a line until the input ends."""
    methods = {function.__name__: function for function in (hello, *TASKS)}
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "shutdown":
            break
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            reply["result"] = methods.get(request["method"], unsupported)(**request["params"])
        except Refused as refusal:
            reply["error"] = {"code": refusal.code, "message": str(refusal)}
        except (TypeError, KeyError) as error:
            reply["error"] = {"code": -32602, "message": f"the parameters lack or misuse {error}"}
        except Exception as error:
            reply["error"] = {"code": -32603, "message": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply, allow_nan=False), flush=True)


def start():
    """Serve, with decimals that have room for every exponent."""
    setcontext(Context(prec=50, Emin=-999999999999, Emax=999999999999))
    getcontext().traps[Overflow] = True
    serve()


if __name__ == "__main__":
    start()
