"""An honest program of the simplest kind: the whole matrix of one number of electrons, diagonalised by LAPACK.

Creation operators are matrices over all occupations of the spin orbitals, in the order of Jordan and Wigner. The core
energy is added last. The levels of each spin are those of H in an eigenspace of S^2.
"""

import itertools

import numpy as np

from qdverify.protocol.answers import Unsupported
from qdverify.suite.exact.integral_dots import full_tensor


class Determinants:
    """Answers `spectrum` for dots given by integrals; energies may be changed, and the dot that is solved."""

    name = "determinants and LAPACK"
    dots = ("integrals",)

    def __init__(self, error=None, reads=lambda dot: dot):
        self._error, self._reads = error, reads

    def spectrum(self, *, dot, electrons, levels):
        if dot.get("kind") != "integrals":
            raise Unsupported("only integrals")
        found = sorted(levels_of(self._reads(dot), electrons))[:levels]
        energies, two_S = ([float(item[place]) for item in found] for place in (0, 1))
        if self._error is not None:
            energies = [energy + self._error(dot, electrons, place) for place, energy in enumerate(energies)]
        return {"energies": energies, "two_S": [round(two) for two in two_S]}


def creators(count):
    """Return the matrix of each creation operator, shape (count, 2**count, 2**count)."""
    raising, sign, one = np.array([[0.0, 0.0], [1.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
    found = []
    for place in range(count):
        matrix = np.eye(1)
        for other in range(count):
            matrix = np.kron(matrix, raising if other == place else sign if other < place else one)
        found.append(matrix)
    return np.array(found)


def levels_of(dot, electrons):
    """Return (energy, 2S) of every level."""
    M = dot["orbitals"]
    h, g = np.array(dot["one_body"]), full_tensor(dot)
    c = creators(2 * M)  # spin up first
    up, down = c[:M], c[M:]
    number = [[up[p] @ up[q].T + down[p] @ down[q].T for q in range(M)] for p in range(M)]
    H = sum(h[p, q] * number[p][q] for p, q in itertools.product(range(M), repeat=2))
    for p, q, r, s in itertools.product(range(M), repeat=4):
        if g[p, q, r, s]:
            H = H + 0.5 * g[p, q, r, s] * (number[p][q] @ number[r][s] - (q == r) * number[p][s])
    raising = sum(up[p] @ down[p].T for p in range(M))
    count = sum(np.diag(number[p][p]) for p in range(M))
    two_Sz = sum(np.diag(up[p] @ up[p].T) - np.diag(down[p] @ down[p].T) for p in range(M))
    kept = np.flatnonzero((count == electrons) & (two_Sz == electrons % 2))
    block = np.ix_(kept, kept)
    Sz = electrons % 2 / 2
    squares, states = np.linalg.eigh((raising.T @ raising)[block] + (Sz * (Sz + 1)) * np.eye(len(kept)))
    spins = np.rint(np.sqrt(4 * squares + 1) - 1)
    H = H[block] if isinstance(H, np.ndarray) else np.zeros((len(kept),) * 2)
    for spin in np.unique(spins):
        part = states[:, spins == spin]
        for energy in np.linalg.eigvalsh(part.T @ H @ part):
            yield energy + dot.get("core", 0.0), spin
