"""The dot's Hamiltonian as an FCIDUMP file, the exchange format of quantum-chemistry codes.

P. J. Knowles and N. C. Handy, Comput. Phys. Commun. 54, 75 (1989): a namelist header, then one line "value p q r s"
for each integral, (pq|rs) in chemists' notation, of each set of eight equal ones the first; indices p q 0 0 for the
one-body part and 0 0 0 0 for the constant. A code that obeys the header finds the levels of one irrep, ISYM. If a
parity is asked for, it stands there, with the reflection parity of each orbital in ORBSYM: 1 for the orbitals 1, 3, 5,
... that are even under x -> L - x, 2 for the odd ones. If none is asked for, the header names no symmetry: all labels
are 1, and every code finds the lowest levels of both parities.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Literal, TextIO, get_args

from qdverify.protocol.documents import one_line
from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.protocol.json_types import BoxDot
from qdverify.protocol.values import integer
from qdverify.suite.subject import Subject

_BATCH: Final = 10_000
MOST_INTEGRALS: Final = 10_000_000
_LINE_BYTES: Final = 44
Parity = Literal["even", "odd"]
PARITIES: Final[tuple[Parity, ...]] = get_args(Parity)
Quadruple = tuple[int, int, int, int]
Integrals = Iterable[tuple[float, Quadruple]]
Progress = Callable[[Integrals, int], Integrals]


def write_fcidump(
    file: TextIO,
    subject: Subject,
    dot: BoxDot,
    *,
    electrons: int,
    two_Sz: int,
    parity: Parity | None = None,
    progress: Progress = lambda integrals, _: integrals,
) -> None:
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
    parity
        The parity of the levels that a reader is to find; None leaves it open, and the file without symmetry.
    progress
        Called with the integrals and their number; returns them as they pass.

    Raises
    ------
    InvalidInput
        If the dot, the electron numbers or a state of that parity do not exist, the file would be too large, or an
        integral is not finite.
    """
    check_inputs("spectrum", {"dot": dot, "electrons": electrons, "levels": 1})
    up, _ = spins_up_and_down(dot["orbitals"], electrons, two_Sz)
    _require_feasible(dot["orbitals"])
    if parity is not None:
        _require_parity(dot["orbitals"], up, electrons - up, parity)
    file.write(_header(dot["orbitals"], up, electrons - up, parity))
    for value, indices in progress(_integrals(subject, dot), number_of_integrals(dot["orbitals"])):
        if not math.isfinite(value):
            raise InvalidInput(f"the integral {indices} = {value} must be finite: strength={dot['strength']!r}")
        # a zero that symmetry demands is no line
        if value != 0.0:
            file.write(fcidump_line(value, indices))
    for n in range(1, dot["orbitals"] + 1):
        file.write(fcidump_line(orbital_energy(n, dot["length"]), (n, n, 0, 0)))
    file.write(fcidump_line(0.0, (0, 0, 0, 0)))


def spins_up_and_down(orbitals: int, electrons: int, two_Sz: int | None) -> tuple[int, int]:
    """Return how many spins point up and down; S_z is 0 or 1/2 if it is not given.

    Raises
    ------
    InvalidInput
        If the orbitals have no such state.
    """
    integer("electrons", electrons, 0)
    if two_Sz is None:
        two_Sz = electrons % 2
    up, remainder = divmod(electrons + integer("two_Sz", two_Sz, -electrons), 2)
    if remainder or not max(up, electrons - up) <= orbitals or min(up, electrons - up) < 0:
        raise InvalidInput(f"two_Sz={two_Sz} must be the doubled S_z of {electrons} electrons in {orbitals} orbitals")
    return up, electrons - up


def orbital_energy(n: int, length: float) -> float:
    """Return eps_n = n^2 pi^2 / (2 L^2) ([J96] Eq. (1))."""
    return 0.5 * (n * math.pi / length) ** 2


def unique_integrals(orbitals: int) -> Iterator[Quadruple]:
    """Yield one (p, q, r, s) of each eight that are equal, those left out that vanish by parity."""
    pairs = [(p, q) for p in range(1, orbitals + 1) for q in range(1, p + 1)]
    for place, (p, q) in enumerate(pairs):
        yield from ((p, q, r, s) for r, s in pairs[: place + 1] if (p + q + r + s) % 2 == 0)


def number_of_integrals(orbitals: int) -> int:
    """Return how many integrals `unique_integrals` yields.

    >>> number_of_integrals(2), sum(1 for _ in unique_integrals(2))
    (4, 4)
    """
    pairs = orbitals * (orbitals + 1) // 2
    odd = (orbitals // 2) * ((orbitals + 1) // 2)
    even = pairs - odd
    return (even * (even + 1) + odd * (odd + 1)) // 2


def _require_feasible(orbitals: int) -> None:
    count = number_of_integrals(min(orbitals, 10**9))
    if count > MOST_INTEGRALS:
        raise InvalidInput(
            f"orbitals={one_line(orbitals)} must be fewer: at most {MOST_INTEGRALS} integrals are written, and these "
            f"are {count:.3g}, about {count * _LINE_BYTES / 1e9:.3g} GB"
        )


def _integrals(subject: Subject, dot: BoxDot) -> Iterator[tuple[float, Quadruple]]:
    wanted = unique_integrals(dot["orbitals"])
    while batch := list(islice(wanted, _BATCH)):
        indices: Sequence[list[int]] = [list(quadruple) for quadruple in batch]
        values = subject.ask("interaction_integrals", dot=dot, indices=indices)["values"]
        yield from zip(values, batch, strict=True)


def _require_parity(orbitals: int, up: int, down: int, parity: Parity) -> None:
    """Raise `InvalidInput` if no state of these electrons has the parity: filled and empty shells have one only."""
    if {up, down} <= {0, orbitals}:
        # the n-th orbital has parity (-1)^(n - 1)
        odd_orbitals = (orbitals // 2) * sum(spin == orbitals for spin in (up, down))
        if (odd_orbitals % 2 == 1) is (parity == "even"):
            raise InvalidInput(
                f"parity={parity} must be that of a state: {up} + {down} electrons have none in {orbitals}"
            )


def _header(orbitals: int, up: int, down: int, parity: Parity | None) -> str:
    labels = "".join(f"{1 if parity is None or n % 2 else 2}," for n in range(1, orbitals + 1))
    symmetry = 2 if parity == "odd" else 1
    numbers = f"NORB={orbitals},NELEC={up + down},MS2={up - down}"
    return f" &FCI {numbers},\n  ORBSYM={labels}\n  ISYM={symmetry},\n &END\n"


def fcidump_line(value: float, indices: Quadruple) -> str:
    """Return a line of an FCIDUMP file, from which the same double is read."""
    # 17 significant digits bring every double back
    return f"{value: .16E} " + " ".join(f"{index:4d}" for index in indices) + "\n"
