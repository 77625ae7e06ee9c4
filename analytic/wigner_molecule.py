"""Classical limit of two or three electrons in a two-dimensional harmonic potential: equilibrium and vibrations.

At infinite strength the electrons sit at the corners of a regular polygon of side a, where

    V = sum omega^2 r_i^2/2 + sum s/r_ij,   r_i = a/(2 sin(pi/N)),

is lowest, and vibrate with the frequencies that the second derivatives of V give. Energies follow as

    E = V + (sum of the frequencies)/2 + O(s^(-2/3)).
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from analytic.exact import ExactNumber, positive_rational


@dataclass(frozen=True)
class WignerMolecule:
    """Electrons at rest in their classical equilibrium.

    Attributes
    ----------
    energy
        Lowest potential energy.
    side
        Distance between two electrons.
    frequencies
        All 2N frequencies of small vibrations, rising; the first is 0, the rotation.
    """

    energy: sympy.Expr
    side: sympy.Expr
    frequencies: tuple[sympy.Expr, ...]


def wigner_molecule(electrons: int, omega: ExactNumber, strength: ExactNumber = 1) -> WignerMolecule:
    """Return the classical equilibrium of two or three electrons, without field, and its vibrations.

    Parameters
    ----------
    electrons
        2 or 3.
    omega, strength
        Frequency of the potential and strength of the Coulomb interaction, both positive, read exactly.

    Raises
    ------
    ValueError
        If the number of electrons is another one, or omega or the strength is not positive.

    Examples
    --------
    >>> from analytic import wigner_molecule
    >>> found = wigner_molecule(2, 1, 4)
    >>> found.side, found.energy, found.frequencies
    (2, 3, (0, 1, 1, sqrt(3)))
    """
    if electrons not in (2, 3):
        raise ValueError(f"electrons={electrons} must be 2 or 3")
    w, s = (sympy.Rational(positive_rational(*item)) for item in (("omega", omega), ("strength", strength)))
    # V = N omega^2 a^2/(8 sin^2(pi/N)) + N(N-1)/2 s/a is lowest at a^3 = 2 (N-1) sin^2(pi/N) s/omega^2
    ratio = 2 * (electrons - 1) * sympy.sin(sympy.pi / electrons) ** 2
    side = sympy.cbrt(ratio * s / w**2)
    squares = _squared_frequencies(electrons, ratio)
    pairs = electrons * (electrons - 1) // 2
    corner = 1 / (2 * sympy.sin(sympy.pi / electrons))
    energy = electrons * w**2 * (corner * side) ** 2 / 2 + pairs * s / side
    return WignerMolecule(sympy.simplify(energy), side, tuple(w * sympy.sqrt(square) for square in squares))


def _squared_frequencies(electrons: int, ratio: sympy.Expr) -> list[sympy.Expr]:
    """Return the eigenvalues of the second derivatives of V at omega = 1 and a = 1, where s = 1/ratio."""
    coordinates = sympy.symbols(f"x:{2 * electrons}", real=True)
    points = [coordinates[2 * i : 2 * i + 2] for i in range(electrons)]
    V = sum(x**2 for x in coordinates) / 2
    for i in range(electrons):
        for j in range(i):
            V += 1 / (ratio * sympy.sqrt(sum((a - b) ** 2 for a, b in zip(points[i], points[j], strict=True))))
    corner = 1 / (2 * sympy.sin(sympy.pi / electrons))
    angles = [2 * sympy.pi * i / electrons for i in range(electrons)]
    place = [corner * f(angle) for angle in angles for f in (sympy.cos, sympy.sin)]
    at = dict(zip(coordinates, place, strict=True))
    if any(sympy.simplify(sympy.diff(V, x).subs(at)) != 0 for x in coordinates):
        raise ArithmeticError(f"the polygon of {electrons} electrons is no equilibrium")
    H = sympy.hessian(V, coordinates).subs(at).applyfunc(sympy.simplify)
    found = [square for square, times in H.eigenvals().items() for _ in range(times)]
    return sorted((sympy.nsimplify(sympy.simplify(square)) for square in found), key=float)
