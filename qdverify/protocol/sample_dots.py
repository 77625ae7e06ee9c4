"""The dots that checks try: named ones, and random ones of every kernel."""

from __future__ import annotations

import random
from typing import Final

from qdverify.protocol.json_types import BoxDot, HarmonicDot, IntegralDot, Kernel


def make_dot(
    kernel: Kernel, orbitals: int, *, length: float = 1.0, cutoff: float = 0.1, strength: float = 1.0
) -> BoxDot:
    """Return a DOT of the protocol."""
    return {"length": length, "cutoff": cutoff, "orbitals": orbitals, "kernel": kernel, "strength": strength}


INTEGRAL_DOT: Final[IntegralDot] = {
    "kind": "integrals",
    "orbitals": 3,
    "core": 0.25,
    "one_body": [[-1.0, 0.0, 0.125], [0.0, -0.5, 0.0], [0.125, 0.0, 0.75]],
    "two_body": [
        [1, 1, 1, 1, 0.75],
        [2, 1, 2, 1, 0.125],
        [2, 2, 1, 1, 0.5],
        [2, 2, 2, 2, 0.625],
        [3, 1, 1, 1, -0.0625],
    ],
    "irreps": [1, 2, 1],
    "weights": {"L": [1.0, -0.5, 0.25]},
}
"""Three orbitals, two of them even: a small dot given by its integrals."""


HARMONIC_DOT: Final[HarmonicDot] = {"kind": "harmonic-2d", "omega": 1.0, "field": 0.5, "shells": 2, "strength": 1.0}
"""Three orbitals of a small harmonic dot in a field."""


def random_dot(choose: random.Random, kernel: Kernel, orbitals: int) -> BoxDot:
    """Return a dot between the weakly and the strongly correlated regime.

    Length from 0.5 to 20 effective Bohr radii, cutoff from 1e-4 to 0.3 of it, strength from 0.2 to 5; for the contact
    and the constant kernel the strength grows as the kinetic energy's unit does, 1/length or 1/length^2.
    """
    length = float(f"{10 ** choose.uniform(-0.3, 1.3):.3g}")
    cutoff = float(f"{length * 10 ** choose.uniform(-4, -0.5):.3g}")
    unit = {"contact": 5.0 / length, "constant": 5.0 / length**2}.get(kernel, 1.0)
    strength = float(f"{unit * choose.uniform(0.2, 5.0):.3g}")
    return make_dot(kernel, orbitals, length=length, cutoff=cutoff, strength=strength)
