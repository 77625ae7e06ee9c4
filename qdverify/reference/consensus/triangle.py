"""Ritz's problem for two electrons in the triangle 0 < x_1 < x_2 < 1 (units of L), one symmetry sector at a time.

With u = x_2 - x_1 and the centre X = (x_1 + x_2)/2 = 1/2 + (1 - u) y/2, -1 < y < 1, energies make stationary

    int (1-u)/2 [(d_u psi + y d_y psi/(1-u))^2 + (d_y psi)^2/(1-u)^2 + V psi^2] du dy + (g/4) int psi(0, y)^2 dy

over int (1-u)/2 psi^2 du dy.  On the diagonal u = 0 a triplet vanishes; for a singlet the boundary term is what makes
d psi/du = g psi/2 the natural condition (g = 0 but for the contact kernel).

The trial functions are products of f(u), continuous piecewise polynomials that vanish at u = 1, and p(y) = (1 - y^2)
times Gegenbauer polynomials of one mirror symmetry.  The elements in u shrink geometrically down to the cutoff, where
the branch points u = +-i lambda of the soft Coulomb kernel sit: every element sees them at a fixed multiple of its own
length, so the convergence is exponential for every lambda.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import eigsh
from scipy.special import eval_gegenbauer

FloatArray = NDArray[np.float64]
_GRADING: Final = 3.0


@dataclass(frozen=True)
class TriangleSector:
    """One sector of the problem.

    Parameters
    ----------
    coupling
        s L: strength in units of the length.
    beta
        lambda / L for soft Coulomb, None for contact.
    two_S
        0 or 2.
    mirror
        Symmetry of psi under y -> -y; the reflection parity of the level is `mirror` for S = 0, -`mirror` for S = 1.
    degree
        Polynomial degree of f(u) in each element.
    transverse
        Number of functions p(y).
    """

    coupling: float
    beta: float | None
    two_S: int
    mirror: int
    degree: int
    transverse: int

    @property
    def parity(self) -> int:
        """Reflection parity of the sector's levels."""
        return self.mirror if self.two_S == 0 else -self.mirror

    def solve(self, levels: int) -> tuple[FloatArray, FloatArray]:
        """Return the lowest energies in units of 1/L^2, shape (k,), and normalised coefficients, shape (k, f, p)."""
        along, across = self._longitudinal(), self._transverse()
        identity = sparse.identity(self.transverse)
        shear = sparse.kron(along["shear"], across["shear"])
        stiffness = sparse.kron(along["stretch"], identity) + sparse.kron(along["squeeze"], across["squeeze"])
        mass = sparse.kron(along["mass"], identity)
        # Both matrices are positive definite, so the levels nearest to 0 are the lowest ones.
        energies, vectors = eigsh(
            sparse.csc_matrix(stiffness + shear + shear.T),
            k=levels,
            M=sparse.csc_matrix(mass),
            sigma=0.0,
            v0=np.ones(mass.shape[0]),
        )
        order = np.argsort(energies)
        return energies[order], vectors.T[order].reshape(levels, -1, self.transverse)

    def sample(self, coefficients: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return x_1, x_2 and quadrature weights of shape (q,), and the wave functions there, shape (k, q).

        Normalised to int psi^2 = 1/2 over the triangle: 1 over the square.
        """
        y, y_weight = legendre.leggauss(4 * self.transverse + 20)
        p, _ = _gegenbauer_functions(self.transverse, self.mirror, y)
        points = self._breakpoints()
        xi, weight = legendre.leggauss(2 * self.degree + 16)
        shape, _ = _shape_functions(self.degree, xi)
        kept = self._kept(len(points) - 1)
        places, weights, waves = [], [], []
        for number, (a, b) in enumerate(pairwise(points)):
            u = a + (b - a) * (xi + 1) / 2
            f = np.zeros(((len(points) - 1) * self.degree + 1, len(u)))
            f[number * self.degree : (number + 1) * self.degree + 1] = shape
            # k: level, a: function of u, m: function of y, q: node in u, r: node in y
            waves.append(np.einsum("kam,aq,mr->kqr", coefficients, f[kept], p, optimize=True))
            places.append(u[:, None] + 0 * y)
            weights.append(weight[:, None] * (b - a) / 2 * (1 - u[:, None]) / 2 * y_weight)
        u, quadrature = np.concatenate(places), np.concatenate(weights)
        psi = np.concatenate(waves, axis=1)
        centre = 0.5 + (1 - u) * y / 2
        flat = psi.reshape(len(psi), -1)
        norm = np.sqrt(2 * flat**2 @ quadrature.ravel())
        return (centre - u / 2).ravel(), (centre + u / 2).ravel(), quadrature.ravel(), flat / norm[:, None]

    def _transverse(self) -> dict[str, FloatArray]:
        """Return matrices over the functions p(y), which are orthonormal on (-1, 1)."""
        y, weight = legendre.leggauss(2 * self.transverse + 6)
        p, slope = _gegenbauer_functions(self.transverse, self.mirror, y)
        return {"shear": (p * y * weight) @ slope.T, "squeeze": (slope * (1 + y**2) * weight) @ slope.T}

    def _longitudinal(self) -> dict[str, sparse.csr_matrix]:
        """Return matrices over the piecewise polynomials f(u)."""
        points, degree = self._breakpoints(), self.degree
        elements = len(points) - 1
        matrices = {name: np.zeros((elements * degree + 1,) * 2) for name in ("mass", "stretch", "shear", "squeeze")}
        xi, weight = legendre.leggauss(2 * degree + 16)
        f, slope = _shape_functions(degree, xi)
        for number in range(elements):
            a, width = points[number], points[number + 1] - points[number]
            u, du, d = a + width * (xi + 1) / 2, weight * width / 2, slope * 2 / width
            V = self.coupling / np.hypot(u, self.beta) if self.beta is not None else np.zeros_like(u)
            place = slice(number * degree, number * degree + degree + 1)
            matrices["mass"][place, place] += (f * (1 - u) * du) @ f.T
            matrices["stretch"][place, place] += (d * (1 - u) * du) @ d.T + (f * (1 - u) * V * du) @ f.T
            matrices["shear"][place, place] += (d * du) @ f.T
            # The last hat does not vanish at u = 1, where 1/(1 - u) has its pole; it is no trial function.
            inner = f[:-1] if number == elements - 1 else f
            rim = slice(place.start, place.start + len(inner))
            matrices["squeeze"][rim, rim] += (inner / (1 - u) * du) @ inner.T
        if self.beta is None:
            matrices["stretch"][0, 0] += self.coupling / 2
        kept = self._kept(elements)
        return {name: sparse.csr_matrix(matrix[kept, kept]) for name, matrix in matrices.items()}

    def _breakpoints(self) -> FloatArray:
        beta = 1.0 if self.beta is None else self.beta
        count = max(1, int(np.floor(np.log(1 / beta) / np.log(_GRADING))))
        start = min(beta, 1 / _GRADING)
        return np.concatenate([[0.0], start * _GRADING ** np.arange(count), [1.0]])

    def _kept(self, elements: int) -> slice:
        return slice(1 if self.two_S == 2 else 0, elements * self.degree)


def _gegenbauer_functions(count: int, mirror: int, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return p(y) and p'(y), shapes (count, len(y)): (1 - y^2) C_n^(5/2)(y), orthonormal, n even or odd."""
    degrees = range(0 if mirror == 1 else 1, 2 * count, 2)
    nodes, weight = legendre.leggauss(2 * count + 6)
    norms = [np.sqrt(((1 - nodes**2) * eval_gegenbauer(n, 2.5, nodes)) ** 2 @ weight) for n in degrees]
    C = np.array([eval_gegenbauer(n, 2.5, y) / norm for n, norm in zip(degrees, norms, strict=True)])
    slope = np.array(
        [5 * eval_gegenbauer(n - 1, 3.5, y) / norm if n else 0 * y for n, norm in zip(degrees, norms, strict=True)]
    )
    return (1 - y**2) * C, (1 - y**2) * slope - 2 * y * C


def _shape_functions(degree: int, xi: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return values and slopes on (-1, 1) of: left hat, integrated Legendre polynomials, right hat."""
    P = [legendre.legval(xi, np.eye(degree + 1)[k]) for k in range(degree + 1)]
    bubbles = [(P[k] - P[k - 2]) / np.sqrt(2 * (2 * k - 1)) for k in range(2, degree + 1)]
    slopes = [np.sqrt((2 * k - 1) / 2) * P[k - 1] for k in range(2, degree + 1)]
    half = np.full_like(xi, 0.5)
    return np.array([(1 - xi) / 2, *bubbles, (1 + xi) / 2]), np.array([-half, *slopes, half])
