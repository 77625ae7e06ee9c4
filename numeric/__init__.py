"""The floating-point side: the quantum dot in numpy and scipy."""

from numeric.coupling import clebsch_gordan_weight
from numeric.dot import KERNELS, Dot, Kernel
from numeric.integrals import Integrals, interaction_integrals
from numeric.spectrum import Spectrum, solve
from numeric.transitions import transition_probabilities

__all__ = [
    "KERNELS",
    "Dot",
    "Integrals",
    "Kernel",
    "Spectrum",
    "clebsch_gordan_weight",
    "interaction_integrals",
    "solve",
    "transition_probabilities",
]
