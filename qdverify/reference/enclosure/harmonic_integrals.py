"""Coulomb integrals between Fock-Darwin orbitals as balls, by exact integration over the exchanged momentum.

In oscillator lengths 1/sqrt(Omega) and with the Gaussian density of rms thickness b of each electron along z,

    <s/|r|> = s sqrt(Omega) (1/2 pi) int d^2q exp(i q r) g(q)/q,   g(q) = exp(b^2 q^2) erfc(b q),

since |z_1 - z_2| is normal with variance 2 b^2. An orbital (n_r, m) is (-1)^n_r times the state of two oscillators with
n_+ and n_- quanta, n_+ - n_- = m, n_+ + n_- = 2 n_r + |m|, and exp(i q x) displaces both by i q/2. With u = q^2/4

    <a| displaced |b> = i^d sqrt(lo!/hi!) u^(d/2) exp(-u/2) L_lo^(d)(u),   lo, hi = min, max of a and b, d = hi - lo,

so that (pq|rs), which vanishes unless m_p + m_r = m_q + m_s, is a root of a rational number times sum_j c_j J_j with
rational c_j, the coefficients of the product of four Laguerre polynomials, and

    J_j = int_0^inf u^(j-1/2) exp(-2u) g(2 sqrt u) du = Gamma(j + 1/2) 2^(-j-1/2) h_j(2 b^2),
    h_j(c) = (1/pi) B(1/2, j+1) F(j + 1/2, 1/2; j + 3/2; 1 - c),   h_j(0) = 1,
           = (1 - c)^(-j-1/2) - (2j + 1) (1/pi) B(1/2, j+1) sqrt(c) F(1, j + 1; 3/2; c)  for small c [DLMF 15.8.4].

For g the integral exp(x^2) erfc(x) = (1/pi) int_0^inf exp(-x^2 t) t^(-1/2) dt/(1 + t) was used [DLMF 7.7.1], and [DLMF
15.6.1] with s = t/(1 + t). This derivation has nothing in common with that of `analytic.harmonic_integrals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import comb, factorial, prod

from flint import arb, fmpq, fmpq_poly

from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.moments import ball

Quadruple = tuple[int, int, int, int]
Quanta = tuple[int, int]
"""Quanta n_+ and n_- of an orbital's two oscillators."""


@dataclass(frozen=True)
class ExactHarmonic:
    """A harmonic dot in two dimensions with exact rational numbers; energies in effective Hartree.

    Attributes
    ----------
    omega, field, strength, thickness
        Frequency of the potential, cyclotron frequency, strength of the interaction, and rms of z of each electron.
    shells
        Number K of shells; orbitals are numbered from 1 by shell, then by rising m.
    """

    omega: Fraction
    field: Fraction
    shells: int
    strength: Fraction
    thickness: Fraction = Fraction(0)

    @property
    def orbitals(self) -> int:
        """Number M = K(K+1)/2 of orbitals."""
        return self.shells * (self.shells + 1) // 2

    @cached_property
    def momenta(self) -> tuple[int, ...]:
        """Angular momentum m of every orbital."""
        return tuple(m for n in range(self.shells) for m in range(-n, n + 1, 2))

    @cached_property
    def shell_numbers(self) -> tuple[int, ...]:
        """Shell 2 n_r + |m| of every orbital."""
        return tuple(n for n in range(self.shells) for _ in range(n + 1))

    def effective_omega(self) -> arb:
        """Return Omega = sqrt(omega^2 + omega_c^2/4) at the current precision."""
        return ball(self.omega**2 + self.field**2 / 4).sqrt()

    def orbital_energies(self) -> list[arb]:
        """Return (n + 1) Omega - m omega_c/2 of every orbital at the current precision."""
        Omega, half = self.effective_omega(), ball(self.field / 2)
        return [(n + 1) * Omega - m * half for n, m in zip(self.shell_numbers, self.momenta, strict=True)]

    def integrals(self) -> Iterator[tuple[Quadruple, arb]]:
        """Yield one (pq|rs) of each set of equal ones that does not vanish, see `equal_integrals`."""
        by_change: dict[int, list[tuple[int, int]]] = {}
        for p, m in enumerate(self.momenta, start=1):
            for q, other in enumerate(self.momenta, start=1):
                by_change.setdefault(other - m, []).append((p, q))
        values = self._values()
        doing = f"forming the integrals of {self.shells} shells"
        for change, pairs in paced(list(by_change.items()), doing, lambda part: len(part[1]) ** 2):
            for pair in pairs:
                for other_pair in by_change[-change]:
                    indices = (*pair, *other_pair)
                    if indices == min(equal_integrals(indices)) and not (value := values.of(indices)).is_zero():
                        yield indices, value

    def integral(self, *indices: int) -> arb:
        """Return (pq|rs) at the current precision; 0, exactly, if its angular momenta differ."""
        p, q, r, s = indices
        m = self.momenta
        if m[p - 1] + m[r - 1] != m[q - 1] + m[s - 1]:
            return arb(0)
        return self._values().of((p, q, r, s))

    def _values(self) -> _Values:
        Omega = self.effective_omega()
        spread = 2 * ball(self.thickness**2) * Omega if self.thickness else None
        moments = [_moment(j, spread) for j in range(2 * self.shells - 1)]
        return _Values(_quanta(self.shells), ball(self.strength) * Omega.sqrt(), moments)


