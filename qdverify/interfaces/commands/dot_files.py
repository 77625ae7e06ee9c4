"""A user's own dot on the command line: a file of integrals, and a table of its levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qdverify.protocol.documents import read_json, read_text
from qdverify.protocol.fcidump import read_fcidump

if TYPE_CHECKING:
    from qdverify.reference.oracle import OracleReference


def read_dot(file: Path, *, exact: bool = False) -> Mapping[str, object]:
    """Return the dot in a file: a JSON object with the fields of a DOT of the protocol, or else an FCIDUMP file.

    The fields of a JSON object are not checked here: a case made with them is.

    Parameters
    ----------
    exact
        Whether the decimals of an FCIDUMP file are taken exactly; else each value is the double that it parses to.

    Raises
    ------
    InvalidInput
        If the file is neither.
    """
    if read_text(file).lstrip("\ufeff \t\r\n").startswith("{"):
        document: Mapping[str, object] = read_json(file)
        return document
    found = read_fcidump(file)
    return found.exact_dot if exact else {**found.dot}


def table_of_levels(reference: OracleReference, name: str) -> Iterator[str]:
    """Yield the lines of a table: each level with its energy, the radius of its ball, spin, and irrep or parity."""
    inputs = reference.case.inputs
    orbitals, electrons = inputs["dot"]["orbitals"], inputs["electrons"]
    label = "irrep" if "irreps" in reference.values else "parity"
    labels = reference.values["irreps" if label == "irrep" else label]
    yield f"{name}: {_counted(electrons, 'electron')} in {_counted(orbitals, 'orbital')}, {reference.grade}"
    energies = [f"{energy.mid}" for energy in reference.values["energies"]]
    width = max(6, *map(len, energies))
    yield f"level  {'energy':>{width}}  {'radius':>7}  spin  {label}"
    rows = zip(energies, reference.values["energies"], reference.values["two_S"], labels, strict=True)
    for number, (text, energy, two_S, symmetry) in enumerate(rows, start=1):
        spin = f"{two_S}/2" if two_S % 2 else f"{two_S // 2}"
        yield f"{number:5d}  {text:>{width}}  {energy.rad:7.0e}  {spin:>4}  {symmetry:{len(label)}d}"
    if reference.caveat:
        yield reference.caveat


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
