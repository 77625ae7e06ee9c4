"""Tables I to IV and the two energy scales: the paper's numbers beside the recomputed ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import numeric
from qdverify.paper import determinants
from qdverify.paper.determinants import Leading
from qdverify.paper.diagrams import THRESHOLDS, Map, line_count
from qdverify.paper.line_strengths import ALONE, Strength
from qdverify.paper.recomputed import EFFECTIVE_HARTREE, LOWEST_MULTIPLETS, PaperDot, paper_note
from qdverify.protocol.spins import spin_text
from qdverify.reference.printed import reported

LEADING = 4
_UNSIGNED = "M, no signs"


@dataclass(frozen=True)
class Table:
    """A table of text cells, under its title and above its remark.

    Attributes
    ----------
    agrees
        For each row whether it agrees with the paper; empty if the rows are not compared.
    judged
        The header of the column that says so in words.
    """

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    remark: str = ""
    agrees: Sequence[bool] = ()
    judged: str = ""


def all_tables(dot: PaperDot) -> list[Table]:
    """Return every table of the paper, recomputed."""
    return [table_1(dot), *(probabilities(dot, *named) for named in _PROBABILITIES), *table_4(dot), scales(dot)]


_PROBABILITIES = (("table_II", "Table II"), ("table_III", "Table III"))


def table_1(dot: PaperDot) -> Table:
    """Return the total spins of the lowest levels, in order of energy."""
    rows, agrees = [], []
    for N, spins in reported.level_spins().items():
        spectrum = dot.spectra[N]
        for level, two_S in enumerate(spins):
            measured = int(spectrum.two_S[level])
            energy = f"{spectrum.energies[level]:.6f}"
            agrees.append(measured == two_S)
            rows.append((str(N), str(level), spin_text(two_S), spin_text(measured), energy, _yes(agrees[-1])))
    header = ("N", "level", "S, paper", "S", "energy (E_H*)", "agrees")
    title = "Table I: total spins of the lowest levels"
    return Table("table-1", title, header, rows, agrees=agrees, judged="agrees")


def probabilities(dot: PaperDot, key: str, title: str) -> Table:
    """Return the transition probabilities of Table II or III."""
    limit = reported.stated_error(key) + reported.PRINTED_DIGIT
    rows, agrees = [], []
    more = dot.with_one_more_orbital
    for entry in reported.entries(key):
        N = entry.electrons
        M = float(dot.M[N][entry.j, entry.i])
        deviation = M - entry.M
        agrees.append(abs(deviation) <= limit)
        printed = f"{entry.M:.2f}"
        cells = (printed, f"{M:.4f}", f"{deviation:+.4f}", _yes(agrees[-1]), f"{more[N][entry.j, entry.i]:.4f}")
        rows.append((paper_note(entry), str(entry.C), *cells, f"{without_signs(dot, N, entry.i, entry.j):.4f}"))
    stated = reported.stated_error(key)
    return Table(
        name=key.replace("_", "-").lower(),
        title=f"{title}: transition probabilities",
        header=(
            "transition",
            "C",
            "M, paper",
            "M",
            "deviation",
            "within",
            f"M, {dot.orbitals + 1} orbitals",
            _UNSIGNED,
        ),
        rows=rows,
        remark=(
            f"within: no further off than the paper's error estimate {stated:g} and half a printed digit. No signs: "
            "what Eq. (6) would give if all contributions had one sign, as in the paper's remark on its Ref. 9; the "
            "difference to M is the cancellation"
        )
        + "".join(f". {paper_note(entry)}: {note}" for entry, note in reported.notes(key).items()),
        agrees=agrees,
        judged="within",
    )


def without_signs(dot: PaperDot, N: int, i: int, j: int) -> float:
    """Return the probability from level i of N to level j of N + 1 if all contributions of Eq. (6) had one sign."""
    pairs = numeric.decompose(dot.spectra[N], i, dot.spectra[N + 1], j)
    return pairs.factor * float(np.abs(pairs.contributions).sum()) ** 2


def table_4(dot: PaperDot) -> Iterator[Table]:
    """Yield the leading determinants of both states of Table IV, and the sum over connecting pairs."""
    for (N, level), printed in reported.leading_coefficients().items():
        leading = Leading.of(dot.spectra[N], level, LEADING, like=printed[0])
        agrees = [
            abs(b - paper) <= reported.PRINTED_DIGIT for b, paper in zip(leading.orbital_major, printed, strict=True)
        ]
        rows = [
            (determinants.name(*occupied), f"{paper:+.2f}", f"{b:+.4f}", f"{other:+.4f}", _yes(agree))
            for occupied, paper, b, other, agree in zip(
                leading.occupied, printed, leading.orbital_major, leading.spin_major, agrees, strict=True
            )
        ]
        yield Table(
            name=f"table-4-N{N}",
            title=f"Table IV: leading determinants of N = {N}, level {level}",
            header=("occupied orbitals", "b, paper", "b, orbital-major", "b, spin-major", "within half a digit"),
            rows=rows,
            remark=_SIGNS[N],
            agrees=agrees,
            judged="within half a digit",
        )
    yield _connecting_pairs(dot)


_ORDERS = (
    "The sign of a determinant depends on the order of its creation operators: orbital by orbital, up before down "
    "(orbital-major), which gives the paper's signs, or all up before all down (spin-major)."
)
_SIGNS = {
    3: f"{_ORDERS} The paper shows S_z = -1/2; here stands its mirror image, S_z = +1/2, with all spins turned over. "
    "That is the same as S_z = -1/2 with down before up in each orbital.",
    4: _ORDERS,
}


def _yes(agrees: bool) -> str:
    return "yes" if agrees else "no"


def _connecting_pairs(dot: PaperDot) -> Table:
    decomposition = numeric.decompose(dot.spectra[3], 0, dot.spectra[4], 3, two_Sz=(1, 0))
    leading = decomposition.among_leading(LEADING)
    squared = decomposition.amplitude_among_leading(LEADING) ** 2
    pairs = [
        (
            determinants.name(*decomposition.initial.determinants(nu_i + 1)[-1]),
            determinants.name(*decomposition.final.determinants(nu_j + 1)[-1]),
            f"{contribution:+.5f}",
            f"{total:+.5f}",
            "both leading" if both else "",
        )
        for nu_i, nu_j, contribution, total, both in zip(
            decomposition.nu_i[:12].tolist(),
            decomposition.nu_j[:12].tolist(),
            decomposition.contributions[:12],
            decomposition.running_sum[:12],
            leading[:12],
            strict=True,
        )
    ]
    table = reported.tables()["table_IV"]
    return Table(
        name="table-4-pairs",
        title="Eq. (6): which pairs of determinants carry the transition N = 3, level 0 -> N = 4, level 3",
        header=("from", "to", "contribution", "running sum", "among the four leading"),
        rows=pairs,
        remark=(
            f"{int(leading.sum())} pairs connect the leading determinants (paper: {table['connecting_pairs']}); the "
            f"square of their sum is {squared:.4f} (paper: {table['estimate_of_M_3_0']}), which Eq. (4) turns into "
            f"M = {decomposition.factor * squared:.4f}: the paper's estimate lacks the factor 1/2. All "
            f"{decomposition.contributions.size} pairs give M = {decomposition.probability:.4f}"
        ),
    )


def energy_scales(dot: PaperDot) -> tuple[float, float]:
    """Return the vibrational gap Omega and the first splitting Delta of four electrons, in E_H*."""
    energies = dot.spectra[4].energies
    return float(energies[LOWEST_MULTIPLETS[4]] - energies[0]), float(energies[1] - energies[0])


def scales(dot: PaperDot) -> Table:
    """Return the vibrational gap and the first splitting of four electrons."""
    Omega, Delta = energy_scales(dot)
    printed = reported.tables()["multiplets"]
    ratio = f"{1000 * printed['Omega_meV'] / printed['Delta_micro_eV']:.0f}"
    rows = [
        ("Omega", f"{printed['Omega_meV']} meV", f"{EFFECTIVE_HARTREE * Omega:.2f} meV", f"{Omega:.4f}"),
        (
            "Delta",
            f"{printed['Delta_micro_eV']} micro-eV",
            f"{1000 * EFFECTIVE_HARTREE * Delta:.1f} micro-eV",
            f"{Delta:.6f}",
        ),
        ("Omega / Delta", ratio, f"{Omega / Delta:.1f}", ""),
    ]
    return Table(
        name="scales",
        title="Energy scales of N = 4",
        header=("", "paper", "recomputed, GaAs", "recomputed (E_H*)"),
        rows=rows,
        remark="Delta converges slowly with the number of orbitals, as the cutoff is small",
    )


def line_counts(windows: Sequence[Map]) -> Table:
    """Return how many lines each window has with the spin weights and with M_ji, for several thresholds."""
    rows = []
    for window in windows:
        for threshold in THRESHOLDS:
            spin_only, correlated = (line_count(one, threshold) for one in (window.spin_only, window.correlated))
            rows.append((window.title, f"{100 * threshold:g} %", str(spin_only), str(correlated)))
    return Table(
        name="line-counts",
        title="Fig. 1: how many lines, with the spin weights and with correlations",
        header=("window", "threshold", "lines with C", "lines with M"),
        rows=rows,
        remark=(
            "lines that the upper edge of a window crosses: runs of gates at which |dI/dV| exceeds the threshold, a "
            "share of the window's largest value. The paper says: fewer on average; it names no threshold"
        ),
    )


_KINDS = {
    "negative": "negative: the current falls",
    "turned": "positive; negative with the spin weights",
    "enhanced": "enhanced by the populations",
    "stronger": "stronger, as its rate is",
    "weaker": "weaker",
}


def line_strengths(windows: Mapping[str, Sequence[Strength]]) -> Table:
    """Return the step at each line of the corners, split into the part of its rate and that of the populations."""
    rows = [
        (
            one.name,
            f"{one.step:+.4f}",
            f"{one.spin_only_step:+.4f}",
            f"{one.ratio:+.3f}",
            f"{one.rate_part:.3f}",
            f"{one.population_part:+.3f}",
            _KINDS[one.kind],
        )
        for found in windows.values()
        for one in found
    ]
    return Table(
        name="line-strengths",
        title="Fig. 1: the lines of the corners, and what correlations do to each",
        header=("transition", "step with M (t)", "step with C (t)", "ratio", "M / C", "populations", "kind"),
        rows=rows,
        remark=(
            "ratio = (M / C) times the part of the populations. Black arrows mark lines that the populations enhance, "
            "white ones negative lines. A line that is stronger because its own M exceeds C is not marked: its rate "
            "explains it. Only lines that a cut along the bias shows by themselves, no other transition in resonance "
            f"within {ALONE:g} k_BT, each where its step is then largest: near others it may be larger, as in "
            "the picture of the populations"
        ),
    )
