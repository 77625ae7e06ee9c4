"""How large the blocks of a dot are, and how long their levels take to prove, known before any work."""

from __future__ import annotations

from collections.abc import Iterable
from math import comb

from qdverify.reference.enclosure.basis import allowed_spins
from qdverify.reference.enclosure.integral_levels import SECONDS_OF_PROOF


def functions_of_spin(orbitals: int, electrons: int, two_S: int) -> int:
    """Return how many states of total spin S with S_z = S there are.

    >>> functions_of_spin(2, 2, 0), functions_of_spin(2, 2, 2)
    (3, 1)
    """
    up = (electrons + two_S) // 2
    down = electrons - up
    without = comb(orbitals, up + 1) * comb(orbitals, down - 1) if down else 0
    return comb(orbitals, up) * comb(orbitals, down) - without


def size_of_proof(orbitals: int, numbers: Iterable[int], irreps: int) -> tuple[int, float]:
    """Return the rows of the largest block of some numbers of electrons, and about the seconds of all blocks.

    Parameters
    ----------
    irreps
        How many irreps the orbitals have, over which the states are taken to spread evenly.
    """
    rows = [
        functions_of_spin(orbitals, electrons, two_S) // irreps
        for electrons in numbers
        for two_S in allowed_spins(orbitals, electrons)
    ]
    return max(rows, default=0), SECONDS_OF_PROOF * irreps * sum(float(size) ** 3 for size in rows)
