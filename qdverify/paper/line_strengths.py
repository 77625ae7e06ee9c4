"""What correlations do to the strength of a line of Fig. 1: its rate, and the populations that it works with.

A line along the bias opens one transition, from level i of N electrons to level j of N + 1, at one lead. The step of
the current across it is proportional to the rate of that transition, so that M_ji in place of C_ji would change the
step by M_ji / C_ji if nothing else changed. Whatever differs beyond that comes from the populations, since all the
other M_ji differ from their C_ji too:

    step with M_ji / step with C_ji = (M_ji / C_ji) * population part.

A line that is strong because its own M_ji exceeds C_ji shows nothing but that M_ji. A line is called enhanced here only
if its step exceeds that of the spin weights and its rate does not explain that: then the populations do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from qdverify.paper.diagrams import Map
from qdverify.paper.features import features
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, PaperDot

ZERO_BIAS: Final = 12.0
"""Lines closer to zero bias than this many kT are the foot of the linear conductance."""
ALONE: Final = 6.0
"""A line has one transition if no other is in resonance within this many kT of it, from its beginning to its end."""
NOTABLE: Final = 1.05
"""Steps and population parts that exceed 1 by less are called equal."""

Kind = Literal["negative", "turned", "enhanced", "stronger", "weaker"]


@dataclass(frozen=True)
class Strength:
    """The step of the current at one transition, with M_ji and with C_ji.

    Attributes
    ----------
    lead, N, i, j
        The transition from level i of N electrons to level j of N + 1 is in resonance with this lead.
    gate, bias
        Where the cut is taken, and the line's extremum: indices of the window.
    step, spin_only_step
        Change of the current across the line with M_ji and with C_ji, in units of t.
    rate_part
        M_ji / C_ji.
    """

    lead: str
    N: int
    i: int
    j: int
    gate: int
    bias: int
    step: float
    spin_only_step: float
    rate_part: float

    @property
    def ratio(self) -> float:
        """The step with M_ji in units of that with C_ji."""
        return self.step / self.spin_only_step

    @property
    def population_part(self) -> float:
        """What the change of the rate leaves to explain."""
        return self.ratio / self.rate_part

    @property
    def kind(self) -> Kind:
        """Negative; turned: negative with the spin weights only; enhanced by populations; stronger by rate; weaker."""
        if self.step < 0:
            return "negative"
        if self.spin_only_step < 0:
            return "turned"
        if self.step <= NOTABLE * self.spin_only_step:
            return "weaker"
        return "enhanced" if self.population_part > NOTABLE else "stronger"

    @property
    def name(self) -> str:
        """The transition as the pictures name it."""
        return f"{self.N}_{self.i} -> {self.N + 1}_{self.j} at {self.lead}"


def strengths(dot: PaperDot, window: Map) -> list[Strength]:
    """Return every transition that makes a line of its own somewhere in a corner, in the cut with its largest step.

    Raises
    ------
    ValueError
        For the whole diamond: its lines belong to several pairs of electron numbers.
    """
    strongest: dict[str, Strength] = {}
    for one in _lines(dot, window):
        if one.name not in strongest or abs(one.step) > abs(strongest[one.name].step):
            strongest[one.name] = one
    return sorted(strongest.values(), key=lambda one: (one.lead, one.i, one.j))


def _lines(dot: PaperDot, window: Map) -> Iterator[Strength]:
    """Yield every line of every cut along V > 0 that a single transition makes."""
    N = corner_of(window)
    resonances = list(_resonances(dot, N))
    half = slice(window.bias.size // 2, None)
    bias, first = window.bias[half], ZERO_BIAS * window.kT
    for g, gate in enumerate(window.gate.tolist()):
        current, spin_only = window.correlated_current[g, half], window.spin_only_current[g, half]
        for line in features(window.correlated[g, half]):
            if bias[line.at] < first or line.after == bias.size - 1:
                continue
            reach = bias[line.before] - ALONE * window.kT, bias[line.after] + ALONE * window.kT
            open_here = [one for one in resonances if reach[0] <= _bias_of(one, gate) <= reach[1]]
            if len(open_here) == 1:
                lead, i, j, _ = open_here[0]
                step, alone = (float(one[line.after] - one[line.before]) for one in (current, spin_only))
                rate = float(dot.M[N][j, i] / dot.C[N][j, i])
                yield Strength(lead, N, i, j, g, half.start + line.at, step, alone, rate)


Resonance = tuple[str, int, int, float]
"""Lead, level of N, level of N + 1, difference of their energies."""


def _resonances(dot: PaperDot, N: int) -> Iterable[Resonance]:
    rows, columns = LOWEST_MULTIPLETS[N + 1], LOWEST_MULTIPLETS[N]
    for j, i in zip(*np.nonzero(dot.C[N][:rows, :columns]), strict=True):
        E = float(dot.spectra[N + 1].energies[j] - dot.spectra[N].energies[i])
        yield from (("L", int(i), int(j), E), ("R", int(i), int(j), E))


def _bias_of(one: Resonance, gate: float) -> float:
    """Return the bias at which a transition is in resonance with its lead: eV/2 above or below the gate."""
    lead, _, _, E = one
    return 2.0 * (E - gate) if lead == "L" else 2.0 * (gate - E)


def corner_of(window: Map) -> int:
    """Return the smaller electron number of a corner."""
    if window.N is None:
        raise ValueError(f"window={window.name!r} must be a corner: the diamond has lines of many electron numbers")
    return window.N
