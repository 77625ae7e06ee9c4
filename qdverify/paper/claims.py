"""What [J96] claims, claim by claim: reproduced, partly, or not, and where on the page that is seen.

Every verdict is computed when the page is made; only claims that cannot be tested here have a fixed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import eq, lt
from typing import Final

from qdverify.paper import projection
from qdverify.paper.charge_peaks import Onset
from qdverify.paper.diagrams import THRESHOLDS, Map, Peaks, line_count
from qdverify.paper.figures import WORTH_AN_ARROW
from qdverify.paper.line_strengths import Strength
from qdverify.paper.recomputed import EFFECTIVE_HARTREE, PaperDot
from qdverify.paper.tables import Table, energy_scales, without_signs
from qdverify.reference.printed import reported

ROUNDING: Final = 1e-9
LANCZOS_ERROR: Final = 1e-10
"""In E_H*: the energies of two routes agree to this, or one of them has lost a level."""
CANCELLED: Final = 10.0
"""Signs matter if leaving them out makes a probability larger by this factor."""
HEADER = ("the paper says", "here", "how", "where")


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, with what is found of it.

    Attributes
    ----------
    says
        The claim, in our words.
    verdict
        "reproduced", "partly", "not" or "not asked".
    how
        What was found.
    where
        The name of a table or picture of the page; empty if there is none.
    """

    says: str
    verdict: str
    how: str
    where: str


def table(claims: Sequence[Claim]) -> Table:
    """Return the claims as a table; the last column names a place on the page."""
    return Table(
        name="claims",
        title="What the paper says, claim by claim",
        header=HEADER,
        rows=[(claim.says, claim.verdict, claim.how, claim.where) for claim in claims],
        remark="Counted when this page was made. Partly: some of the numbers lie outside what their print allows.",
        agrees=[claim.verdict != "not" for claim in claims],
        judged=HEADER[1],
    )


@dataclass
class Findings:
    """What the claims are judged by.

    Attributes
    ----------
    dot
        The paper's dot, solved.
    peaks
        Fig. 2.
    onsets
        How the charge density gets its peaks.
    windows
        Fig. 1, window by window.
    lines
        How strong the lines of each corner are, by the name of the window.
    """

    dot: PaperDot
    peaks: Peaks
    onsets: Sequence[Onset]
    windows: list[Map] = field(default_factory=list)
    lines: dict[str, list[Strength]] = field(default_factory=dict)

    @cached_property
    def projected(self) -> projection.Runs:
        """Levels by Lanczos with projection."""
        return projection.run(self.dot)


def claims(found: Findings, tables: Sequence[Table]) -> Iterator[Claim]:
    """Yield every claim with its finding, in the order of the paper."""
    named = {one.name: one for one in tables}
    dot = found.dot
    yield _charge_peaks(found.onsets, dot.length)
    yield counted("The lowest levels have these total spins, in this order (Table I)", named["table-1"])
    yield _scales(dot)
    yield _projection(found.projected)
    yield counted("Transition probabilities of 2 and 3 electrons, error 1e-3 (Table II)", named["table-ii"])
    yield counted("Transition probabilities of 3 and 4 electrons, error 1e-2 (Table III)", named["table-iii"])
    yield _one_more(dot)
    yield from _suppressed(dot)
    for N, states in ((3, "three electrons' ground state"), (4, "four electrons' level 3")):
        yield counted(f"Leading determinants of {states}, with signs (Table IV)", named[f"table-4-N{N}"])
    yield from _lines(found.windows, found.lines)
    yield _peak_heights(found.peaks)
    for what in OUTSIDE:
        yield Claim(what.says, "not asked", what.why, "outside")


@dataclass(frozen=True)
class Outside:
    """Something that the paper speaks of and this page does not recompute, with the reason."""

    says: str
    why: str


OUTSIDE = (
    Outside("The procedure carries over to dots of higher dimension", "only the one-dimensional box is solved here"),
    Outside(
        "The work that the paper cites as Refs. 14 to 16",
        "results of others, for dots and methods that are not this model: nothing of them is computed, so nothing is "
        "said of them",
    ),
    Outside(
        "How the model compares with measured dots",
        "the model has sequential tunnelling only, with a temperature well above the level broadening: no "
        "cotunnelling, no phonons, no magnetic field, no material",
    ),
)


def counted(says: str, shown: Table) -> Claim:
    """Judge a claim by how many rows of a table agree with the paper."""
    held = sum(shown.agrees)
    verdict = "reproduced" if held == len(shown.rows) else "partly" if held else "not"
    return Claim(says, verdict, f"{held} of {len(shown.rows)}", shown.name)


def _charge_peaks(onsets: Sequence[Onset], length: float) -> Claim:
    """Judge by r_s = 1: every N has its peaks beyond it, up to the paper's length, and has fewer in a short box."""
    come = [onset.found for onset in onsets]
    early = [two is not None and onset.distance(two[1].length) <= 1.0 for onset, two in zip(onsets, come, strict=True)]
    told = ", ".join(
        f"N = {onset.electrons}: {'no onset' if two is None else f'{onset.distance(two[1].length):.2f}'}"
        for onset, two in zip(onsets, come, strict=True)
    )
    return Claim(
        "Electrons further apart than about a_B* (r_s) show N peaks of the charge density (Ref. 8)",
        "reproduced" if all(early) else "partly" if any(early) else "not",
        f"N peaks from r_s = L/(N-1) on, up to L = {length:g}: {told}",
        "charge-peaks",
    )


