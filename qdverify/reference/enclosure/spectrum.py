"""Every level of the dot for N electrons, enclosed, with proof that none is missing: certification.md item 3.

Each block (total spin, parity) is one symmetric matrix, known in double precision up to a proven distance
(hamiltonian.py), of which all eigenvalues are enclosed with multiplicity (eigenvalues.py). Half-widths are near
1e-12 Hartree; `levels` gives many more digits of a few levels.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, ctx

from qdverify.reference.enclosure.basis import allowed_spins, blocks
from qdverify.reference.enclosure.eigenvalues import enclose_eigenvalues
from qdverify.reference.enclosure.fixed_point import fixed_point
from qdverify.reference.enclosure.hamiltonian import COARSE_BITS, BlockHamiltonian
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.moments import ball


@dataclass(frozen=True)
class SpectralLine:
    """One level: an energy in effective Hartree as a ball, twice its total spin, and its reflection parity."""

    energy: arb
    two_S: int
    parity: int


def enclose_spectrum(dot: ExactDot, electrons: int) -> list[SpectralLine]:
    """Enclose all levels of N electrons, each listed once whatever its 2S+1 degeneracy.

    Returns
    -------
    list of SpectralLine
        Ascending by midpoint. In any block the k-th ball contains the k-th level, coinciding levels counted as often
        as they occur.
    """
    if not 0 <= electrons <= 2 * dot.orbitals:
        raise ValueError(f"electrons={electrons} must be between 0 and {2 * dot.orbitals}")
    lines = []
    with ctx.workprec(2 * COARSE_BITS):
        model = fixed_point(dot, bits=COARSE_BITS)
        square = ball(dot.length**2)
        for two_S in allowed_spins(dot.orbitals, electrons):
            for block in blocks(dot.orbitals, electrons, two_S):
                matrix = BlockHamiltonian(model, block).matrix
                enclosed = enclose_eigenvalues(matrix.values.toarray(), matrix.error)
                radius = enclosed.radius.upper()
                for value in enclosed.values:
                    energy = (arb(float(value)) + arb(0, radius)) / square
                    lines.append(SpectralLine(energy, two_S, block.parity))
    return sorted(lines, key=lambda line: float(line.energy.mid()))
