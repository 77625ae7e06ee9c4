"""The dot's Hamiltonian as an FCIDUMP file, the exchange format of quantum-chemistry codes.

P. J. Knowles and N. C. Handy, Comput. Phys. Commun. 54, 75 (1989): a namelist header, then one line "value p q r s"
for each integral, (pq|rs) in chemists' notation, of each set of eight equal ones the first; indices p q 0 0 for the
one-body part and 0 0 0 0 for the constant. Reflection parity stands in ORBSYM: 1 for the orbitals 1, 3, 5, ... that
are even under x -> L - x, 2 for the odd ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.suite.subject import Subject

_BATCH: Final = 10_000
Quadruple = tuple[int, int, int, int]


def write_fcidump(file: TextIO, subject: Subject, dot: Mapping[str, Any], *, electrons: int, two_Sz: int) -> None:
    """Write the Hamiltonian of a dot.

    Parameters
    ----------
    file
        Where to.
    subject
        The implementation whose interaction integrals are written.
    dot
        A DOT of the protocol.
    electrons, two_Sz
        Number of electrons and their doubled S_z, for the header.

    Raises
    ------
    InvalidInput
        Where the dot or the electron numbers do not exist.
    """
    check_inputs("spectrum", {"dot": dot, "electrons": electrons, "levels": 1})
    up, remainder = divmod(electrons + two_Sz, 2)
    if remainder or not max(up, electrons - up) <= dot["orbitals"] or min(up, electrons - up) < 0:
        raise InvalidInput(
            f"two_Sz={two_Sz} must be the doubled S_z of {electrons} electrons in {dot['orbitals']} orbitals"
        )
    file.write(_header(dot["orbitals"], electrons, two_Sz))
    for value, indices in _integrals(subject, dot):
        # a zero that symmetry demands is no line
        if value != 0.0:
            file.write(_line(value, indices))
    for n in range(1, dot["orbitals"] + 1):
        file.write(_line(orbital_energy(n, dot["length"]), (n, n, 0, 0)))
    file.write(_line(0.0, (0, 0, 0, 0)))


def orbital_energy(n: int, length: float) -> float:
    """Return eps_n = n^2 pi^2 / (2 L^2) ([J96] Eq. (1))."""
    return 0.5 * (n * math.pi / length) ** 2


def unique_integrals(orbitals: int) -> Iterator[Quadruple]:
    """Yield one (p, q, r, s) of each eight that are equal, those left out that vanish by parity."""
    pairs = [(p, q) for p in range(1, orbitals + 1) for q in range(1, p + 1)]
    for place, (p, q) in enumerate(pairs):
        yield from ((p, q, r, s) for r, s in pairs[: place + 1] if (p + q + r + s) % 2 == 0)


def _integrals(subject: Subject, dot: Mapping[str, Any]) -> Iterator[tuple[float, Quadruple]]:
    wanted = list(unique_integrals(dot["orbitals"]))
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        indices: Sequence[list[int]] = [list(quadruple) for quadruple in batch]
        values = subject.ask("interaction_integrals", dot=dict(dot), indices=indices)["values"]
        yield from zip(values, batch, strict=True)


def _header(orbitals: int, electrons: int, two_Sz: int) -> str:
    symmetries = "".join(f"{1 if n % 2 else 2}," for n in range(1, orbitals + 1))
    return f" &FCI NORB={orbitals},NELEC={electrons},MS2={two_Sz},\n  ORBSYM={symmetries}\n  ISYM=1,\n &END\n"


def _line(value: float, indices: Quadruple) -> str:
    # 17 significant digits bring every double back
    return f"{value: .16E} " + " ".join(f"{index:4d}" for index in indices) + "\n"
