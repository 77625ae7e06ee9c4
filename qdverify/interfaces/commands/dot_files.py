"""A user's own dot on the command line: what to know about its file, and a table of its levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.spins import spin_text

if TYPE_CHECKING:
    from qdverify.reference.oracle import Enclosed, OracleReference


def print_note(note: str) -> None:
    """Print to standard error what a user should know about a file."""
    click.echo(f"qdverify: note: {note}", err=True)


def table_of_levels(reference: OracleReference, name: str) -> Iterator[str]:
    """Yield the lines of a table: each level with energy, radius of its ball, spin, and irrep, parity or L."""
    inputs = reference.case.inputs
    orbitals, electrons = orbitals_of(inputs["dot"]), inputs["electrons"]
    label = next(
        name for name in ("irrep", "parity", "L") if name in reference.values or f"{name}s" in reference.values
    )
    labels = reference.values["irreps" if label == "irrep" else label]
    yield f"{name}: {_counted(electrons, 'electron')} in {_counted(orbitals, 'orbital')}, {reference.grade}"
    digits = int(reference.provenance["digits"])
    energies = [_within_its_digits(energy, digits) for energy in reference.values["energies"]]
    width = max(6, *map(len, energies))
    yield f"level  {'energy':>{width}}  {'radius':>7}  spin  {label}"
    rows = zip(energies, reference.values["energies"], reference.values["two_S"], labels, strict=True)
    room = max(2, len(label))
    for number, (text, energy, two_S, symmetry) in enumerate(rows, start=1):
        yield f"{number:5d}  {text:>{width}}  {energy.rad:7.0e}  {spin_text(two_S):>4}  {symmetry:{room}d}"
    if reference.caveat:
        yield reference.caveat


def _within_its_digits(energy: Enclosed, digits: int) -> str:
    """Return an energy as a decimal; one that may be 0 as a 0 with as many decimals as are known, `digits` at most."""
    if abs(energy.mid) > energy.rad:
        return f"{energy.mid}"
    decimals = min(digits, max(0, -energy.rad.adjusted() - 1)) if energy.rad else digits
    return f"{0:.{decimals}f}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
