"""The dot in its whole Fock space, by Jordan-Wigner matrices: a second, slow and independent way to everything."""

from functools import reduce
from itertools import product

import numpy as np

from qdverify.reference.enclosure.fixed_point import FixedPoint


def annihilators(orbitals: int) -> list[np.ndarray]:
    """Jordan-Wigner matrices c_{1 up}, c_{1 down}, c_{2 up}, ... with integer entries."""
    one, sign, lower = np.eye(2, dtype=int), np.diag([1, -1]), np.array([[0, 1], [0, 0]])
    modes = 2 * orbitals
    return [reduce(np.kron, [sign] * k + [lower] + [one] * (modes - k - 1)) for k in range(modes)]


def fock_hamiltonian(model: FixedPoint) -> np.ndarray:
    """H in units of 2^-bits/L^2 on the whole Fock space, from c+ c+ c c, in Python integers."""
    orbitals = model.dot.orbitals
    c = annihilators(orbitals)
    h = model.pairs

    def half_integral(p: int, q: int, r: int, s: int) -> int:
        d, t, d_, t_ = abs(p - q), p + q, abs(r - s), r + s
        return h[d, d_] - h[d, t_] - h[t, d_] + h[t, t_]

    def at(orbital: int, spin: int) -> np.ndarray:
        return c[2 * (orbital - 1) + spin]

    numbers = range(1, orbitals + 1)
    total = np.zeros(c[0].shape, dtype=object)
    for p in numbers:
        kinetic = model.one_body[p - 1, p - 1] + sum(half_integral(p, q, q, p) for q in numbers)
        for spin in (0, 1):
            total += kinetic * (at(p, spin).T @ at(p, spin)).astype(object)
    for p, q, r, s in product(numbers, repeat=4):
        if (p + q + r + s) % 2 == 0:
            term = sum(at(p, i).T @ at(r, j).T @ at(s, j) @ at(q, i) for i, j in product((0, 1), repeat=2))
            total[np.nonzero(term)] += half_integral(p, q, r, s) * term[np.nonzero(term)].astype(object)
    return total


def spin_squared(orbitals: int) -> np.ndarray:
    """Return S^2 = S_- S_+ + S_z (S_z + 1)."""
    c = annihilators(orbitals)
    up, down = c[::2], c[1::2]
    raising = sum(a.T @ b for a, b in zip(up, down, strict=True))
    s_z = sum(a.T @ a - b.T @ b for a, b in zip(up, down, strict=True)) / 2
    return raising.T @ raising + s_z @ (s_z + np.eye(len(s_z)))


def multiplets(model: FixedPoint, electrons: int) -> list[tuple[float, int, np.ndarray]]:
    """Return (energy in 1/L^2, 2S, all 2S+1 states) of every level of N electrons, ascending, in double precision."""
    orbitals = model.dot.orbitals
    number = np.diag(sum(a.T @ a for a in annihilators(orbitals)))
    sector = np.flatnonzero(number == electrons)
    energy = (fock_hamiltonian(model) / 2**model.bits).astype(float)[np.ix_(sector, sector)]
    spin = spin_squared(orbitals)[np.ix_(sector, sector)]
    # a small multiple of S^2 splits levels that meet by accident and leaves the multiplets whole
    values, states = np.linalg.eigh(energy + 1e-3 * spin)
    found, start = [], 0
    while start < len(values):
        two_S = round(np.sqrt(1 + 4 * states[:, start] @ spin @ states[:, start]) - 1)
        group = np.zeros((4**orbitals, two_S + 1))
        group[sector] = states[:, start : start + two_S + 1]
        found.append((states[:, start] @ energy @ states[:, start], two_S, group))
        start += two_S + 1
    return sorted(found, key=lambda level: level[0])


def transition_probability(orbitals: int, initial: np.ndarray, final: np.ndarray) -> float:
    """Return M_ji of [J96] Eq. (4) from all states of both multiplets, literally."""
    c = annihilators(orbitals)
    total = 0.0
    for spin in (0, 1):
        added = sum(matrix.T for matrix in c[spin::2])
        total += np.sum((final.T @ added @ initial) ** 2)
    return total / 2 / initial.shape[1]
