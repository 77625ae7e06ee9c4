"""EDRIXS's exact diagonalisation behind the protocol: spectra and transition probabilities.

Without an argument the operators and the eigensolver are EDRIXS's defaults: its scipy backend, LOBPCG from a random
block of the wanted size, at most 200 iterations. `--larger-block` gives it four vectors more than wanted, 1000
iterations and the tolerance 1e-9, which it can reach; `--dense` uses its dense backend. EDRIXS drops coefficients below
1e-10 when it builds an operator, by default.
"""

from __future__ import annotations

from functools import lru_cache, partial
from importlib.metadata import version
from math import comb
from typing import Any, TextIO

import edrixs
import numpy as np
from numpy.typing import NDArray

from .dots import Dot, interaction_integrals, orbital_energies, read_dot, repulsion
from .levels import Level, label, smallest_sector, transition_weight
from .serve import BEYOND_LIMITS, Refused, count, require, serve

LIMITS = {"orbitals": 13, "electrons": 4}
LARGEST_DENSE = 2000


def main(arguments: list[str], answers: TextIO) -> None:
    """Serve EDRIXS."""
    variant = "dense" if "--dense" in arguments else "larger block" if "--larger-block" in arguments else ""
    serve(
        {
            "interaction_integrals": interaction_integrals,
            "spectrum": partial(spectrum, variant),
            "transition_probabilities": partial(transition_probabilities, variant),
        },
        answers,
        name=f"EDRIXS, {variant}" if variant else "EDRIXS",
        version=version("edrixs"),
        url="https://github.com/EDRIXS/edrixs",
        limits=LIMITS,
    )


def spectrum(variant: str, dot: dict[str, Any], electrons: int, levels: int) -> dict[str, Any]:
    """Answer the task of that name."""
    found = solve(variant, read_dot(dot), electrons, levels)
    return {"energies": [level.energy for level in found], "two_S": [level.two_S for level in found]}


def transition_probabilities(
    variant: str, dot: dict[str, Any], electrons: int, levels_from: int, levels_to: int
) -> dict[str, Any]:
    """Answer the task of that name."""
    model = read_dot(dot)
    start, end = solve(variant, model, electrons, levels_from), solve(variant, model, electrons + 1, levels_to)
    adding = add_electron(model.orbitals, electrons)
    return {
        "M": [
            [transition_weight(electrons, i.two_S, j.two_S, float(j.state @ (adding @ i.state))) for i in start]
            for j in end
        ]
    }


def basis(orbitals: int, sector: tuple[int, int]) -> Any:
    """Return EDRIXS's basis: orbitals of spin up first."""
    return edrixs.FockBasisSpec(((orbitals, sector[0]), (orbitals, sector[1])))


@lru_cache(maxsize=64)
def solve(variant: str, dot: Dot, electrons: int, levels: int) -> list[Level]:
    """Return the lowest levels."""
    M = dot.orbitals
    require(count("electrons", electrons) <= 2 * M, f"electrons={electrons} must be at most {2 * M}")
    sector = smallest_sector(electrons)
    dimension = comb(M, sector[0]) * comb(M, sector[1])
    require(count("levels", levels, 1) <= dimension, f"levels={levels} must be at most {dimension}")
    if electrons > LIMITS["electrons"] or (variant == "dense" and dimension > LARGEST_DENSE):
        raise Refused(BEYOND_LIMITS, f"{dimension} determinants of {electrons} electrons are too many")
    if electrons == 0:
        return [Level(0.0, 0, np.ones(1))]
    options = (
        {"blocksize": min(levels + 4, dimension), "maxiter": 1000, "tol": 1e-9} if variant == "larger block" else None
    )
    operator = hamiltonian(dot, sector, dense=variant == "dense")
    energies, states = edrixs.ed(operator, levels, backend_kws=options)
    raising = spin_raising(M, sector)
    z = 0.5 * (sector[0] - sector[1])

    def apply_spin(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        if raising is None:
            return z * (z + 1) * rows
        return np.asarray(z * (z + 1) * rows + (raising.T @ (raising @ rows.T)).T)

    # the Hamiltonian is real: so are its eigenvectors, up to a phase
    phases = np.exp(-1j * np.angle(states[np.abs(states).argmax(axis=0), np.arange(states.shape[1])]))
    return label(energies, np.ascontiguousarray((states * phases).real.T), apply_spin)


def hamiltonian(dot: Dot, sector: tuple[int, int], *, dense: bool) -> Any:
    """Return Eq. (1) as an operator of EDRIXS: sum of E f+ f and of U f+_i f+_j f_k f_l."""
    M = dot.orbitals
    emat = np.diag(np.tile(orbital_energies(dot), 2)).astype(complex)
    umat = np.zeros((2 * M,) * 4, dtype=complex)
    half = 0.5 * repulsion(dot)
    for sigma in (slice(0, M), slice(M, 2 * M)):
        for tau in (slice(0, M), slice(M, 2 * M)):
            # half[p, q, r, s] belongs to c+_p(sigma) c+_r(tau) c_s(tau) c_q(sigma)
            umat[sigma, tau, tau, sigma] += half.transpose(0, 2, 3, 1)
    return edrixs.build_op(emat, umat, basis(M, sector), backend="dense" if dense else "scipy")


def spin_raising(orbitals: int, sector: tuple[int, int]) -> Any:
    """Return S_+ from the sector to the next one, or None if there is none."""
    if sector[1] == 0 or sector[0] == orbitals:
        return None
    emat = np.zeros((2 * orbitals, 2 * orbitals), dtype=complex)
    n = np.arange(orbitals)
    emat[n, orbitals + n] = 1.0
    higher = (sector[0] + 1, sector[1] - 1)
    return edrixs.build_op(emat, None, basis(orbitals, higher), basis(orbitals, sector)).real


@lru_cache(maxsize=16)
def add_electron(orbitals: int, electrons: int) -> Any:
    """Return sum over n of c+_n between the sectors, as a matrix: spin up to an even number, down to an odd one."""
    start = edrixs.build_fock_basis(basis(orbitals, smallest_sector(electrons)))
    end = edrixs.build_fock_basis(basis(orbitals, smallest_sector(electrons + 1)))
    matrix = np.zeros((len(end), len(start)))
    first = orbitals * (electrons % 2)
    for column in range(len(start)):
        state = start.decode(column)
        for n in range(first, first + orbitals):
            if not state >> n & 1:
                sign = (-1) ** (state & ((1 << n) - 1)).bit_count()
                matrix[end.encode(state | 1 << n), column] += sign
    return matrix
