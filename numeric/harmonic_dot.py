"""The dot of Ref. 9 of [J96]: N electrons in a two-dimensional harmonic potential and a perpendicular magnetic field.

    H = sum_i [ (p_i + A(r_i))^2 / 2 + omega^2 r_i^2 / 2 ] + sum_(i<j) s / |r_i - r_j|

with cyclotron frequency omega_c, without Zeeman energy, in effective atomic units (hbar = m = e^2/epsilon = 1). The
orbitals are those of Fock and Darwin, with Omega^2 = omega^2 + omega_c^2/4 and n = 2 n_r + |m|,

    phi(r, angle) = R(r) exp(i m angle) / sqrt(2 pi),   eps = (n + 1) Omega - m omega_c / 2,
    R(r) = sqrt(2 Omega n_r! / (n_r + |m|)!) x^|m| exp(-x^2/2) L_(n_r)^(|m|)(x^2),   x = sqrt(Omega) r,

so that R is positive near r = 0. A basis of K shells, n = 0..K-1, has M = K(K+1)/2 orbitals. Source: V. Fock, Z. Phys.
47, 446 (1928); C. G. Darwin, Proc. Camb. Phil. Soc. 27, 86 (1931).
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from numeric.arrays import FloatArray, IntArray
from numeric.harmonic_integrals import coulomb_integrals
from numeric.symmetry import ANGULAR_MOMENTA, Combination
from numeric.validation import as_float, as_integer

MOST_SHELLS = 10
"""55 orbitals, whose integrals take 73 MB."""
LARGEST_PARAMETER = 1e60
"""Beyond this frequency or strength, or below its inverse, squares of energies could exceed every double."""


@dataclass(frozen=True)
class HarmonicDot:
    """N electrons in a two-dimensional harmonic potential and a perpendicular magnetic field.

    Orbitals are numbered by shell n = 2 n_r + |m| and, within a shell, by m = -n, -n+2, ..., n.

    Parameters
    ----------
    omega : float
        Frequency of the potential in effective Hartree, positive.
    shells : int
        Number K of whole shells, 1..10.
    field : float
        Cyclotron frequency omega_c in effective Hartree, of either sign.
    strength : float
        Strength s of the Coulomb interaction.
    thickness : float
        Root mean square b of z for each electron, in effective Bohr radii: its density along z is a Gaussian, and the
        interaction the mean of s/sqrt(r^2 + z^2) over both.

    Raises
    ------
    ValueError
        If a value is outside these rules or, in size, beyond 1e60 or (for omega) below 1e-60; the message names value
        and rule.

    Examples
    --------
    Two electrons at omega = 1 have the energy 3 exactly in a complete basis (M. Taut, 1994):

    >>> from numeric import HarmonicDot, solve
    >>> found = solve(HarmonicDot(omega=1.0, shells=6), electrons=2, levels=1)
    >>> found.energies.round(4), found.two_S, found.angular_momenta
    (array([3.0136]), array([0]), array([0]))
    """

    omega: float
    shells: int
    field: float = 0.0
    strength: float = 1.0
    thickness: float = 0.0

    def __post_init__(self) -> None:
        numbers = {
            "omega": as_float("omega", self.omega, positive=True),
            "field": as_float("field", self.field),
            "strength": as_float("strength", self.strength),
            "thickness": as_float("thickness", self.thickness, minimum=0.0),
        }
        for name, value in numbers.items():
            least = 1.0 / LARGEST_PARAMETER if name == "omega" else 0.0
            if not least <= abs(value) <= LARGEST_PARAMETER:
                raise ValueError(f"{name}={value:g} must lie between {least:g} and {LARGEST_PARAMETER:g} in size")
            object.__setattr__(self, name, value)
        object.__setattr__(self, "shells", as_integer("shells", self.shells, minimum=1, maximum=MOST_SHELLS))

    @property
    def orbitals(self) -> int:
        """Number M = K(K+1)/2 of orbitals."""
        return self.shells * (self.shells + 1) // 2

    @property
    def effective_omega(self) -> float:
        """Omega = sqrt(omega^2 + omega_c^2/4), in effective Hartree."""
        return math.hypot(self.omega, 0.5 * self.field)

    @property
    def length(self) -> float:
        """Oscillator length 1/sqrt(Omega), in effective Bohr radii."""
        return 1.0 / math.sqrt(self.effective_omega)

    @property
    def shell_numbers(self) -> IntArray:
        """Shell n = 2 n_r + |m| of every orbital, shape (M,)."""
        return np.repeat(np.arange(self.shells), np.arange(self.shells) + 1)

    @property
    def angular_momenta(self) -> IntArray:
        """Angular momentum m of every orbital, shape (M,)."""
        return np.concatenate([np.arange(-n, n + 1, 2) for n in range(self.shells)])

    @property
    def radial_numbers(self) -> IntArray:
        """Radial quantum number n_r of every orbital, shape (M,)."""
        return (self.shell_numbers - np.abs(self.angular_momenta)) // 2

    @property
    def orbital_energies(self) -> FloatArray:
        """Energies eps of the orbitals in effective Hartree, shape (M,)."""
        shells, m = self.shell_numbers.astype(np.float64), self.angular_momenta.astype(np.float64)
        return (shells + 1.0) * self.effective_omega - 0.5 * self.field * m

    def amplitudes(self, radius: float) -> FloatArray:
        """Return the orbitals at a point on the positive x axis: weights w_n of a lead in contact there.

        Parameters
        ----------
        radius : float
            Distance of the point from the centre in effective Bohr radii, not negative.

        Returns
        -------
        ndarray, shape (M,)
            phi(r, 0), in inverse effective Bohr radii.

        Examples
        --------
        >>> from numeric import HarmonicDot
        >>> HarmonicDot(omega=1.0, shells=2).amplitudes(1.0).round(4)
        array([0.3422, 0.3422, 0.3422])
        """
        x = as_float("radius", radius, minimum=0.0) / self.length
        k, m = self.radial_numbers, np.abs(self.angular_momenta)
        norm = np.exp(0.5 * (special.gammaln(k + 1) - special.gammaln(k + m + 1))) / (math.sqrt(math.pi) * self.length)
        values: FloatArray = norm * x**m * math.exp(-0.5 * x * x) * special.eval_genlaguerre(k, m, x * x)
        return values

    @property
    def squared_radius(self) -> FloatArray:
        """Matrix elements of r^2 between the orbitals in squared effective Bohr radii, shape (M, M).

        With `density_matrix` they give the mean squared radius of a level: sum r2_pq D_pq for all electrons together.
        """
        n, m, k = self.shell_numbers, self.angular_momenta, self.radial_numbers
        # the orbital of the same m two shells higher
        higher = (m[:, None] == m) & (k[:, None] == k + 1)
        coupling = higher * np.sqrt((k + 1.0) * (k + np.abs(m) + 1.0))
        elements: FloatArray = np.diag(n + 1.0) - coupling - coupling.T
        return elements / self.effective_omega

    @property
    def core(self) -> float:
        """Constant part of the energy: 0."""
        return 0.0

    @property
    def labels(self) -> IntArray:
        """Symmetry label of every orbital: its angular momentum, shape (M,)."""
        return self.angular_momenta

    @property
    def combination(self) -> Combination:
        """How the labels combine: L_z is the sum."""
        return ANGULAR_MOMENTA

    @property
    def one_body(self) -> FloatArray:
        """Diagonal matrix of the orbital energies, shape (M, M)."""
        return np.diag(self.orbital_energies)

    @cached_property
    def two_body(self) -> FloatArray:
        """Coulomb integrals (pq|rs) = <p r| s/|r_1 - r_2| |q s> in effective Hartree, shape (M, M, M, M), read-only.

        As the orbitals are complex, (pq|rs) = (qp|sr) = (rs|pq) holds, but not (pq|rs) = (qp|rs).
        """
        scale = self.strength / self.length
        thickness = self.thickness / self.length
        integrals = scale * coulomb_integrals(self.radial_numbers, self.angular_momenta, thickness=thickness)
        integrals.setflags(write=False)
        return integrals
