"""Expectation values in single levels: kinetic and interaction energy, total spin, charge density."""

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.kinds_of_dots import OrbitalDot
from numeric.spectrum import Spectrum
from numeric.spin import spin_squared_matrix
from numeric.validation import as_floats, as_instance


def expectations(spectrum: Spectrum, level: int) -> tuple[float, float]:
    """Return the kinetic and the interaction energy of a level, in effective Hartree.

    The interaction energy is the level's energy less its kinetic energy. For a dot given by its integrals they are the
    expectation values of the one-body and of the two-body part, in its unit; the constant is in neither.

    Raises
    ------
    ValueError
        If there is no such level.

    Examples
    --------
    >>> from numeric import Dot, solve, expectations
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> kinetic, interaction = expectations(solve(dot, 1, 1), 0)
    >>> round(kinetic, 4), abs(round(interaction, 4))
    (0.0547, 0.0)
    """
    chosen = as_instance("spectrum", spectrum, Spectrum).level(level)
    dot, sector = spectrum.dot, chosen.sector
    if isinstance(dot, OrbitalDot):
        one_body = float(np.sum(dot.one_body * density_matrix(spectrum, level)))
        return one_body, chosen.energy - dot.core - one_body
    unit = float(dot.orbital_energies[0])
    kinetic = unit * float(np.sum(sector.energies_of(sector.alpha, sector.beta) * chosen.state**2))
    return kinetic, chosen.energy - kinetic


def spin_squared(spectrum: Spectrum, level: int) -> float:
    """Return <S^2> = S(S+1) of a level, computed from its vector.

    Raises
    ------
    ValueError
        If there is no such level.

    Examples
    --------
    >>> from numeric import Dot, solve, spin_squared
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> round(spin_squared(solve(dot, 2, 2), 1), 10)
    0.0
    """
    chosen = as_instance("spectrum", spectrum, Spectrum).level(level)
    C = chosen.sector.matrix(chosen.state)
    return float(spin_squared_matrix(C[None], chosen.sector.up, chosen.sector.down)[0, 0])


def density_matrix(spectrum: Spectrum, level: int) -> FloatArray:
    """Return <c+_{p,up} c_{q,up} + c+_{p,down} c_{q,down}> of a level, shape (M, M), trace N.

    It is the same for all 2S+1 states of the level.

    Raises
    ------
    ValueError
        If there is no such level.

    Examples
    --------
    >>> from numeric import Dot, solve, density_matrix
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> density_matrix(solve(dot, 3, 1), 0).trace().round(10).item()
    3.0
    """
    chosen = as_instance("spectrum", spectrum, Spectrum).level(level)
    sector, M = chosen.sector, spectrum.dot.orbitals
    C = sector.matrix(chosen.state)
    total = np.zeros((M, M))
    for matrix, strings in ((C, sector.up), (C.T, sector.down)):
        if strings.electrons:
            target, sign = strings.ladder.additions(M)
            # removed[p, c, b] = <c, b| c_p |C>
            removed = sign.T[:, :, None] * matrix[target.T]
            total += np.einsum("pcb,qcb->pq", removed, removed, optimize=True)
    return total


def charge_density(spectrum: Spectrum, level: int, x: ArrayLike) -> FloatArray:
    """Return the electron density sum_pq phi_p(x) phi_q(x) <c+_p c_q> of a level, in 1/a_B*; it integrates to N.

    Parameters
    ----------
    spectrum : Spectrum
        Levels of a dot of length L.
    level : int
        Index of the level.
    x : array_like
        Positions in 0..L, in effective Bohr radii; the density vanishes at both walls.

    Returns
    -------
    ndarray, shape of x
        The density.

    Raises
    ------
    ValueError
        If the dot is no box, if there is no such level, or a position lies outside the box.

    Examples
    --------
    >>> from numeric import Dot, solve, charge_density
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> charge_density(solve(dot, 1, 1), 0, [0.0, 4.75]).round(4)
    array([0.    , 0.2105])
    """
    as_instance("spectrum", spectrum, Spectrum)
    L, M = spectrum.box.length, spectrum.box.orbitals
    position = as_floats("x", x)
    outside = position[(position < 0.0) | (position > L)]
    if outside.size:
        raise ValueError(f"x={outside[0]} must lie in 0..{L}, inside the box")
    n = np.arange(1, M + 1)
    phi = np.sqrt(2.0 / L) * np.sin(np.multiply.outer(position, n) * (np.pi / L))
    density: FloatArray = np.einsum("...p,pq,...q->...", phi, density_matrix(spectrum, level), phi, optimize=True)
    return density
