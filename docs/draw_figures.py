"""Draws the figures of the pages that explain, as PNG and SVG.

The site calls it whenever it is built, so that no figure is older than the code that it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import qdverify
from analytic import bethe_energy
from numeric import (
    Dot,
    HarmonicDot,
    LevelScheme,
    coulomb_peaks,
    decompose,
    linear_conductance,
    solve,
    stability_diagram,
)
from qdverify.implementations.builtin import Builtin
from qdverify.paper import charge_peaks, diagrams, figures, level_pictures
from qdverify.paper.palette import ACCENT, INK, SOFT
from qdverify.paper.recomputed import PaperDot
from qdverify.reference.consensus.continuum import two_electron_levels
from qdverify.report.accuracy import points_of

ORBITALS = 10
OPTIONS: Mapping[str, Mapping[str, Any]] = {"png": {"dpi": 90}, "svg": {"metadata": {"Date": None}}}
SMALLEST = 1e-24
"""Where errors and references that are smaller, zeros among them, are drawn."""


def draw(folder: Path) -> list[Path]:
    """Write every figure as NAME.png and NAME.svg; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    dot = PaperDot.solve(ORBITALS, 2e-4)
    for name, make in FIGURES.items():
        with mpl.rc_context({"svg.hashsalt": "qdverify", "font.size": 9}):
            figure = make(dot)
            for path, options in (
                (folder / f"{name}.png", {"dpi": 90}),
                (folder / f"{name}.svg", {"metadata": {"Date": None}}),
            ):
                figure.savefig(path, **options)
                written.append(path)
    return written


def _densities(dot: PaperDot) -> Figure:
    return charge_peaks.draw(charge_peaks.onsets(dot))


def _corner(dot: PaperDot) -> Figure:
    return figures.figure_1(diagrams.corner(dot, 3), {"C": [], "M": []}, [], [], "grey")


def _peaks(dot: PaperDot) -> Figure:
    return figures.figure_2(diagrams.peaks(dot), dot)


def _first_look(_: PaperDot) -> Figure:
    """Draw peaks and diamonds of the paper's dot by the public functions alone."""
    dot = Dot.paper(orbitals=ORBITALS)
    scheme = LevelScheme.from_spectra(solve(dot, electrons=N, levels=k) for N, k in enumerate((1, 2, 2, 3, 6)))
    peaks = coulomb_peaks(scheme)
    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    gate = np.linspace(-0.2, peaks[4] + 0.3, 901)
    left.plot(gate, np.asarray(linear_conductance(scheme, kT=0.01, gate=gate)), color=INK)
    left.set(xlabel="gate $e\\phi$ ($E_H^*$)", ylabel="linear conductance ($t/E_H^*$)", ylim=(0, None))
    left.set_title("an electron enters at each peak", fontsize=9)
    gate, bias = np.linspace(peaks[3] - 0.4, peaks[4] + 0.2, 241), np.linspace(-0.6, 0.6, 161)
    diagram = stability_diagram(scheme, bias=bias, gate=gate, kT=0.004)
    shown = np.log10(np.abs(diagram["dI_dV"].transpose("bias", "gate").values) + 1e-2)
    right.pcolormesh(gate, bias, shown, cmap="Greys", rasterized=True)
    right.set(xlabel="gate $e\\phi$ ($E_H^*$)", ylabel="bias $V$ ($E_H^*/e$)")
    right.set_title("three electrons: $\\log_{10}|$d$I/$d$V|$", fontsize=9)
    return figure


class AddedConstant(Builtin):
    """Populations with a constant that keeps a solver going."""

    def stationary_state(self, **question: Any) -> Any:
        """Return the right answer plus 1e-12."""
        return {"populations": super().stationary_state(**question)["populations"] + 1e-12}


class WrongFactor(Builtin):
    """Populations that are all a millionth too large."""

    def stationary_state(self, **question: Any) -> Any:
        """Return the right answer times 1 + 1e-6."""
        return {"populations": super().stationary_state(**question)["populations"] * (1 + 1e-6)}