def _scales(dot: PaperDot) -> Claim:
    Omega, Delta = energy_scales(dot)
    printed = reported.tables()["multiplets"]
    agree = [
        abs(round(EFFECTIVE_HARTREE * Omega, 1) - printed["Omega_meV"]) < ROUNDING,
        abs(round(1000 * EFFECTIVE_HARTREE * Delta) - printed["Delta_micro_eV"]) < ROUNDING,
    ]
    ratio, paper = Omega / Delta, 1000 * printed["Omega_meV"] / printed["Delta_micro_eV"]
    verdict = "reproduced" if all(agree) else "partly" if any(agree) or 0.5 < ratio / paper < 2.0 else "not"
    return Claim(
        "Vibrations lie far above the splittings: Omega = 6.2 meV, Delta = 62 micro-eV for four electrons",
        verdict,
        f"{EFFECTIVE_HARTREE * Omega:.2f} meV and {1000 * EFFECTIVE_HARTREE * Delta:.0f} micro-eV, ratio {ratio:.1f} "
        f"for the paper's {paper:.0f}: Omega converges with the number of orbitals, Delta does not",
        "scales",
    )


def _projection(runs: projection.Runs) -> Claim:
    lost = [found for found in runs.levels if found.recovered]
    error = max(abs(found.error) for found in runs.levels)
    return Claim(
        "Projecting a Lanczos vector onto S_z gives the states of a level, unless it has no weight there",
        "reproduced" if lost and error < LANCZOS_ERROR else "not",
        f"{len(lost)} of {len(runs.levels)} levels lose a state in the runs shown; with the recovered ones all "
        f"energies agree within {error:.0e} E_H*",
        "projection",
    )


def _one_more(dot: PaperDot) -> Claim:
    """Judge by each table's stated error."""
    held = total = 0
    worst = 0.0
    for key in ("table_II", "table_III"):
        stated = reported.stated_error(key)
        places = [(entry.electrons, entry.j, entry.i) for entry in reported.entries(key)]
        changes = [abs(float(dot.with_one_more_orbital[N][j, i] - dot.M[N][j, i])) for N, j, i in places]
        worst = max(worst, *changes)
        held += sum(change <= stated for change in changes)
        total += len(changes)
    return Claim(
        "One more orbital changes the probabilities by less than the stated errors",
        "reproduced" if held == total else "partly" if held else "not",
        f"{held} of {total}, from M = {dot.orbitals} to {dot.orbitals + 1}; largest change {worst:.4f}",
        "table-ii",
    )


def _suppressed(dot: PaperDot) -> Iterator[Claim]:
    M, C = dot.M[2][1, 0], dot.C[2][1, 0]
    yield Claim(
        "The ground state of two electrons hardly couples to level 1 of three, although the spins allow it",
        "reproduced" if 0.1 * C > M else "not",
        f"M = {M:.3f}, C = {C:g}; followed to zero interaction the two differ by two electrons",
        "follow",
    )
    small = float(dot.M[3][3, 0])
    unsigned = without_signs(dot, 3, 0, 3)
    yield Claim(
        "Contributions of different signs cancel, which makes a probability small (Eq. (6))",
        "reproduced" if unsigned > CANCELLED * small else "not",
        f"level 0 of three to level 3 of four electrons: M = {small:.4f}, without signs {unsigned:.2f}",
        "table-4-pairs",
    )


def _peak_heights(peaks: Peaks) -> Claim:
    heights = peaks.heights
    return Claim(
        "The peaks along the gate have unequal heights, where spins alone give 1, 1/2, 1, 1/2 (Fig. 2)",
        "reproduced" if len(set(heights.round(2).tolist())) == heights.size else "not",
        "heights " + ", ".join(f"{height:.3f}" for height in heights),
        "figure-2",
    )


def _lines(windows: Sequence[Map], lines: Mapping[str, Sequence[Strength]]) -> Iterator[Claim]:
    counts = [
        (line_count(window.spin_only, threshold), line_count(window.correlated, threshold))
        for window in windows
        for threshold in THRESHOLDS
    ]
    fewer, equal = (sum(compare(with_M, alone) for alone, with_M in counts) for compare in (lt, eq))
    more = len(counts) - fewer - equal
    yield Claim(
        "Correlations leave fewer lines in the differential conductance, on average (Fig. 1)",
        "reproduced" if fewer and not more else "partly" if fewer > more else "not",
        f"fewer in {fewer}, as many in {equal}, more in {more} of {len(counts)} counts: {len(windows)} windows, "
        f"{len(THRESHOLDS)} thresholds",
        "line-counts",
    )
    notable = [one for strong in lines.values() for one in strong if abs(one.step) >= WORTH_AN_ARROW]
    by_kind = {kind: [one.name for one in notable if one.kind == kind] for kind in ("enhanced", "stronger", "negative")}
    yield Claim(
        "Some lines are enhanced (Fig. 1)",
        "reproduced" if by_kind["enhanced"] else "partly" if by_kind["stronger"] else "not",
        f"by the populations: {_listed(by_kind['enhanced'])}; by their own M > C: {_listed(by_kind['stronger'])}",
        "line-strengths",
    )
    yield Claim(
        "Some lines are negative (Fig. 1)",
        "reproduced" if by_kind["negative"] else "not",
        f"{_listed(by_kind['negative'])}; smaller steps than {WORTH_AN_ARROW:g} t do not count",
        "line-strengths",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