def equal_integrals(indices: Quadruple) -> tuple[Quadruple, ...]:
    """Return (pq|rs), (rs|pq), (qp|sr) and (sr|qp), which are equal between complex orbitals with real integrals.

    >>> equal_integrals((1, 2, 3, 4))
    ((1, 2, 3, 4), (3, 4, 1, 2), (2, 1, 4, 3), (4, 3, 2, 1))
    """
    p, q, r, s = indices
    return (p, q, r, s), (r, s, p, q), (q, p, s, r), (s, r, q, p)


@dataclass(frozen=True)
class _Values:
    """What all integrals of a dot have in common: quanta of the orbitals, s sqrt(Omega), and the J_j."""

    quanta: tuple[Quanta, ...]
    scale: arb
    moments: list[arb]

    def of(self, indices: Quadruple) -> arb:
        """Return (pq|rs) for angular momenta that allow it."""
        p, q, r, s = (self.quanta[index - 1] for index in indices)
        first, second = _form_factor(p, q), _form_factor(r, s)
        coefficients = (first.polynomial * second.polynomial).coeffs()
        lowest = (first.steps + second.steps) // 2
        total = sum((self.moments[lowest + j] * arb(c) for j, c in enumerate(coefficients)), arb(0))
        sign = -1 if ((first.steps - second.steps) // 2 + sum(map(min, (p, q, r, s)))) % 2 else 1
        return sign * self.scale * ball(first.square * second.square).sqrt() * total


@dataclass(frozen=True)
class _FormFactor:
    """<p| exp(i q x) |q> without i^steps exp(-u) and the signs of the orbitals: sqrt(square) u^(steps/2) polynomial."""

    steps: int
    square: Fraction
    polynomial: fmpq_poly


@cache
def _form_factor(p: Quanta, q: Quanta) -> _FormFactor:
    ends = [sorted(pair) for pair in zip(p, q, strict=True)]
    square = prod((Fraction(factorial(low), factorial(high)) for low, high in ends), start=Fraction(1))
    polynomial = prod((_laguerre(low, high - low) for low, high in ends), start=fmpq_poly([1]))
    return _FormFactor(sum(high - low for low, high in ends), square, polynomial)


def _laguerre(n: int, a: int) -> fmpq_poly:
    """Return the polynomial L_n^(a)."""
    return fmpq_poly([fmpq((-1) ** k * comb(n + a, n - k), factorial(k)) for k in range(n + 1)])


def _quanta(shells: int) -> tuple[Quanta, ...]:
    return tuple(((n + m) // 2, (n - m) // 2) for n in range(shells) for m in range(-n, n + 1, 2))


def _moment(j: int, spread: arb | None) -> arb:
    """Return J_j for c = `spread`, or for c = 0 if that is None."""
    plain = (arb.pi() / 2).sqrt() * ball(Fraction(factorial(2 * j), 8**j * factorial(j)))
    if spread is None:
        return plain
    half, order = arb(1) / 2, arb(j)
    beta = half.gamma() * (order + 1).gamma() / (order + 3 * half).gamma() / arb.pi()
    if not spread < half:
        return plain * beta * (1 - spread).hypgeom_2f1(order + half, half, order + 3 * half)
    correction = (2 * j + 1) * beta * spread.sqrt() * spread.hypgeom_2f1(1, order + 1, 3 * half)
    return plain * ((1 - spread) ** (-order - half) - correction)
