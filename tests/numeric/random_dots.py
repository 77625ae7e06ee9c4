"""Random dots and electron numbers, small enough for dense comparison."""

import math

from hypothesis import strategies as st

from numeric import Dot, solve


def number_of_levels(dot, electrons):
    """How many levels exist."""
    return math.comb(dot.orbitals, electrons // 2) * math.comb(dot.orbitals, electrons - electrons // 2)


def lowest(dot, electrons, count):
    """The lowest levels, `count` of them or as many as exist."""
    return solve(dot, electrons, min(count, number_of_levels(dot, electrons)))


@st.composite
def dots(draw, kernels=("soft-coulomb", "contact", "constant", "none"), orbitals=(2, 5)):
    """Draw a dot whose interaction is neither negligible nor overwhelming."""
    length = draw(st.floats(0.3, 30.0))
    return Dot(
        length=length,
        cutoff=length * 10.0 ** draw(st.floats(-5.0, 0.0)),
        orbitals=draw(st.integers(*orbitals)),
        kernel=draw(st.sampled_from(kernels)),
        strength=draw(st.floats(0.05, 5.0)),
    )


@st.composite
def filled_dots(draw, kernels=("soft-coulomb", "contact", "constant", "none"), electrons=(1, 4)):
    """Draw a dot and a number of electrons that leaves room for one more."""
    dot = draw(dots(kernels))
    return dot, draw(st.integers(electrons[0], min(electrons[1], 2 * dot.orbitals - 1)))


INTERACTING = ("soft-coulomb", "contact")
"""Kernels without the wholesale degeneracies of the others."""
