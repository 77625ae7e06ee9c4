"""What the printed numbers say of the length, the cutoff and the number of orbitals behind them.

[J96] states the length, 9.5 Bohr radii, states the number of orbitals as 10 to 13, and does not state the cutoff. Each
printed number leaves an interval: half a unit of its last digit, and beyond that the paper's own estimate of its error.
This file solves the model over a grid of lengths, cutoffs and numbers of orbitals, and says at which points of the grid
each printed number holds.

M_ji and the coefficients of Table IV depend on the product of length and strength only, so for them "length" may be
read as length times strength. Omega and Delta are printed in meV: their ratio needs no unit, each by itself needs the
effective Hartree of the material.

The model is solved at a few lengths, and every number is a polynomial in between. Levels are told apart by spin,
parity and rank, not by their place in the spectrum, so that the numbers stay smooth where levels cross. Levels of equal
spin and parity repel each other instead, and numbers change fast there; the model is not judged where that happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

import numeric
from qdverify.paper.determinants import Leading
from qdverify.paper.recomputed import LOWEST_MULTIPLETS
from qdverify.reference.printed import reported

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Occupations = Sequence[tuple[Sequence[int], Sequence[int]]]
LevelName = tuple[int, int, int]
"""Doubled spin, parity, and how many lower levels share both."""

SHORTEST: Final = 9.0
LONGEST: Final = 11.0
LENGTHS: Final = np.linspace(SHORTEST, LONGEST, 101)
CUTOFF_RATIOS: Final = (5e-5, 1e-4, 2e-4, 3e-4, 4e-4, 6e-4, 1e-3, 2e-3, 1e-2)
ORBITALS: Final = (10, 11, 12, 13, 14)
NODES: Final = 4
ROUGH: Final = 1e-3
"""A probability or coefficient whose cubic term in the length exceeds this has met a repulsion of levels."""
_LEVELS: Final = {2: 2, 3: 3, 4: 8}
_IN_ORDER: Final = (reported.cutoff_ratio(), 12)
"""A cutoff ratio and a number of orbitals with which the levels have the paper's order."""
_SEARCHED: Final = 24
"""Determinants among which those of Table IV are looked for; the others are taken for 0."""


@dataclass(frozen=True)
class PrintedNumber:
    """A printed number with what its digits and the paper's own error estimate leave open.

    Attributes
    ----------
    source
        Where it stands, such as "Table II".
    label
        Which one it is there.
    value, rounding, stated
        The number, half a unit of its last digit, and the stated error beyond that.
    """

    source: str
    label: str
    value: float
    rounding: float
    stated: float


def printed_numbers() -> list[PrintedNumber]:
    """Return the entries of Tables II to IV and the two energy scales, in the order of `Scan.numbers`."""
    found = []
    for key, source in (("table_II", "Table II"), ("table_III", "Table III")):
        stated = reported.stated_error(key)
        found += [
            PrintedNumber(source, f"{entry.i} -> {entry.j}", entry.M, reported.PRINTED_DIGIT, stated)
            for entry in reported.entries(key)
        ]
    stated = reported.stated_error("table_III")
    for (N, level), coefficients in reported.leading_coefficients().items():
        found += [
            PrintedNumber("Table IV", f"N = {N}, level {level}, b_{k + 1}", b, reported.PRINTED_DIGIT, stated)
            for k, b in enumerate(coefficients)
        ]
    scales = reported.tables()["multiplets"]
    found.append(PrintedNumber("scales", "Omega", scales["Omega_meV"], 0.05, 0.0))
    found.append(PrintedNumber("scales", "Delta", scales["Delta_micro_eV"] / 1000, 0.0005, 0.0))
    return found


