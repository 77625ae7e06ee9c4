"""Picture of an adiabatic continuation: levels and transition probabilities against the strength of the interaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from numeric import FloatArray
from qdverify.paper.palette import DASHES, SERIES

_ZERO: Final = 1e-9
"""M_ji that stay below this are forbidden by spin, and not drawn."""


def draw(
    strengths: FloatArray,
    electrons: int,
    starts: Sequence[str],
    ends: Sequence[tuple[str, str, FloatArray]],
    M: FloatArray,
) -> Figure:
    """Draw the levels of N + 1 electrons beside M_ji from N to N + 1.

    Parameters
    ----------
    strengths
        Strengths of the interaction, shape (k,).
    electrons
        N.
    starts
        Names of the levels of N electrons.
    ends
        Of each level of N + 1 electrons its name, its configuration, and its energies
        in units of the lowest orbital's, shape (k,).
    M
        M_ji of shape (k, to, from).
    """
    figure = Figure(figsize=(9.6, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for j, (end, configuration, energies) in enumerate(ends):
        left.semilogx(strengths, energies, color=SERIES[j % len(SERIES)], label=f"{end}, ends in {configuration}")
    left.set(ylabel="energy / energy of the lowest orbital", title=f"levels of N = {electrons + 1}")
    for i, start in enumerate(starts):
        for j, (end, _, _) in enumerate(ends):
            if np.max(M[:, j, i]) > _ZERO:
                style = {"color": SERIES[j % len(SERIES)], "ls": DASHES[i % len(DASHES)]}
                right.semilogx(strengths, M[:, j, i], label=f"{start} \u2192 {end}", **style)
    right.set(ylabel="transition probability $M_{ji}$", title=f"transitions N = {electrons} \u2192 {electrons + 1}")
    for panel in (left, right):
        panel.set_xlabel("strength of the interaction / full strength")
        panel.spines[["top", "right"]].set_visible(False)
        panel.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    return figure
