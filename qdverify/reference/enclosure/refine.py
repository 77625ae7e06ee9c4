"""Eigenpairs of a block to many digits: Newton corrections in double precision, residuals in exact integers.

Each round multiplies a residual by about 1e-9 (approximation.py). Levels that coincide in double precision are
refined together: in every round the vectors are rotated to diagonalise the Hamiltonian among them, to the full number
of digits, and corrected towards all other levels. Nothing here is a proof; eigenpairs.py judges the vectors that
come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import mpmath
import numpy as np
from flint import arb
from numpy.typing import NDArray

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.eigenpairs import GUARD_BITS, Eigenpair, judge
from qdverify.reference.enclosure.exact_hamiltonian import Approximate, ExactHamiltonian
from qdverify.reference.enclosure.fixed_point import Objects

FEWEST_ROUNDS = 12
BITS_A_ROUND = 16  # a round gains about 30 bits; fewer than 2 end the refinement
CLUSTER = 1e-8


def refine(
    approximation: Approximate,
    count: int,
    *,
    target: arb | float,
    wanted: int | None = None,
    otherwise: float = 0.0,
    hamiltonian: ExactHamiltonian | None = None,
) -> list[Eigenpair]:
    """Improve the `count` lowest eigenpairs until their residuals fall below a target or improve no further.

    Parameters
    ----------
    target, otherwise
        Residuals, in units of 1/L^2, wanted of the `wanted` lowest (default: all) and of those above; the model's
        rounding is the floor.
    hamiltonian
        The same block with more bits, on which residuals are formed; default: that of the approximation.
    """
    hamiltonian = hamiltonian or approximation.hamiltonian
    wanted = count if wanted is None else wanted
    pairs: list[Eigenpair] = []
    for cluster in clusters(approximation.values[:count]):
        check_time(f"refining level {cluster.start + 1} of {count} of a block")
        precise = cluster.start < wanted or len(cluster) > 1
        pairs += _refine_cluster(approximation, hamiltonian, cluster, arb(target if precise else otherwise))
    return pairs


def cluster_width(values: NDArray[np.float64]) -> float:
    """Return the distance up to which neighbours count as coinciding: a relative 1e-8."""
    return CLUSTER * max(1.0, float(np.abs(values).max(initial=0.0)))


def clusters(values: NDArray[np.float64]) -> list[range]:
    """Split ascending energies where two neighbours are further apart than `cluster_width`."""
    edges = [0, *(np.flatnonzero(np.diff(values) > cluster_width(values)) + 1), len(values)]
    return [range(int(start), int(end)) for start, end in pairwise(edges) if end > start]


def _refine_cluster(
    approximation: Approximate, hamiltonian: ExactHamiltonian, cluster: range, target: arb
) -> list[Eigenpair]:
    scale_bits = hamiltonian.model.bits + GUARD_BITS
    norms = np.sqrt(hamiltonian.block.metric.astype(np.float64))
    vectors = [_scaled_integers(approximation.vectors[:, index] / norms, scale_bits) for index in cluster]
    images = [hamiltonian.multiply_exactly(vector) for vector in vectors]
    best: list[Eigenpair] = []
    for _ in range(FEWEST_ROUNDS + hamiltonian.model.bits // BITS_A_ROUND):
        check_time(f"refining level {cluster.start + 1} of a block")
        if len(vectors) > 1:
            vectors = _rotated(hamiltonian, vectors, images)
            images = [hamiltonian.multiply_exactly(vector) for vector in vectors]
        judged = [judge(hamiltonian, vector, image) for vector, image in zip(vectors, images, strict=True)]
        pairs = [pair for pair, _ in judged]
        stalled = bool(best) and not _worst(pairs) < _worst(best) / 4
        best = min(best or pairs, pairs, key=_worst)
        if stalled or _worst(best) < target:
            break
        for position, (pair, residual) in enumerate(judged):
            step = _correction(approximation, hamiltonian.model.bits, cluster, pair, residual)
            vectors[position], images[position] = _corrected(hamiltonian, vectors[position], images[position], step)
    return best


def _worst(pairs: Sequence[Eigenpair]) -> arb:
    worst: arb = max(pair.residual for pair in pairs)
    return worst


def _correction(
    approximation: Approximate, bits: int, cluster: range, pair: Eigenpair, residual: Objects
) -> tuple[Objects, int]:
    """Return the change of the vector that removes its residual to first order, as integers and a power of two."""
    norms = np.sqrt(pair.block.metric.astype(np.float64))
    values, exponent = _floats(residual)
    step = approximation.correction(cluster, float(pair.quotient.mid()), values / norms)
    return _mantissas(step / norms, exponent - bits - GUARD_BITS)


def _corrected(
    hamiltonian: ExactHamiltonian, vector: Objects, image: Objects, step: tuple[Objects, int]
) -> tuple[Objects, Objects]:
    """Add the step to a vector, and its image to the vector's image, which is exact and costs one short product."""
    mantissas, places = step
    if places >= 0:
        change, scale = mantissas, 1 << places
    else:
        change, scale = mantissas // (1 << -places), 1
    moved: Objects = vector + change * scale
    return moved, image + hamiltonian.multiply_exactly(change) * scale


def _rotated(hamiltonian: ExactHamiltonian, vectors: Sequence[Objects], images: Sequence[Objects]) -> list[Objects]:
    """Return orthonormal combinations of the vectors that diagonalise H among them, of the original length."""
    metric = hamiltonian.block.metric.astype(object)
    bits = 4 * hamiltonian.model.bits
    with mpmath.workprec(bits):
        overlaps = mpmath.matrix([[mpmath.mpf(int(a @ (metric * b))) for b in vectors] for a in vectors])
        energies = mpmath.matrix([[mpmath.mpf(int(a @ image)) for image in images] for a in vectors])
        lower = mpmath.inverse(mpmath.cholesky(overlaps))
        rotation = lower.T * mpmath.eigsy(lower * energies * lower.T)[1]
        length = mpmath.sqrt(overlaps[0, 0]) * mpmath.mpf(2) ** bits
        weights = [
            [int(mpmath.nint(rotation[i, j] * length)) for i in range(len(vectors))] for j in range(len(vectors))
        ]
    return [sum(w * vector for w, vector in zip(row, vectors, strict=True)) >> bits for row in weights]


def _scaled_integers(values: NDArray[np.float64], exponent: int) -> Objects:
    """Round values * 2^exponent to integers, to 52 bits of the largest."""
    integers, places = _mantissas(values, exponent)
    scaled: Objects = integers * (1 << places) if places >= 0 else integers // (1 << -places)
    return scaled


def _mantissas(values: NDArray[np.float64], exponent: int) -> tuple[Objects, int]:
    """Return integers of at most 52 bits and a power of two whose products are values * 2^exponent."""
    largest = float(np.max(np.abs(values), initial=0.0))
    shift = 52 - int(np.frexp(largest)[1]) if largest else 0
    integers = np.rint(np.ldexp(values, shift)).astype(np.int64).astype(object)
    return integers, exponent - shift


def _floats(integers: Objects) -> tuple[NDArray[np.float64], int]:
    """Return floats f and an exponent e with integers near f 2^e."""
    places = max(0, max(int(abs(value)).bit_length() for value in integers) - 62)
    return (integers // (1 << places)).astype(np.int64).astype(np.float64), places
