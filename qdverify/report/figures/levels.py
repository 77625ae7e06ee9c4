"""Levels of the implementation under test: against the interaction strength, and against the size of the basis."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FormatStrFormatter, LogLocator

from analytic import bethe_energy
from qdverify.protocol.json_types import SpectrumAnswer
from qdverify.protocol.spins import spin_text
from qdverify.report.figures.answer_types import Answers
from qdverify.report.figures.svg import ACCENT, INK, MUTED, SECOND, Plot, figure, light_grid, svg_of

_SPIN_COLOURS: Final = (ACCENT, SECOND, MUTED)
_HIGH_SPIN: Final = 4


def levels_over_strength(answers: Answers) -> Plot | None:
    """Return excitation energies over the interaction strength, or None if there are no spectra."""
    if "strength" not in answers:
        return None
    data = answers["strength"]
    strengths = data["strengths"]
    alt = "Excitation energies of 2, 3 and 4 electrons against the interaction strength"
    panels = []
    for electrons, spectra in data["electrons"].items():
        with figure(3.0) as (drawing, axes):
            _draw_levels(axes, strengths, spectra)
            axes.set_title(f"N = {electrons}, ground state {_ground_spins(spectra)}", loc="left", color=INK)
            axes.set_ylabel("$E - E_0$ ($E_H^*$)")
            axes.set_xlabel("strength of the interaction (1: the paper's dot)")
            panels.append(svg_of(drawing, f"levels of {electrons}"))
    rows = [
        (electrons, f"{strength:g}", spin_text(two_S), f"{energy - spectrum['energies'][0]:.6g}")
        for electrons, spectra in data["electrons"].items()
        for strength, spectrum in zip(strengths, spectra, strict=True)
        for energy, two_S in zip(spectrum["energies"], spectrum["two_S"], strict=True)
    ]
    caption = (
        f"Excitation energies of the implementation under test in the paper's dot with {data['orbitals']} orbitals, as "
        "the interaction grows to the paper's. The lowest multiplet, the levels of N localised spins, "
        "closes up; beside it the next level is drawn."
    )
    header = ("electrons", "strength", "S", "E - E_0 (E_H*)")
    return Plot("levels", "Levels against the interaction strength", caption, alt, panels, header, rows, across=3)


def contact_convergence(answers: Answers) -> Plot | None:
    """Return the approach of truncated-basis energies to Bethe's ansatz, or None if there are no spectra."""
    if "convergence" not in answers:
        return None
    data = answers["convergence"]
    orbitals = np.array(data["orbitals"])
    alt = "Truncated-basis energies of the contact gas approaching the exact ones"
    rows = []
    with figure(2.9) as (drawing, axes):
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
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        axes.set_ylabel(r"$|E_0(M) - E_0|$ ($E_H^*$)")
        axes.legend()
        light_grid(axes, "y")
        svg = svg_of(drawing, alt)
    caption = (
        f"Ground-state energies of the contact gas (L = 1 a_B*, g = {data['strength']:g} E_H* a_B*) by the "
        "implementation under test, less the exact ones of Bethe's ansatz. A variational calculation approaches them "
        "from above, like 1/M (dotted)."
    )
    header = ("electrons", "orbitals", "E_0 (E_H*)", "exact", "difference")
    return Plot("convergence", "Convergence in the number of orbitals", caption, alt, [svg], header, rows)


def _draw_levels(axes: Axes, strengths: list[float], spectra: list[SpectrumAnswer]) -> None:
    points: dict[int, list[tuple[float, float]]] = {}
    for strength, spectrum in zip(strengths, spectra, strict=True):
        for energy, two_S in zip(spectrum["energies"][1:], spectrum["two_S"][1:], strict=True):
            points.setdefault(two_S, []).append((strength, energy - spectrum["energies"][0]))
    for two_S, found in sorted(points.items()):
        colour = _SPIN_COLOURS[min(two_S // 2, len(_SPIN_COLOURS) - 1)]
        # told apart without colour too
        marker, size = ("_", 9) if two_S < _HIGH_SPIN else ("x", 4)
        axes.plot(
            *zip(*found, strict=True), marker, markersize=size, color=colour, markeredgewidth=1.4,
            label=f"S = {spin_text(two_S)}",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.minorticks_off()
    axes.legend(loc="lower left")
    light_grid(axes, "y")


def _ground_spins(spectra: list[SpectrumAnswer]) -> str:
    """Return the spin of the ground state, or all that it takes along the curve."""
    return "S = " + ", ".join(dict.fromkeys(spin_text(spectrum["two_S"][0]) for spectrum in spectra))
