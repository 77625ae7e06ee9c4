"""The evidence of certificates: eigenvectors as integers over Slater determinants.

Vectors are cut to the digits that the statements need and enclosed anew; what the file states is at least as wide as
what the cut vectors prove. A vector of highest weight is lowered to S_z = 0 or 1/2 by S_- in exact integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import isinf
from operator import xor

from flint import arb

from qdverify.reference.document_types import EvidenceDocument
from qdverify.reference.enclosure.basis import Block, allowed_spins, blocks
from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.eigenpairs import EnclosedPair, enclose_pairs, judge
from qdverify.reference.enclosure.exact_hamiltonian import ExactHamiltonian
from qdverify.reference.enclosure.feshbach import kinetic_limit
from qdverify.reference.enclosure.fixed_point import Objects, from_limbs, limbs
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian
from qdverify.reference.enclosure.integral_hamiltonian import IntegralHamiltonian
from qdverify.reference.enclosure.integral_levels import IntegralLevels, levels_of
from qdverify.reference.enclosure.integral_model import ExactIntegrals
from qdverify.reference.enclosure.interaction import interaction_floor
from qdverify.reference.enclosure.levels import Level, LevelSet, as_levels
from qdverify.reference.enclosure.strings import strings
from qdverify.reference.enclosure.unresolved import Unresolved

DIGIT_BITS = 24
Proven = LevelSet | IntegralLevels


def shortened(found: Proven, bits: int) -> list[Level]:
    """Enclose the levels anew from vectors of fewer bits."""
    by_block: dict[Block, list[EnclosedPair]] = {}
    for level in found.levels:
        by_block.setdefault(level.pair.block, []).append(level.pair)
    pairs = []
    for block, members in by_block.items():
        hamiltonian = _hamiltonian(found, block)
        judged = [judge(hamiltonian, _cut(pair.vector, bits))[0] for pair in members]
        everything = len(members) == block.size
        pairs += enclose_pairs(judged, arb.pos_inf() if everything else arb(found.ceiling))
    return levels_of(found.dot, pairs) if isinstance(found, IntegralLevels) else as_levels(found.model, pairs)


def _hamiltonian(found: Proven, block: Block) -> ExactHamiltonian:
    if isinstance(found, IntegralLevels):
        return IntegralHamiltonian(found.model, block)
    return BlockHamiltonian(found.model, block)


def _cut(vector: Objects, bits: int) -> Objects:
    """Round to integers of at most that many bits."""
    places = max(0, max(int(abs(value)).bit_length() for value in vector) - bits)
    cut: Objects = (vector + (1 << places >> 1)) // (1 << places)
    return cut


def evidence_of(found: Proven, levels: Sequence[Level]) -> EvidenceDocument:
    """Write the vectors of enclosed levels, with the ceiling and the model space of the proof that none is missing.

    A dot given by its integrals has irreps in place of parities, and a model space of every determinant.
    """
    if isinstance(found, IntegralLevels):
        dot = found.dot
        if not isinstance(dot, ExactIntegrals):
            raise Unresolved("levels of a harmonic dot have no evidence that a certificate could state")
        ceiling = None if isinf(found.ceiling) else str(Fraction(found.ceiling) * dot.scale + dot.core)
        vectors = _vectors(levels, [label - 1 for label in dot.irreps])
        return {
            "electrons": found.electrons,
            "ceiling": ceiling,
            "levels": [{"two_S": two_S, "irrep": irrep, "vector": vector} for two_S, irrep, vector in vectors],
        }
    vectors = _vectors(levels, [n % 2 for n in range(found.model.dot.orbitals)])
    return {
        "electrons": found.electrons,
        "ceiling": None if isinf(found.ceiling) else str(Fraction(found.ceiling)),
        "limit": _limit(found),
        "levels": [{"two_S": two_S, "parity": parity, "vector": vector} for two_S, parity, vector in vectors],
    }


def _vectors(levels: Sequence[Level], symmetry: Sequence[int]) -> list[tuple[int, int, str]]:
    """Return 2S, parity or irrep, and the vector of each level; `symmetry` of the orbitals adds up by XOR."""
    doing = f"writing {len(levels)} vectors"
    return [(level.two_S, level.parity, _in_determinants(level.pair, symmetry)) for level in paced(levels, doing)]


def _limit(found: LevelSet) -> int:
    """Return the limit of sum n^2 in the model space of the checker; zero if all levels are listed."""
    if isinf(found.ceiling):
        return 0
    dot = found.model.dot
    parts = [
        (
            BlockHamiltonian(found.model, block),
            sum((level.two_S, level.parity) == (two_S, block.parity) for level in found.levels),
        )
        for two_S in allowed_spins(dot.orbitals, found.electrons)
        for block in blocks(dot.orbitals, found.electrons, two_S)
        if block.size
    ]
    return kinetic_limit(parts, found.ceiling, interaction_floor(dot, found.electrons))


def _in_determinants(pair: EnclosedPair, symmetry: Sequence[int]) -> str:
    """Return the state of S_z = 0 or 1/2 as hexadecimal integers over all determinants of its symmetry, ascending."""
    block = pair.block
    coefficients = from_limbs((block.functions @ limbs(pair.vector, DIGIT_BITS).T).T, DIGIT_BITS)
    vector = {
        _interleaved(up, down): _order_sign(up, down) * int(value)
        for (up, down), value in zip(_masks(block), coefficients, strict=True)
        if value
    }
    for _ in range(block.two_S // 2):
        vector = _lowered(vector)
    basis = _determinants(block, symmetry, _product(next(iter(vector)), symmetry))
    return " ".join(f"{vector.get(mask, 0):x}" for mask in basis)


def _masks(block: Block) -> list[tuple[int, int]]:
    return [(int(up), int(down)) for up in block.alpha.masks for down in block.beta.masks]


def _determinants(block: Block, symmetry: Sequence[int], product: int) -> list[int]:
    """Return all determinants of S_z = 0 or 1/2 and one symmetry, up and down interleaved, ascending."""
    down = block.electrons // 2
    families = (strings(block.alpha.orbitals, block.electrons - down), strings(block.alpha.orbitals, down))
    masks = (_interleaved(int(a), int(b)) for a in families[0].masks for b in families[1].masks)
    return sorted(mask for mask in masks if _product(mask, symmetry) == product)


def _interleaved(up: int, down: int) -> int:
    """Put orbital p's up electron into bit 2(p-1) and its down electron into bit 2p-1."""
    return sum(((up >> p & 1) | (down >> p & 1) << 1) << 2 * p for p in range(max(up, down).bit_length()))


def _order_sign(up: int, down: int) -> int:
    """Return the sign between all up electrons first and ascending orbitals: -1 for each up above a down."""
    inversions = sum((up >> p + 1).bit_count() for p in range(down.bit_length()) if down >> p & 1)
    return -1 if inversions % 2 else 1


def _product(mask: int, symmetry: Sequence[int]) -> int:
    return reduce(xor, (symmetry[bit // 2] for bit in range(mask.bit_length()) if mask >> bit & 1), 0)


def _lowered(vector: Mapping[int, int]) -> dict[int, int]:
    """Apply S_-: up to down in the same orbital, neighbouring bits, hence without a sign."""
    result: dict[int, int] = {}
    for mask, value in vector.items():
        for bit in range(0, mask.bit_length(), 2):
            if mask >> bit & 3 == 1:
                other = mask ^ 3 << bit
                result[other] = result.get(other, 0) + value
    return result
