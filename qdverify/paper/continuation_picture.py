"""Picture of an adiabatic continuation: levels and transition probabilities against the strength of the interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure

from qdverify.paper.palette import DASHES, SERIES
from qdverify.protocol.spins import spin_text

if TYPE_CHECKING:
    from qdverify.paper.adiabatic_continuation import AdiabaticContinuation, FollowedLevel

_ZERO: Final = 1e-9
"""M_ji that stay below this are forbidden by spin, and not drawn."""


def draw(continuation: AdiabaticContinuation, electrons: int) -> Figure:
    """Draw the levels of N + 1 electrons beside M_ji from N to N + 1."""
    figure = Figure(figsize=(9.6, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    unit = continuation.dot.orbital_energies[0]
    lower, upper = continuation.levels[electrons], continuation.levels[electrons + 1]
    for j, level in enumerate(upper):
        label = f"{_name(level)}, ends in {{{','.join(map(str, level.configuration))}}}"
        left.semilogx(continuation.strengths, level.energies / unit, color=SERIES[j % len(SERIES)], label=label)
    left.set(ylabel="energy / energy of the lowest orbital", title=f"levels of N = {electrons + 1}")
    for i, start in enumerate(lower):
        for j, end_level in enumerate(upper):
            values = continuation.M[electrons][:, j, i]
            if np.max(values) > _ZERO:
                style = {"color": SERIES[j % len(SERIES)], "ls": DASHES[i % len(DASHES)]}
                right.semilogx(
                    continuation.strengths, values, label=f"{_name(start)} \u2192 {_name(end_level)}", **style
                )
    right.set(ylabel="transition probability $M_{ji}$", title=f"transitions N = {electrons} \u2192 {electrons + 1}")
    for panel in (left, right):
        panel.set_xlabel("strength of the interaction / full strength")
        panel.spines[["top", "right"]].set_visible(False)
        panel.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    return figure


def _name(level: FollowedLevel) -> str:
    return f"level {level.index} (S = {spin_text(level.two_S)})"
