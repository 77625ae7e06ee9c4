"""N electrons, N peaks: how the charge density of the ground state grows its peaks as the box grows.

In a short box the kinetic energy wins and the density is that of doubly occupied orbitals, with about N/2 peaks; in a
long one the electrons keep apart and each has a peak of its own. The mean distance of neighbours is taken as
r_s = L / (N - 1). The box is stretched at a fixed lambda / L, which leaves one parameter: in units of the length the
model depends on L only through the strength of the interaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from matplotlib.figure import Figure

import numeric
from qdverify.paper.palette import ACCENT, INK, SOFT
from qdverify.paper.recomputed import Matrix, PaperDot
from qdverify.paper.tables import Table
from qdverify.protocol.spins import spin_text

ELECTRONS: Final = (2, 3, 4)
SHORTEST: Final = 0.25
"""Where the search begins, in a_B*: half of that and less looks like no interaction."""
PRECISION: Final = 0.02
"""Relative width of the interval in which the onset is known to lie."""
PLACES: Final = np.linspace(0.0, 1.0, 401)
"""In units of the length."""


@dataclass(frozen=True, eq=False)
class Density:
    """The charge density of a ground state.

    Attributes
    ----------
    length
        In a_B*.
    two_S
        Twice its spin.
    values
        L times the density, at `PLACES`.
    """

    length: float
    two_S: int
    values: Matrix

    @property
    def peaks(self) -> Sequence[int]:
        """Indices of the maxima."""
        inner = (self.values[1:-1] > self.values[:-2]) & (self.values[1:-1] > self.values[2:])
        found: list[int] = (np.flatnonzero(inner) + 1).tolist()
        return found

    @property
    def depth(self) -> float:
        """Depth of the shallowest dip between two peaks, in units of the lower of the two; 0 for a single peak."""
        at = self.peaks
        sides = pairwise(at)
        return min(
            (1.0 - float(self.values[a:b].min() / min(self.values[a], self.values[b])) for a, b in sides), default=0.0
        )


@dataclass(frozen=True, eq=False)
class Onset:
    """How the peaks of N electrons come.

    Attributes
    ----------
    electrons
        N.
    tried
        Every density that was computed, from the shortest box to the paper's.
    """

    electrons: int
    tried: Sequence[Density]

    @property
    def before(self) -> Density | None:
        """The longest box with fewer than N peaks, if any."""
        fewer = [one for one in self.tried if len(one.peaks) < self.electrons]
        return fewer[-1] if fewer else None

    @property
    def after(self) -> Density | None:
        """The shortest box from which on all that were tried have N peaks, if any."""
        shortest = None if self.before is None else self.before.length
        longer = [one for one in self.tried if shortest is None or one.length > shortest]
        return longer[0] if longer else None

    @property
    def found(self) -> tuple[Density, Density] | None:
        """The two boxes between which the peaks come; None if they are there at once, or never."""
        return None if self.before is None or self.after is None else (self.before, self.after)

    def distance(self, length: float) -> float:
        """Return r_s, the mean distance of neighbours."""
        return length / (self.electrons - 1)


def onsets(dot: PaperDot) -> list[Onset]:
    """Return for 2, 3 and 4 electrons at which length between `SHORTEST` and the dot's own the peaks come."""
    return [Onset(N, _search(_density(dot, N), N, dot.length)) for N in ELECTRONS]


def _density(dot: PaperDot, N: int) -> Callable[[float], Density]:
    unit = replace(dot.spectra[1].box, length=1.0, cutoff=dot.cutoff_ratio)

    def density(length: float) -> Density:
        spectrum = numeric.solve(replace(unit, strength=length), N, 1)
        return Density(length, int(spectrum.two_S[0]), numeric.charge_density(spectrum, 0, PLACES))

    return density


def _search(density: Callable[[float], Density], peaks: int, longest: float) -> list[Density]:
    """Halve the interval in which the number of peaks changes; return all that was computed, by length."""
    tried = [density(min(SHORTEST, 0.5 * longest)), density(longest)]
    low, high = tried
    if len(low.peaks) < peaks <= len(high.peaks):
        while high.length > (1.0 + PRECISION) * low.length:
            middle = density(float(np.sqrt(low.length * high.length)))
            tried.append(middle)
            low, high = (middle, high) if len(middle.peaks) < peaks else (low, middle)
    return sorted(tried, key=lambda one: one.length)


