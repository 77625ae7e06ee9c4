"""Approximate lowest eigenpairs of a block, and first-order corrections to them: double precision, no claims.

Nothing here enters a proof; whatever comes out is judged by exact residuals afterwards. The block is split as in
`feshbach`: the model space P holds the lowest kinetic energies and is diagonalised whole, the rest Q is represented
by its diagonal. That gives the starting vectors and the preconditioner of Davidson's method and of the conjugate
gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from qdverify.reference.enclosure.budget import SECONDS_OF_EIGENSOLVE, check_time
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian

Floats = NDArray[np.float64]
MODEL_STATES = 400
TOLERANCE = 1e-11
MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Approximation:
    """The lowest approximate eigenpairs of a block.

    Attributes
    ----------
    values
        (k,) ascending, in units of 1/L^2.
    vectors
        (size, k) orthonormal in the normalised basis.
    """

    hamiltonian: BlockHamiltonian
    values: Floats
    vectors: Floats
    model: _Model

    def correction(self, cluster: range, energy: float, residual: Floats) -> Floats:
        """Solve (A - energy) d = -residual, approximately, for d orthogonal to the eigenvectors of a cluster.

        Other known eigenvectors are divided out; on the rest A - energy is positive, which conjugate gradients need.
        """
        others = self.vectors.T @ residual
        gaps = self.values - energy
        gaps[cluster.start : cluster.stop] = np.inf
        return -self.vectors @ (others / gaps) - self._conjugate_gradients(energy, residual - self.vectors @ others)

    def _conjugate_gradients(self, energy: float, right: Floats) -> Floats:
        """Solve (A - energy) d = right on the complement of all known eigenvectors."""
        known = self.vectors
        solution, remainder = np.zeros_like(right), right
        if known.shape[1] == len(right) or not np.any(right):
            return solution
        target = 1e-9 * np.linalg.norm(right)
        preconditioned = self._project(self.model.solve(energy, remainder))
        direction, weight = preconditioned, remainder @ preconditioned
        for _ in range(MOST_STEPS):
            check_time(f"correcting a vector of {len(right)} functions")
            image = self.hamiltonian.multiply(direction[:, None])[:, 0] - energy * direction
            image -= known @ (known.T @ image)
            curvature = direction @ image
            if not curvature > 0:
                break
            solution = solution + weight / curvature * direction
            remainder = remainder - weight / curvature * image
            if np.linalg.norm(remainder) < target:
                break
            preconditioned = self._project(self.model.solve(energy, remainder))
            direction, weight = (
                preconditioned + (remainder @ preconditioned) / weight * direction,
                remainder @ preconditioned,
            )
        return solution

    def _project(self, vector: Floats) -> Floats:
        return vector - self.vectors @ (self.vectors.T @ vector)


@dataclass(frozen=True, eq=False)
class _Model:
    """The Hamiltonian with P diagonalised and Q replaced by its diagonal."""

    values: Floats
    vectors: Floats
    diagonal: Floats

    def solve(self, energy: float, vector: Floats) -> Floats:
        """Apply a positive approximation of |A - energy|^(-1)."""
        states = len(self.values)
        inner, outer = (np.maximum(np.abs(part - energy), 0.05) for part in (self.values, self.diagonal))
        head = self.vectors @ ((self.vectors.T @ vector[:states]) / inner)
        return np.concatenate([head, vector[states:] / outer])


def lowest(hamiltonian: BlockHamiltonian, count: int, known: Approximation | None = None) -> Approximation:
    """Approximate at least the `count` lowest eigenpairs of a block; that none is missed is not guaranteed here.

    Parameters
    ----------
    known
        Fewer eigenpairs of the same block, to start from.
    """
    size = hamiltonian.block.size
    states = min(size, max(MODEL_STATES, 3 * count))
    if size <= 2 * states:
        states = size
    model = known.model if known and len(known.model.values) >= states else _model(hamiltonian, states)
    if states == size:
        return Approximation(hamiltonian, model.values, model.vectors, model)
    return _davidson(hamiltonian, model, count, known.vectors if known else np.zeros((size, 0)))


def _model(hamiltonian: BlockHamiltonian, states: int) -> _Model:
    check_time(f"diagonalising a matrix of {states} rows", needed=SECONDS_OF_EIGENSOLVE * states**3)
    inner = hamiltonian.approximate(states)
    values, vectors = scipy.linalg.eigh(inner)
    kinetic = hamiltonian.block.kinetic.astype(np.float64) * (pi**2 / 2)
    potential = float(np.mean(np.diag(inner) - kinetic[:states])) if states else 0.0
    return _Model(values, vectors, kinetic[states:] + potential)


def _davidson(hamiltonian: BlockHamiltonian, model: _Model, count: int, known: Floats) -> Approximation:
    """Davidson's block iteration from what is known and the eigenvectors of P, with two vectors more than wanted."""
    size, states, wanted = hamiltonian.block.size, len(model.values), count + 2
    basis = np.zeros((size, wanted))
    basis[:states, known.shape[1] :] = model.vectors[:, known.shape[1] : wanted]
    basis[:, : known.shape[1]] = known
    basis = np.linalg.qr(basis)[0]
    image = hamiltonian.multiply(basis)
    scale = float(np.abs(model.values[-1]))
    for _ in range(MOST_STEPS):
        check_time(f"searching {count} levels of a block of {size} functions")
        values, rotation = scipy.linalg.eigh(basis.T @ image)
        values, rotation = values[:wanted], rotation[:, :wanted]
        vectors, images = basis @ rotation, image @ rotation
        residuals = images - vectors * values
        unconverged = np.flatnonzero(np.linalg.norm(residuals[:, :count], axis=0) > TOLERANCE * scale)
        if not len(unconverged):
            break
        if basis.shape[1] > 10 * wanted:
            basis, image = vectors, images
        steps = np.stack([model.solve(values[i], residuals[:, i]) for i in unconverged], axis=1)
        for _ in range(2):
            steps -= basis @ (basis.T @ steps)
        steps = np.linalg.qr(steps)[0]
        basis = np.concatenate([basis, steps], axis=1)
        image = np.concatenate([image, hamiltonian.multiply(steps)], axis=1)
    return Approximation(hamiltonian, values[:count], vectors[:, :count], model)
