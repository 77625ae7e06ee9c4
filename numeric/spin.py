"""Total spin: ladder operators on coefficient matrices, expectation values of S^2, spin-1/2 coupling coefficients.

S+ = sum_p c+_{p,up} c_{p,down} and S- its adjoint act on C[a, b] of `basis`; a down operator passes all up creators,
which gives the sign (-1)^(number of up electrons). Inside a multiplet phases follow Condon and Shortley,
S-/+ |S, m> = sqrt(S(S+1) - m(m -/+ 1)) |S, m -/+ 1>.
"""

import math

import numpy as np
from scipy import sparse

from numeric.basis import FloatArray, Strings, ladder


def creation_stack(strings: Strings) -> sparse.csr_array:
    """Return all c+_p side by side: shape (strings of n+1 electrons, M * strings), columns ordered (p, string)."""
    more = Strings(strings.orbitals, strings.electrons + 1)
    shape = (more.size, strings.orbitals * strings.size)
    if more.size == 0:
        return sparse.csr_array(shape)
    table = ladder(more)
    column = table.free * strings.size + np.arange(strings.size)[:, None]
    entries = (table.added_sign.ravel(), (table.target.ravel(), column.ravel()))
    return sparse.csr_array(sparse.coo_array(entries, shape=shape))


def raised(C: FloatArray, up: Strings, down: Strings) -> FloatArray:
    """Return S+ C, shape (strings of n_up + 1, strings of n_down - 1); needs n_down >= 1."""
    fewer = Strings(down.orbitals, down.electrons - 1)
    M = up.orbitals
    # (p, b', a) from b, then reordered to (p, a, b')
    annihilated = (creation_stack(fewer).T @ C.T).reshape(M, fewer.size, up.size)
    ordered = annihilated.swapaxes(1, 2).reshape(M * up.size, fewer.size)
    result: FloatArray = (-1.0) ** up.electrons * (creation_stack(up) @ ordered)
    return result


def lowered(C: FloatArray, up: Strings, down: Strings) -> FloatArray:
    """Return S- C, shape (strings of n_up - 1, strings of n_down + 1); needs n_up >= 1."""
    # S- is S+ with the spins exchanged; reordering the creators costs (-1)^(n_up n_down) before and after
    n, k = up.electrons, down.electrons
    sign = (-1.0) ** (n * k + (n - 1) * (k + 1))
    return sign * raised(C.T, down, up).T


def component(C: FloatArray, strings: tuple[Strings, Strings], *, two_S: int, to_two_Sz: int) -> FloatArray:
    """Return the normalised component S_z = to_two_Sz/2 of the multiplet that C belongs to."""
    up, down = strings
    two_m = up.electrons - down.electrons
    while two_m != to_two_Sz:
        step = 2 if to_two_Sz > two_m else -2
        C = (raised if step > 0 else lowered)(C, up, down)
        C = C / math.sqrt((two_S * (two_S + 2) - two_m * (two_m + step)) / 4)
        up = Strings(up.orbitals, up.electrons + step // 2)
        down = Strings(down.orbitals, down.electrons - step // 2)
        two_m += step
    return C


def spin_squared_matrix(states: list[FloatArray], up: Strings, down: Strings) -> FloatArray:
    """Return the matrix of S^2 = S- S+ + S_z (S_z + 1) between coefficient matrices of one S_z."""
    two_m = up.electrons - down.electrons
    overlap = np.array([[np.vdot(bra, ket) for ket in states] for bra in states])
    result: FloatArray = two_m * (two_m + 2) / 4 * overlap
    if down.electrons and up.electrons < up.orbitals:
        images = [raised(C, up, down) for C in states]
        result = result + np.array([[np.vdot(bra, ket) for ket in images] for bra in images])
    return result


def clebsch_gordan(two_S: int, two_m: int, two_sigma: int, two_S_total: int) -> float:
    """Return <S m, 1/2 sigma | S_total m+sigma> in the phases of Condon and Shortley; zero where the triangle fails."""
    if abs(two_S_total - two_S) != 1 or abs(two_m) > two_S or abs(two_m + two_sigma) > two_S_total:
        return 0.0
    if two_S_total == two_S + 1:
        return math.sqrt((two_S + 1 + two_sigma * (two_m + two_sigma)) / (2 * (two_S + 1)))
    return -two_sigma * math.sqrt((two_S + 1 - two_sigma * (two_m + two_sigma)) / (2 * (two_S + 1)))
