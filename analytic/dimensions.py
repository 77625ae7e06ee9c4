"""Numbers of states: spin multiplets, (S_z, parity) sectors and the Weyl-Paldus formula.

N spins 1/2 have the generating function (z^(1/2) + z^(-1/2))^N for twice their projection; a multiplet of spin S holds
each projection -S..S once, so the number of multiplets of spin S is the number of states with S_z = S less that with
S_z = S+1. The same subtraction takes sector dimensions of N electrons in M orbitals to Weyl and Paldus' formula.
Parity enters by giving each orbital n the sign (-1)^(n+1) of its reflection about the middle of the box.
"""

from __future__ import annotations

from math import comb

from analytic.exact import require_integer


def _validate(electrons: int, orbitals: int | None, two_S: int) -> None:
    require_integer("electrons", electrons, minimum=0)
    require_integer("two_S", two_S, minimum=0)
    if (electrons - two_S) % 2:
        raise ValueError(f"two_S={two_S} must have the parity of electrons={electrons}")
    if orbitals is not None:
        require_integer("orbitals", orbitals, minimum=1)
        if electrons > 2 * orbitals:
            raise ValueError(f"electrons={electrons} must not exceed 2*orbitals={2 * orbitals}")


def multiplet_count(electrons: int, two_S: int) -> int:
    """Return f(N, S) = C(N, N/2-S) - C(N, N/2-S-1): levels of spin S in the lowest multiplet of N electrons.

    The coefficient of z^(2S) in (z + 1/z)^N is C(N, N/2-S); see the module's docstring. [J96], below Eq. (1).

    Raises
    ------
    ValueError
        If a number is negative or no integer, or two_S and electrons differ in parity.
    """
    _validate(electrons, None, two_S)
    if two_S > electrons:
        return 0
    downs = (electrons - two_S) // 2
    return comb(electrons, downs) - (comb(electrons, downs - 1) if downs else 0)


def weyl_paldus_dimension(electrons: int, orbitals: int, two_S: int) -> int:
    """Return the number of multiplets of spin S of N electrons in M orbitals.

    (2S+1)/(M+1) * C(M+1, N/2-S) * C(M+1, N/2+S+1). A test proves for symbolic M, N, S that this is the number of
    determinants C(M, N_up) C(M, N_down) with S_z = S less that with S_z = S+1.

    Examples
    --------
    >>> from analytic import weyl_paldus_dimension
    >>> [weyl_paldus_dimension(4, 8, two_S) for two_S in (0, 2, 4)]
    [336, 378, 70]
    """
    _validate(electrons, orbitals, two_S)
    if two_S > electrons:
        return 0
    lower, upper = (electrons - two_S) // 2, (electrons + two_S) // 2 + 1
    return (two_S + 1) * comb(orbitals + 1, lower) * comb(orbitals + 1, upper) // (orbitals + 1)
