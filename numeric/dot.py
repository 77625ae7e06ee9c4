"""The quantum dot: a quasi-one-dimensional box with hard walls and M orbitals, [J96] Eq. (1).

Orbitals are phi_n(x) = sqrt(2/L) sin(n pi x / L), n = 1..M, positive just right of x = 0, with energies
eps_n = n^2 pi^2 / (2 L^2) in effective atomic units (hbar = m = e^2/epsilon = 1). Two electrons interact through one of

    soft-coulomb   s / sqrt((x - x')^2 + lambda^2), the transversal width of the wire being lambda > 0
    contact        s delta(x - x')
    constant       s
    none           0

with strength s. The last three ignore lambda: there any finite lambda >= 0 is accepted, 0 included.

[J96]: K. Jauregui, W. Haeusler, D. Weinmann, B. Kramer, Phys. Rev. B 53, R1713 (1996).
"""

import math
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from numeric.validation import as_choice, as_float, as_integer

Kernel = Literal["soft-coulomb", "contact", "constant", "none"]
KERNELS: tuple[Kernel, ...] = get_args(Kernel)


MOST_ORBITALS = 4000
"""The couplings of more densities take more than half a gigabyte."""

LARGEST_ENERGY = 1e120
"""Beyond this energy, or below its inverse, the squares in the norms of vectors over- or underflow: an iteration would
then stop at wrong levels without a sign of it."""

LARGEST_RATIO = 1e300
"""Beyond this ratio of cutoff to length, or below its inverse, 1/ratio loses digits or exceeds every double."""

LEAST_PAPER_ORBITALS = 9
"""With fewer orbitals the levels of the paper's dot come in another order than the paper's."""


@dataclass(frozen=True)
class Dot:
    """A quantum dot, [J96] Eq. (1).

    Parameters
    ----------
    length : float
        Length L of the box in effective Bohr radii, positive.
    cutoff : float
        Transversal width lambda in effective Bohr radii; positive for "soft-coulomb", ignored (but finite and not
        negative) by the other kernels.
    orbitals : int
        Number M of orbitals kept, 1..4000.
    kernel : {"soft-coulomb", "contact", "constant", "none"}
        The interaction, see the module.
    strength : float
        Its strength s, of either sign.

    Raises
    ------
    ValueError
        If a value is outside these rules, if the orbital energies do not lie between 1e-120 and 1e120 effective
        Hartree, if the interaction (s/L, or s of the constant kernel) exceeds 1e120, or if lambda/L of the soft Coulomb
        kernel does not lie between 1e-300 and 1e300. The message names value and rule.

    Examples
    --------
    >>> from numeric import Dot
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=10)
    >>> dot.orbital_energies[:3].round(4)
    array([0.0547, 0.2187, 0.4921])
    >>> Dot(length=9.5, cutoff=-0.1, orbitals=10)
    Traceback (most recent call last):
    ValueError: cutoff=-0.1 must be positive
    """

    length: float
    cutoff: float
    orbitals: int
    kernel: Kernel = "soft-coulomb"
    strength: float = 1.0

    def __post_init__(self) -> None:
        as_choice("kernel", self.kernel, KERNELS)
        length = as_float("length", self.length, positive=True)
        cutoff = as_float("cutoff", self.cutoff, minimum=0.0, positive=self.kernel == "soft-coulomb")
        orbitals = as_integer("orbitals", self.orbitals, minimum=1, maximum=MOST_ORBITALS)
        for name, value in (("length", length), ("cutoff", cutoff), ("orbitals", orbitals)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "strength", as_float("strength", self.strength))
        self._check_range()

    def _check_range(self) -> None:
        """Refuse a dot whose energies or couplings could not be computed in doubles."""
        # powers are compared, as the energies themselves may exceed every double
        lowest = 2.0 * math.log10(math.pi / self.length) - math.log10(2.0)
        largest = math.log10(LARGEST_ENERGY)
        if lowest < -largest or lowest + 2.0 * math.log10(self.orbitals) > largest:
            raise ValueError(
                f"length={self.length} must leave the orbital energies (n pi/L)^2/2 of n=1..{self.orbitals} "
                f"between {1 / LARGEST_ENERGY:g} and {LARGEST_ENERGY:g}"
            )
        divisor = 1.0 if self.kernel == "constant" else self.length
        if self.kernel != "none" and not abs(self.strength) / LARGEST_ENERGY <= divisor:
            name = "strength" if self.kernel == "constant" else "strength/length"
            raise ValueError(
                f"strength={self.strength} with length={self.length} must leave {name} at most {LARGEST_ENERGY:g}"
            )
        if self.kernel == "soft-coulomb" and not 1 / LARGEST_RATIO <= self.cutoff / self.length <= LARGEST_RATIO:
            raise ValueError(
                f"cutoff={self.cutoff} with length={self.length} must leave cutoff/length between "
                f"{1 / LARGEST_RATIO:g} and {LARGEST_RATIO:g}"
            )

    @classmethod
    def paper(cls, orbitals: int = 13, *, cutoff_ratio: float = 2e-4) -> Self:
        """Return the dot of [J96]: L = 9.5; lambda/L is not stated there, 2e-4 reproduces its tables.

        Fewer than 9 orbitals are refused: the levels would come in another order than the paper's, and the rows of
        its tables would be exchanged. A smaller basis is `Dot(9.5, 9.5 * 2e-4, orbitals)`.
        """
        length = 9.5
        cutoff = length * as_float("cutoff_ratio", cutoff_ratio)
        if as_integer("orbitals", orbitals, minimum=1) < LEAST_PAPER_ORBITALS:
            raise ValueError(
                f"orbitals={orbitals} must be at least {LEAST_PAPER_ORBITALS}: fewer give another order of levels than "
                f"the paper's; Dot({length}, {cutoff:g}, {orbitals}) is that dot"
            )
        return cls(length=length, cutoff=cutoff, orbitals=orbitals)

    @property
    def orbital_energies(self) -> NDArray[np.float64]:
        """Single-electron energies eps_n, shape (M,), in effective Hartree."""
        n = np.arange(1, self.orbitals + 1, dtype=np.float64)
        return 0.5 * (n * (math.pi / self.length)) ** 2
