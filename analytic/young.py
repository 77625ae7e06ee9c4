"""Spin functions of N spins 1/2 with total spin S, and the action of permuting neighbours on them.

The 2S+1-fold degenerate spin functions of N localised spins form the irreducible representation of the permutation
group with the two-row Young diagram (N/2 + S, N/2 - S).  Its basis vectors are the standard tableaux: one for each way
of coupling the spins one after another, f(N, S) in number ([J96], text after Eq. (1)).  Young's forms give the
exchange P_{p,p+1} of the spins at sites p and p+1 in that basis without any Clebsch-Gordan algebra:

    P T = T / d + sqrt(1 - 1/d^2) T'      orthogonal form,
    P T = T / d + (1 - 1/d) T'            rational (seminormal) form with integer-friendly norms,

where T' is T with p and p+1 interchanged and d is the axial distance between them (d = 1: triplet, d = -1: singlet).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

__all__ = ["Exchange", "check_spin", "neighbour_exchanges", "standard_tableaux"]


@dataclass(frozen=True)
class Exchange:
    """Row of one exchange operator: P T = T / distance + (rest) T', with T' absent when the row is diagonal."""

    distance: int
    partner: int | None

    @property
    def diagonal(self) -> Fraction:
        """Return the diagonal element 1/d."""
        return Fraction(1, self.distance)

    @property
    def off_diagonal_squared(self) -> Fraction:
        """Return the square 1 - 1/d^2 of the off-diagonal element of the orthogonal form."""
        return 1 - self.diagonal**2


def check_spin(electrons: int, two_S: int) -> None:
    """Raise ValueError unless N spins 1/2 can couple to the spin S."""
    if electrons < 1:
        raise ValueError(f"electrons={electrons} must be at least 1")
    if not 0 <= two_S <= electrons or (electrons - two_S) % 2:
        raise ValueError(
            f"two_S={two_S} must be one of {list(range(electrons % 2, electrons + 1, 2))} for N={electrons}"
        )


@cache
def neighbour_exchanges(electrons: int, two_S: int) -> tuple[tuple[Exchange, ...], ...]:
    """Return the exchanges P_{p,p+1} of neighbouring spins in Young's basis.

    Parameters
    ----------
    electrons
        N >= 1.
    two_S
        2S.

    Returns
    -------
    tuple
        One entry for each bond p = 1..N-1, each a tuple of f(N, S) rows.
    """
    tableaux = standard_tableaux(electrons, two_S)
    position = {tableau: number for number, tableau in enumerate(tableaux)}
    return tuple(tuple(_row(tableau, bond, position) for tableau in tableaux) for bond in range(electrons - 1))


@cache
def standard_tableaux(electrons: int, two_S: int) -> tuple[tuple[int, ...], ...]:
    """Return the basis of the spin functions as row words, in the order of `neighbour_exchanges`.

    Letter p is 0 if the p-th spin raises the total spin of those before it by 1/2, and 1 if it lowers it.

    Raises
    ------
    ValueError
        If N spins 1/2 cannot couple to S.
    """
    check_spin(electrons, two_S)
    flipped = (electrons - two_S) // 2
    words: list[tuple[int, ...]] = [()]
    for _ in range(electrons):
        raised = [(*word, 0) for word in words if word.count(0) < electrons - flipped]
        words = raised + [(*word, 1) for word in words if word.count(1) < min(flipped, word.count(0))]
    return tuple(words)


def _row(tableau: tuple[int, ...], bond: int, position: dict[tuple[int, ...], int]) -> Exchange:
    def content(place: int) -> int:
        row = tableau[place]
        return tableau[:place].count(row) - row

    distance = content(bond + 1) - content(bond)
    swapped = (*tableau[:bond], tableau[bond + 1], tableau[bond], *tableau[bond + 2 :])
    return Exchange(distance=distance, partner=position[swapped] if abs(distance) > 1 else None)