def table(dot: PaperDot, found: Sequence[Onset]) -> Table:
    """Return where the peaks come, and how deep the dips between them are in the paper's box."""
    rows = []
    for onset in found:
        shortest, longest = onset.tried[0], onset.tried[-1]
        between = onset.found
        lengths = "" if between is None else f"{between[0].length:.2f} to {between[1].length:.2f}"
        distances = "" if between is None else " to ".join(f"{onset.distance(one.length):.2f}" for one in between)
        rows.append(
            (
                str(onset.electrons),
                str(len(shortest.peaks)),
                lengths or "none",
                distances or "none",
                f"{onset.distance(longest.length):.2f}",
                str(len(longest.peaks)),
                f"{100 * longest.depth:.0f} %",
            )
        )
    return Table(
        name="charge-peaks",
        title="Peaks of the charge density, and the length at which they come",
        header=(
            "N",
            f"peaks at L = {found[0].tried[0].length:g} a_B*",
            "N peaks from L (a_B*)",
            "r_s there (a_B*)",
            f"r_s at L = {dot.length:g}",
            "peaks there",
            "shallowest dip there",
        ),
        rows=rows,
        remark=(
            f"Ground states with M = {dot.orbitals}, lambda / L = {dot.cutoff_ratio:g} at every length; "
            "r_s = L / (N - 1). The interval holds the length at which the last peaks split off. The dip is measured "
            "from the lower of its two peaks."
        ),
    )


def draw(found: Sequence[Onset]) -> Figure:
    """Draw the densities before the onset, after it, and in the paper's box, and the depth of the dips over r_s."""
    figure = Figure(figsize=(10.4, 3.9))
    axes = figure.subplots(
        1, len(found) + 1, gridspec_kw={"left": 0.05, "right": 0.985, "bottom": 0.13, "top": 0.82, "wspace": 0.2}
    )
    for onset, ax in zip(found, axes[:-1], strict=True):
        for one, style in _shown(onset).items():
            ax.plot(PLACES, one.values, label=f"$L = {one.length:.3g}$: {len(one.peaks)}", **style)
        longest = onset.tried[-1]
        at = list(longest.peaks)
        ax.plot(PLACES[at], longest.values[at], "o", ms=4, color=ACCENT)
        ax.set_title(f"N = {onset.electrons}, S = {spin_text(longest.two_S)}", fontsize=10)
        ax.set(xlabel="$x / L$", xlim=(0, 1), ylim=(0, 1.5 * float(longest.values.max())))
        ax.legend(title="length ($a_B^*$): peaks", fontsize=8, title_fontsize=8, frameon=False, loc="upper center")
    axes[0].set_ylabel("charge density times $L$")
    last = axes[-1]
    for onset, dashes in zip(found, ("-", "--", ":"), strict=True):
        deep = [one for one in onset.tried if len(one.peaks) >= onset.electrons]
        distances = [onset.distance(one.length) for one in deep]
        depths = [100 * one.depth for one in deep]
        last.semilogx(distances, depths, ls=dashes, color=INK, marker=".", label=f"N = {onset.electrons}")
    last.set_title("shallowest dip (%)", fontsize=10)
    last.set_xlabel("$r_s = L/(N-1)$ ($a_B^*$)")
    last.set_ylim(0, None)
    last.legend(fontsize=8, frameon=False)
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    figure.suptitle("Charge density of the ground state as the box grows", fontsize=11)
    return figure


def _shown(onset: Onset) -> Mapping[Density, Mapping[str, str]]:
    """Return the densities that are drawn with their styles: before the onset, after it, and the longest."""
    styles = ({"color": SOFT, "ls": ":"}, {"color": SOFT, "ls": "--"}, {"color": INK, "ls": "-"})
    picked = (onset.tried[0], onset.after, onset.tried[-1])
    return {one: style for one, style in zip(picked, styles, strict=True) if one is not None}
