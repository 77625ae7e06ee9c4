"""Numbers of states: spin multiplets, (S_z, parity) sectors and the Weyl-Paldus formula.

N spins 1/2 have the generating function (z^(1/2) + z^(-1/2))^N for twice their projection; a multiplet of spin S holds
each projection -S..S once, so the number of multiplets of spin S is the number of states with S_z = S less that with
S_z = S+1. The same subtraction takes sector dimensions of N electrons in M orbitals to Weyl and Paldus' formula.
Parity enters by giving each orbital n the sign (-1)^(n+1) of its reflection about the middle of the box.
"""

from __future__ import annotations

from math import comb

import sympy

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


def sector_dimension(electrons: int, orbitals: int, two_Sz: int) -> int:
    """Return C(M, N_up) C(M, N_down), the number of determinants with S_z = (N_up - N_down)/2."""
    _validate(electrons, orbitals, abs(two_Sz))
    if abs(two_Sz) > electrons:
        return 0
    ups = (electrons + two_Sz) // 2
    return comb(orbitals, ups) * comb(orbitals, electrons - ups)


def weyl_paldus_dimension(electrons: int, orbitals: int, two_S: int) -> int:
    """Return the number of multiplets of spin S of N electrons in M orbitals.

    (2S+1)/(M+1) * C(M+1, N/2-S) * C(M+1, N/2+S+1): proved for symbolic M, N, S in `weyl_paldus_identity`.

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


def weyl_paldus_identity() -> sympy.Expr:
    """Return Weyl-Paldus minus d(S_z=S) + d(S_z=S+1) for symbolic M, N_up, N_down: simplifies to 0.

    With u = N/2+S electrons up and d = N/2-S down, d(S) = C(M,u) C(M,d) and d(S+1) = C(M,u+1) C(M,d-1). The sum over S
    of (2S+1) (d(S) - d(S+1)) telescopes to the sum of d over all projections, which is C(2M, N) by Vandermonde: that is
    how the multiplets add up to the Slater basis.
    """
    M, u, d = sympy.symbols("M u d", positive=True, integer=True)
    C = sympy.binomial
    weyl = (u - d + 1) / (M + 1) * C(M + 1, d) * C(M + 1, u + 1)
    ratio = weyl / (C(M, u) * C(M, d)) - 1 + C(M, u + 1) * C(M, d - 1) / (C(M, u) * C(M, d))
    return sympy.simplify(sympy.gammasimp(ratio.rewrite(sympy.gamma)))


def parity_resolved_dimensions(electrons: int, orbitals: int, two_Sz: int) -> dict[int, int]:
    """Return the number of determinants with given S_z for each reflection parity, {+1: ..., -1: ...}.

    The coefficient of u^N_up d^N_down in the product over orbitals of (1 + u e_n)(1 + d e_n), e_n = (-1)^(n+1): with
    k electrons of one spin in the floor(M/2) odd orbitals, that spin contributes C(M_odd, k) C(M_even, N_sigma-k)
    (-1)^k.
    """
    total = sector_dimension(electrons, orbitals, two_Sz)
    ups = (electrons + two_Sz) // 2
    signed = _signed_count(orbitals, ups) * _signed_count(orbitals, electrons - ups) if total else 0
    return {1: (total + signed) // 2, -1: (total - signed) // 2}


def _signed_count(orbitals: int, electrons: int) -> int:
    odd = orbitals // 2
    return sum((-1) ** k * comb(odd, k) * comb(orbitals - odd, electrons - k) for k in range(electrons + 1))


def parity_resolved_multiplets(electrons: int, orbitals: int, two_S: int) -> dict[int, int]:
    """Return the number of multiplets of spin S for each reflection parity: d(S_z=S) - d(S_z=S+1), parity by parity."""
    _validate(electrons, orbitals, two_S)
    highest = parity_resolved_dimensions(electrons, orbitals, two_S)
    above = parity_resolved_dimensions(electrons, orbitals, two_S + 2)
    return {parity: highest[parity] - above[parity] for parity in (1, -1)}
