"""Fourier moments of the soft-Coulomb kernel as balls, by two derivations that must overlap.

With w(v) = 1/sqrt(v^2 + beta^2), beta = cutoff/length and k = m pi, for m = 0, 1, ..., orders:

    S_m = int_0^1 sin(k v) w dv,    C_m = int_0^1 cos(k v) w dv,    D_m = int_0^1 v cos(k v) w dv

(physics.md section 2). Every interaction integral of [J96] Eq. (1) is a short sum of them.

Quadrature.  v = beta sinh t turns w dv into dt, so that C_m + i S_m = int exp(i k beta sinh t) dt over 0 <= t <=
asinh(1/beta), and D_m has one factor beta sinh t more. The integrands are entire; `acb.integral` encloses them
rigorously.

Closed form, beta < 1.  int_0^1 = int_0^inf - int_1^inf. For k > 0 the first is [DLMF 10.32.6, 11.5(i)]

    int_0^inf cos(k v) w dv = K_0(k beta),    int_0^inf sin(k v) w dv = (pi/2) [I_0(k beta) - L_0(k beta)],

and, in the sense of Abel summation, the derivative of the second with respect to k is int_0^inf v cos(k v) w dv =
(pi/2) beta [I_1(k beta) - L_{-1}(k beta)], L_{-1}(x) = L_1(x) + 2/pi. In the tail beta/v < 1, w = sum_j binom(-1/2,
j) beta^(2j) v^(-2j-1) and int_1^inf v^(-n) exp(i k v) dv = E_n(-i k); the remainder is bounded in `_tail`. K and I
are the modified Bessel functions, L the modified Struve function, E_n the exponential integral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from math import ceil, log2, pi

from flint import acb, arb, ctx, fmpq

from qdverify.reference.enclosure.budget import check_time

LARGEST_CLOSED = Fraction(9, 10)  # beta up to which the closed form is affordable
REMEMBERED = 64
SECONDS_PER_BIT_SQUARED = 1e-8  # of one order by quadrature, at the least


class DerivationsDisagreeError(RuntimeError):
    """The balls of two derivations of one number do not overlap: one derivation, or a library, is wrong."""


@dataclass(frozen=True)
class Moments:
    """S_m, C_m and D_m for m = 0..orders, as balls; dimensionless."""

    sine: tuple[arb, ...]
    cosine: tuple[arb, ...]
    weighted: tuple[arb, ...]


@lru_cache(maxsize=REMEMBERED)
def enclosed_moments(beta: Fraction, orders: int, *, bits: int = 128) -> Moments:
    """Enclose the moments by both derivations, and return what their balls have in common.

    For beta above `LARGEST_CLOSED`, for which the series of the closed form converges too slowly or not at all, the
    quadrature stands alone. Parameters as in `moments_by_quadrature`; results are remembered.

    Raises
    ------
    DerivationsDisagreeError
        If two balls do not overlap.
    """
    first = moments_by_quadrature(beta, orders, bits=bits)
    return first if beta > LARGEST_CLOSED else common(first, moments_in_closed_form(beta, orders, bits=bits), bits)


def common(one: Moments, two: Moments, bits: int) -> Moments:
    """Return the intersections of the balls of two derivations; errors as in `enclosed_moments`."""
    with ctx.workprec(2 * bits):
        return Moments(
            *(_intersections(part.name, getattr(one, part.name), getattr(two, part.name)) for part in fields(Moments))
        )


def _intersections(name: str, one: Sequence[arb], two: Sequence[arb]) -> tuple[arb, ...]:
    for m, (a, b) in enumerate(zip(one, two, strict=True)):
        if not a.overlaps(b):
            raise DerivationsDisagreeError(f"{name} moment {m} is {a} by quadrature and {b} in closed form")
    return tuple(a if a.is_exact() else a.intersection(b) for a, b in zip(one, two, strict=True))


def ball(number: Fraction | int) -> arb:
    """Return an exact rational as a ball at the current precision."""
    return arb(fmpq(number.numerator, number.denominator))


def moments_by_quadrature(beta: Fraction, orders: int, *, bits: int = 128) -> Moments:
    """Enclose the moments by rigorous quadrature, for any beta > 0.

    Parameters
    ----------
    beta
        cutoff/length, dimensionless.
    orders
        Largest m.
    bits
        Working precision; the radii come out near 2^-bits.
    """
    _validate(beta, orders, bits)
    with ctx.workprec(bits):
        pairs = []
        for m in range(orders + 1):
            check_time(f"integrating moment {m} of {orders}", needed=SECONDS_PER_BIT_SQUARED * bits**2)
            pairs.append(_quadrature(ball(beta), m))
    return Moments(
        tuple(wave.imag for wave, _ in pairs),
        tuple(wave.real for wave, _ in pairs),
        tuple(weighted.real for _, weighted in pairs),
    )


def moments_in_closed_form(beta: Fraction, orders: int, *, bits: int = 128) -> Moments:
    """Enclose the moments by their closed form, for 0 < beta < 1; parameters as in `moments_by_quadrature`.

    The number of terms grows like bits/log2(1/beta^2).
    """
    _validate(beta, orders, bits)
    if beta >= 1:
        raise ValueError(f"beta={float(beta)} must be below 1: the tail series in beta/v diverges")
    # I_0 and L_0 are of size exp(k beta) and cancel to order 1/(k beta); E_n(-ik) costs up to k/log(2) bits
    with ctx.workprec(bits + 64 + ceil(orders * pi * (1 + beta) / 0.69)):
        rows = [_zeroth(beta)]
        for m in range(1, orders + 1):
            check_time(f"evaluating the closed form of moment {m} of {orders}")
            rows.append(_closed_form(beta, m, bits))
    return Moments(*(tuple(column) for column in zip(*rows, strict=True)))


def _validate(beta: Fraction, orders: int, bits: int) -> None:
    if beta <= 0:
        raise ValueError(f"beta={float(beta)} must be positive")
    if orders < 0:
        raise ValueError(f"orders={orders} must not be negative")
    if bits < 32:
        raise ValueError(f"bits={bits} must be at least 32")


def _quadrature(beta: arb, m: int) -> tuple[acb, acb]:
    wave_number = acb(0, arb.pi() * m * beta)
    end = (1 / beta).asinh()

    def wave(t: acb, _: bool) -> acb:
        return (wave_number * t.sinh()).exp()

    def weighted(t: acb, _: bool) -> acb:
        v = t.sinh()
        return v * (wave_number * v).exp()

    return acb.integral(wave, 0, end), acb.integral(weighted, 0, end) * beta


def _zeroth(beta: Fraction) -> tuple[arb, arb, arb]:
    b = ball(beta)
    return arb(0), (1 / b).asinh(), (1 + b * b).sqrt() - b


def _closed_form(beta: Fraction, m: int, bits: int) -> tuple[arb, arb, arb]:
    k, b = arb.pi() * m, ball(beta)
    x = k * b
    tail, weighted_tail = _tail(beta, k, bits)
    half_pi = arb.pi() / 2
    sine = half_pi * (x.bessel_i(0) - _struve_l0(x)) - tail.imag
    cosine = x.bessel_k(0) - tail.real
    weighted = half_pi * b * (x.bessel_i(1) - _struve_l1(x)) - b - weighted_tail.real
    return sine, cosine, weighted


def _struve_l0(x: arb) -> arb:
    """L_0(x) = (2x/pi) 1F2(1; 3/2, 3/2; x^2/4) [DLMF 11.2.2]."""
    half = arb(fmpq(3, 2))
    return 2 * x / arb.pi() * (x * x / 4).hypgeom([arb(1)], [half, half])


def _struve_l1(x: arb) -> arb:
    """L_1(x) = (2x^2/(3 pi)) 1F2(1; 3/2, 5/2; x^2/4) [DLMF 11.2.2]."""
    return 2 * x * x / (3 * arb.pi()) * (x * x / 4).hypgeom([arb(1)], [arb(fmpq(3, 2)), arb(fmpq(5, 2))])


def _tail(beta: Fraction, k: arb, bits: int) -> tuple[acb, acb]:
    """Return int_1^inf exp(ikv) w dv and int_1^inf v exp(ikv) w dv, the latter by Abel summation.

    Remainder after the terms j < J. With u = (beta/v)^2 < 1, (1+u)^(-1/2) minus its Taylor polynomial is bounded by
    the term J, because the series alternates and its terms fall (|binom(-1/2, j)| does). Times 1/v and integrated:
    |binom(-1/2, J)| beta^(2J)/(2J). Times 1 instead of 1/v: |binom(-1/2, J)| beta^(2J)/(2J-1), absolutely convergent
    for J >= 1. Only the term j = 0 of the second integral needs Abel summation: int_1^inf exp(ikv) dv = E_0(-ik).
    """
    terms = 2 + ceil((bits + 8) / (2 * log2(1 / beta)))
    exponential_integrals = _exponential_integrals(acb(0, -k), 2 * terms)
    square = ball(beta) ** 2
    coefficient = arb(1)
    tail, weighted = acb(0), acb(0)
    for j in range(terms):
        tail += coefficient * exponential_integrals[2 * j + 1]
        weighted += coefficient * exponential_integrals[2 * j]
        coefficient *= square * arb(fmpq(-(2 * j + 1), 2 * j + 2))
    bound = abs(coefficient)
    first, second = bound / (2 * terms), bound / (2 * terms - 1)
    return tail + _disc(first), weighted + _disc(second)


def _exponential_integrals(z: acb, count: int) -> list[acb]:
    """Return E_0(z) .. E_{count-1}(z) by n E_{n+1} = exp(-z) - z E_n [DLMF 8.19.12], in the contracting directions."""
    start = min(count - 1, max(1, round(float(abs(z).mid()))))
    decay = (-z).exp()
    values = [acb(0)] * count
    values[start] = z.expint(start)
    for n in range(start, count - 1):
        values[n + 1] = (decay - z * values[n]) / n
    for n in range(start - 1, 0, -1):
        values[n] = (decay - n * values[n + 1]) / z
    values[0] = decay / z
    return values


def _disc(radius: arb) -> acb:
    """Return a complex ball about zero that contains the disc of that radius."""
    edge = arb(0, radius.upper())
    return acb(edge, edge)
