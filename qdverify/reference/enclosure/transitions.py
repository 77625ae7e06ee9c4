"""Transition probabilities M_ji of [J96] Eq. (4) as balls, from enclosed eigenvectors of highest weight.

With the states of S_z = S of both levels (physics.md section 4)

    S_j = S_i + 1/2: M_ji = (S_i+1)/(2S_i+1) |<j| sum_n c+_{n,up} |i>|^2,
    S_j = S_i - 1/2: M_ji = 1/2 |<j| sum_n c+_{n,down} |i>|^2,

and zero otherwise; phi_n is positive just right of x = 0. The amplitude of the integer vectors is an exact integer.
For unit vectors y within eta of the true ones it is off by at most sqrt(M) (eta_i + eta_j), because sum_n c+_n is
sqrt(M) times the creator of one normalised orbital.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, fmpz
from numpy.typing import NDArray
from scipy.sparse import csr_array

from qdverify.reference.enclosure.basis import Block
from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.eigenpairs import EnclosedPair
from qdverify.reference.enclosure.fixed_point import Objects, from_limbs, limbs
from qdverify.reference.enclosure.levels import Level
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.strings import creation

Floats = NDArray[np.float64]
DIGIT_BITS = 24


def transition_matrix(initial: Sequence[Level], final: Sequence[Level]) -> list[list[arb]]:
    """Enclose M_ji for all pairs of levels of N and N+1 electrons.

    Returns
    -------
    list of lists
        Rows j of columns i; zero by the selection rule |S_j - S_i| = 1/2 is exact.
    """
    if initial[0].pair.block.electrons + 1 != final[0].pair.block.electrons:
        raise ValueError(
            f"electrons={initial[0].pair.block.electrons} and {final[0].pair.block.electrons} must differ by one"
        )
    doing = f"multiplying {len(initial)} by {len(final)} vectors"
    determinants = [_determinants(level.pair) for level in paced(final, doing)]
    columns = [_column(level, final, determinants) for level in paced(initial, doing)]
    return [[column[j] for column in columns] for j in range(len(final))]


def _column(level: Level, final: Sequence[Level], determinants: Sequence[Objects]) -> list[arb]:
    added = {1: _added(level.pair, spin_up=True), -1: _added(level.pair, spin_up=False)}
    result = []
    for other, target in zip(final, determinants, strict=True):
        change = other.two_S - level.two_S
        if change not in added:
            result.append(arb(0))
            continue
        weight = Fraction(level.two_S + 2, 2 * (level.two_S + 1)) if change == 1 else Fraction(1, 2)
        amplitude = _amplitude(level.pair, other.pair, int(added[change] @ target))
        # a product, as the library's power of a ball centred on zero is not a number
        result.append(ball(weight) * amplitude * amplitude)
    return result


def _amplitude(initial: EnclosedPair, final: EnclosedPair, overlap: int) -> arb:
    """Return the amplitude between the true unit vectors, up to its sign."""
    value = arb(fmpz(overlap)) / (arb(fmpz(initial.norm)) * arb(fmpz(final.norm))).sqrt()
    error = arb(initial.block.alpha.orbitals).sqrt() * (initial.deviation + final.deviation)
    return value + arb(0, error.upper())


def _determinants(pair: EnclosedPair) -> Objects:
    """Return the integer vector over determinants (a, b), flat."""
    return from_limbs((pair.block.functions @ limbs(pair.vector, DIGIT_BITS).T).T, DIGIT_BITS)


def _added(pair: EnclosedPair, *, spin_up: bool) -> Objects:
    """Return sum_n c+_n on the vector over the determinants with one electron more, up to a common sign.

    The digits stay below 2^53: 2^23 times the row sums of the basis functions and of c+.
    """
    block = pair.block
    operator = _creation(block, spin_up=spin_up)
    spread = (block.functions @ limbs(pair.vector, DIGIT_BITS).T).reshape(block.alpha.count, block.beta.count, -1)
    if operator is None:
        return np.zeros(0, dtype=object)
    moved = spread if spin_up else spread.swapaxes(0, 1)
    raised = (operator @ moved.reshape(moved.shape[0], -1)).reshape(operator.shape[0], *moved.shape[1:])
    result = raised if spin_up else raised.swapaxes(0, 1)
    return from_limbs(np.moveaxis(result, 2, 0).reshape(result.shape[2], -1), DIGIT_BITS)


def _creation(block: Block, *, spin_up: bool) -> csr_array | None:
    family = block.alpha if spin_up else block.beta
    return creation(family.orbitals, family.electrons) if family.electrons < family.orbitals else None
