"""The proof that a certificate rests on: python, flint, and the mathematics on this page.

Nothing here shares code with what writes certificates.

A certificate states levels (E, S, parity) of a dot for N electrons and, between two such lists, transition
probabilities M_ji, each number as a ball. For every level below an energy sigma it holds a vector of integers x over
the Slater determinants of one S_z, 0 or 1/2, and one reflection parity; every level has exactly one state there.
Energies are in units of 1/L^2.

1. Model. (pq|rs) = g [J(d,d') - J(d,s') - J(s,d') + J(s,s')] with d, s = |p-q|, p+q and d', s' = |r-s|, r+s, where
   J(a,b) is the integral of cos(a pi u) cos(b pi u') w(u-u') over the unit square. For the soft-Coulomb kernel it is
   int_0^1 G_ab(v) (v^2 + beta^2)^(-1/2) dv, G_ab(v) = int_0^(1-v) [cos a pi(u+v) cos b pi u + (a <-> b)] du. Slater's
   and Condon's rules give H.

2. Spin. S^2 x = S(S+1) x is verified in integers: x lies in the space of spin S and its parity, which H leaves
   invariant.

3. Existence. With rho = x.Hx/x.x and r = |Hx - rho x|/|x|, that space has an eigenvalue in [rho - r, rho + r].
   Intervals that are disjoint within each (S, parity) are as many different levels.

4. Completeness. Let V >= v0 (the least value of the kernel, times N(N-1)/2), P the determinants with kinetic energy T
   up to a limit, Q the others, and G = T_Q + v0 - sigma > 0. Then H - sigma >= [[H_PP - sigma, H_PQ], [H_QP, G]], which
   is congruent to diag(Z, G), Z = H_PP - sigma - H_PQ G^-1 H_QP, so that H has at most as many eigenvalues below sigma
   as Z has negative ones. If Z + sum_i c_i v_i v_i^T is positive definite for k vectors v_i and c_i > 0, those are at
   most k. A symmetric B is positive definite if R^T B R is diagonally dominant with positive diagonal for some R. So
   the levels of 3 are all levels below sigma.

5. Energies. If a < rho < b and only one level of that spin and parity lies between a and b, it lies in
   [rho - r^2/(b-rho), rho + r^2/(rho-a)], and x/|x| is within sqrt(2) r/min(b-rho, rho-a) of the eigenvector, up to its
   sign (Kato and Temple; Davis and Kahan).

6. Transitions. M_ji = (2S_j+1)/(2(2S_i+1)) <j|D|i>^2/CG^2 with D = sum_n c+_{n,sigma}, |D| = sqrt(M): from S_z = 0 with
   spin up, CG^2 = (S_i+1)/(2S_i+1) or S_i/(2S_i+1) for S_j = S_i + 1/2 or S_i - 1/2; from S_z = 1/2 with spin down,
   1/2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from operator import mul
from typing import Any

from flint import acb, arb, arb_mat, fmpq, fmpz

Vector = dict[int, int]
WEIGHT = 10**4  # c_i over the depth of the level: large enough to lift it, small enough for double precision's R


class RejectedError(Exception):
    """The certificate proves less than it states; the message says what."""


def require(condition: object, complaint: str) -> None:
    """Reject the certificate unless the condition holds."""
    if not condition:
        raise RejectedError(complaint)


def rational(number: Fraction | int) -> arb:
    """Enclose a rational number."""
    return arb(fmpq(number.numerator, number.denominator))


# 1. Model: bit 2(p-1) of a determinant's mask is orbital p with spin up, bit 2p-1 with spin down; creators act in
# ascending order


class Model:
    """The Hamiltonian between Slater determinants."""

    def __init__(self, dot: Mapping[str, Any]) -> None:
        length, cutoff, strength = (Fraction(dot[name]) for name in ("length", "cutoff", "strength"))
        self.kernel, self.orbitals, self.length = str(dot["kernel"]), int(dot["orbitals"]), length
        self.coupling = strength * length * (length if self.kernel == "constant" else 1)
        self.beta = cutoff / length
        self.cosine, self.integral = cache(self._cosine), cache(self._integral)

    def _cosine(self, a: int, b: int) -> arb:
        """Return g J(a, b)."""
        g, same = rational(self.coupling), int(a == b)
        if (a + b) % 2 or self.kernel == "none":
            return arb(0)
        if self.kernel == "contact":
            return g * same / (2 if a else 1)
        if self.kernel == "constant":
            return g * same * int(a == 0)
        require(self.kernel == "soft-coulomb" and self.beta > 0, f"kernel {self.kernel!r} is unknown")
        beta, pi = rational(self.beta), arb.pi()

        def overlap(v: acb) -> acb:
            """Return G_ab(v); cos X cos Y = [cos(X+Y) + cos(X-Y)]/2, and a +- b is even."""
            sine = {x: (x * pi * v).sin() for x in (a, b)}
            if a == b:
                diagonal = (1 - v) * (a * pi * v).cos()
                return 2 * diagonal if a == 0 else diagonal - sine[a] / (a * pi)
            total = acb(0)
            for x, y in ((a, b), (b, a)):
                total += (sine[y] - sine[x]) / (x - y) - (sine[y] + sine[x]) / (x + y)
            return total / (2 * pi)

        # v = beta sinh t turns dv/sqrt(v^2 + beta^2) into dt
        return g * acb.integral(lambda t, _: overlap(beta * t.sinh()), 0, (1 / beta).asinh()).real

    def _integral(self, p: int, q: int, r: int, s: int) -> arb:
        d, t, d_, t_ = abs(p - q), p + q, abs(r - s), r + s
        return self.cosine(d, d_) - self.cosine(d, t_) - self.cosine(t, d_) + self.cosine(t, t_)

    def floor(self, electrons: int) -> arb:
        """Return v0 of section 4."""
        g = rational(self.coupling * electrons * (electrons - 1) / 2)
        if self.kernel == "soft-coulomb":
            return g / (1 + rational(self.beta) ** 2).sqrt() if self.coupling >= 0 else g / rational(self.beta)
        require(self.kernel != "contact" or self.coupling >= 0, "an attractive contact has no least value")
        return arb(0) if self.kernel == "contact" else g

    def antisymmetrised(self, a: int, i: int, b: int, j: int) -> arb:
        """Return (ai|bj) - (aj|bi) of spin orbitals."""
        value = arb(0)
        if (a - i) % 2 == 0 == (b - j) % 2:
            value += self.integral(a // 2 + 1, i // 2 + 1, b // 2 + 1, j // 2 + 1)
        if (a - j) % 2 == 0 == (b - i) % 2:
            value -= self.integral(a // 2 + 1, j // 2 + 1, b // 2 + 1, i // 2 + 1)
        return value

    def row(self, mask: int) -> Iterator[tuple[int, arb]]:
        """Yield the elements H[mask, other] that symmetry allows."""
        occupied = bits_of(mask)
        empty = [a for a in range(2 * self.orbitals) if not mask >> a & 1]
        pairs = sum((self.antisymmetrised(i, i, j, j) for i, j in combinations(occupied, 2)), arb(0))
        yield mask, kinetic_energy(mask) + pairs
        for i in occupied:
            for a in empty:
                if (a - i) % 4 == 0:  # same spin, same parity
                    value = sum((self.antisymmetrised(a, i, j, j) for j in occupied if j != i), arb(0))
                    sign, other = hop(mask, i, a)
                    yield other, sign * value
        for i, j in combinations(occupied, 2):
            for a, b in combinations(empty, 2):
                same_spin = i % 2 + j % 2 == a % 2 + b % 2
                if same_spin and (i // 2 + j // 2 - a // 2 - b // 2) % 2 == 0:
                    first, between = hop(mask, j, b)
                    second, other = hop(between, i, a)
                    yield other, first * second * self.antisymmetrised(a, i, b, j)


def bits_of(mask: int) -> list[int]:
    """Return the occupied spin orbitals in ascending order."""
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def hop(mask: int, source: int, target: int) -> tuple[int, int]:
    """Return sign and mask of c+_target c_source on a determinant."""
    rest = mask ^ 1 << source
    below = (rest & (1 << source) - 1).bit_count() + (rest & (1 << target) - 1).bit_count()
    return (-1) ** below, rest | 1 << target


def squares(mask: int) -> int:
    """Return the sum of n^2 over the electrons."""
    return sum((bit // 2 + 1) ** 2 for bit in bits_of(mask))


def kinetic_energy(mask: int) -> arb:
    """Return T of a determinant."""
    return squares(mask) * arb.pi() ** 2 / 2


def determinants(orbitals: int, electrons: int, parity: int) -> list[int]:
    """Return the determinants of S_z = 0 or 1/2 and one reflection parity, ascending."""
    ups, downs = (
        [sum(4**p for p in chosen) for chosen in combinations(range(orbitals), count)]
        for count in (electrons - electrons // 2, electrons // 2)
    )
    masks = (up | down << 1 for up in ups for down in downs)
    return sorted(mask for mask in masks if (-1) ** sum(bit // 2 for bit in bits_of(mask)) == parity)


# 2. Spin


def exchange_spin(vector: Vector, source: int) -> Vector:
    """Apply S_+ (source 1, down) or S_- (source 0, up): neighbouring bits are exchanged, without a sign."""
    result: Vector = {}
    for mask, value in vector.items():
        for bit in bits_of(mask):
            target = bit ^ 1
            if bit % 2 == source and not mask >> target & 1:
                other = mask ^ (1 << bit | 1 << target)
                result[other] = result.get(other, 0) + value
    return result


def has_spin(vector: Vector, electrons: int, two_S: int) -> bool:
    """Tell whether 4 S^2 x = 2S(2S+2) x exactly, with S^2 = S_- S_+ + S_z(S_z+1)."""
    two_Sz = electrons % 2
    raised = exchange_spin(exchange_spin(vector, 1), 0)
    factor = two_S * (two_S + 2) - two_Sz * (two_Sz + 2)
    return all(4 * raised.get(mask, 0) == factor * vector.get(mask, 0) for mask in raised.keys() | vector.keys())


# 3. Existence


@dataclass
class Level:
    """A level that a vector proves: rho, r and what follows from them."""

    two_S: int
    parity: int
    vector: Vector
    norm: int
    rho: arb
    residual: arb
    energy: arb = field(default_factory=arb)
    deviation: arb = field(default_factory=arb)

    @property
    def ends(self) -> tuple[arb, arb]:
        """Return the interval of section 3."""
        return (self.rho - self.residual).lower(), (self.rho + self.residual).upper()


def exist(
    model: Model, electrons: int, stated: Sequence[Mapping[str, Any]], basis: Mapping[int, list[int]]
) -> list[Level]:
    """Return the levels that the vectors of a list prove, ascending."""
    levels = []
    for parity, masks in basis.items():
        mine = [item for item in stated if item["parity"] == parity]
        vectors = []
        for item in mine:
            numbers = [int(number, 16) for number in item["vector"].split()]
            require(len(numbers) == len(masks) and any(numbers), f"a vector must have {len(masks)} numbers")
            vectors.append(dict(zip(masks, numbers, strict=True)))
            require(has_spin(vectors[-1], electrons, item["two_S"]), f"a vector is not of spin {item['two_S']}/2")
        images: list[dict[int, arb]] = [{} for _ in mine]
        for mask in masks if mine else []:
            row = list(model.row(mask))
            for vector, image in zip(vectors, images, strict=True):
                image[mask] = sum((value * vector[other] for other, value in row), arb(0))
        for item, vector, image in zip(mine, vectors, images, strict=True):
            norm = sum(value * value for value in vector.values())
            rho = sum((image[mask] * vector[mask] for mask in masks), arb(0)) / norm
            errors = [image[mask] - rho * vector[mask] for mask in masks]
            square = sum((error * error for error in errors), arb(0))
            residual = (square / norm).upper().sqrt().upper()
            levels.append(Level(item["two_S"], parity, vector, norm, rho, residual))
    return sorted(levels, key=lambda level: level.rho.mid())


# 4. Completeness


def complete(model: Model, levels: Sequence[Level], ceiling: Fraction, inner: list[int], outer: list[int]) -> None:
    """Verify that one parity, P and Q given, has no other levels below the ceiling."""
    sigma = rational(ceiling)
    Z = effective_matrix(model, sigma, inner, outer)
    for level in levels:
        v = [level.vector[mask] for mask in inner]
        weight = WEIGHT * (sigma - level.rho + 1) / sum(value * value for value in v)
        for row, a in zip(Z, v, strict=True):
            for j, b in enumerate(v):
                row[j] += weight * (a * b)
    require(positive_definite(Z), f"more than {len(levels)} levels of one parity may lie below the ceiling")


def effective_matrix(model: Model, sigma: arb, inner: list[int], outer: list[int]) -> list[list[arb]]:
    """Return Z of section 4."""
    index = {mask: i for i, mask in enumerate(inner)}
    Z = [[arb(0)] * len(inner) for _ in inner]
    coupling: dict[int, list[tuple[int, arb]]] = {mask: [] for mask in outer}
    for i, mask in enumerate(inner):
        Z[i][i] -= sigma
        for other, value in model.row(mask):
            if other in index:
                Z[i][index[other]] += value
            else:
                coupling[other].append((i, value))
    for mask, column in coupling.items():
        G = kinetic_energy(mask) + model.floor(mask.bit_count()) - sigma
        require(G > 0, "the ceiling is too high for the model space")
        for count, (i, value) in enumerate(column, 1):
            share = value / G
            for j, other_value in column[:count]:
                Z[i][j] -= share * other_value
    return [[Z[max(i, j)][min(i, j)] for j in range(len(inner))] for i in range(len(inner))]


def positive_definite(Z: list[list[arb]]) -> bool:
    """Tell whether Z, a symmetric matrix, is proven positive definite; R is an approximate inverse Cholesky factor."""
    n = len(Z)
    lower: list[list[float]] = []
    for row in Z:
        new: list[float] = []
        for known, element in zip(lower, row, strict=False):
            new.append((float(element.mid()) - sum(map(mul, new, known))) / known[-1])
        pivot = float(row[len(new)].mid()) - sum(map(mul, new, new))
        if pivot <= 0:
            return False
        lower.append([*new, pivot**0.5])
    columns: list[list[float]] = []  # of L^-1, from the diagonal down
    for i, row_i in enumerate(lower):
        for j, column in enumerate(columns):
            column.append(-sum(map(mul, row_i[j:i], column)) / row_i[i])
        columns.append([1 / row_i[i]])
    R = arb_mat([[0.0] * i + column for i, column in enumerate(columns)])
    product = (R.transpose() * arb_mat(Z) * R).tolist()
    return all(row[i] > sum((abs(row[j]) for j in range(n) if j != i), arb(0)) for i, row in enumerate(product))


# 5. Energies


def enclose(levels: Sequence[Level], ceiling: arb) -> None:
    """Add energies and deviations to the only levels of one spin and parity below the ceiling, ascending."""
    for below, above in pairwise(levels):
        require(below.ends[1] < above.ends[0], "two vectors prove the same level")
    for i, level in enumerate(levels):
        a = levels[i - 1].ends[1] if i else arb.neg_inf()
        b = levels[i + 1].ends[0] if i + 1 < len(levels) else ceiling
        rho, r = level.rho, level.residual
        require(a < rho and level.ends[1] < b, "a level does not lie below the ceiling")
        level.energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))
        level.deviation = (arb(2).sqrt() * r * max((1 / (b - rho)).upper(), (1 / (rho - a)).upper())).upper()


# 6. Transitions


def probability(model: Model, electrons: int, i: Level, j: Level) -> arb:
    """Enclose M_ji from N to N+1 electrons."""
    if abs(i.two_S - j.two_S) != 1:
        return arb(0)
    spin = electrons % 2  # up into even N, down into odd N
    overlap = 0
    for mask, value in i.vector.items():
        for bit in range(spin, 2 * model.orbitals, 2):
            if not mask >> bit & 1 and value:
                sign = (-1) ** (mask & (1 << bit) - 1).bit_count()
                overlap += sign * value * j.vector.get(mask | 1 << bit, 0)
    amplitude = arb(fmpz(overlap)) / (arb(fmpz(i.norm)) * arb(fmpz(j.norm))).sqrt()
    amplitude += arb(0, (arb(model.orbitals).sqrt() * (i.deviation + j.deviation)).upper())
    even = Fraction(i.two_S + 2 if j.two_S > i.two_S else i.two_S, 2 * (i.two_S + 1))
    squared_coefficient = Fraction(1, 2) if spin else even
    return rational(Fraction(j.two_S + 1, 2 * (i.two_S + 1)) / squared_coefficient) * amplitude * amplitude
