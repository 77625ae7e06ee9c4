"""The floating-point side: the quantum dot in numpy and scipy."""

from numeric.amplitudes import TransitionAmplitudes, transition_amplitudes
from numeric.coupling import clebsch_gordan_weight
from numeric.decomposition import Decomposition, Expansion, decompose, expand
from numeric.dot import KERNELS, Dot, Kernel
from numeric.eigensolver import NotConvergedError
from numeric.integrals import Integrals, interaction_integrals
from numeric.observables import charge_density, density_matrix, expectations, spin_squared
from numeric.sector_energies import hamiltonian_matrix, sector_energies
from numeric.slater_lanczos import slater_lanczos, slater_transition_probabilities
from numeric.spectrum import Spectrum, solve
from numeric.transitions import transition_probabilities

__all__ = [
    "KERNELS",
    "Decomposition",
    "Dot",
    "Expansion",
    "Integrals",
    "Kernel",
    "NotConvergedError",
    "Spectrum",
    "TransitionAmplitudes",
    "charge_density",
    "clebsch_gordan_weight",
    "decompose",
    "density_matrix",
    "expand",
    "expectations",
    "hamiltonian_matrix",
    "interaction_integrals",
    "sector_energies",
    "slater_lanczos",
    "slater_transition_probabilities",
    "solve",
    "spin_squared",
    "transition_amplitudes",
    "transition_probabilities",
]
