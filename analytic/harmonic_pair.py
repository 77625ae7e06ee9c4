"""Two electrons in a two-dimensional harmonic potential and a magnetic field, exactly, for any strength.

With rho = (r1 - r2)/sqrt 2, x = sqrt(Omega) rho and coupling lambda = s/sqrt(2 Omega) the relative motion is

    -(u'' + u'/x - m^2 u/x^2)/2 + x^2 u/2 + lambda u/x = e u,   u = x^|m| exp(-x^2/2) sum_k c_k x^k,

    k (k + 2|m|) c_k = 2 lambda c_(k-1) + 2 (k - 1 + |m| - e) c_(k-2),

and the levels are E = Omega (2 n_R + |m_R| + 1 + e) - (m_R + m) omega_c/2 with S = 0 for even and 1 for odd m.

Counting. v = sqrt(x) u obeys v'' = (x^2 - 2e + 2 lambda/x + (m^2 - 1/4)/x^2) v. By Sturm's theorem e_n is the energy
above which the regular solution has more than n zeros. If v v' > 0 at a point beyond which v''/v > 0, there is none
beyond. For lambda >= 0 consecutive zeros lie further apart than 2/sqrt(2e): without the term of m the distance would be
pi/sqrt(2e) at least, and with -1/4 it is that between zeros of a Bessel function of order 0, at least 2.4/sqrt(2e). So
signs at points that close give the number of zeros. From x = sqrt(2e) + 1 on v''/v > 0, and v has one zero there at
most, which the signs at both ends tell.

A value returned has been bracketed by two such counts, e_n - 10^-digits and e_n + 10^-digits. The power series is
summed until its remainder, bounded by a geometric series, is below the working precision.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import mpmath

from analytic.exact import GUARD_DIGITS, require_integer

__all__ = ["effective_omega", "pair_coupling", "read_number", "relative_energy"]

Number = Any  # int, Fraction, float (its exact double), decimal string or mpmath.mpf


def relative_energy(index: int, m: int, coupling: Number, *, digits: int = 30) -> mpmath.mpf:
    """Return an energy e_n of the relative motion of two electrons, in units of Omega.

    Parameters
    ----------
    index
        Number n = 0, 1, ... of zeros of the radial function.
    m
        Relative angular momentum.
    coupling
        lambda = s/sqrt(2 Omega), not negative: an integer, fraction, double (its exact value), decimal string or mpf.
    digits
        Absolute accuracy 10^-digits, up to 60, proven by two counts of zeros (see the module).

    Raises
    ------
    ValueError
        If the index or the coupling is negative, the latter exceeds 1000, or there are more than 60 digits.

    Examples
    --------
    At lambda = 1/sqrt 2, that is omega = s = 1, the lowest relative energy is 2 (M. Taut, J. Phys. A 27, 1045 (1994)):

    >>> from mpmath import mp, nstr
    >>> from analytic import relative_energy
    >>> nstr(relative_energy(0, 0, mp.sqrt(0.5), digits=14), 12)
    '2.0'
    """
    require_integer("index", index, minimum=0)
    if require_integer("digits", digits, minimum=1) > _MOST_DIGITS:
        raise ValueError(f"digits={digits} must be at most {_MOST_DIGITS}")
    require_integer("|m|", abs(m), minimum=0)
    with mpmath.workdps(digits + GUARD_DIGITS):
        value = read_number("coupling", coupling)
        if not 0 <= value <= _LARGEST_COUPLING:
            raise ValueError(f"coupling={mpmath.nstr(value, 6)} must lie between 0 and {_LARGEST_COUPLING}")
    return _relative_energy(index, abs(m), value, digits)


def pair_coupling(omega: Number, field: Number = 0, strength: Number = 1, *, digits: int = 30) -> mpmath.mpf:
    """Return lambda = s/sqrt(2 Omega) of `relative_energy`, Omega^2 = omega^2 + field^2/4.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import pair_coupling
    >>> nstr(pair_coupling(1), 6)
    '0.707107'
    """
    with mpmath.workdps(digits + 2 * GUARD_DIGITS):
        return read_number("strength", strength) / mpmath.sqrt(2 * effective_omega(omega, field))


def effective_omega(omega: Number, field: Number) -> mpmath.mpf:
    """Return Omega at mpmath's working precision; ValueError unless omega is positive."""
    frequency = read_number("omega", omega)
    if not frequency > 0:
        raise ValueError(f"omega={omega} must be positive")
    return mpmath.hypot(frequency, read_number("field", field) / 2)


_MOST_DIGITS = 60
_LARGEST_COUPLING = 1000


def read_number(name: str, value: Number) -> mpmath.mpf:
    """Return a number as mpf of the working precision; fractions and decimal strings are rounded to it.

    Raises
    ------
    ValueError
        If the value is no finite real number; the message names it and its value.
    """
    try:
        number = mpmath.mpf(value.numerator) / value.denominator if hasattr(value, "numerator") else mpmath.mpf(value)
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{name}={value!r} must be a number, or a string with a decimal or a fraction") from error
    if not mpmath.isfinite(number):
        raise ValueError(f"{name}={value} must be finite")
    return number


