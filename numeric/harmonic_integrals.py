"""Coulomb integrals between Fock-Darwin orbitals, by quadrature over the momentum that two electrons exchange.

With lengths in units of the oscillator length, 1/|r| = (1/2 pi) int d^2q exp(i q r)/q, so that

    (pq|rs) = int_0^inf dk F_pq(k) F_rs(k)    if -m_p + m_q - m_r + m_s = 0, else 0.

F_pq is the form factor <p| exp(i k x) |q>. An orbital is a state |n_+, n_-> of two oscillators with n_+ + n_- = n and
n_+ - n_- = m, times (-1)^n_r, and exp(i k x) displaces both of them by i k/2:

    F_pq = <p_+| D |q_+> <p_-| D |q_->,   <a| D |b> = sqrt(b!/a!) (i k/2)^(a-b) exp(-k^2/8) L_b^(a-b)(k^2/4),   a >= b,

symmetric in a and b. F_pq F_rs is exp(-k^2/2) times a polynomial in k^2, of degree at most 4(K-1) in k. The
Gauss-Hermite rule with 2K nodes integrates it exactly, and as every form factor is an element of a unitary matrix, no
digits cancel.

If each electron has a Gaussian density of rms b along z, z_1 - z_2 is normal with variance 2 b^2. A plane of charge at
height z has the potential exp(-q|z|)/q, the mean of which is exp(b^2 q^2) erfc(b q)/q. The integrand gets that factor
without 1/q. It varies on the scales 1/b and 1, however different: with k = exp(t) the trapezoidal rule resolves both,
and converges exponentially, as the integrand is analytic for |Im t| < pi/4.
"""

import math

import numpy as np
from scipy import special

from numeric.arrays import FloatArray, IntArray

STEP = 0.0625
"""Of t = log k: the error of the trapezoidal rule is about exp(-pi^2/(2 STEP)) = 1e-34."""


def coulomb_integrals(radial_numbers: IntArray, angular_momenta: IntArray, *, thickness: float = 0.0) -> FloatArray:
    """Return (pq|rs) of the interaction 1/r, shape (M, M, M, M); all lengths are in oscillator lengths."""
    m = angular_momenta
    plus, minus = radial_numbers + np.maximum(m, 0), radial_numbers + np.maximum(-m, 0)
    shells = int(np.max(plus + minus)) + 1
    k, weights = _thick_rule(thickness) if thickness else _flat_rule(shells)
    displaced = _displacements(shells, 0.5 * k)
    # axes: p, q, node
    F = displaced[plus[:, None], plus] * displaced[minus[:, None], minus]
    F *= _signs(plus, minus, radial_numbers)[:, :, None]
    M = len(m)
    change = (m[None, :] - m[:, None]).ravel()
    F = F.reshape(M * M, -1)
    weighted = F * weights
    integrals = np.zeros((M * M, M * M))
    for step in np.unique(change):
        pairs, others = np.flatnonzero(change == step), np.flatnonzero(change == -step)
        integrals[np.ix_(pairs, others)] = weighted[pairs] @ F[others].T
    return integrals.reshape(M, M, M, M)


def _flat_rule(shells: int) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights that integrate exp(-k^2/2) times even polynomials up to degree 4K - 2 over k > 0."""
    nodes, weights = special.roots_hermite(2 * shells)
    return math.sqrt(2.0) * nodes[shells:], math.sqrt(2.0) * weights[shells:]


def _thick_rule(thickness: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights that integrate exp(-k^2/2) exp(b^2 k^2) erfc(b k) times polynomials over k > 0.

    Below the first node, exp(-40) of the smaller scale, there is nothing; neither is there beyond exp(3.2) = 24.
    """
    first, last = math.floor((-40.0 - math.log1p(thickness)) / STEP), math.ceil(3.2 / STEP)
    k = np.exp(STEP * np.arange(first, last + 1))
    return k, STEP * k * np.exp(-0.5 * k * k) * special.erfcx(thickness * k)


def _displacements(shells: int, b: FloatArray) -> FloatArray:
    """Return |<a| D |b>| with its sign but without i^|a-b| exp(-k^2/8), shape (shells, shells, nodes)."""
    elements = np.empty((shells, shells, len(b)))
    for low in range(shells):
        for high in range(low, shells):
            norm = math.sqrt(math.factorial(low) / math.factorial(high))
            elements[low, high] = norm * b ** (high - low) * special.eval_genlaguerre(low, high - low, b * b)
            elements[high, low] = elements[low, high]
    return elements


def _signs(plus: IntArray, minus: IntArray, radial_numbers: IntArray) -> FloatArray:
    """Return i^(|p_+ - q_+| + |p_- - q_-| - |m_q - m_p|) and the phases (-1)^n_r of both orbitals, shape (M, M)."""
    steps = np.abs(plus[:, None] - plus) + np.abs(minus[:, None] - minus)
    change = np.abs((plus - minus)[:, None] - (plus - minus))
    half = (steps - change) // 2 + radial_numbers[:, None] + radial_numbers
    signs: FloatArray = 1.0 - 2.0 * (half % 2)
    return signs
