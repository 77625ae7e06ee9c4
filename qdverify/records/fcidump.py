"""The dot's Hamiltonian as an FCIDUMP file, the exchange format of quantum-chemistry codes.

P. J. Knowles and N. C. Handy, Comput. Phys. Commun. 54, 75 (1989): a namelist header, then one line "value p q r s"
for each integral, (pq|rs) in chemists' notation, of each set of eight equal ones the first; indices p q 0 0 for the
one-body part and 0 0 0 0 for the constant. Reflection parity stands in ORBSYM: 1 for the orbitals 1, 3, 5, ... that
are even under x -> L - x, 2 for the odd ones. ISYM is the parity of the lowest level with that S_z. The implementation
is asked for it if it can tell and the dot is small. Otherwise it is that of the determinant that fills the lowest
orbitals of each spin: in a complete basis the two agree for any interaction, because the level's wave function has no
node where the electrons of each spin stand in order (E. Lieb and D. Mattis, Phys. Rev. 125, 164 (1962)).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TextIO

from qdverify.protocol.documents import one_line
from qdverify.protocol.inputs import InvalidInput, check_inputs, number_of_levels
from qdverify.protocol.json_types import BoxDot, SpectrumQuestion
from qdverify.suite.subject import Subject

_BATCH: Final = 10_000
MOST_INTEGRALS: Final = 10_000_000
_LINE_BYTES: Final = 44
_MOST_DETERMINANTS: Final = 10_000
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
    progress
        Called with the integrals and their number; returns them as they pass.

    Raises
    ------
    InvalidInput
        If the dot or the electron numbers do not exist, the file would be too large, or an integral is not finite.
    """
    check_inputs("spectrum", {"dot": dot, "electrons": electrons, "levels": 1})
    up, remainder = divmod(electrons + two_Sz, 2)
    if remainder or not max(up, electrons - up) <= dot["orbitals"] or min(up, electrons - up) < 0:
        raise InvalidInput(
            f"two_Sz={two_Sz} must be the doubled S_z of {electrons} electrons in {dot['orbitals']} orbitals"
        )
    _require_feasible(dot["orbitals"])
    file.write(_header(dot["orbitals"], up, electrons - up, _lowest_parity(subject, dot, up, electrons - up)))
    for value, indices in progress(_integrals(subject, dot), number_of_integrals(dot["orbitals"])):
        if not math.isfinite(value):
            raise InvalidInput(f"the integral {indices} = {value} must be finite: strength={dot['strength']!r}")
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


def _lowest_parity(subject: Subject, dot: BoxDot, up: int, down: int) -> int:
    """Return +1 or -1: the parity of the lowest level that has a state with these numbers of electrons of each spin."""
    orbitals, electrons = dot["orbitals"], up + down
    small = math.comb(orbitals, up) * math.comb(orbitals, down) <= _MOST_DETERMINANTS
    for levels in (1, 8, 64) if small and subject.supports("spectrum", "parities") else ():
        count = min(levels, number_of_levels(orbitals, electrons, levels))
        case: SpectrumQuestion = {"dot": dot, "electrons": electrons, "levels": count}
        spins = subject.ask("spectrum", **case)["two_S"]
        for parity, two_S in zip(subject.ask("parities", **case)["parity"], spins, strict=True):
            if two_S >= abs(up - down):
                return int(parity)
    # the n-th orbital has parity (-1)^(n - 1)
    return -1 if (up * (up - 1) // 2 + down * (down - 1) // 2) % 2 else 1


def _header(orbitals: int, up: int, down: int, parity: int) -> str:
    symmetries = "".join(f"{1 if n % 2 else 2}," for n in range(1, orbitals + 1))
    symmetry = 1 if parity > 0 else 2
    numbers = f"NORB={orbitals},NELEC={up + down},MS2={up - down}"
    return f" &FCI {numbers},\n  ORBSYM={symmetries}\n  ISYM={symmetry},\n &END\n"


def _line(value: float, indices: Quadruple) -> str:
    # 17 significant digits bring every double back
    return f"{value: .16E} " + " ".join(f"{index:4d}" for index in indices) + "\n"