@dataclass(frozen=True, eq=False)
class Scan:
    """The model's value of every printed number over cutoffs, numbers of orbitals and lengths.

    Attributes
    ----------
    lengths, cutoff_ratios, orbitals
        The grid: (l,) in Bohr radii, (r,) in units of the length, (m,).
    numbers
        (m, r, l, n), in the order of `printed_numbers`; Omega and Delta in effective Hartree.
    judged
        (m, r, l), where the levels come in the order of Table I and no repulsion of levels spoils the polynomials;
        elsewhere `numbers` mean nothing.
    """

    lengths: Floats
    cutoff_ratios: Floats
    orbitals: Sequence[int]
    numbers: Floats
    judged: Flags

    @cached_property
    def printed(self) -> list[PrintedNumber]:
        """The printed numbers, (n,)."""
        return printed_numbers()

    def count(self, *sources: str) -> int:
        """Return how many numbers some tables print."""
        return len(self._chosen(*sources))

    def one_holds(self, label: str) -> Flags:
        """Return where one entry of Table II holds within its rounding, (m, r, l)."""
        (k,) = (k for k, one in enumerate(self.printed) if (one.source, one.label) == ("Table II", label))
        off = np.abs(self.numbers[..., k] - self.printed[k].value)
        return self.judged & (off <= self.printed[k].rounding)

    def _chosen(self, *sources: str) -> list[int]:
        return [k for k, one in enumerate(self.printed) if one.source in sources]

    def deviations(self, *sources: str) -> Floats:
        """Return model minus print of the numbers of some tables, (m, r, l, chosen)."""
        chosen = self._chosen(*sources)
        found: Floats = self.numbers[..., chosen] - np.array([self.printed[k].value for k in chosen])
        return found

    def holding(self, *sources: str, stated: bool = False) -> NDArray[np.intp]:
        """Count the numbers of some tables that hold, (m, r, l); -1 if the model is not judged.

        Parameters
        ----------
        stated
            Allow for the paper's own error estimate beyond the rounding.
        """
        chosen = [self.printed[k] for k in self._chosen(*sources)]
        allowed = np.array([one.rounding + (one.stated if stated else 0.0) for one in chosen])
        count = (np.abs(self.deviations(*sources)) <= allowed).sum(axis=-1)
        return np.where(self.judged, count, -1)

    def scales_hold(self, hartree: float | None) -> Flags:
        """Return where Omega and Delta hold within their rounding, (m, r, l).

        Parameters
        ----------
        hartree
            The effective Hartree in meV; None compares the ratio of the two, which needs none.
        """
        Omega, Delta = self.printed[-2:]
        found = self.numbers[..., -2:]
        if hartree is None:
            ratio = found[..., 0] / found[..., 1]
            least = (Omega.value - Omega.rounding) / (Delta.value + Delta.rounding)
            most = (Omega.value + Omega.rounding) / (Delta.value - Delta.rounding)
            within: Flags = (least <= ratio) & (ratio <= most)
        else:
            off = np.abs(hartree * found - np.array([Omega.value, Delta.value]))
            within = (off <= np.array([Omega.rounding, Delta.rounding])).all(axis=-1)
        return self.judged & within


def scan(
    lengths: Floats = LENGTHS,
    cutoff_ratios: Sequence[float] = CUTOFF_RATIOS,
    orbitals: Sequence[int] = ORBITALS,
    progress: Callable[[str], None] = lambda _: None,
) -> Scan:
    """Solve the model over the grid; the whole of it takes some 40 s of one core.

    Parameters
    ----------
    lengths
        (l,), between `SHORTEST` and `LONGEST`.
    cutoff_ratios, orbitals
        lambda / L, and M.
    progress
        Called with what is being done.
    """
    printed = len(printed_numbers())
    numbers = np.empty((len(orbitals), len(cutoff_ratios), lengths.size, printed))
    judged = np.zeros(numbers.shape[:-1], dtype=np.bool_)
    states = _PrintedStates.of_the_paper()
    for m, M in enumerate(orbitals):
        progress(f"the printed numbers against {M} orbitals")
        for r, ratio in enumerate(cutoff_ratios):
            found, smooth = _along_length(states, lengths, ratio, M)
            numbers[m, r] = found[:, :printed]
            judged[m, r] = smooth & states.in_order(found[:, printed:])
    return Scan(lengths, np.array(cutoff_ratios), tuple(orbitals), numbers, judged)


