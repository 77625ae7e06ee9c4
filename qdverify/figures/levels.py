"""Levels of the implementation under test: against the interaction strength, and against the size of the basis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes

from analytic import bethe_energy
from qdverify.figures.svg import ACCENT, INK, MUTED, SECOND, Plot, figure, light_grid, svg_of

_SPIN_COLOURS: Final = (ACCENT, SECOND, MUTED)


def levels_over_strength(answers: Mapping[str, Any]) -> Plot | None:
    """Return excitation energies over the interaction strength, or None where there are no spectra."""
    if "strength" not in answers:
        return None
    data = answers["strength"]
    strengths = data["strengths"]
    alt = "Excitation energies of 2, 3 and 4 electrons against the interaction strength"
    with figure(7.2, 3.4, ncols=3, sharey=True) as (drawing, axes):
        for panel, (electrons, spectra) in zip(axes, data["electrons"].items(), strict=True):
            _draw_levels(panel, strengths, spectra)
            panel.set_title(f"N = {electrons}", loc="left", color=INK)
        axes[0].set_ylabel("$E - E_0$")
        axes[1].set_xlabel("strength of the interaction, 1 for the paper's dot")
        svg = svg_of(drawing, alt)
    rows = [
        (electrons, f"{strength:g}", _spin(two_S), f"{energy - spectrum['energies'][0]:.6g}")
        for electrons, spectra in data["electrons"].items()
        for strength, spectrum in zip(strengths, spectra, strict=True)
        for energy, two_S in zip(spectrum["energies"], spectrum["two_S"], strict=True)
    ]
    caption = (
        f"Excitation energies of the implementation under test in the paper's dot with {data['orbitals']} orbitals, as "
        "the interaction grows: the lowest multiplet closes up far below the next level. Blue: S = 0 or 1/2; orange: "
        "S = 1 or 3/2; grey: higher spins."
    )
    header = ("electrons", "strength", "S", "E - E_0")
    return Plot("levels", "Levels against the interaction strength", caption, alt, svg, header, rows)


def contact_convergence(answers: Mapping[str, Any]) -> Plot | None:
    """Return the approach of truncated-basis energies to Bethe's ansatz, or None where there are no spectra."""
    if "convergence" not in answers:
        return None
    data = answers["convergence"]
    orbitals = np.array(data["orbitals"])
    alt = "Truncated-basis energies of the contact gas approaching the exact ones"
    rows = []
    with figure(5.4, 3.1) as (drawing, axes):
        for colour, (electrons, energies) in zip(_SPIN_COLOURS, data["energies"].items(), strict=False):
            N = int(electrons)
            exact = float(bethe_energy(N, N % 2, strength=data["strength"]))
            error = np.array(energies) - exact
            axes.plot(orbitals, np.abs(error), "o-", color=colour, markersize=4, linewidth=1, label=f"N = {N}")
            rows += [(electrons, str(M), f"{E:.8f}", f"{exact:.8f}", f"{E - exact:+.2e}")
                     for M, E in zip(data["orbitals"], energies, strict=True)]  # fmt: skip
            if N == 2:
                axes.plot(orbitals, error[0] * orbitals[0] / orbitals, color=MUTED, linewidth=0.8, linestyle="dotted")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(orbitals, [str(M) for M in orbitals])
        axes.minorticks_off()
        axes.set_xlabel("orbitals $M$")
        axes.set_ylabel(r"$|E_0(M) - E_0|$")
        axes.legend()
        light_grid(axes, "y")
        svg = svg_of(drawing, alt)
    caption = (
        f"Ground-state energies of the contact gas (L = 1, g = {data['strength']:g}) by the implementation under "
        "test, less the exact ones of Bethe's ansatz. A variational calculation approaches them from above, like "
        "1/M (dotted)."
    )
    header = ("electrons", "orbitals", "E_0", "exact", "difference")
    return Plot("convergence", "Convergence in the number of orbitals", caption, alt, svg, header, rows)


def _draw_levels(axes: Axes, strengths: list[float], spectra: list[dict[str, Any]]) -> None:
    points: dict[str, list[tuple[float, float]]] = {}
    for strength, spectrum in zip(strengths, spectra, strict=True):
        for energy, two_S in zip(spectrum["energies"][1:], spectrum["two_S"][1:], strict=True):
            colour = _SPIN_COLOURS[min(two_S // 2, len(_SPIN_COLOURS) - 1)]
            points.setdefault(colour, []).append((strength, energy - spectrum["energies"][0]))
    for colour, found in points.items():
        axes.plot(*zip(*found, strict=True), "_", markersize=9, color=colour, markeredgewidth=1.4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.minorticks_off()
    light_grid(axes, "y")


def _spin(two_S: int) -> str:
    return str(two_S // 2) if two_S % 2 == 0 else f"{two_S}/2"
