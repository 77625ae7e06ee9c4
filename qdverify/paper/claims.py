"""What [J96] claims, claim by claim: reproduced, partly, or not, and where on the page that is seen.

Verdicts are computed when the page is made; only claims that cannot be tested here have a fixed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qdverify.paper.diagrams import LINE, Map, Peaks, line_count
from qdverify.paper.line_strengths import Strength
from qdverify.paper.recomputed import PaperDot
from qdverify.paper.tables import Table

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
    )


def claims(
    dot: PaperDot,
    tables: Sequence[Table],
    windows: Sequence[Map],
    lines: Mapping[str, Sequence[Strength]],
    peaks: Peaks,
) -> Iterator[Claim]:
    """Yield every claim with its finding."""
    named = {one.name: one for one in tables}
    yield _counted("The lowest levels have these total spins, in this order (Table I)", named["table-1"], "agrees")
    yield _counted("Transition probabilities of 2 and 3 electrons, error 1e-3 (Table II)", named["table-ii"], "within")
    yield _counted(
        "Transition probabilities of 3 and 4 electrons, error 1e-2 (Table III)", named["table-iii"], "within"
    )
    for N, states in ((3, "three electrons' ground state"), (4, "four electrons' level 3")):
        column = "within half a digit"
        yield _counted(f"Leading determinants of {states}, with signs (Table IV)", named[f"table-4-N{N}"], column)
    yield from _scales(dot)
    yield from _lines(windows, lines)
    heights = peaks.heights
    yield Claim(
        "The peaks along the gate have unequal heights, where spins alone give 1, 1/2, 1, 1/2 (Fig. 2)",
        "reproduced" if len(set(heights.round(2).tolist())) == heights.size else "not",
        "heights " + ", ".join(f"{height:.3f}" for height in heights),
        "figure-2",
    )
    M = dot.M[2][1, 0]
    yield Claim(
        "The ground state of two electrons hardly couples to level 1 of three, although the spins allow it",
        "reproduced" if 0.1 * dot.C[2][1, 0] > M else "not",
        f"M = {M:.3f}, C = {dot.C[2][1, 0]:g}; followed to zero interaction the two differ by two electrons",
        "follow",
    )
    yield Claim(
        "Interference of determinants with different signs makes a probability small (Eq. (6))",
        "reproduced",
        f"level 0 to level 3 of three and four electrons: M = {dot.M[3][3, 0]:.4f}; without signs see Table III",
        "table-4-pairs",
    )
    yield Claim("The procedure carries over to higher dimensions", "not asked", "only the box is solved here", "")


def _counted(says: str, shown: Table, column: str) -> Claim:
    at = shown.header.index(column)
    held = sum(row[at] == "yes" for row in shown.rows)
    verdict = "reproduced" if held == len(shown.rows) else "partly" if held else "not"
    return Claim(says, verdict, f"{held} of {len(shown.rows)}", shown.name)


def _scales(dot: PaperDot) -> Iterator[Claim]:
    energies = dot.spectra[4].energies
    ratio = (energies[6] - energies[0]) / (energies[1] - energies[0])
    yield Claim(
        "Omega = 6.2 meV and Delta = 62 micro-eV for four electrons",
        "partly",
        f"ratio {ratio:.1f} for the paper's 100: Omega converges with the number of orbitals, Delta does not",
        "scales",
    )


def _lines(windows: Sequence[Map], lines: Mapping[str, Sequence[Strength]]) -> Iterator[Claim]:
    counts = {window.title: [line_count(one) for one in (window.spin_only, window.correlated)] for window in windows}
    told = "; ".join(f"{title}: {alone} with C, {with_M} with M" for title, (alone, with_M) in counts.items())
    fewer = [with_M <= alone for alone, with_M in counts.values()]
    yield Claim(
        "Correlations leave fewer lines in the differential conductance (Fig. 1)",
        "reproduced" if all(fewer) else "partly" if any(fewer) else "not",
        f"{told} (above {100 * LINE:g} % of the largest)",
        "line-counts",
    )
    for kind, says in (("enhanced", "Some lines are stronger than the spins allow"), ("negative", "Some are negative")):
        found = [one.name for strong in lines.values() for one in strong if one.kind == kind]
        yield Claim(f"{says} (Fig. 1)", "reproduced" if found else "not", ", ".join(found), "line-strengths")
