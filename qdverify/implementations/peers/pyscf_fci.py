"""PySCF's full configuration interaction behind the protocol: spectra and transition probabilities.

Without an argument `fci.direct_spin1` is used with default settings: its own start vectors and thresholds, and as many
roots as levels are asked for. `--symmetry` uses `fci.direct_spin1_symm` with reflection parity as a point group of
two elements, both irreducible representations solved apart, a larger Davidson space and a tighter threshold.
"""

from __future__ import annotations

from functools import lru_cache, partial
from math import comb
from typing import Any, TextIO

import numpy as np
import pyscf
from numpy.typing import NDArray
from pyscf.fci import addons, direct_spin1, direct_spin1_symm, spin_op

from .dots import Dot, interaction_integrals, orbital_energies, read_dot, repulsion
from .levels import Level, label, smallest_sector, transition_weight
from .serve import BEYOND_LIMITS, NOT_CONVERGED, Refused, count, require, serve

LIMITS = {"orbitals": 20, "electrons": 6}
LARGEST = 2_000_000  # determinants: beyond it one answer takes minutes


def main(arguments: list[str], answers: TextIO) -> None:
    """Serve PySCF."""
    symmetry = "--symmetry" in arguments
    serve(
        {
            "interaction_integrals": interaction_integrals,
            "spectrum": partial(spectrum, symmetry),
            "transition_probabilities": partial(transition_probabilities, symmetry),
        },
        answers,
        name="PySCF FCI with reflection symmetry" if symmetry else "PySCF FCI",
        version=pyscf.__version__,
        url="https://pyscf.org",
        limits=LIMITS,
    )


def spectrum(symmetry: bool, dot: dict[str, Any], electrons: int, levels: int) -> dict[str, Any]:
    """Answer the task of that name."""
    found = solve(symmetry, read_dot(dot), electrons, levels)
    return {"energies": [level.energy for level in found], "two_S": [level.two_S for level in found]}


def transition_probabilities(
    symmetry: bool, dot: dict[str, Any], electrons: int, levels_from: int, levels_to: int
) -> dict[str, Any]:
    """Answer the task of that name."""
    model = read_dot(dot)
    start, end = solve(symmetry, model, electrons, levels_from), solve(symmetry, model, electrons + 1, levels_to)
    added = [add_electron(level.state, model.orbitals, electrons) for level in start]
    return {
        "M": [
            [
                transition_weight(electrons, i.two_S, j.two_S, float(np.vdot(j.state, image)))
                for i, image in zip(start, added, strict=True)
            ]
            for j in end
        ]
    }


@lru_cache(maxsize=64)
def solve(symmetry: bool, dot: Dot, electrons: int, levels: int) -> list[Level]:
    """Return the lowest levels."""
    M = dot.orbitals
    require(count("electrons", electrons) <= 2 * M, f"electrons={electrons} must be at most {2 * M}")
    sector = smallest_sector(electrons)
    dimension = comb(M, sector[0]) * comb(M, sector[1])
    require(count("levels", levels, 1) <= dimension, f"levels={levels} must be at most {dimension}")
    if dimension > LARGEST or electrons > LIMITS["electrons"]:
        raise Refused(BEYOND_LIMITS, f"{dimension} determinants of {electrons} electrons are too many")
    if electrons == 0:
        return [Level(0.0, 0, np.ones(1))]
    pairs = _by_parity(dot, sector, levels) if symmetry else _as_it_comes(dot, sector, levels)
    pairs.sort(key=lambda pair: pair[0])
    shape = (-1, comb(M, sector[0]), comb(M, sector[1]))

    def apply_spin(states: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([spin_op.contract_ss(state, M, sector).ravel() for state in states.reshape(shape)])

    states = np.array([state.ravel() for _, state in pairs[:levels]])
    return label([energy for energy, _ in pairs[:levels]], states, apply_spin)


def _as_it_comes(dot: Dot, sector: tuple[int, int], levels: int) -> list[tuple[float, NDArray[np.float64]]]:
    solver = direct_spin1.FCI()
    solver.verbose = 0
    energies, states = solver.kernel(
        np.diag(orbital_energies(dot)), repulsion(dot), dot.orbitals, sector, nroots=levels
    )
    return _converged(solver, energies, states)


def _by_parity(dot: Dot, sector: tuple[int, int], levels: int) -> list[tuple[float, NDArray[np.float64]]]:
    found = []
    orbsym = np.arange(dot.orbitals) % 2
    one_body = orbital_energies(dot)
    # PySCF's threshold is absolute: it follows the scale of the energies
    scale = float(max(1.0, *(one_body[:electrons].sum() for electrons in sector)))
    for parity, dimension in enumerate(_dimensions(orbsym, sector)):
        if dimension:
            solver = direct_spin1_symm.FCI()
            solver.verbose = 0
            solver.conv_tol, solver.max_space, solver.max_cycle = 1e-12 * scale, 60, 300
            energies, states = solver.kernel(
                np.diag(one_body),
                repulsion(dot),
                dot.orbitals,
                sector,
                nroots=min(levels, dimension),
                orbsym=orbsym,
                wfnsym=parity,
            )
            found += _converged(solver, energies, states)
    return found


def _dimensions(orbsym: NDArray[np.int_], sector: tuple[int, int]) -> tuple[int, int]:
    """Return the numbers of determinants of even and of odd parity."""
    odd = int(orbsym.sum())
    even = len(orbsym) - odd
    by_spin = []
    for electrons in sector:
        strings = [comb(odd, k) * comb(even, electrons - k) if k <= electrons else 0 for k in range(odd + 1)]
        by_spin.append((sum(strings[::2]), sum(strings[1::2])))
    (a, b), (c, d) = by_spin
    return a * c + b * d, a * d + b * c


def _converged(solver: Any, energies: Any, states: Any) -> list[tuple[float, NDArray[np.float64]]]:
    if not np.all(solver.converged):
        raise Refused(NOT_CONVERGED, "the Davidson iteration has not converged")
    if np.ndim(energies) == 0:
        energies, states = [energies], [states]
    return [(float(energy), np.asarray(state)) for energy, state in zip(energies, states, strict=True)]


def add_electron(state: NDArray[np.float64], orbitals: int, electrons: int) -> NDArray[np.float64]:
    """Return sum over n of c+_n on a state: spin up to an even number of electrons, down to an odd one."""
    sector = smallest_sector(electrons)
    matrix = state.reshape(comb(orbitals, sector[0]), comb(orbitals, sector[1]))
    create = addons.cre_b if electrons % 2 else addons.cre_a
    return np.asarray(sum(create(matrix, orbitals, sector, n) for n in range(orbitals))).ravel()
