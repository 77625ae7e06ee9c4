"""One-dimensional moments of the soft-Coulomb kernel at any number of digits, in closed form.

With w(v) = 1/sqrt(v^2 + beta^2), beta = cutoff/length and a = m pi, the interaction integrals need

    C_m + i S_m = int_0^1 e^(i a v) w dv ,    D_m = int_0^1 v cos(a v) w dv        (physics.md section 2).

Route 1 (beta < 1/2), half line minus tail:
  int_0^inf e^(i a v) w dv = K_0(a beta) + i (pi/2) [I_0(a beta) - L_0(a beta)]  (DLMF 10.32.6 and 11.5; L: Struve),
  int_1^inf e^(i a v) w dv = sum_k C(-1/2, k) beta^(2k) E_(2k+1)(-i a),
the binomial series of w about beta = 0, term by term: int_1^inf e^(i a v) v^(-n) dv = E_n(-i a). D_m is the derivative
of S_m with respect to a; there E_n'(z) = -E_(n-1)(z).
Route 2 (any beta, used from 1/2 on), expansion about the middle of the interval: with v = 1/2 + u and
r^2 = beta^2 + 1/4 the kernel is Legendre's generating function,
  w = (r^2 + u + u^2)^(-1/2) = sum_k P_k(-1/(2r)) u^k / r^(k+1),   |u|/r <= 1/sqrt(1 + 4 beta^2) < 1,
and the moments of e^(i a u) follow by partial integration.
Neither uses quadrature. Every cancelling sum or recurrence carries the guard digits that its worst amplification costs,
and `KernelMoments` accepts a value only if two working precisions agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import ceil, lgamma, log, log10, pi, sqrt
from typing import NamedTuple

import mpmath

from analytic.exact import GUARD_DIGITS, as_mpf, require_integer

ROUTE_CHANGE = Fraction(1, 2)


class Moments(NamedTuple):
    """S_m, C_m and D_m of one m, dimensionless."""

    S: mpmath.mpf
    C: mpmath.mpf
    D: mpmath.mpf


@dataclass(frozen=True)
class KernelMoments:
    """S_m, C_m, D_m of one soft-Coulomb kernel, each computed once for all dots of that kernel.

    Parameters
    ----------
    beta
        cutoff/length, exact and positive.
    digits
        Absolute error below 10^-digits, established by evaluating each moment at two working precisions.
    """

    beta: Fraction
    digits: int = 30

    def __post_init__(self) -> None:
        """Refuse a kernel without cutoff and a precision without digits."""
        if self.beta <= 0:
            raise ValueError(f"beta={self.beta} must be positive")
        require_integer("digits", self.digits, minimum=1)

    def __call__(self, m: int) -> Moments:
        """Return the three moments of one m >= 0; ArithmeticError if two working precisions disagree."""
        return _agreed(self.beta, require_integer("m", m, minimum=0), self.digits)


@lru_cache(maxsize=4096)
def _agreed(beta: Fraction, m: int, digits: int) -> Moments:
    """Return the moments in which two working precisions agree: all dots of one cutoff/length share them."""
    route = moments_about_zero if beta < ROUTE_CHANGE else moments_about_middle
    coarse = route(beta, m, digits=digits + GUARD_DIGITS // 2)
    fine = route(beta, m, digits=digits + GUARD_DIGITS)
    with mpmath.workdps(digits + GUARD_DIGITS):
        difference = max(abs(x - y) for x, y in zip(coarse, fine, strict=True))
        if difference > mpmath.mpf(10) ** -(digits + GUARD_DIGITS // 4):
            raise ArithmeticError(f"moments of m={m}, beta={beta} differ by {mpmath.nstr(difference, 3)}")
    return fine


def moments_about_zero(beta: Fraction, m: int, *, digits: int) -> Moments:
    """Return the moments by route 1; needs 0 < beta < 1.

    The binomial series is cut as soon as beta^(2k) < 10^-digits; its terms alternate and fall.
    """
    if not 0 < beta < 1:
        raise ValueError(f"beta={beta} must lie between 0 and 1, where the binomial series of the tail converges")
    if m == 0:
        return _moments_of_zero(beta, digits)
    order = ceil(digits / (-2 * log10(beta)))
    with mpmath.workdps(digits + 6):
        b, a = as_mpf(beta), m * mpmath.pi
        K_0, S_line, D_line = _half_line(beta, m, digits + 6)
        tail = _exponential_integrals(m, 2 * order + 1, digits + 6)
        binomial = [mpmath.mpf(1)]
        for k in range(1, order + 1):
            binomial.append(-binomial[-1] * b * b * (2 * k - 1) / (2 * k))
        odd = mpmath.fsum(c * tail[2 * k + 1] for k, c in enumerate(binomial))
        even = mpmath.fsum(c * tail[2 * k] for k, c in enumerate(binomial))
        return Moments(S=S_line - odd.imag, C=K_0 - odd.real, D=D_line / a - even.real)


def _moments_of_zero(beta: Fraction, digits: int) -> Moments:
    """Return the moments of m = 0: S = 0, C = asinh(1/beta), D = sqrt(1 + beta^2) - beta."""
    with mpmath.workdps(digits + 6):
        b = as_mpf(beta)
        return Moments(S=mpmath.mpf(0), C=mpmath.asinh(1 / b), D=mpmath.sqrt(1 + b * b) - b)


def _half_line(beta: Fraction, m: int, digits: int) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """Return K_0(x), (pi/2)[I_0 - L_0](x) and (pi/2) x d/dx [I_0 - L_0](x) at x = m pi beta.

    One pass over the power series t_j = (x/2)^j / Gamma(j/2 + 1)^2: even j make I_0, odd j make L_0, and
    K_0 = sum over even j = 2k of t_j (psi(k+1) - log(x/2)). The terms reach e^x and cancel to e^-x or 1/x.
    """
    x_float = m * pi * float(beta)
    with mpmath.workdps(digits + ceil(2 * x_float / log(10)) + 4):
        half = m * mpmath.pi * as_mpf(beta) / 2
        logarithm, psi = mpmath.log(half), -mpmath.euler
        previous, term = mpmath.mpf(1), 4 * half / mpmath.pi
        difference, slope, K_0 = previous - term, -term, psi - logarithm
        smallest, j = mpmath.eps, 1
        while j < x_float + 2 or term * j > smallest:
            j += 1
            previous, term = term, previous * (2 * half / j) ** 2
            sign = 1 if j % 2 == 0 else -1
            difference += sign * term
            slope += sign * j * term
            if sign > 0:
                psi += mpmath.mpf(2) / j
                K_0 += term * (psi - logarithm)
        return K_0, mpmath.pi / 2 * difference, mpmath.pi / 2 * slope


def _exponential_integrals(m: int, highest: int, digits: int) -> list[mpmath.mpc]:
    """Return E_0 .. E_highest at -i m pi, by n E_(n+1)(z) = e^-z - z E_n(z) from E_1 upwards.

    Each step multiplies an error by |z|/n; the product is largest at n = |z|, and that many guard digits are carried.
    """
    a, steps = m * pi, min(highest, ceil(m * pi))
    guard = max(0, ceil((steps * log(a) - lgamma(steps + 1)) / log(10)))
    with mpmath.workdps(digits + guard + 4):
        z, end = mpmath.mpc(0, -m * mpmath.pi), (-1) ** m
        values = [end / z, mpmath.expint(1, z)]
        for n in range(1, highest):
            values.append((end - z * values[n]) / n)
        return values


def moments_about_middle(beta: Fraction, m: int, *, digits: int) -> Moments:
    """Return the moments by route 2, for any beta > 0 (the number of terms grows like digits/beta^2 as beta -> 0).

    With u_k = int_(-1/2)^(1/2) u^k e^(i a u) du, C_m + i S_m = e^(i a/2) sum_k P_k u_k / r^(k+1), and v = 1/2 + u in
    D_m.
    """
    if beta <= 0:
        raise ValueError(f"beta={beta} must be positive")
    ratio = 1 / sqrt(1 + 4 * float(beta) ** 2)
    order = ceil(digits * log(10) / -log(ratio)) + 4
    powers = _power_moments(m, order + 1, digits + 6)
    with mpmath.workdps(digits + 6):
        r = mpmath.sqrt(as_mpf(beta) ** 2 + mpmath.mpf(1) / 4)
        cosine = -1 / (2 * r)
        kernel, shifted = mpmath.mpc(0), mpmath.mpc(0)
        legendre, following, scale = mpmath.mpf(1), cosine, 1 / r
        for k in range(order + 1):
            weight = legendre * scale
            kernel += weight * powers[k]
            shifted += weight * powers[k + 1]
            legendre, following = following, ((2 * k + 3) * cosine * following - (k + 1) * legendre) / (k + 2)
            scale /= r
        phase = mpmath.mpc(0, 1) ** m
        first, second = phase * kernel, phase * (kernel / 2 + shifted)
        return Moments(S=first.imag, C=first.real, D=second.real)


def _power_moments(m: int, highest: int, digits: int) -> list[mpmath.mpc]:
    """Return int_(-1/2)^(1/2) u^k e^(i a u) du for k = 0..highest, a = m pi.

    i a u_k = [u^k e^(i a u)] - k u_(k-1): the forward recurrence multiplies an error by k/a a step, and 2^k u_k is what
    has to be known to `digits`. From step j to k the error grows by w_k/w_j, w_k = k! (2/a)^k; the worst pair sets the
    guard.
    """
    if m == 0:
        with mpmath.workdps(digits):
            return [mpmath.mpc((1 - (-1) ** (k + 1)) / mpmath.mpf(2) ** (k + 1) / (k + 1)) for k in range(highest + 1)]
    growth = [lgamma(k + 1) + k * log(2 / (m * pi)) for k in range(highest + 1)]
    worst = max(w - least for w, least in zip(growth, accumulate(growth, min), strict=True))
    with mpmath.workdps(digits + ceil(worst / log(10)) + 4):
        ia, up = mpmath.mpc(0, m * mpmath.pi), mpmath.mpc(0, 1) ** m
        down, half = 1 / up, mpmath.mpf(1) / 2
        values = [(up - down) / ia]
        for k in range(1, highest + 1):
            up, down = up * half, -down * half
            values.append((up - down - k * values[-1]) / ia)
        return values
