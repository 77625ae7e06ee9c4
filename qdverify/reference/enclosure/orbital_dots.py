"""Dots that are enclosed through all their integrals, orbital by orbital: what differs between their kinds."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from qdverify.reference.enclosure.basis import Block, irrep_blocks, momentum_blocks
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic
from qdverify.reference.enclosure.harmonic_model import harmonic_model, largest_integral
from qdverify.reference.enclosure.integral_model import ExactIntegrals, IntegralModel, integral_model

OrbitalDot: TypeAlias = ExactIntegrals | ExactHarmonic


def model_of(dot: OrbitalDot, bits: int) -> IntegralModel:
    """Return a dot's Hamiltonian in integer multiples of 2^-bits `scale_of`."""
    return integral_model(dot, bits) if isinstance(dot, ExactIntegrals) else harmonic_model(dot, bits)


def scale_of(dot: OrbitalDot) -> Fraction:
    """Return a power of two, in the dot's unit of energy, of the size of the largest integral."""
    return dot.scale if isinstance(dot, ExactIntegrals) else largest_integral(dot)


def core_of(dot: OrbitalDot) -> Fraction:
    """Return the constant part of the energy."""
    return dot.core if isinstance(dot, ExactIntegrals) else Fraction(0)


def blocks_of(dot: OrbitalDot, electrons: int, two_S: int) -> list[Block]:
    """Return the blocks of one spin that hold any function, by irrep or by angular momentum."""
    if isinstance(dot, ExactIntegrals):
        return irrep_blocks(dot.irreps, electrons, two_S)
    return momentum_blocks(dot.momenta, electrons, two_S)


def number_of_labels(dot: OrbitalDot, electrons: int) -> int:
    """Return among how many blocks of one spin the functions are shared out, roughly."""
    if isinstance(dot, ExactIntegrals):
        return max(1, len(set(dot.irreps)))
    # half of all angular momenta: those near 0 have the largest blocks
    return max(1, electrons * (dot.shells - 1))


def mirrored(dot: OrbitalDot, one: Block, other: Block) -> bool:
    """Return whether two blocks have the same levels, because a reflection takes one into the other.

    The reflection y -> -y turns L into -L; in a field it is no symmetry.
    """
    if isinstance(dot, ExactIntegrals) or dot.field:
        return False
    return one.two_S == other.two_S and one.parity == -other.parity
