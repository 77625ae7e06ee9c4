"""Eigenpairs of a block to many digits, with proof: exact residuals, Kato-Temple and Davis-Kahan.

A vector is a column x of integers over the block's functions, y = D^(1/2) x / |D^(1/2) x| in the normalised basis.
Its Rayleigh quotient rho = x.Hx / x.Dx and its residual r = ||(A - rho) y|| follow from exact integer arithmetic; the
model's rounding delta (fixed_point.py) is added to both.  Newton's correction (approximation.py) is computed in
double precision, so that each round multiplies the residual by about 1e-9.

Let exactly one eigenvalue lambda with unit eigenvector u lie between a < rho and b > rho.  Then
    rho - r^2/(b - rho) <= lambda <= rho + r^2/(rho - a)                              (Kato-Temple; a may be -infinity),
    sin(angle of y and u) <= r / min(b - rho, rho - a)                                (Davis-Kahan),
and ||u - y|| <= sqrt(2) sin(angle) for the sign of u that makes u.y non-negative, since 2 - 2 cos <= 2 sin^2 there.

Proofs.  Every eigenvalue mu of A satisfies (mu - lambda)(mu - b) >= 0, so y.(A - lambda)(A - b)y = r^2 - (rho -
lambda)(b - rho) >= 0, the lower bound; a in place of b gives the upper one.  The component of (A - rho) y orthogonal
to u has norm at least min(b - rho, rho - a) sin(angle).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

import numpy as np
from flint import arb, ctx, fmpz
from numpy.typing import NDArray

from qdverify.enclosure.approximation import Approximation
from qdverify.enclosure.basis import Block
from qdverify.enclosure.fixed_point import Objects
from qdverify.enclosure.hamiltonian import BlockHamiltonian

GUARD_BITS = 64
MOST_ROUNDS = 12


class Unresolved(ArithmeticError):
    """Levels that the precision at hand cannot tell apart or prove complete; the message says which."""


@dataclass(frozen=True, eq=False)
class Eigenpair:
    """An approximate eigenpair with its exactly computed quality, energies in units of 1/L^2.

    Attributes
    ----------
    vector, norm
        Integers x over the block's functions, and x.Dx.
    quotient
        Rayleigh quotient of the true Hamiltonian.
    residual
        Upper bound of ||(A - rho) y||.
    """

    block: Block
    vector: Objects
    norm: int
    quotient: arb
    residual: arb


@dataclass(frozen=True, eq=False)
class EnclosedPair:
    """An eigenpair whose eigenvalue is proven: `energy` contains it, and y is within `deviation` of the eigenvector."""

    block: Block
    vector: Objects
    norm: int
    energy: arb
    deviation: arb


def refine(approximation: Approximation, index: int, *, target: float) -> Eigenpair:
    """Improve an approximate eigenpair until its residual falls below `target` or improves no further.

    Parameters
    ----------
    target
        Wanted residual in units of 1/L^2; the model's rounding is the floor.
    """
    hamiltonian = approximation.hamiltonian
    scale_bits = hamiltonian.model.bits + GUARD_BITS
    norms = np.sqrt(hamiltonian.block.metric.astype(np.float64))
    vector = _scaled_integers(approximation.vectors[:, index] / norms, scale_bits)
    best, residual = _judge(hamiltonian, vector)
    for _ in range(MOST_ROUNDS):
        if best.residual < target:
            break
        values, exponent = _floats(residual)
        unit = exponent - hamiltonian.model.bits - GUARD_BITS - scale_bits
        step = approximation.correction(index, float(best.quotient.mid()), values / norms)
        change = _scaled_integers(step / norms, scale_bits + unit)
        pair, residual = _judge(hamiltonian, best.vector + change)
        if not pair.residual < best.residual / 4:
            return min(best, pair, key=lambda some: float(some.residual))
        best = pair
    return best


def enclose_pairs(pairs: list[Eigenpair], ceiling: arb) -> list[EnclosedPair]:
    """Turn the only eigenpairs of a block below `ceiling` into enclosures.

    Parameters
    ----------
    pairs
        Ascending; it is proven elsewhere that the block has at most this many levels below the ceiling.
    ceiling
        The energy of that proof; infinite where the pairs are all that the block has.

    Raises
    ------
    Unresolved
        Where the residual intervals overlap or reach the ceiling.
    """
    ends = [((pair.quotient - pair.residual).lower(), (pair.quotient + pair.residual).upper()) for pair in pairs]
    enclosed = []
    for i, pair in enumerate(pairs):
        below = ends[i - 1][1] if i else arb.neg_inf()
        above = ends[i + 1][0] if i + 1 < len(pairs) else ceiling
        if not ends[i][1] < above:
            raise Unresolved(f"level {i} of a block, {ends[i][1]}, is not separate from what lies above, {above}")
        enclosed.append(_enclose(pair, below, above))
    return enclosed


def _enclose(pair: Eigenpair, below: arb, above: arb) -> EnclosedPair:
    """Apply both theorems between two edges, which may be infinite."""
    rho, r = pair.quotient, pair.residual
    up, down = (r / gap.lower() for gap in (rho - below, above - rho))
    energy = (rho - r * down).union(rho + r * up)
    sine = max(up.upper(), down.upper())
    return EnclosedPair(pair.block, pair.vector, pair.norm, energy, (sine * arb(2).sqrt()).upper())


def _judge(hamiltonian: BlockHamiltonian, vector: Objects) -> tuple[Eigenpair, Objects]:
    """Return the pair, and the residual D^(1/2) (A - rho) D^(1/2) x in units of 2^-(bits + guard)."""
    bits = hamiltonian.model.bits
    metric = hamiltonian.block.metric.astype(object)
    image = hamiltonian.multiply_exactly(vector)
    weighted = metric * vector
    norm = int(vector @ weighted)
    quotient = (int(vector @ image) << GUARD_BITS) // norm
    residual = (image << GUARD_BITS) - quotient * weighted
    common = lcm(*(int(value) for value in set(metric)))
    square = int((residual * residual * (common // metric)).sum())
    with ctx.workprec(2 * bits):
        rounding = hamiltonian.model.rounding(hamiltonian.block.electrons)
        unit = arb(2) ** -(bits + GUARD_BITS)
        size = (arb(fmpz(square)) / arb(fmpz(norm * common))).sqrt() * unit + rounding
        centre = arb(fmpz(quotient)) * unit
        energy = centre + unit * arb("0.5 +/- 0.5") + arb(0, rounding.upper())
    return Eigenpair(hamiltonian.block, vector, norm, energy, size.upper()), residual


def _scaled_integers(values: NDArray[np.float64], exponent: int) -> Objects:
    """Round values * 2^exponent to integers, to 52 bits of the largest."""
    largest = float(np.max(np.abs(values), initial=0.0))
    shift = 52 - int(np.frexp(largest)[1]) if largest else 0
    integers = np.rint(np.ldexp(values, shift)).astype(np.int64).astype(object)
    places = exponent - shift
    return integers * (1 << places) if places >= 0 else integers // (1 << -places)


def _floats(integers: Objects) -> tuple[NDArray[np.float64], int]:
    """Return floats f and an exponent e with integers near f 2^e."""
    places = max(0, max(int(abs(value)).bit_length() for value in integers) - 62)
    return (integers // (1 << places)).astype(np.int64).astype(np.float64), places
