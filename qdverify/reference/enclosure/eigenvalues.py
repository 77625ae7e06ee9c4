"""All eigenvalues of a symmetric float matrix, enclosed with multiplicity: none can be missed.

Theorem (certification.md item 3). Let A be symmetric, Y square and non-singular, Lambda diagonal and ascending, and
R = A Y - Y Lambda. Then |lambda_i - Lambda_i| <= ||R|| / sigma_min(Y) for every i, in the spectral norm.

Proof. Y = Q P with Q orthogonal and P = (Y^T Y)^(1/2), whose smallest eigenvalue is sigma_min. Put Delta = Q^T A Q -
Lambda. Then Q^T R = Delta P + (Lambda P - P Lambda), and the bracket is antisymmetric. For the unit eigenvector v of
Delta that belongs to +-||Delta||, |v^T Q^T R v| = |v^T Delta P v| = ||Delta|| v^T P v >= ||Delta|| sigma_min. Hence
||Delta|| <= ||R|| / sigma_min, and A is orthogonally similar to Lambda + Delta: Weyl's inequality.

sigma_min^2 >= 1 - ||Y^T Y - 1||. A product of float matrices with inner dimension n is off by at most gamma_n |A| |B|,
gamma_n = n u/(1 - n u), for any order of summation, with or without fused multiply-add [Higham, Accuracy and Stability
of Numerical Algorithms, section 3.5]. That is enough for Y^T Y; for R, a difference of nearly equal numbers, A and Y
are split so that the leading products are exact (see `_residual`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, frexp, log2

import numpy as np
import scipy.linalg
from flint import arb
from numpy.typing import NDArray

from qdverify.reference.enclosure.budget import SECONDS_OF_EIGENSOLVE, expected_seconds, is_limited, measured

Floats = NDArray[np.float64]
UNIT = 2.0**-53
TINY = 1e-140  # covers the underflow of squares below 1e-308
SAMPLE = 150  # rows of a matrix whose eigenvalues tell the pace of larger ones, in a few milliseconds
SAMPLES = 3
_STEP = "eigenvalues"


@dataclass(frozen=True, eq=False)
class Eigenvalues:
    """Approximate eigenpairs of a symmetric matrix and one bound for all of its eigenvalues.

    Attributes
    ----------
    values
        (n,) ascending; the i-th eigenvalue lies within `radius` of the i-th value.
    vectors
        (n, n) approximate eigenvectors in columns.
    radius
        Bound of every |lambda_i - values_i|.
    """

    values: Floats
    vectors: Floats
    radius: arb


def enclose_eigenvalues(matrix: Floats, error: arb | float = 0.0, *, sharp: bool = True) -> Eigenvalues:
    """Enclose all eigenvalues of every symmetric matrix within `error` (spectral norm) of `matrix`.

    Parameters
    ----------
    matrix
        (n, n) float64, symmetric.
    error
        Distance of the matrix that is meant from the one that is given.
    sharp
        Whether the residual is formed with split products, about seven times as costly as a plain one, whose rounding
        adds some n^(3/2) 1e-16 of the matrix's norm to the radius.

    Raises
    ------
    ValueError
        If the matrix is not symmetric.
    ArithmeticError
        If the computed eigenvectors are too far from orthonormal for a proof.
    """
    if matrix.shape != matrix.T.shape or not np.array_equal(matrix, matrix.T):
        raise ValueError(f"a matrix of shape {matrix.shape} must be square and symmetric")
    if not len(matrix):
        return Eigenvalues(np.zeros(0), np.zeros((0, 0)), arb(0))
    if np.abs(matrix).max() <= TINY:  # too small to be split
        return Eigenvalues(np.zeros(len(matrix)), np.eye(len(matrix)), frobenius(matrix) + arb(error))
    n = len(matrix)
    doing, least = f"diagonalising a matrix of {n} rows", SECONDS_OF_EIGENSOLVE * n**3
    with measured(_STEP, _work(n), doing, least=least, tells=n >= SAMPLE, sample=n == SAMPLE):
        return _enclose(matrix, error, sharp=sharp)


def expected_seconds_of_all(rows: Sequence[int]) -> float:
    """Return about how long it takes at least to enclose the eigenvalues of matrices; 0 if no time is counted.

    Unless a larger one was measured before, a small matrix tells how fast this machine is.
    """
    if is_limited() and max(rows, default=0) > SAMPLE and not expected_seconds(_STEP, 1.0):
        for _ in range(SAMPLES):
            enclose_eigenvalues(np.add.outer(np.arange(SAMPLE), np.arange(SAMPLE)) % 7.0)
    return expected_seconds(_STEP, sum(map(_work, rows)))


def _work(rows: int) -> float:
    """Return what the time is proportional to: less than the cube, which small matrices are too slow for."""
    return float(np.power(float(rows), 2.5))


def _enclose(matrix: Floats, error: arb | float, *, sharp: bool) -> Eigenvalues:
    values, vectors = scipy.linalg.eigh(matrix, driver="evd", check_finite=True)
    defect = _orthonormality_defect(vectors)
    if not defect < 1:
        raise ArithmeticError(f"eigenvectors are orthonormal only to {defect}")
    residual = (_residual if sharp else _plain_residual)(matrix, values, vectors)
    return Eigenvalues(values, vectors, residual / (1 - defect).sqrt() + arb(error))


def frobenius(matrix: Floats) -> arb:
    """Return an upper bound of the Frobenius norm, which bounds the spectral norm."""
    return arb(float(np.sqrt(np.sum(matrix * matrix)))) * _slack(matrix.size) + arb(TINY)


def _slack(terms: int) -> arb:
    """Return a factor that covers the rounding of a sum of `terms` non-negative products, and a few roundings more."""
    return 1 + gamma(terms + 8)


def gamma(n: int) -> arb:
    """Return n u / (1 - n u), the relative error bound of a sum of n rounded products."""
    return n * arb(UNIT) / (1 - n * arb(UNIT))


def _orthonormality_defect(vectors: Floats) -> arb:
    """Bound ||Y^T Y - 1|| by the computed value plus n gamma_n times the largest squared column norm."""
    n = len(vectors)
    gram = vectors.T @ vectors
    largest = arb(float(np.max(np.sum(vectors * vectors, axis=0)))) * _slack(n)
    return frobenius(gram - np.eye(n)) + (gamma(n) * largest + arb(UNIT) * 2) * n


def _plain_residual(matrix: Floats, values: Floats, vectors: Floats) -> arb:
    """Bound ||A Y - Y Lambda|| from plain products.

    A Y is off by at most gamma_n |A| |Y|, and || |A| |Y| ||_F <= ||A||_F ||Y||_F; each element of Y Lambda by one
    rounding of itself, and each difference by one of itself.
    """
    scaled = vectors * values[None, :]
    residual = matrix @ vectors - scaled
    product_error = gamma(len(matrix)) * frobenius(matrix) * frobenius(vectors)
    return frobenius(residual) * (1 + 2 * arb(UNIT)) + product_error + 2 * arb(UNIT) * frobenius(scaled) + arb(TINY)


def _residual(matrix: Floats, values: Floats, vectors: Floats) -> arb:
    """Bound ||A Y - Y Lambda||.

    With b bits such that n 2^(2b) <= 2^53, A = h1 + h2 + A3 and Y = y1 + y2 + y3 where h1, y1 are multiples of 2^-b
    and h2, y2 of 2^-2b in units of the largest elements' powers of two, so that h1 y1 and h1 y2 + h2 y1 are exact in
    float64. The rest, A Y - h1 y1 - h1 y2 - h2 y1 = (h2 + A3) y2 + A3 y1 + A y3, is smaller by 2^(-2b) and evaluated
    with plain products. Y Lambda is a sum of two floats by Dekker's product. All differences are added from the
    large to the small with Knuth's two-sum if they cancel.
    """
    n = len(matrix)
    b = floor((53 - ceil(log2(n))) / 2) if n > 1 else 26
    h1, h2, a3, a_unit = _split(matrix, b)
    y1, y2, y3, y_unit = _split(vectors, b)
    leading = h1 @ y1
    middle = h1 @ y2 + h2 @ y1
    rest = (h2 + a3) @ y2 + a3 @ y1 + matrix @ y3
    rest_error = (gamma(n) + 4 * arb(UNIT)) * n * arb(a_unit) * arb(y_unit) * arb(2) ** (1 - 2 * b)
    product, product_error = _two_product(vectors, values[None, :])
    difference, difference_error = _two_sum(leading, -product)
    inner = rest + (difference_error - product_error)
    outer = middle + inner
    residual = difference + outer
    rounding = arb(UNIT) * 3 * (frobenius(residual) + frobenius(outer) + frobenius(inner) + frobenius(rest))
    return frobenius(residual) + rounding + rest_error * n + arb(TINY)


def _split(matrix: Floats, bits: int) -> tuple[Floats, Floats, Floats, float]:
    """Split exactly into multiples of 2^-bits, of 2^-2bits and the rest, in units of a power of two above them all."""
    unit = 2.0 ** frexp(float(np.max(np.abs(matrix))))[1]
    first = np.rint(matrix * (2.0**bits / unit)) * (unit / 2.0**bits)
    remainder = matrix - first
    second = np.rint(remainder * (4.0**bits / unit)) * (unit / 4.0**bits)
    return first, second, remainder - second, unit


def _two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    total = a + b
    shadow = total - a
    return total, (a - (total - shadow)) + (b - shadow)


def _two_product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    product = a * b
    a_high, b_high = _veltkamp(a), _veltkamp(b)
    a_low, b_low = a - a_high, b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _veltkamp(a: Floats) -> Floats:
    spread = a * (2.0**27 + 1)
    return spread - (spread - a)