@lru_cache(maxsize=4096)
def _relative_energy(index: int, m: int, coupling: mpmath.mpf, digits: int) -> mpmath.mpf:
    low, high = mpmath.mpf(2 * index + m + 1), mpmath.mpf(2 * index + m + 2)
    if coupling == 0:
        return low
    while True:
        high, count = _count_near(high, m, coupling)
        if count > index:
            break
        low, high = high, 2 * high
    while high - low > mpmath.mpf("0.05"):
        middle, count = _count_near((low + high) / 2, m, coupling)
        low, high = (low, middle) if count > index else (middle, high)
    with mpmath.workdps(digits + GUARD_DIGITS):
        width = mpmath.mpf(10) ** (-digits)
        edge = _edge(high, coupling, digits + 4)
        low, high = low - width, high + width

        def end_value(e: mpmath.mpf) -> mpmath.mpf:
            return _solution(e, m, coupling, edge)[0]

        step = width / 1000
        energy = mpmath.findroot(end_value, (low, high), solver="anderson", tol=step, verify=False)
    if not low <= energy <= high or not _is_level(energy, index, m, coupling, digits):
        raise ArithmeticError(f"the relative energy {index} of m={m} at coupling {coupling} was not bracketed")
    return energy


def _count_near(energy: mpmath.mpf, m: int, coupling: mpmath.mpf) -> tuple[mpmath.mpf, int]:
    """Return an energy near the given one that is not too close to a level, and the number of levels below it."""
    with mpmath.workdps(15):
        for nudge in range(4):
            tried = energy + nudge / mpmath.mpf(4096)
            try:
                return tried, _levels_below(tried, m, coupling, 6)
            except ArithmeticError:
                continue
    raise ArithmeticError(f"levels lie too close at energy {energy}")


def _is_level(energy: mpmath.mpf, index: int, m: int, coupling: mpmath.mpf, digits: int) -> bool:
    """Return whether the counts at energy -+ 10^-digits are index and index + 1."""
    with mpmath.workdps(digits + GUARD_DIGITS):
        width = mpmath.mpf(10) ** (-digits)
        counts = [_levels_below(energy + sign * width, m, coupling, digits) for sign in (-1, 1)]
    return counts == [index, index + 1]


def _edge(energy: mpmath.mpf, coupling: mpmath.mpf, digits: int) -> mpmath.mpf:
    """Return a point where solutions have grown by more than 10^digits beyond the classical turning point."""
    # the growth exceeds exp(y^2) over a distance y beyond the turning point of x^2/2
    return _beyond_turning(energy) + mpmath.sqrt(digits * mpmath.log(10)) + 1


def _beyond_turning(energy: mpmath.mpf) -> mpmath.mpf:
    """Return a point from which on v''/v > 0, also if the term of m is -1/4."""
    return mpmath.sqrt(2 * energy) + 1


def _levels_below(energy: mpmath.mpf, m: int, coupling: mpmath.mpf, digits: int) -> int:
    """Return the number of levels below an energy that is at least 10^-digits away from any."""
    edge, turning = _edge(energy, coupling, digits + 4), _beyond_turning(energy)
    steps = int(mpmath.ceil(turning * mpmath.sqrt(2 * energy) / 2)) + 1
    with mpmath.workdps(mpmath.mp.dps + GUARD_DIGITS):
        points = [*(turning * step / steps for step in range(1, steps + 1)), edge]
        solutions = [_solution(energy, m, coupling, x) for x in points]
    signs = [1, *(1 if value > 0 else -1 for value, _ in solutions)]
    value, slope = solutions[-1]
    # (sqrt(x) u)' over sqrt(x)
    if value * (slope + value / (2 * edge)) <= 0:
        raise ArithmeticError(f"energy={energy} is too close to a level for {digits} digits")
    return sum(one != other for one, other in pairwise(signs))


def _solution(energy: mpmath.mpf, m: int, coupling: mpmath.mpf, x: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Return u and u' at x, both times x^-|m| exp(x^2/2), from the power series.

    Its terms are at most those of exp(x^2) in size, and exp(sqrt(2e) x) times more if they alternate for a while: the
    precision is raised by what may cancel.
    """
    extra = int((x * x + mpmath.sqrt(2 * energy) * x) / mpmath.log(10)) + 20
    with mpmath.workdps(mpmath.mp.dps + extra):
        total, slope = _series(energy, m, coupling, x)
        return total, slope + (m / x - x) * total


def _series(energy: mpmath.mpf, m: int, coupling: mpmath.mpf, x: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Return g = sum c_k x^k and g', in integers of fixed point with as many bits as the working precision.

    The sum ends if two terms in a row are 0: from there on each would be less than half the larger one of two before.
    """
    bits = mpmath.mp.prec
    parts = 2 * coupling * x, 2 * x * x, 2 * (m - 1 - energy) * x * x
    first, square, shift = (int(mpmath.floor(mpmath.ldexp(part, bits))) for part in parts)
    before, term, k = 0, 1 << bits, 0
    total, slope = term, 0
    while term or before or k * (k + 2 * m) < (4 * (first + abs(shift) + k * square)) >> bits:
        k += 1
        before, term = term, ((first * term + (k * square + shift) * before) >> bits) // (k * (k + 2 * m))
        total += term
        slope += k * term
        # rounding downwards would keep a small negative term from ever becoming 0
        term += term == -1
    return mpmath.ldexp(total, -bits), mpmath.ldexp(slope, -bits) / x