def _inaccuracies(_: PaperDot) -> Figure:
    """Draw the errors of the populations of three programs, as the accuracy picture of a report does."""
    programs: Mapping[str, object] = {
        "builtin: full accuracy": Builtin(),
        "a constant was added: a floor": AddedConstant(),
        "a wrong factor: a parallel": WrongFactor(),
    }
    figure = Figure(figsize=(8.0, 2.9), layout="constrained")
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    for (title, program), ax in zip(programs.items(), axes, strict=True):
        report = qdverify.verify(program, checks=["stationary.enclosed", "stationary.matrix-tree"])
        points = [point for finding in report.document()["findings"] for point in points_of(finding)]
        sizes, errors = (
            np.maximum([getattr(point, name) for point in points], SMALLEST) for name in ("reference", "error")
        )
        ax.loglog(sizes, errors, ".", ms=3, color=INK)
        ax.plot((SMALLEST, 1), (SMALLEST, 1), color=SOFT, lw=0.6, ls=":")
        ax.set_title(title, fontsize=9)
        ax.set(xlabel="|reference|", xlim=(SMALLEST / 3, 3), ylim=(SMALLEST / 3, 3))
        ax.set_xticks((1e-24, 1e-16, 1e-8, 1.0), minor=False)
    axes[0].set_ylabel("|error|")
    return figure


def _truncation(_: PaperDot) -> Figure:
    """Draw how energies approach those without truncation, for the contact kernel and for the paper's dot."""
    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    orbitals = np.array([9, 12, 16, 24, 32, 48])
    exact = float(bethe_energy(2, 0, strength=5))
    boxes = [Dot(length=1.0, cutoff=0.0, orbitals=int(M), kernel="contact", strength=5.0) for M in orbitals]
    excess = np.array([solve(box, 2, 1).energies[0] for box in boxes]) - exact
    left.loglog(orbitals, excess, "o-", ms=4, color=INK, label="$E(M) - E_\\mathrm{Bethe}$")
    left.loglog(orbitals, excess[-1] * orbitals[-1] / orbitals, ls=":", color=SOFT, label="$1/M$")
    left.set(xlabel="orbitals $M$", ylabel="excess energy")
    left.set_title("contact kernel, $N = 2$, $sL = 5$", fontsize=9)
    limit = np.diff(two_electron_levels("soft-coulomb", 2, length=9.5, strength=1.0, cutoff=1.9e-3).energies)[0]
    gaps = [np.diff(solve(Dot.paper(orbitals=int(M)), 2, 2).energies)[0] for M in orbitals]
    right.semilogx(orbitals, 1e3 * np.array(gaps), "o-", ms=4, color=INK, label="first splitting")
    right.axhline(1e3 * limit, color=ACCENT, lw=1.0, ls="--", label="without truncation")
    right.set(xlabel="orbitals $M$", ylabel="splitting ($10^{-3}E_H^*$)")
    right.set_title("the paper's dot, $N = 2$", fontsize=9)
    for ax in (left, right):
        ax.minorticks_off()
        ax.set_xticks(orbitals, [str(M) for M in orbitals])
        ax.legend(fontsize=8, frameon=False)
        ax.spines[["top", "right"]].set_visible(False)
    return figure


FREQUENCY = 0.5
"""Frequency of the harmonic dot whose levels are drawn; its strength is 1."""
SPIN_COLOURS = {0: INK, 1: INK, 2: ACCENT, 3: ACCENT, 4: SOFT}


def _levels_in_a_field(_: PaperDot) -> Figure:
    """Draw the lowest levels of two to four electrons in a harmonic dot against the magnetic field."""
    figure = Figure(figsize=(8.0, 3.4), layout="constrained")
    fields = np.linspace(0.0, 2.0 * FREQUENCY, 15)
    for N, axes in zip((2, 3, 4), figure.subplots(1, 3), strict=True):
        for field in fields:
            dot = HarmonicDot(FREQUENCY, 4, field)
            found = solve(dot, N, 6)
            colours = [SPIN_COLOURS[two_S] for two_S in found.two_S.tolist()]
            excitation = (found.energies - N * dot.effective_omega) / FREQUENCY
            axes.scatter([field / FREQUENCY] * 6, excitation, s=9, marker="_", c=colours)
        axes.set_title(f"$N = {N}$", fontsize=9)
        axes.set(xlabel="field $\\omega_c/\\omega$")
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("$(E - N\\Omega)/\\omega$")
    return figure


