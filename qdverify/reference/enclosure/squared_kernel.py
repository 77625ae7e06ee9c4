"""Fourier moments of the square of the soft-Coulomb kernel as balls.

With w(v)^2 = 1/(v^2 + beta^2), beta = cutoff/length and k = m pi, for m = 0, 1, ..., orders:

    S_m = int_0^1 sin(k v) w^2 dv,    C_m = int_0^1 cos(k v) w^2 dv,    D_m = int_0^1 v cos(k v) w^2 dv.

They are to the matrix elements of V^2 what the moments of `moments` are to those of V: the reduction of a double
integral over cosines to S, C and D holds for every even kernel. v = beta sinh t turns w^2 dv into dt/(beta cosh t),
which is meromorphic with its nearest poles at t = +-i pi/2; `acb.integral` encloses the integrals rigorously.
"""

from __future__ import annotations

from fractions import Fraction

from flint import acb, arb, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import SECONDS_PER_BIT_SQUARED, Moments, ball


def squared_moments(beta: Fraction, orders: int, *, bits: int = 128) -> Moments:
    """Enclose the moments of 1/(v^2 + beta^2) by rigorous quadrature.

    Parameters
    ----------
    beta
        cutoff/length, dimensionless.
    orders
        Largest m.
    bits
        Working precision; the radii come out near 2^-bits times the largest moment, pi/(2 beta).

    Raises
    ------
    ValueError
        If beta is not positive.
    """
    if beta <= 0:
        raise ValueError(f"beta={float(beta)} must be positive")
    waves, weighted = [], []
    with ctx.workprec(bits):
        b = ball(beta)
        for m in range(orders + 1):
            check_time(f"integrating moment {m} of {orders}", needed=SECONDS_PER_BIT_SQUARED * bits**2)
            wave, weight = _quadrature(b, m)
            waves.append(wave / b)
            weighted.append(weight)
    return Moments(
        tuple(wave.imag for wave in waves),
        tuple(wave.real for wave in waves),
        tuple(wave.real for wave in weighted),
    )


def _quadrature(beta: arb, m: int) -> tuple[acb, acb]:
    wave_number = acb(0, arb.pi() * m * beta)
    end = (1 / beta).asinh()

    def wave(t: acb, _: bool) -> acb:
        return (wave_number * t.sinh()).exp() / t.cosh()

    def weighted(t: acb, _: bool) -> acb:
        v = t.sinh()
        return v * (wave_number * v).exp() / t.cosh()

    return acb.integral(wave, 0, end), acb.integral(weighted, 0, end)
