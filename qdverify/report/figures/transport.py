"""Figs. 1 and 2 of the paper with the levels and M_ji of the implementation under test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import SymLogNorm
from numpy.typing import NDArray

import numeric
from numeric.diagram import stability_arrays
from qdverify.protocol.json_types import Level, Transition
from qdverify.report.figures.answer_types import Answers
from qdverify.report.figures.svg import ACCENT, INK, MUTED, Plot, figure, light_grid, svg_of

Array = NDArray[np.float64]
_CORNER_KT: Final = 1.2e-4
_BIAS, _GATE, _POINTS = 0.035, 0.02, 121
_LABELS: Final = (
    r"gate $e\phi$ from the resonance ($E_H^*$)",
    "bias $V$ ($E_H^*/e$)",
    "d$I$/d$V$ ($e^2t/E_H^*$)",
)
_PRINTED_HEIGHTS: Final = (1.0, 0.9717, 0.8660, 0.7546)


def stability_diagrams(answers: Answers) -> Plot | None:
    """Return dI/dV around the resonances 2-3 and 3-4, with C_ji and with M_ji, or None if there are no M_ji."""
    if "level_scheme" not in answers:
        return None
    levels, transitions = answers["level_scheme"]["levels"], answers["level_scheme"]["transitions"]
    spins = [level["two_S"] for level in levels]
    weights = {
        "$C_{ji}$": [_spin_weight(spins[step["from"]], spins[step["to"]]) for step in transitions],
        "$M_{ji}$": [step["M"] for step in transitions],
    }
    alt = "Differential conductance with spin weights and with transition probabilities"
    rows = []
    panels = []
    gate, bias = np.linspace(-_GATE, _GATE, _POINTS), np.linspace(-_BIAS, _BIAS, _POINTS)
    for electrons in (2, 3):
        centre = _ground(levels, electrons + 1) - _ground(levels, electrons)
        maps = [_conductance(levels, transitions, values, centre + gate, bias) for values in weights.values()]
        largest = max(float(np.abs(found).max()) for found in maps)
        for name, found in zip(weights, maps, strict=True):
            with figure(2.9) as (drawing, panel):
                draw_map(panel, gate, bias, found, labels=_LABELS, largest=largest)
                panel.set_title(f"{electrons} ↔ {electrons + 1} electrons, rates from {name}", loc="left", color=INK)
                panels.append(svg_of(drawing, f"stability {electrons} {name}"))
            rows.append((f"{electrons} - {electrons + 1}", name.strip("${}ji_"), _lines(found), f"{found.min():.1f}"))
    caption = (
        "Stability diagrams of the paper's dot at k_BT = 1.2e-4 E_H*, t^L = t^R = t, as in Fig. 1 of [J96], zoomed on "
        "the corners of the N = 3 diamond: rates from the spin weights C_ji, and from the M_ji of the implementation "
        "under test, both with its levels. Blue is negative differential conductance. The rate equation is solved by "
        "this package. Energies in effective Hartree E_H*, voltages in E_H*/e, dI/dV in t/E_H*. The table counts "
        "the lines that a cut at the largest bias crosses."
    )
    header = ("electrons", "weights", "lines", "least dI/dV")
    return Plot("stability", "Stability diagrams", caption, alt, panels, header, rows)


def current_peaks(answers: Answers) -> Plot | None:
    """Return I(V_G) at small bias, or None if the implementation gave no currents."""
    if "peaks" not in answers:
        return None
    peaks = answers["peaks"]
    alt = "Current peaks along the gate"
    windows = [(np.array(window["gate"]), np.array(window["current"])) for window in peaks["windows"]]
    first = max(float(windows[0][1].max()), np.finfo(float).tiny)
    highest = 1.08 * max(1.0, *(float(current.max()) / first for _, current in windows))
    numbered = list(enumerate(windows))
    panels = []
    for pair in (numbered[:2], numbered[2:]):
        with figure(2.3, ncols=len(pair), sharey=True) as (drawing, axes):
            for panel, (N, (gate, current)) in zip(axes, pair, strict=True):
                centre = gate[len(gate) // 2]
                panel.plot((gate - centre) / peaks["kT"], current / first, color=ACCENT, linewidth=1.2)
                panel.axhline(_PRINTED_HEIGHTS[N], color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
                panel.set_title(f"{N} ↔ {N + 1} electrons", loc="left", color=INK)
                panel.set_ylim(0.0, highest)
                light_grid(panel, "y")
            axes[0].set_ylabel("current $I$ / first peak")
            drawing.supxlabel(r"gate $e\phi$ from the resonance, in $k_BT$", fontsize=8, color=INK)
            panels.append(svg_of(drawing, f"peaks from {pair[0][0]}"))
    rows = [
        (f"{N} - {N + 1}", f"{gate[int(np.argmax(current))]:.6f}", f"{current.max() / first:.4f}", f"{printed:.4f}")
        for N, ((gate, current), printed) in enumerate(zip(windows, _PRINTED_HEIGHTS, strict=True))
    ]
    caption = (
        "The current of the implementation under test along the gate at k_BT = 7.27e-5 E_H* (9.2 mK if E_H* is "
        "10.9 meV) and a bias V = 1e-5 E_H*/e below the first splitting, as in Fig. 2 of [J96], over the height of "
        "the first peak. Dashed: relative heights recomputed at M = 12 when the model was specified."
    )
    header = ("electrons", "gate (E_H*)", "height", "recomputed")
    return Plot("peaks", "Current peaks", caption, alt, panels, header, rows)


def _spin_weight(two_S_i: int, two_S_j: int) -> float:
    """Return Eq. (5)."""
    return (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0


def _ground(levels: Sequence[Level], electrons: int) -> float:
    return min(float(level["energy"]) for level in levels if level["electrons"] == electrons)


def _conductance(
    levels: Sequence[Level], transitions: Sequence[Transition], weights: list[float], gate: Array, bias: Array
) -> Array:
    scheme = numeric.LevelScheme(
        electrons=np.array([level["electrons"] for level in levels]),
        energies=np.array([level["energy"] for level in levels], dtype=np.float64),
        two_S=np.array([level["two_S"] for level in levels]),
        lower=np.array([step["from"] for step in transitions]),
        upper=np.array([step["to"] for step in transitions]),
        M=np.array(weights, dtype=np.float64),
    )
    return stability_arrays(scheme, bias=bias, gate=gate, kT=_CORNER_KT)["dI_dV"].T


def draw_map(
    axes: Axes, gate: Array, bias: Array, conductance: Array, *, labels: tuple[str, str, str], largest: float = 0.0
) -> None:
    """Draw dI/dV (gates, biases) over gate and bias.

    Parameters
    ----------
    labels
        Of the two axes and of the colours.
    largest
        The end of the colours; the largest value that is drawn unless it is greater.
    """
    largest = max(largest, float(np.abs(conductance).max())) or 1.0
    mesh = axes.imshow(
        conductance.T,
        origin="lower",
        aspect="auto",
        extent=(float(gate[0]), float(gate[-1]), float(bias[0]), float(bias[-1])),
        cmap="RdBu_r",
        norm=SymLogNorm(linthresh=largest / 100, vmin=-largest, vmax=largest),
        interpolation="nearest",
    )
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.figure.colorbar(mesh, ax=axes, label=labels[2])


def _lines(conductance: Array) -> str:
    """Count the lines that a cut at the largest bias crosses."""
    cut = np.abs(conductance[:, -1]) > 0.05 * np.abs(conductance).max()
    return str(int(cut[0]) + int(np.count_nonzero(np.diff(cut.astype(int)) == 1)))
