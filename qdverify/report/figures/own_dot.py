"""A user's own dot in a report: its levels, proven and answered, and its stability diagram with its current."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

import numeric
from numeric.diagram import stability_arrays
from qdverify.protocol.nested import numbers
from qdverify.protocol.spins import spin_text
from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.figures.answer_types import Answers, OwnDotAnswers, Trace
from qdverify.report.figures.own_dot_asked import TEMPERATURE, coulomb_peaks
from qdverify.report.figures.svg import ACCENT, INK, MUTED, Plot, figure, light_grid, svg_of, verdict_colour
from qdverify.report.figures.transport import draw_map
from qdverify.suite.finding import Kind, Verdict
from qdverify.suite.own_dot import SUITE

_LEVELS: Final = f"{SUITE}.levels"
_FAIL: Final = verdict_colour(Verdict.FAIL)
_GATES, _BIASES = 161, 121


class _Spectrum(NamedTuple):
    """The levels of N electrons: proven and answered energies, how far they may differ, and proven doubled spins."""

    electrons: int
    proven: list[float]
    answered: list[float]
    allowed: float
    two_S: list[int]


def own_dot_levels(document: ReportDocument) -> Plot | None:
    """Return the levels of the dot above each ground state, or None if none were compared."""
    spectra = [*_spectra(document)]
    if not spectra:
        return None
    alt = "Levels of the dot for each number of electrons, answered beside proven"
    with figure(3.0) as (drawing, axes):
        for place, found in enumerate(spectra):
            ground = found.proven[0]
            for proven, answered in zip(found.proven, found.answered, strict=True):
                off = abs(answered - proven) > found.allowed
                axes.hlines(answered - ground, place - 0.4, place - 0.03, color=_FAIL if off else ACCENT, linewidth=1.4)
                axes.hlines(proven - ground, place + 0.03, place + 0.4, color=INK, linewidth=1.4)
        axes.set_xlim(-0.6, len(spectra) - 0.4)
        axes.set_xticks(range(len(spectra)), [f"N = {found.electrons}" for found in spectra])
        axes.set_ylabel("$E - E_0$ (unit of the integrals)")
        light_grid(axes, "y")
        svg = svg_of(drawing, alt)
    rows = [
        (str(found.electrons), "" if k >= len(found.two_S) else spin_text(found.two_S[k]), f"{E:.12g}", f"{said:.12g}")
        for found in spectra
        for k, (E, said) in enumerate(zip(found.proven, found.answered, strict=True))
    ]
    caption = (
        "Levels of the dot above the ground state of as many electrons: left those of the implementation under test, "
        "in the colour of failures if they are off by more than is allowed, right the proven ones."
    )
    return Plot("own-levels", "Levels of the dot", caption, alt, [svg], ("electrons", "S", "proven", "answered"), rows)


def _spectra(document: ReportDocument) -> Iterator[_Spectrum]:
    """Yield the levels that the findings compare."""
    found = [finding for finding in document["findings"] if finding["id"].partition("@")[0] == _LEVELS]
    spins = {_electrons(finding): finding for finding in found if finding.get("kind") == Kind.EQUAL}
    for finding in found:
        if finding.get("kind") == Kind.CLOSE and "reference" in finding:
            of_levels = spins.get(_electrons(finding))
            two_S = [*numbers(of_levels["reference"]["value"])] if of_levels and "reference" in of_levels else []
            allowed = finding["tolerance"]["value"] + finding["reference"]["bound"]
            proven, answered = [*numbers(finding["reference"]["value"])], [*numbers(finding["measured"])]
            yield _Spectrum(_electrons(finding), proven, answered, allowed, [int(value) for value in two_S])


def _electrons(finding: FindingDocument) -> int:
    return int(str(finding["case"]["electrons"]))


def own_dot_transport(answers: Answers) -> Plot | None:
    """Return the stability diagram of the dot, and its current along the gate if there is one."""
    if "own_dot" not in answers:
        return None
    found = answers["own_dot"]
    alt = "Stability diagram of the dot, and its current along the gate"
    peaks, spacing = coulomb_peaks(found["levels"])
    panels = [_diagram(found, peaks, spacing)]
    caption = (
        "The dot by the levels and M_ji of the implementation under test, lowest levels of each number of electrons, "
        "t^L = t^R = t: differential conductance with the rate equation solved by this package, at k_BT = "
        f"{TEMPERATURE * spacing:.3g}, blue is negative."
    )
    if "own_current" in answers:
        panels.append(_trace(answers["own_current"], peaks))
        bias = answers["own_current"]["bias"]
        caption += f" Right: its own current at the bias {bias:.3g}, dotted where ground states meet."
    rows = [(str(N), f"{peak:.8g}") for N, peak in enumerate(peaks, start=1)]
    caption += " Energies in the unit of the integrals. The table lists the gates at which an electron enters."
    return Plot("own-transport", "Transport through the dot", caption, alt, panels, ("electron", "gate"), rows)


def _diagram(found: OwnDotAnswers, peaks: list[float], spacing: float) -> str:
    """Draw dI/dV over the gates of all peaks."""
    levels, transitions = found["levels"], found["transitions"]
    scheme = numeric.LevelScheme(
        electrons=[level["electrons"] for level in levels],
        energies=[level["energy"] for level in levels],
        two_S=[level["two_S"] for level in levels],
        lower=[item["from"] for item in transitions],
        upper=[item["to"] for item in transitions],
        M=[[*item["M"].values()] if isinstance(item["M"], Mapping) else item["M"] for item in transitions],
    )
    gate = np.linspace(min(peaks) - spacing / 2, max(peaks) + spacing / 2, _GATES)
    bias = np.linspace(-spacing, spacing, _BIASES)
    conductance = stability_arrays(scheme, bias=bias, gate=gate, kT=TEMPERATURE * spacing)["dI_dV"].T
    with figure(2.9) as (drawing, axes):
        draw_map(axes, gate, bias, conductance, labels=("gate $e\\phi$", "bias $eV$", "d$I$/d$V$"))
        return svg_of(drawing, "own stability")


def _trace(trace: Trace, peaks: list[float]) -> str:
    """Draw the current along the gate."""
    with figure(2.9) as (drawing, axes):
        axes.plot(trace["gate"], trace["current"], color=ACCENT, linewidth=1.2)
        for peak in peaks:
            axes.axvline(peak, color=MUTED, linewidth=0.6, linestyle="dotted")
        axes.set_xlabel("gate $e\\phi$")
        axes.set_ylabel("current $I/t$")
        light_grid(axes, "y")
        return svg_of(drawing, "own current")