def _along_length(states: _PrintedStates, lengths: Floats, ratio: float, M: int) -> tuple[Floats, bool]:
    """Return printed numbers and energies at every length, (l, n), and whether the polynomials can be trusted."""
    nodes = chebyshev.chebpts1(NODES)
    middle, half = (LONGEST + SHORTEST) / 2, (LONGEST - SHORTEST) / 2
    solved = np.array([states.solve(middle + half * x, ratio, M) for x in nodes.tolist()])
    coefficients = np.linalg.solve(chebyshev.chebvander(nodes, NODES - 1), solved)
    found = np.array(chebyshev.chebval((lengths - middle) / half, coefficients).T, dtype=np.float64)
    without_energies = len(printed_numbers()) - 2
    return found, bool(np.abs(coefficients[-1, :without_energies]).max() <= ROUGH)


@dataclass(frozen=True)
class _PrintedStates:
    """Which levels and determinants the printed numbers speak of, by name.

    Attributes
    ----------
    levels
        The names of the levels of Table I, in its order.
    determinants
        Of Table IV, in its order.
    """

    levels: dict[int, list[LevelName]]
    determinants: dict[tuple[int, int], Occupations]

    @classmethod
    def of_the_paper(cls) -> _PrintedStates:
        """Take the names from a dot in which the levels have the paper's order."""
        spectra = _spectra(reported.length(), *_IN_ORDER)
        levels = {N: _names(spectrum)[: LOWEST_MULTIPLETS[N]] for N, spectrum in spectra.items()}
        determinants = {
            (N, level): Leading.of(spectra[N], level, len(printed), printed[0]).occupied
            for (N, level), printed in reported.leading_coefficients().items()
        }
        return cls(levels, determinants)

    def solve(self, length: float, cutoff_ratio: float, orbitals: int) -> list[float]:
        """Return the model's value of every printed number, then the energies of the levels of Table I."""
        spectra = _spectra(length, cutoff_ratio, orbitals)
        place = {N: [_names(spectra[N]).index(name) for name in named] for N, named in self.levels.items()}
        found = []
        for key in ("table_II", "table_III"):
            entries = reported.entries(key)
            N = entries[0].electrons
            M = numeric.transition_probabilities(spectra[N], spectra[N + 1])
            found += [float(M[place[N + 1][entry.j], place[N][entry.i]]) for entry in entries]
        for (N, level), printed in reported.leading_coefficients().items():
            leading = Leading.of(spectra[N], place[N][level], _SEARCHED, printed[0])
            coefficient = dict(zip(leading.occupied, leading.orbital_major.tolist(), strict=True))
            found += [coefficient.get(occupied, 0.0) for occupied in self.determinants[N, level]]
        energies = {N: spectra[N].energies[place[N]] for N in spectra}
        others = np.delete(spectra[4].energies, place[4])
        found += [float(others[0] - energies[4][0]), float(energies[4][1] - energies[4][0])]
        return [*found, *np.concatenate(list(energies.values())).tolist()]

    def in_order(self, energies: Floats) -> Flags:
        """Return where the levels of every electron number rise as in Table I, for energies (l, levels)."""
        ends = np.cumsum([len(named) for named in self.levels.values()])[:-1]
        rising: Flags = np.array([(np.diff(part) > 0).all(axis=1) for part in np.split(energies, ends, axis=1)])
        in_all: Flags = np.logical_and.reduce(rising)
        return in_all


def _spectra(length: float, cutoff_ratio: float, orbitals: int) -> dict[int, numeric.Spectrum]:
    dot = numeric.Dot(length=length, cutoff=cutoff_ratio * length, orbitals=orbitals)
    integrals = numeric.interaction_integrals(dot)
    return {N: numeric.solve(dot, electrons=N, levels=k, integrals=integrals) for N, k in _LEVELS.items()}


def _names(spectrum: numeric.Spectrum) -> list[LevelName]:
    pairs = list(zip(spectrum.two_S.tolist(), spectrum.parity.tolist(), strict=True))
    return [(*pair, pairs[:k].count(pair)) for k, pair in enumerate(pairs)]
