"""Repulsion integrals of the soft-Coulomb kernel by direct two-dimensional quadrature: a spot check of the closed form.

Nothing of `analytic.moments` or of the reduction to cosines is used. The square splits along its diagonal; with v =
t-t' and t' = (1-v) y the four sines are integrated over y in [0, 1], and v = beta sinh(z) takes the kernel's
near-singularity into the measure: w(v) dv = dz. Both integrands are entire, so Gauss-Legendre rules converge
geometrically.
"""

from __future__ import annotations

from fractions import Fraction

import mpmath

from analytic.exact import GUARD_DIGITS, ExactNumber, as_mpf, exact_rational, positive_rational, require_integer


def interaction_integral_by_quadrature(
    p: int,
    q: int,
    r: int,
    s: int,
    *,
    length: ExactNumber,
    cutoff: ExactNumber,
    strength: ExactNumber = 1,
    digits: int = 15,
) -> mpmath.mpf:
    """Return the soft-Coulomb (pq|rs) by direct quadrature, absolute error below 10^-digits times strength/length.

    The error is established by two rules, the finer with half as many nodes again in each direction; meant for low
    orbitals (up to about 20) and about 20 digits, where it takes about a second.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    ArithmeticError
        If the two rules disagree by more than the error stated.
    """
    for name, index in zip("pqrs", (p, q, r, s), strict=True):
        require_integer(name, index, minimum=1)
    require_integer("digits", digits, minimum=1)
    L = positive_rational("length", length)
    beta = positive_rational("cutoff", cutoff) / L
    with mpmath.workdps(digits + GUARD_DIGITS):
        nodes = p + q + r + s + 2 * digits
        coarse = _two_dimensional((p, q, r, s), beta, nodes)
        fine = _two_dimensional((p, q, r, s), beta, nodes + nodes // 2)
        if abs(fine - coarse) > mpmath.mpf(10) ** -digits:
            raise ArithmeticError(f"rules of {nodes} and {nodes + nodes // 2} nodes differ by {abs(fine - coarse)}")
        return as_mpf(exact_rational("strength", strength) / L) * fine


def _two_dimensional(orbitals: tuple[int, int, int, int], beta: Fraction, nodes: int) -> mpmath.mpf:
    """Integrate over z in [0, asinh(1/beta)] and y in [0, 1]; the longer z-interval gets the more nodes."""
    p, q, r, s = orbitals
    b = as_mpf(beta)
    end = mpmath.asinh(1 / b)
    rule, outer_rule = gauss_legendre(nodes), gauss_legendre(int(nodes * (1 + end / 10)))

    def strip(v: mpmath.mpf) -> mpmath.mpf:
        total = mpmath.mpf(0)
        for y, weight in rule:
            t = (1 - v) * y
            here, there = _sines(max(orbitals), t), _sines(max(orbitals), t + v)
            total += weight * (there[p] * there[q] * here[r] * here[s] + here[p] * here[q] * there[r] * there[s])
        return 4 * (1 - v) * total

    return end * mpmath.fsum(weight * strip(b * mpmath.sinh(end * z)) for z, weight in outer_rule)


def _sines(highest: int, t: mpmath.mpf) -> list[mpmath.mpf]:
    """Return sin(n pi t) for n = 0..highest by sin((n+1)x) = 2 cos(x) sin(n x) - sin((n-1)x)."""
    values = [mpmath.mpf(0), mpmath.sinpi(t)]
    cosine = 2 * mpmath.cospi(t)
    for n in range(1, highest):
        values.append(cosine * values[n] - values[n - 1])
    return values


def gauss_legendre(nodes: int) -> list[tuple[mpmath.mpf, mpmath.mpf]]:
    """Return (node, weight) of the Gauss-Legendre rule on [0, 1] at the working precision.

    Newton's iteration on P_n from Tricomi's cos((4i-1) pi/(4n+2)); weights 2/((1-x^2) P_n'(x)^2) on [-1, 1]. The rule
    is symmetric: half of it is computed.
    """
    require_integer("nodes", nodes, minimum=1)
    rule = []
    with mpmath.extradps(6):
        for i in range(1, nodes // 2 + nodes % 2 + 1):
            x = mpmath.cos((4 * i - 1) * mpmath.pi / (4 * nodes + 2))
            step = mpmath.mpf(1)
            while abs(step) > 2**8 * mpmath.eps:
                value, slope = _legendre(nodes, x)
                step = value / slope
                x -= step
            slope = _legendre(nodes, x)[1]
            rule.append(((1 + x) / 2, 1 / ((1 - x * x) * slope**2)))
        return rule + [(1 - node, weight) for node, weight in rule[: nodes // 2]]


def _legendre(n: int, x: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
    """P_n(x) and P_n'(x) by the three-term recurrence and (1-x^2) P_n' = n (P_(n-1) - x P_n)."""
    previous, current = mpmath.mpf(1), x
    for k in range(1, n):
        previous, current = current, ((2 * k + 1) * x * current - k * previous) / (k + 1)
    return current, n * (previous - x * current) / (1 - x * x)
