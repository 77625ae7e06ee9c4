"""A dot given by its integrals as an FCIDUMP file; a box is written by its integrals, rounded to doubles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, TextIO

from qdverify.protocol.documents import one_line
from qdverify.protocol.dot_objects import document_of
from qdverify.protocol.dots import IRREPS, is_integrals
from qdverify.protocol.fcidump import Fcidump
from qdverify.protocol.files import written_whole
from qdverify.protocol.inputs import as_dot
from qdverify.protocol.json_types import IntegralDot
from qdverify.protocol.values import InvalidInput, integer
from qdverify.records.fcidump import fcidump_line, spins_up_and_down
from qdverify.reference.harmonic_as_integrals import dot_as_integrals

_A_LINE: Final = 16


def write_fcidump(
    path: str | os.PathLike[str],
    dot: object,
    *,
    electrons: int,
    two_Sz: int | None = None,
    irrep: int | None = None,
) -> None:
    """Write a dot to an FCIDUMP file, from which `read_fcidump` gets back the same doubles.

    Parameters
    ----------
    path
        The file; it is replaced once all of it is written.
    dot
        A `numeric.IntegralDot` or `numeric.Dot`, what `read_fcidump` returns, or a document of the protocol. Weights of
        leads have no place in such a file and are left out.
    electrons, two_Sz
        Number of electrons and their doubled S_z, for the header; S_z is 0 or 1/2 unless given.
    irrep
        Irrep 1 to 8 of the states that a reader is to find; the file then names the irreps of the orbitals. None leaves
        it open, and the file without symmetry: every label is 1.

    Raises
    ------
    InvalidInput
        If the dot, the numbers of electrons or the irrep are invalid, or an irrep is asked for and the orbitals have
        none.

    Examples
    --------
    >>> import qdverify
    >>> from numeric import Dot
    >>> qdverify.write_fcidump("box.fcidump", Dot(1.0, 0.0, 2, "contact"), electrons=2)
    >>> qdverify.read_fcidump("box.fcidump")
    Fcidump(orbitals=2, electrons=2, 2 one-body and 4 two-body integrals)
    """
    document = as_dot(dot.dot if isinstance(dot, Fcidump) else document_of(dot))
    integrals = document if is_integrals(document) else dot_as_integrals(document).dot
    up, down = spins_up_and_down(integrals["orbitals"], electrons, two_Sz)
    header = _header(integrals, up, down, irrep)
    with written_whole(Path(path)) as file:
        write_integrals(file, header, integrals)


def write_integrals(file: TextIO, header: str, dot: IntegralDot) -> None:
    """Write a header and all integrals of a dot that are not 0."""
    file.write(header)
    for *indices, value in dot["two_body"]:
        if value:
            p, q, r, s = (int(index) for index in indices)
            file.write(fcidump_line(value, (p, q, r, s)))
    for p, row in enumerate(dot["one_body"], start=1):
        for q, value in enumerate(row[:p], start=1):
            if value:
                file.write(fcidump_line(value, (p, q, 0, 0)))
    file.write(fcidump_line(dot.get("core", 0.0), (0, 0, 0, 0)))


def _header(dot: IntegralDot, up: int, down: int, irrep: int | None) -> str:
    labels = [1] * dot["orbitals"]
    if irrep is not None:
        if integer("irrep", irrep, 1) > IRREPS or "irreps" not in dot:
            rule = f"at most {IRREPS}" if "irreps" in dot else "left out: the orbitals have no irreps"
            raise InvalidInput(f"irrep={one_line(irrep)} must be {rule}")
        labels = [*dot["irreps"]]
    rows = [labels[first : first + _A_LINE] for first in range(0, len(labels), _A_LINE)]
    listed = "\n   ".join("".join(f"{label}," for label in row) for row in rows)
    numbers = f"NORB={dot['orbitals']},NELEC={up + down},MS2={up - down}"
    return f" &FCI {numbers},\n  ORBSYM={listed}\n  ISYM={irrep or 1},\n &END\n"
