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
        For a value outside these rules; the message names value and rule.
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
        wavenumber = math.pi / length
        if not 0.0 < wavenumber * wavenumber * orbitals * orbitals < math.inf:
            raise ValueError(f"length={length} must leave the orbital energies (n pi/L)^2/2 in the range of a double")

    @classmethod
    def paper(cls, orbitals: int = 13, *, cutoff_ratio: float = 2e-4) -> Self:
        """Return the dot of [J96]: L = 9.5; lambda/L is not stated there, 2e-4 reproduces its tables.

        Fewer than 9 orbitals are refused: the levels would come in another order than the paper's, and the rows of
        its tables would be exchanged. A smaller basis is `Dot(9.5, 9.5 * 2e-4, orbitals)`.
        """
        length = 9.5
        as_integer("orbitals", orbitals, minimum=LEAST_PAPER_ORBITALS)
        return cls(length=length, cutoff=length * as_float("cutoff_ratio", cutoff_ratio), orbitals=orbitals)

    @property
    def orbital_energies(self) -> NDArray[np.float64]:
        """Single-electron energies eps_n, shape (M,), in effective Hartree."""
        n = np.arange(1, self.orbitals + 1, dtype=np.float64)
        return 0.5 * (n * (math.pi / self.length)) ** 2
