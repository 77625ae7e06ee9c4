"""The dot in mpmath, written from the formulas of [J96] for the tests alone: nothing here is shared with the project.

Determinants are sets of (orbital, spin) as bit masks, spin up on even bits; states of total spin S are the null space
of S_+ among those of S_z = S. Everything is plain lists and dictionaries, slow and short.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations, pairwise

from mpmath import mp, mpf


def exact(number) -> mpf:
    """Return a double, integer, or text of a decimal or a rational, exactly to the working precision."""
    value = Fraction(number)
    return mpf(value.numerator) / value.denominator


def density_overlap(p: int, q: int, v: mpf) -> mpf:
    """Integrate cos(p pi x) cos(q pi y) over x, y in [0, 1] with |x - y| = v, for even p + q."""
    return overlap_from_sines(p, q, v, {n: mp.sinpi(n * v) for n in (p, q)})


def overlap_from_sines(p: int, q: int, v: mpf, sines: Mapping[int, mpf]) -> mpf:
    """Return `density_overlap`: of its four terms cos(k pi u + n pi v) only sin(p pi v) and sin(q pi v) are left."""
    if p == q:
        return (1 - v) * mp.cospi(p * v) - sines[p] / (p * mp.pi) if p else 2 * (1 - v)
    return (sines[q] - sines[p]) / ((p - q) * mp.pi) - (sines[p] + sines[q]) / ((p + q) * mp.pi)


def cosine_integrals(dot: dict) -> dict:
    """Return the integrals of cos(p pi x) cos(q pi y) times the kernel, lengths in units of L, energies in E_H*."""
    top, length, strength = 2 * dot["orbitals"], exact(dot["length"]), exact(dot["strength"])
    pairs = [(p, q) for p in range(top + 1) for q in range(p, top + 1) if (p + q) % 2 == 0]
    if dot["kernel"] == "none":
        values = [mpf(0) for _ in pairs]
    elif dot["kernel"] == "constant":
        values = [strength * (p == q == 0) for p, q in pairs]
    elif dot["kernel"] == "contact":
        values = [strength / length * (mpf(1) if p == q == 0 else mpf(p == q) / 2) for p, q in pairs]
    else:
        beta = exact(dot["cutoff"]) / length
        end = mp.asinh(1 / beta)
        panels = mp.linspace(0, end, 2 + int(end / 2))
        nodes = [(node, weight) for a, b in pairwise(panels) for node, weight in gauss_nodes(a, b)]
        places = [(min(beta * mp.sinh(t), mpf(1)), weight) for t, weight in nodes]
        waves = [(v, weight, {n: mp.sinpi(n * v) for n in range(top + 1)}) for v, weight in places]
        values = [
            strength / length * mp.fsum(weight * overlap_from_sines(p, q, v, sines) for v, weight, sines in waves)
            for p, q in pairs
        ]
    table = dict(zip(pairs, values, strict=True))
    return {**table, **{(q, p): value for (p, q), value in table.items()}}


NODES: dict = {}


def gauss_nodes(a: mpf, b: mpf) -> list:
    """Return Gauss-Legendre nodes and weights on [a, b], with as many points as the digits ask for."""
    count = 24 + mp.dps
    if count not in NODES:
        NODES[count] = legendre(count)
    return [((a + b) / 2 + (b - a) / 2 * x, (b - a) / 2 * w) for x, w in NODES[count]]


def legendre(count: int) -> list:
    """Return the zeros of P_n with the weights 2/((1-x^2) P_n'^2), by Newton's method."""
    found = []
    for k in range(count):
        x = mp.cos(mp.pi * (k + mpf(3) / 4) / (count + mpf(1) / 2))
        for _ in range(60):
            before, now = mpf(1), x
            for n in range(2, count + 1):
                before, now = now, ((2 * n - 1) * x * now - (n - 1) * before) / n
            slope = count * (x * now - before) / (x * x - 1)
            step = now / slope
            x -= step
            if abs(step) < mpf(10) ** (-mp.dps // 2 - 3):
                break
        before, now = mpf(1), x
        for n in range(2, count + 1):
            before, now = now, ((2 * n - 1) * x * now - (n - 1) * before) / n
        slope = count * (x * now - before) / (x * x - 1)
        found.append((x, 2 / ((1 - x * x) * slope**2)))
    return found


def integral(table: dict, p: int, q: int, r: int, s: int) -> mpf:
    """Return (pq|rs), with sin sin = (cos - cos)/2."""
    if (p + q + r + s) % 2:
        return mpf(0)
    return sum(
        a * b * table[x, y] for x, a in ((abs(p - q), 1), (p + q, -1)) for y, b in ((abs(r - s), 1), (r + s, -1))
    )


def annihilate(state: dict, bit: int) -> dict:
    """Apply the annihilator of one mode; the sign counts the occupied modes below it."""
    return {
        mask ^ (1 << bit): -value if bin(mask & ((1 << bit) - 1)).count("1") % 2 else value
        for mask, value in state.items()
        if mask >> bit & 1
    }


def create(state: dict, bit: int) -> dict:
    """Apply the creator of one mode."""
    return {
        mask | (1 << bit): -value if bin(mask & ((1 << bit) - 1)).count("1") % 2 else value
        for mask, value in state.items()
        if not mask >> bit & 1
    }


def add_to(total: dict, state: dict, factor=1) -> None:
    """Add a multiple of a state."""
    for mask, value in state.items():
        total[mask] = total.get(mask, 0) + factor * value


def raised(state: dict, orbitals: int) -> dict:
    """Apply S_+."""
    total: dict = {}
    for p in range(orbitals):
        add_to(total, create(annihilate(state, 2 * p + 1), 2 * p))
    return total


def lowered(state: dict, orbitals: int) -> dict:
    """Apply S_-."""
    total: dict = {}
    for p in range(orbitals):
        add_to(total, create(annihilate(state, 2 * p), 2 * p + 1))
    return total


def inner(a: dict, b: dict) -> mpf:
    """Return the scalar product of two real states."""
    return mp.fsum(value * b[mask] for mask, value in a.items() if mask in b)


def null_space(rows: list, size: int) -> list:
    """Return a basis of the vectors that rational rows annihilate."""
    rows, pivots = [list(map(Fraction, row)) for row in rows], []
    for column in range(size):
        row = next((k for k in range(len(pivots), len(rows)) if rows[k][column]), None)
        if row is None:
            continue
        at = len(pivots)
        rows[at], rows[row] = rows[row], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for k in range(len(rows)):
            if k != at and rows[k][column]:
                rows[k] = [x - rows[k][column] * y for x, y in zip(rows[k], rows[at], strict=True)]
        pivots.append(column)
    basis = []
    for free in (column for column in range(size) if column not in pivots):
        vector = [Fraction(0)] * size
        vector[free] = Fraction(1)
        for k, column in enumerate(pivots):
            vector[column] = -rows[k][free]
        basis.append(vector)
    return basis


class PlainDot:
    """All levels of one dot, and M_ji between them."""

    def __init__(self, dot: dict, integral_digits: int) -> None:
        """Prepare the integrals to fewer digits than the levels: a weak interaction needs them relative to itself."""
        self.dot, self.orbitals = dot, dot["orbitals"]
        with mp.workdps(integral_digits):
            self.table = cosine_integrals(dot)
        self.kinetic = [(p * mp.pi / exact(dot["length"])) ** 2 / 2 for p in range(1, self.orbitals + 1)]

    def hamiltonian(self, state: dict) -> dict:
        """Apply H of Eq. (1), with the factor 1/2 of the interaction."""
        total: dict = {}
        for p in range(self.orbitals):
            for spin in (0, 1):
                add_to(total, create(annihilate(state, 2 * p + spin), 2 * p + spin), self.kinetic[p])
        numbers = range(self.orbitals)
        for q, s in ((q, s) for q in numbers for s in numbers):
            for spin, other in ((0, 0), (0, 1), (1, 0), (1, 1)):
                taken = annihilate(annihilate(state, 2 * q + spin), 2 * s + other)
                if not taken:
                    continue
                for p, r in ((p, r) for p in numbers for r in numbers if (p + q + r + s) % 2 == 0):
                    value = integral(self.table, p + 1, q + 1, r + 1, s + 1)
                    if value:
                        add_to(total, create(create(taken, 2 * r + other), 2 * p + spin), value / 2)
        return total

    def levels(self, electrons: int) -> list:
        """Return (energy, two_S, parity, state of S_z = S) of every level, ascending."""
        found = []
        for two_S in range(electrons % 2, min(electrons, 2 * self.orbitals - electrons) + 1, 2):
            for parity in (1, -1):
                found += self._block(electrons, two_S, parity)
        return sorted(found, key=lambda level: (level[0], level[1], level[2]))

    def _block(self, electrons: int, two_S: int, parity: int) -> list:
        up = (electrons + two_S) // 2
        masks = [
            sum(1 << 2 * p for p in ups) + sum(2 << 2 * p for p in downs)
            for ups in combinations(range(self.orbitals), up)
            for downs in combinations(range(self.orbitals), electrons - up)
            if (-1) ** (sum(ups) + sum(downs)) == parity
        ]
        if not masks:
            return []
        images = [raised({mask: 1}, self.orbitals) for mask in masks]
        targets = sorted({mask for image in images for mask in image})
        rows = [[image.get(target, 0) for image in images] for target in targets]
        basis: list = []
        for vector in null_space(rows, len(masks)):
            state = {mask: exact(value) for mask, value in zip(masks, vector, strict=True) if value}
            for other in basis:
                add_to(state, other, -inner(other, state))
            norm = mp.sqrt(inner(state, state))
            basis.append({mask: value / norm for mask, value in state.items()})
        if not basis:
            return []
        images = [self.hamiltonian(state) for state in basis]
        matrix = mp.matrix([[inner(a, image) for image in images] for a in basis])
        values, vectors = mp.eigsy((matrix + matrix.T) / 2)
        result = []
        for k in range(len(basis)):
            state: dict = {}
            for n, other in enumerate(basis):
                add_to(state, other, vectors[n, k])
            result.append((values[k], two_S, parity, state))
        return result

    def transition(self, initial: tuple, final: tuple) -> mpf:
        """Return M_ji of Eq. (4), summed over all S_z of both levels."""
        total = mpf(0)
        finals = self._multiplet(final)
        for state in self._multiplet(initial):
            for spin in (0, 1):
                added: dict = {}
                for p in range(self.orbitals):
                    add_to(added, create(state, 2 * p + spin))
                total += mp.fsum(inner(added, other) ** 2 for other in finals)
        return total / 2 / (initial[1] + 1)

    def _multiplet(self, level: tuple) -> list:
        states = [level[3]]
        for _ in range(level[1]):
            state = lowered(states[-1], self.orbitals)
            norm = mp.sqrt(inner(state, state))
            states.append({mask: value / norm for mask, value in state.items()})
        return states
