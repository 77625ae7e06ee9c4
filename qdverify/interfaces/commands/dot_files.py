"""A user's own dot on the command line: a table of its levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.spins import spin_text

if TYPE_CHECKING:
    from qdverify.reference.oracle import OracleReference


def table_of_levels(reference: OracleReference, name: str) -> Iterator[str]:
    """Yield the lines of a table: each level with energy, radius of its ball, spin, and irrep, parity or L."""
    inputs = reference.case.inputs
    orbitals, electrons = orbitals_of(inputs["dot"]), inputs["electrons"]
    label = next(
        name for name in ("irrep", "parity", "L") if name in reference.values or f"{name}s" in reference.values
    )
    labels = reference.values["irreps" if label == "irrep" else label]
    yield f"{name}: {_counted(electrons, 'electron')} in {_counted(orbitals, 'orbital')}, {reference.grade}"
    energies = [f"{energy.mid}" for energy in reference.values["energies"]]
    width = max(6, *map(len, energies))
    yield f"level  {'energy':>{width}}  {'radius':>7}  spin  {label}"
    rows = zip(energies, reference.values["energies"], reference.values["two_S"], labels, strict=True)
    room = max(2, len(label))
    for number, (text, energy, two_S, symmetry) in enumerate(rows, start=1):
        yield f"{number:5d}  {text:>{width}}  {energy.rad:7.0e}  {spin_text(two_S):>4}  {symmetry:{room}d}"
    if reference.caveat:
        yield reference.caveat


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
