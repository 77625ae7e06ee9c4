"""Transition probabilities M_ji of [J96] Eq. (4) as balls, from enclosed eigenvectors of highest weight.

With the states of S_z = S of both levels (physics.md section 4)

    S_j = S_i + 1/2: M_ji = (S_i+1)/(2S_i+1) |<j| sum_n w_n c+_{n,up} |i>|^2,
    S_j = S_i - 1/2: M_ji = 1/2 |<j| sum_n w_n c+_{n,down} |i>|^2,

and zero otherwise; w_n = 1 for the box, where phi_n is positive just right of x = 0. Rational weights are integers over
a common denominator, so the amplitude of the integer vectors is an exact integer. For unit vectors y within eta of the
true ones it is off by at most |w| (eta_i + eta_j), because sum_n w_n c+_n is |w| times the creator of one normalised
orbital.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from flint import arb, fmpz
from numpy.typing import NDArray

from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.eigenpairs import EnclosedPair
from qdverify.reference.enclosure.fixed_point import Objects, from_limbs, limbs
from qdverify.reference.enclosure.levels import Level
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.strings import creation

Floats = NDArray[np.float64]
DIGIT_BITS = 24
WEIGHT_BITS = 12


def transition_matrix(
    initial: Sequence[Level], final: Sequence[Level], weights: Sequence[Fraction] | None = None
) -> list[list[arb]]:
    """Enclose M_ji for all pairs of levels of N and N+1 electrons.

    Parameters
    ----------
    weights
        (M,) amplitudes w_n; default: 1 each.

    Returns
    -------
    list of lists
        Rows j of columns i; zero by the selection rule |S_j - S_i| = 1/2 is exact.
    """
    block = initial[0].pair.block
    if block.electrons + 1 != final[0].pair.block.electrons:
        raise ValueError(f"electrons={block.electrons} and {final[0].pair.block.electrons} must differ by one")
    coupling = _Coupling.of(weights or [Fraction(1)] * block.alpha.orbitals)
    doing = f"multiplying {len(initial)} by {len(final)} vectors"
    determinants = [_determinants(level.pair) for level in paced(final, doing)]
    columns = [_column(level, final, determinants, coupling) for level in paced(initial, doing)]
    return [[column[j] for column in columns] for j in range(len(final))]


@dataclass(frozen=True, eq=False)
class _Coupling:
    """The weights as integers over a common denominator, and their squared length.

    Attributes
    ----------
    digits
        (count, M) digits of `WEIGHT_BITS` bits of the integers.
    """

    digits: Floats
    denominator: int
    square: Fraction

    @classmethod
    def of(cls, weights: Sequence[Fraction]) -> _Coupling:
        denominator = lcm(*(weight.denominator for weight in weights))
        integers = np.array([int(weight * denominator) for weight in weights], dtype=object)
        return cls(limbs(integers, WEIGHT_BITS), denominator, sum((w * w for w in weights), Fraction(0)))


def _column(level: Level, final: Sequence[Level], determinants: Sequence[Objects], coupling: _Coupling) -> list[arb]:
    added = {1: _added(level.pair, coupling, spin_up=True), -1: _added(level.pair, coupling, spin_up=False)}
    result = []
    for other, target in zip(final, determinants, strict=True):
        change = other.two_S - level.two_S
        if change not in added:
            result.append(arb(0))
            continue
        weight = Fraction(level.two_S + 2, 2 * (level.two_S + 1)) if change == 1 else Fraction(1, 2)
        amplitude = _amplitude(level.pair, other.pair, int(added[change] @ target), coupling)
        # a product, as the library's power of a ball centred on zero is not a number
        result.append(ball(weight) * amplitude * amplitude)
    return result


def _amplitude(initial: EnclosedPair, final: EnclosedPair, overlap: int, coupling: _Coupling) -> arb:
    """Return the amplitude between the true unit vectors, up to its sign."""
    value = (
        arb(fmpz(overlap)) / (arb(fmpz(initial.norm)) * arb(fmpz(final.norm))).sqrt() / arb(fmpz(coupling.denominator))
    )
    error = ball(coupling.square).sqrt() * (initial.deviation + final.deviation)
    return value + arb(0, error.upper())


def _determinants(pair: EnclosedPair) -> Objects:
    """Return the integer vector over determinants (a, b), flat."""
    return from_limbs((pair.block.functions @ limbs(pair.vector, DIGIT_BITS).T).T, DIGIT_BITS)


def _added(pair: EnclosedPair, coupling: _Coupling, *, spin_up: bool) -> Objects:
    """Return `denominator` sum_n w_n c+_n on the vector over the determinants with one electron more, up to a sign.

    The digits stay below 2^53: 2^11 of the weights times 2^23 times the row sums of the basis functions and of c+.
    """
    block = pair.block
    family = block.alpha if spin_up else block.beta
    if family.electrons == family.orbitals:
        return np.zeros(0, dtype=object)
    spread = (block.functions @ limbs(pair.vector, DIGIT_BITS).T).reshape(block.alpha.count, block.beta.count, -1)
    moved = spread if spin_up else spread.swapaxes(0, 1)
    total: Objects = np.zeros(1, dtype=object)
    for place, digit in enumerate(coupling.digits):
        operator = creation(family.orbitals, family.electrons, digit)
        raised = (operator @ moved.reshape(moved.shape[0], -1)).reshape(operator.shape[0], *moved.shape[1:])
        result = raised if spin_up else raised.swapaxes(0, 1)
        integers = from_limbs(np.moveaxis(result, 2, 0).reshape(result.shape[2], -1), DIGIT_BITS)
        total = total + integers * (1 << (WEIGHT_BITS * place))
    return total
