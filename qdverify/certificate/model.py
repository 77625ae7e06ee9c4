"""The dot's Hamiltonian between Slater determinants, as the checker computes it: python and flint, nothing of ours.

Energies are in units of 1/L^2. Bit 2(p-1) of a determinant's mask is orbital p with spin up, bit 2p-1 with spin down;
creators act in ascending order.

(pq|rs) = g [J(d,d') - J(d,s') - J(s,d') + J(s,s')] with d, s = |p-q|, p+q and d', s' = |r-s|, r+s, where J(a,b) is the
integral of cos(a pi u) cos(b pi u') w(u-u') over the unit square. For the soft-Coulomb kernel it is
int_0^1 G_ab(v) (v^2 + beta^2)^(-1/2) dv, G_ab(v) = int_0^(1-v) [cos a pi(u+v) cos b pi u + (a <-> b)] du. Slater's and
Condon's rules give H. Without a kernel the coupling is 0, whatever the strength.

`Hamiltonian` is what all dots share; `Model` is the box, and integral_model.py a dot given by its integrals.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import cache, lru_cache
from itertools import combinations
from math import comb
from typing import ClassVar

from flint import acb, arb, ctx, fmpq

from qdverify.certificate.grammar import PARITY, Dot, Label, RejectedError, require
from qdverify.certificate.integral_dot import Weights

REMEMBERED = 4096
REMEMBERED_PAIRS = 2**17  # of spin orbitals, some 20 MB
MOST_STEPS = 2 * 10**9
STEPS_OF_ONE_INTEGRAL = 50_000  # 6 ms at 128 bits
ZERO = arb(0)
_PAUSE: ContextVar[Callable[[], None] | None] = ContextVar("pause", default=None)


@contextmanager
def pausing(pause: Callable[[], None] | None) -> Iterator[None]:
    """Have `pause` called again and again by what is computed inside."""
    token = _PAUSE.set(pause)
    try:
        yield
    finally:
        _PAUSE.reset(token)


def take_pause() -> None:
    """Call what `pausing` was given."""
    pause = _PAUSE.get()
    if pause is not None:
        pause()


def rational(number: Fraction | int) -> arb:
    """Enclose a rational number."""
    return arb(fmpq(number.numerator, number.denominator))


@lru_cache(maxsize=REMEMBERED)
def soft_coulomb(ratio: Fraction, a: int, b: int, _precision: int) -> arb:
    """Return J(a, b) of the soft-Coulomb kernel for beta = `ratio` at the current precision; a + b is even."""
    beta, pi = rational(ratio), arb.pi()

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
    return acb.integral(lambda t, _: overlap(beta * t.sinh()), 0, (1 / beta).asinh()).real


def require_few_steps(steps: int) -> None:
    """Reject the certificate, before anything is computed, if its proof takes too many elementary steps.

    A step is a product of two balls of 128 bits, between one and two tenths of a microsecond.
    """
    require(steps <= MOST_STEPS, f"the proof takes {steps:.1e} steps; at most {MOST_STEPS:.0e} are allowed")


class Hamiltonian(ABC):
    """H between Slater determinants, from the integrals of real orbitals.

    Parameters
    ----------
    symmetry
        For each orbital an integer of at most three bits; H keeps the XOR of them over all electrons.
    """

    label: ClassVar[Label]
    """The label of that symmetry in the file."""

    def __init__(self, symmetry: Sequence[int]) -> None:
        self.symmetry, self.orbitals = tuple(symmetry), len(symmetry)
        self.weights = dict.fromkeys(("L", "R"), Weights((1,) * self.orbitals, 1))
        self.kinds = [(spin, kind) for kind in symmetry for spin in (0, 1)]
        self.integral = cache(self._integral)
        self.antisymmetrised = lru_cache(maxsize=REMEMBERED_PAIRS)(self._antisymmetrised)
        self.moves = lru_cache(maxsize=REMEMBERED_PAIRS // self.orbitals**2 + 1)(self._moves)

    @abstractmethod
    def bases(self, electrons: int) -> dict[int, list[int]]:
        """Return the determinants of S_z = 0 or 1/2 by the label of their symmetry, ascending."""

    @abstractmethod
    def own_energy(self, energy: Fraction) -> Fraction:
        """Return a ceiling of the file in the units of H."""

    @abstractmethod
    def stated_energy(self, energy: arb) -> arb:
        """Return an eigenvalue of H in the units in which levels are stated."""

    @abstractmethod
    def steps_of_integrals(self, cosines: int) -> int:
        """Return about how many elementary steps the integrals take."""

    @abstractmethod
    def floor(self, electrons: int) -> arb:
        """Return a lower bound of the interaction of N electrons; reject the certificate if none is known."""

    @abstractmethod
    def diagonal(self, mask: int) -> arb:
        """Return the energy of a determinant without the interaction."""

    @abstractmethod
    def hopping(self, a: int, i: int) -> arb:
        """Return the one-electron element between two spin orbitals of one spin and symmetry, a and i different."""

    @abstractmethod
    def _integral(self, p: int, q: int, r: int, s: int) -> arb:
        """Return (pq|rs)."""

    def shared(self, one: int, other: int) -> tuple[int, int]:
        """Return what a pair of spin orbitals shares with those that H may move its electrons to."""
        return one % 2 + other % 2, self.symmetry[one // 2] ^ self.symmetry[other // 2]

    def _antisymmetrised(self, a: int, i: int, b: int, j: int) -> arb:
        """Return (ai|bj) - (aj|bi) of spin orbitals."""
        value = arb(0)
        if (a - i) % 2 == 0 == (b - j) % 2:
            value += self.integral(a // 2 + 1, i // 2 + 1, b // 2 + 1, j // 2 + 1)
        if (a - j) % 2 == 0 == (b - i) % 2:
            value -= self.integral(a // 2 + 1, j // 2 + 1, b // 2 + 1, i // 2 + 1)
        return value

    def row(self, mask: int) -> Iterator[tuple[int, arb]]:
        """Yield the elements H[mask, other] that symmetry allows.

        The sign of two hops, j to b and then i to a for i < j and a < b, is that of the number of electrons below the
        four places; each of j < b, b < i, i < a, j < a changes that number by one while the electrons move.
        """
        take_pause()
        occupied = bits_of(mask)
        empty = [a for a in range(2 * self.orbitals) if not mask >> a & 1]
        pairs = sum((self.antisymmetrised(i, i, j, j) for i, j in combinations(occupied, 2)), arb(0))
        yield mask, self.diagonal(mask) + pairs
        for i in occupied:
            for a in empty:
                if self.kinds[a] == self.kinds[i]:
                    value = sum((self.antisymmetrised(a, i, j, j) for j in occupied if j != i), self.hopping(a, i))
                    sign, other = hop(mask, i, a)
                    yield other, sign * value
        below = {i: (mask & (1 << i) - 1).bit_count() for i in occupied}
        for i, j in combinations(occupied, 2):
            rest, fixed = mask ^ (1 << i | 1 << j), below[i] + below[j]
            for places, between, value, opposite in self.moves(i, j):
                if not mask & places:
                    yield rest | places, opposite if (fixed + (mask & between).bit_count()) % 2 else value

    def _moves(self, i: int, j: int) -> list[tuple[int, int, arb, arb]]:
        """Return all places a < b for the electrons of i < j: bits a and b, the bits from a to below b, and +-<ab||ij>.

        The electrons below a and below b are together as many as those between the two, up to an even number.
        """
        moves = []
        for a, b in combinations([a for a in range(2 * self.orbitals) if a not in (i, j)], 2):
            if self.shared(a, b) == self.shared(i, j):
                value = self.antisymmetrised(a, i, b, j)
                signed = (-value, value) if ((j < b) + (b < i) + (i < a) + (j < a)) % 2 else (value, -value)
                moves.append((1 << a | 1 << b, (1 << b) - (1 << a), *signed))
        return moves


class Model(Hamiltonian):
    """The Hamiltonian of the box."""

    label = PARITY

    def __init__(self, dot: Dot) -> None:
        length = dot.length
        super().__init__([n % 2 for n in range(dot.orbitals)])
        self.kernel, self.length = dot.kernel, length
        scale = {"soft-coulomb": length, "contact": length, "constant": length * length, "none": Fraction(0)}
        self.coupling = dot.strength * scale[dot.kernel]
        self.beta = dot.cutoff / length
        self.cosine = cache(self._cosine)

    def bases(self, electrons: int) -> dict[int, list[int]]:
        """Return the determinants of each parity."""
        return {parity: determinants(self.orbitals, electrons, parity) for parity in (1, -1)}

    def own_energy(self, energy: Fraction) -> Fraction:
        """Return the energy: it is stated in units of 1/L^2."""
        return energy

    def stated_energy(self, energy: arb) -> arb:
        """Return an energy in effective Hartree."""
        return energy / rational(self.length**2)

    def diagonal(self, mask: int) -> arb:
        """Return T of a determinant."""
        return kinetic_energy(mask)

    def hopping(self, a: int, i: int) -> arb:
        """Return 0: T is diagonal."""
        return ZERO

    def _cosine(self, a: int, b: int) -> arb:
        """Return g J(a, b)."""
        take_pause()
        g, same = rational(self.coupling), int(a == b)
        if (a + b) % 2 or self.coupling == 0:
            return arb(0)
        if self.kernel == "contact":
            return g * same / (2 if a else 1)
        if self.kernel == "constant":
            return g * same * int(a == 0)
        return g * soft_coulomb(self.beta, *sorted((a, b)), ctx.prec)

    @staticmethod
    def cosines_of(p: int, q: int, r: int, s: int) -> set[tuple[int, int]]:
        """Return the pairs a <= b of all J(a, b) in (pq|rs)."""
        return {(min(a, b), max(a, b)) for a in (abs(p - q), p + q) for b in (abs(r - s), r + s) if (a + b) % 2 == 0}

    def steps_of_integrals(self, cosines: int) -> int:
        """Return about how many elementary steps `cosines` integrals J(a, b) take at the current precision."""
        if self.kernel != "soft-coulomb" or self.coupling == 0:
            return cosines
        return cosines * STEPS_OF_ONE_INTEGRAL * ctx.prec**2 // 128**2

    def _integral(self, p: int, q: int, r: int, s: int) -> arb:
        d, t, d_, t_ = abs(p - q), p + q, abs(r - s), r + s
        return self.cosine(d, d_) - self.cosine(d, t_) - self.cosine(t, d_) + self.cosine(t, t_)

    def floor(self, electrons: int) -> arb:
        """Return a lower bound of the interaction of N electrons: N(N-1)/2 times the least value of the kernel.

        For repulsive soft Coulomb that is g/sqrt(1 + beta^2), at the two ends of the box; for attractive soft Coulomb
        g/beta, at equal positions; for a constant g itself; 0 for a repulsive contact and without interaction.
        """
        g = rational(self.coupling * electrons * (electrons - 1) / 2)
        if self.kernel == "soft-coulomb":
            return g / (1 + rational(self.beta) ** 2).sqrt() if self.coupling >= 0 else g / rational(self.beta)
        if self.kernel == "contact" and self.coupling < 0:
            raise RejectedError("an attractive contact has no least value: every level must be listed")
        return arb(0) if self.kernel == "contact" else g


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


def all_determinants(orbitals: int, electrons: int) -> list[int]:
    """Return the determinants of S_z = 0 or 1/2, ascending."""
    ups, downs = (
        [sum(4**p for p in chosen) for chosen in combinations(range(orbitals), count)]
        for count in (electrons - electrons // 2, electrons // 2)
    )
    return sorted(up | down << 1 for up in ups for down in downs)


def determinants(orbitals: int, electrons: int, parity: int) -> list[int]:
    """Return the determinants of S_z = 0 or 1/2 and one reflection parity, ascending."""
    masks = all_determinants(orbitals, electrons)
    return [mask for mask in masks if (-1) ** sum(bit // 2 for bit in bits_of(mask)) == parity]


def number_of_determinants(orbitals: int, electrons: int) -> int:
    """Return the number of determinants of S_z = 0 or 1/2, of both parities together."""
    down = electrons // 2
    return comb(orbitals, electrons - down) * comb(orbitals, down)


def longest_row(orbitals: int, electrons: int) -> int:
    """Return an upper bound of the number of elements in a row of H: none, one or two electrons moved."""
    down = electrons // 2
    moves = [(n, orbitals - n) for n in (electrons - down, down)]
    singles = [n * empty for n, empty in moves]
    doubles = sum(comb(n, 2) * comb(empty, 2) for n, empty in moves)
    return 1 + sum(singles) + doubles + singles[0] * singles[1]
