"""Spins in words: the protocol holds twice the spin, people read the spin."""

from __future__ import annotations

from fractions import Fraction


def spin_text(two_S: int) -> str:
    """Return the spin S as it is written: 0, 1/2, 1, 3/2.

    Examples
    --------
    >>> [spin_text(two_S) for two_S in range(4)]
    ['0', '1/2', '1', '3/2']
    """
    return str(Fraction(two_S, 2))
