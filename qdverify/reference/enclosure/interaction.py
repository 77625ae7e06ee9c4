"""Interaction integrals (pq|rs) of the dot as balls, for every kernel of the protocol.

All lengths are measured in the dot's length L, all energies in 1/L^2 (hbar = m = 1), so that the dot has two
parameters: beta = cutoff/L and the dimensionless strength g:

    soft-coulomb  V = s/sqrt((x-x')^2 + lambda^2)   ->  g w(u-u'),       g = s L
    contact       V = s delta(x-x')                 ->  g delta(u-u'),   g = s L
    constant      V = s                             ->  g,               g = s L^2

With J(p,q) = int int over [0,1]^2 of cos(p pi u) cos(q pi u') times the kernel, sin sin = (cos - cos)/2 gives
(physics.md section 2)

    L^2 (ij|kl) = g [J(d,d') - J(d,s') - J(s,d') + J(s,s')],   d = |i-j|, s = i+j, d' = |k-l|, s' = k+l.

J vanishes for p+q odd. Contact: J(p,q) = delta_pq (1 + delta_p0)/2. Constant: J(p,q) = delta_p0 delta_q0. Soft
Coulomb: from the moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from qdverify.protocol.inputs import KERNELS
from qdverify.reference.enclosure.moments import Moments, ball, enclosed_moments
from qdverify.reference.printed import reported


@dataclass(frozen=True)
class ExactDot:
    """The dot of [J96] Eq. (1) with exact rational parameters, in effective atomic units."""

    length: Fraction
    cutoff: Fraction
    orbitals: int
    kernel: str = "soft-coulomb"
    strength: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if self.length <= 0:
            raise ValueError(f"length={float(self.length)} must be positive")
        if self.orbitals < 1:
            raise ValueError(f"orbitals={self.orbitals} must be at least 1")
        if self.kernel not in KERNELS:
            raise ValueError(f"kernel={self.kernel!r} must be one of {', '.join(KERNELS)}")
        if self.kernel == "soft-coulomb" and self.cutoff <= 0:
            raise ValueError(f"cutoff={float(self.cutoff)} must be positive")

    @classmethod
    def paper(cls, orbitals: int = 13) -> ExactDot:
        """Return the paper's dot."""
        return cls(*reported.exact_lengths(), orbitals)

    def require_soft_coulomb(self) -> None:
        """Raise `ValueError` if the interaction is another one."""
        if self.kernel != "soft-coulomb":
            raise ValueError(f"kernel={self.kernel!r} must be soft-coulomb")

    @property
    def beta(self) -> Fraction:
        """cutoff/length."""
        return self.cutoff / self.length

    @property
    def coupling(self) -> Fraction:
        """The dimensionless strength g."""
        zero = Fraction(0)
        factor = {"soft-coulomb": self.length, "contact": self.length, "constant": self.length * self.length}
        return self.strength * factor.get(self.kernel, zero)


CosineTable = tuple[tuple[arb, ...], ...]


def cosine_table(dot: ExactDot, *, bits: int = 128) -> CosineTable:
    """Enclose g J(p,q) for p, q = 0..2M; energies in units of 1/L^2.

    Exact kernels come out as balls of radius near 2^-bits around rationals.
    """
    orders = 2 * dot.orbitals
    with ctx.workprec(bits):
        if dot.kernel == "soft-coulomb":
            moments = enclosed_moments(dot.beta, orders, bits=bits)
            return soft_coulomb_table(moments, ball(dot.coupling))
        weight = {"contact": _contact, "constant": _constant, "none": _none}[dot.kernel]
        return tuple(tuple(ball(dot.coupling * weight(p, q)) for q in range(orders + 1)) for p in range(orders + 1))


def soft_coulomb_table(moments: Moments, coupling: arb) -> CosineTable:
    """Combine the moments into coupling * J(p,q) at the current precision."""
    orders = len(moments.sine)
    pi = arb.pi()

    def element(p: int, q: int) -> arb:
        if (p + q) % 2:
            return arb(0)
        if p != q:
            return 2 * (q * moments.sine[q] - p * moments.sine[p]) / (pi * (p * p - q * q))
        if p == 0:
            return 2 * (moments.cosine[0] - moments.weighted[0])
        return moments.cosine[p] - moments.weighted[p] - moments.sine[p] / (p * pi)

    return tuple(tuple(coupling * element(p, q) for q in range(orders)) for p in range(orders))


def interaction_integral(table: CosineTable, p: int, q: int, r: int, s: int) -> arb:
    """Return L^2 (pq|rs) for orbital numbers from 1, from the table of g J."""
    d, t, d_, t_ = abs(p - q), p + q, abs(r - s), r + s
    return table[d][d_] - table[d][t_] - table[t][d_] + table[t][t_]


def interaction_floor(dot: ExactDot, electrons: int, *, bits: int = 128) -> arb | None:
    """Return a lower bound v0 of the interaction operator on N electrons in units of 1/L^2; None if none is cheap.

    V(x,x') is a function on the box, so its operator, and the compression of it to any set of orbitals, is at least
    the minimum of V times the number of pairs: 1/sqrt(L^2 + lambda^2) for repulsive soft Coulomb, the value at equal
    positions for attractive soft Coulomb, zero for a repulsive contact. An attractive contact has no minimum.
    """
    pairs = Fraction(electrons * (electrons - 1), 2)
    with ctx.workprec(bits):
        g = ball(dot.coupling * pairs)
        if dot.kernel == "soft-coulomb":
            beta = ball(dot.beta)
            return g / (1 + beta * beta).sqrt() if dot.strength >= 0 else g / beta
        if dot.kernel == "contact":
            return arb(0) if dot.strength >= 0 else None
        return g


def _contact(p: int, q: int) -> Fraction:
    return Fraction(0 if p != q else 1 if p else 2, 2)


def _constant(p: int, q: int) -> Fraction:
    return Fraction(p == q == 0)


def _none(_p: int, _q: int) -> Fraction:
    return Fraction(0)
