"""Second derivations of spins, dimensions, amplitudes and integrals, with which tests compare the exact side."""

from collections import Counter
from math import comb
from typing import Any

import sympy

from analytic.configurations import SpinAdaptedConfiguration
from analytic.determinants import Determinant, IntegerVector, sigma_of
from analytic.spin import HALF, S, clebsch_gordan_squared, clebsch_gordan_weight, projections, total_spin_squared_block
from analytic.transitions import addition_table, projection_pairs


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


def sector_dimension(electrons: int, orbitals: int, two_Sz: int) -> int:
    """Return C(M, N_up) C(M, N_down), the number of determinants with S_z = (N_up - N_down)/2."""
    if abs(two_Sz) > electrons:
        return 0
    ups = (electrons + two_Sz) // 2
    return comb(orbitals, ups) * comb(orbitals, electrons - ups)


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
    highest = parity_resolved_dimensions(electrons, orbitals, two_S)
    above = parity_resolved_dimensions(electrons, orbitals, two_S + 2)
    return {parity: highest[parity] - above[parity] for parity in (1, -1)}


def raise_spin(vector: IntegerVector) -> dict[Determinant, int]:
    """Return S_+ |vector>, S_+ = sum over orbitals of c+_(n,up) c_(n,down)."""
    raised: Counter[Determinant] = Counter()
    for determinant, coefficient in vector.items():
        for position, occupied in enumerate(determinant):
            if sigma_of(occupied) < 0 and occupied - 1 not in determinant:
                raised[(*determinant[:position], occupied - 1, *determinant[position + 1 :])] += coefficient
    return {determinant: value for determinant, value in raised.items() if value}


def total_spins(spin: sympy.Expr = S) -> tuple[sympy.Expr, sympy.Expr]:
    """Return the two spins that S and 1/2 couple to, from the block's characteristic polynomial.

    The trace of the block is 2 S(S+1) + 1/2 and its determinant (S-1/2)(S+1/2)^2(S+3/2), both free of m; the roots
    x = j(j+1) give j = S + 1/2 and j = S - 1/2. So |S_j - S_i| = 1/2 is derived, and holds for every m.
    """
    x = sympy.Symbol("x")
    roots = sympy.roots(total_spin_squared_block(spin).charpoly(x).as_expr(), x)
    spins = [sympy.factor(sympy.sqrtdenest(sympy.sqrt(sympy.factor(root + HALF**2))) - HALF) for root in roots]
    upper, lower = sorted(spins, key=lambda j: -sympy.simplify(j - spin))
    return upper, lower


def allowed_spins(two_S_i: int) -> tuple[int, ...]:
    """Return twice the spins that one added electron can reach from S_i, from the block's eigenvalues.

    For S_i = 0 the root j = -1/2 of the characteristic polynomial belongs to no state and drops out.
    """
    reached = (2 * j.subs(S, sympy.Rational(two_S_i, 2)) for j in total_spins())
    return tuple(sorted(int(two_S) for two_S in reached if two_S >= 0))


def wigner_eckart_ratios(two_S_i: int, two_S_j: int) -> dict[tuple[int, int], sympy.Rational]:
    """Return the share of each pair (2 S_zi, 2 S_zj) in the sum over projections of |<j|D+|i>|^2.

    By the Wigner-Eckart theorem the square of each amplitude is a squared Clebsch-Gordan coefficient times one reduced
    element; the shares add up to 1. Pairs that are not listed vanish.
    """
    weight = clebsch_gordan_weight(two_S_i, two_S_j)
    shares: dict[tuple[int, int], sympy.Rational] = {}
    for two_Sz_i in projections(two_S_i) if weight else ():
        for two_Sz_j in (two_Sz_i - 1, two_Sz_i + 1):
            if abs(two_Sz_j) <= two_S_j:
                squared = clebsch_gordan_squared(two_S_i, two_Sz_i, two_Sz_j - two_Sz_i, two_S_j, two_Sz_j)
                shares[two_Sz_i, two_Sz_j] = squared / (2 * (two_S_i + 1) * weight)
    return shares


def configuration_transition_probability(
    initial: SpinAdaptedConfiguration, final: SpinAdaptedConfiguration
) -> sympy.Rational:
    """Return M_ji between two spin-adapted configurations, an exact rational."""
    total = sympy.Integer(0)
    for pair in projection_pairs(initial.two_S, final.two_S):
        for amplitude, norms in addition_table((initial,), (final,), *pair).values():
            total += sympy.Rational(amplitude**2, norms)
    return total / (2 * (initial.two_S + 1))


def two_level_populations(*, two_S_i: int, two_S_j: int, t_L: Any, t_R: Any, f_L: Any, f_R: Any) -> tuple[Any, Any]:
    """Return (P_i, P_j), summed over S_z, of Eq. (1)."""
    g_i, g_j = two_S_i + 1, two_S_j + 1
    empty, full = g_i * (t_L * (1 - f_L) + t_R * (1 - f_R)), g_j * (t_L * f_L + t_R * f_R)
    return empty / (empty + full), full / (empty + full)


def single_level_current(t_L: Any, t_R: Any, f_L: Any, f_R: Any) -> Any:
    """Return the current through one spin-degenerate orbital that takes one electron, N = 0 <-> 1: M = 1, g = 1 and 2.

    Eq. (2) becomes ``2 t_L t_R (f_L - f_R) / [t_L (1 + f_L) + t_R (1 + f_R)]``, at full bias 2 t_L t_R / (2 t_L + t_R).
    """
    return 2 * t_L * t_R * (f_L - f_R) / (t_L * (1 + f_L) + t_R * (1 + f_R))


def density_overlap(a: int, b: int, v: sympy.Expr) -> sympy.Expr:
    """Return F_ab(v) of `analytic.integrals` as a sympy expression.

    J(a,b) = int_0^1 V(v) F_ab(v) dv for every kernel V(|t-t'|).
    """
    if (a + b) % 2:
        return sympy.Integer(0)
    if a != b:
        sines = b * sympy.sin(b * sympy.pi * v) - a * sympy.sin(a * sympy.pi * v)
        return 2 * sines / (sympy.pi * (a**2 - b**2))
    if a == 0:
        return 2 * (1 - v)
    return (1 - v) * sympy.cos(a * sympy.pi * v) - sympy.sin(a * sympy.pi * v) / (a * sympy.pi)