def _addition_in_a_field(_: PaperDot) -> Figure:
    """Draw addition energies against the field, and the stability diagram in one field."""
    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    fields = np.linspace(0.0, 2.0 * FREQUENCY, 13)
    grounds = np.array(
        [[solve(HarmonicDot(FREQUENCY, 4, field), N, 1).energies[0] for N in range(5)] for field in fields]
    )
    for N, style in zip((1, 2, 3), ("-", "--", ":"), strict=True):
        left.plot(fields / FREQUENCY, np.diff(grounds, n=2, axis=1)[:, N - 1] / FREQUENCY, style, color=INK)
        left.annotate(f"$N = {N}$", (fields[-1] / FREQUENCY, np.diff(grounds[-1], n=2)[N - 1] / FREQUENCY), fontsize=8)
    left.set(xlabel="field $\\omega_c/\\omega$", ylabel="$(E_{N+1} - 2E_N + E_{N-1})/\\omega$")
    dot = HarmonicDot(FREQUENCY, 4, 0.5 * FREQUENCY)
    weights = [dot.amplitudes(2 * dot.length), dot.amplitudes(2 * dot.length) * (-1.0) ** dot.angular_momenta]
    scheme = LevelScheme.from_spectra([solve(dot, N, k) for N, k in enumerate((1, 3, 5, 6, 6))], weights=weights)
    peaks = coulomb_peaks(scheme)
    gate, bias = np.linspace(peaks[1] - 0.3, peaks[4] + 0.3, 241), np.linspace(-1.0, 1.0, 161)
    diagram = stability_diagram(scheme, bias=bias, gate=gate, kT=0.008)
    shown = np.log10(np.abs(diagram["dI_dV"].transpose("bias", "gate").values) + 1e-3)
    right.pcolormesh(gate, bias, shown, cmap="Greys", rasterized=True)
    right.set(xlabel="gate $e\\phi$ ($E_H^*$)", ylabel="bias $V$ ($E_H^*/e$)")
    right.set_title("$\\omega_c = \\omega/2$: $\\log_{10}|$d$I/$d$V|$", fontsize=9)
    return figure


def transitions_and_squares(field: float, shells: int, *, radius: float | None = None) -> list[tuple[Any, ...]]:
    """Return M_ji of N = 2 -> 3 and the sum of squared contributions, with the labels (L, 2S) of both levels.

    From the two lowest levels to the seven lowest, wherever spins allow it, at omega = 0.25 and s = 1. Without field
    levels of L and -L coincide: of the lowest three and eight none is then cut off from its mirror image, and of two
    mirrored transitions one is returned.

    Parameters
    ----------
    radius
        Distance of a contact from the centre in oscillator lengths; None for weights 1.
    """
    dot = HarmonicDot(0.25, shells, field)
    two, three = solve(dot, 2, 2 if field else 3), solve(dot, 3, 7 if field else 8)
    weights = None if radius is None else dot.amplitudes(radius * dot.length)
    found = []
    for i, j in np.ndindex(len(two.levels), len(three.levels)):
        mine, other = ((int(s.angular_momenta[k]), int(s.two_S[k])) for s, k in ((two, i), (three, j)))
        mirrored = field == 0.0 and (mine[0] < 0 or (mine[0] == 0 and other[0] < 0))
        if abs(mine[1] - other[1]) == 1 and not mirrored:
            parts = decompose(two, i, three, j, weights=weights)
            found.append((mine, other, parts.probability, parts.factor * float(np.sum(parts.contributions**2))))
    return found


def _signs(_: PaperDot) -> Figure:
    """Draw M_ji against the sum of squares that neglects signs, for weights 1 and for a contact at the edge."""
    figure = Figure(figsize=(8.0, 3.4), layout="constrained")
    for axes, radius, title in zip(
        figure.subplots(1, 2), (None, 2.0), ("all weights 1", "contact at $r = 2/\\sqrt{\\Omega}$"), strict=True
    ):
        for field, marker, colour in ((0.0, "o", INK), (0.5, "s", ACCENT)):
            rows = transitions_and_squares(field, 6, radius=radius)
            axes.loglog(
                [row[3] for row in rows],
                [row[2] for row in rows],
                marker,
                ms=4,
                color=colour,
                ls="",
                label=f"$\\omega_c = {field:g}$",
            )
        axes.minorticks_off()
        ends = axes.get_xlim()
        axes.plot(ends, ends, color=SOFT, lw=0.8, ls=":")
        axes.set_title(title, fontsize=9)
        axes.set(xlabel="sum of squares: signs neglected", ylabel="$M_{ji}$: square of the sum")
        axes.legend(fontsize=8, frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


FIGURES: Mapping[str, Callable[[PaperDot], Figure]] = {
    "harmonic-levels": _levels_in_a_field,
    "harmonic-addition": _addition_in_a_field,
    "harmonic-signs": _signs,
    "levels": level_pictures.level_scheme,
    "densities": _densities,
    "corner": _corner,
    "peaks": _peaks,
    "first-look": _first_look,
    "inaccuracies": _inaccuracies,
    "truncation": _truncation,
}
