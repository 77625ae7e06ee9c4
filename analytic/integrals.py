"""Repulsion integrals (pq|rs) of the box, chemists' notation, for every kernel; [J96] Eq. (1), physics.md section 2.

(pq|rs) = int int phi_p(x) phi_q(x) V(x,x') phi_r(x') phi_s(x') dx dx', phi_n(x) = sqrt(2/L) sin(n pi x/L), 1-based.

Derivation. In x = L t a density is phi_p phi_q dx = [cos(d pi t) - cos(s pi t)] dt, d = |p-q|, s = p+q. So

    (pq|rs) = J(d,d') - J(d,s') - J(s,d') + J(s,s') ,
    J(a,b) = int int over [0,1]^2 of cos(a pi t) cos(b pi t') V dt dt' .

For V = V(|t-t'|) the strip |t-t'| = v is integrated first: J(a,b) = int_0^1 V(v) F_ab(v) dv with
F_ab(v) = int_0^(1-v) [cos(a pi(t+v)) cos(b pi t) + cos(a pi t) cos(b pi(t+v))] dt, by the product rule of cosines

    F_ab = 0 for a+b odd (reflection);  F_00 = 2(1-v);  F_aa = (1-v) cos(a pi v) - sin(a pi v)/(a pi);
    F_ab = (2/pi) [b sin(b pi v) - a sin(a pi v)]/(a^2 - b^2)  for a != b, a+b even.

soft-coulomb: V = (s/L) w(v) turns F into the moments S_m, C_m, D_m of `analytic.moments`.
contact: V = (s/L) delta(t-t') takes half of F(0), as the strip counts v = 0 from one side: J = (s/L) (1 at a=b=0, 1/2
at a=b>0, else 0), a rational times s/L.  constant: V = s keeps J(0,0) only: (pq|rs) = s at p=q, r=s.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

import mpmath

from analytic.exact import GUARD_DIGITS, ExactNumber, as_mpf, exact_rational, positive_rational, require_integer
from analytic.moments import KernelMoments

Kernel: TypeAlias = Literal["soft-coulomb", "contact", "constant", "none"]
KERNELS: tuple[str, ...] = get_args(Kernel)


@dataclass(frozen=True)
class Interaction:
    """The dot's interaction with exact parameters.

    `cutoff` matters for soft-coulomb only; the integrals of the other kernels are rational.
    """

    kernel: Kernel
    length: Fraction
    cutoff: Fraction
    strength: Fraction

    @classmethod
    def of(cls, *, length: ExactNumber, cutoff: ExactNumber, kernel: str, strength: ExactNumber = 1) -> Interaction:
        """Read the parameters as exact rationals.

        Raises
        ------
        ValueError
            If length is not positive, cutoff is not positive for soft-coulomb, a number is not finite, or the kernel is
            unknown.
        """
        if kernel not in KERNELS:
            raise ValueError(f"kernel={kernel!r} must be one of {', '.join(KERNELS)}")
        read_cutoff = positive_rational if kernel == "soft-coulomb" else exact_rational
        return cls(
            kernel=kernel,  # type: ignore[arg-type] # checked one line above; a str is all a caller can promise
            length=positive_rational("length", length),
            cutoff=read_cutoff("cutoff", cutoff),
            strength=exact_rational("strength", strength),
        )


class InteractionIntegrals:
    """All (pq|rs) of one interaction: indexable by (p, q, r, s), each moment and each integral computed once.

    Parameters
    ----------
    interaction
        The interaction with exact parameters.
    digits
        Absolute error below 10^-digits times strength/length, shown by two working precisions that agree; contact,
        constant and none are exact and rounded once.
    """

    def __init__(self, interaction: Interaction, *, digits: int = 30) -> None:
        self.interaction = interaction
        self.digits = require_integer("digits", digits, minimum=1)
        beta = interaction.cutoff / interaction.length
        self._known: dict[tuple[int, int, int, int], mpmath.mpf] = {}
        self._moments = KernelMoments(beta, digits + 2) if interaction.kernel == "soft-coulomb" else None

    def __repr__(self) -> str:
        return f"InteractionIntegrals({self.interaction}, digits={self.digits})"

    def __getitem__(self, indices: tuple[int, int, int, int]) -> mpmath.mpf:
        """Return (pq|rs) in units of energy; ValueError if an index is no positive integer."""
        if indices not in self._known:
            for name, index in zip("pqrs", indices, strict=True):
                require_integer(name, index, minimum=1)
            with mpmath.workdps(self.digits + GUARD_DIGITS):
                self._known[indices] = self._integral(*indices)
        return self._known[indices]

    def _integral(self, p: int, q: int, r: int, s: int) -> mpmath.mpf:
        if self._moments is None:
            return as_mpf(rational_integral(self.interaction, p, q, r, s))
        scale = as_mpf(self.interaction.strength / self.interaction.length)
        return scale * _soft_coulomb_integral(self._moments, p, q, r, s)


def interaction_integral(
    p: int,
    q: int,
    r: int,
    s: int,
    *,
    length: ExactNumber,
    cutoff: ExactNumber,
    kernel: str,
    strength: ExactNumber = 1,
    digits: int = 30,
) -> mpmath.mpf:
    """Return one (pq|rs), chemists' notation, at any number of digits; many of one dot: use `InteractionIntegrals`.

    Parameters
    ----------
    p, q, r, s
        1-based orbitals; p, q belong to x and r, s to x'.
    length, cutoff, strength
        The dot, in effective atomic units, read exactly (`analytic.exact.exact_rational`).
    kernel
        "soft-coulomb", "contact", "constant" or "none".
    digits
        Absolute error below 10^-digits times strength/length.

    Raises
    ------
    ValueError
        If an argument is out of its range; the message names value and rule.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import interaction_integral
    >>> nstr(interaction_integral(1, 1, 1, 1, length=1, cutoff=0, kernel="contact"), 12)
    '1.5'
    """
    interaction = Interaction.of(length=length, cutoff=cutoff, kernel=kernel, strength=strength)
    return InteractionIntegrals(interaction, digits=digits)[p, q, r, s]


def rational_integral(interaction: Interaction, p: int, q: int, r: int, s: int) -> Fraction:
    """Return (pq|rs) of the contact, constant or absent interaction as an exact rational.

    Raises
    ------
    ValueError
        If the kernel is soft-coulomb, whose integrals are transcendental.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from analytic import Interaction, rational_integral
    >>> contact = Interaction("contact", Fraction(1), Fraction(0), Fraction(1))
    >>> rational_integral(contact, 1, 1, 1, 1)
    Fraction(3, 2)
    """
    if interaction.kernel == "none":
        return Fraction(0)
    if interaction.kernel == "constant":
        return interaction.strength if p == q and r == s else Fraction(0)
    if interaction.kernel == "contact":
        return interaction.strength / interaction.length * contact_integral(p, q, r, s)
    raise ValueError(f"kernel={interaction.kernel} has no rational integrals")


def contact_integral(p: int, q: int, r: int, s: int) -> Fraction:
    """Return L int phi_p phi_q phi_r phi_s dx, a multiple of 1/2: (pq|rs) of contact per strength/length."""

    def J(a: int, b: int) -> Fraction:
        return Fraction(0) if a != b else Fraction(1) if a == 0 else Fraction(1, 2)

    d, plus, d_, plus_ = abs(p - q), p + q, abs(r - s), r + s
    return J(d, d_) - J(d, plus_) - J(plus, d_) + J(plus, plus_)


def _soft_coulomb_integral(moments: KernelMoments, p: int, q: int, r: int, s: int) -> mpmath.mpf:
    if (p + q + r + s) % 2:
        return mpmath.mpf(0)
    d, plus, d_, plus_ = abs(p - q), p + q, abs(r - s), r + s
    return (
        _cosine_integral(moments, d, d_)
        - _cosine_integral(moments, d, plus_)
        - _cosine_integral(moments, plus, d_)
        + _cosine_integral(moments, plus, plus_)
    )


def _cosine_integral(moments: KernelMoments, a: int, b: int) -> mpmath.mpf:
    """J(a,b) for V = w, a+b even: F_ab of the module's docstring integrated against w."""
    if a != b:
        return 2 * (b * moments(b).S - a * moments(a).S) / (mpmath.pi * (a * a - b * b))
    if a == 0:
        return 2 * (moments(0).C - moments(0).D)
    return moments(a).C - moments(a).D - moments(a).S / (a * mpmath.pi)
