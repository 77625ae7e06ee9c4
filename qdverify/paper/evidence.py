"""Which lengths, cutoffs and numbers of orbitals the printed numbers ask for, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qdverify.paper.inference import Flags, Scan
from qdverify.paper.recomputed import EFFECTIVE_HARTREE, STATED_LENGTH
from qdverify.paper.tables import Table

PROBABILITIES = ("Table II", "Table III")
POLARISED = "1 -> 2"
"""The entry of Table II between fully polarised states: the interaction acts between them through the exchange only."""
COMPARED = (STATED_LENGTH, 10.0)
"""The length that the paper states and the one that its tables ask for."""


@dataclass(frozen=True, eq=False)
class Finding:
    """Where a set of printed numbers holds, (m, r, l)."""

    numbers: str
    allowed: str
    where: Flags


def findings(scan: Scan) -> Iterator[Finding]:
    """Yield for each set of printed numbers where it holds, then for all of them together."""
    rounding, stated = "half a printed digit", "half a printed digit and the stated error"
    within = scan.holding(*PROBABILITIES)
    most = int(within.max())
    tables = scan.holding(*PROBABILITIES, stated=True)
    all_of_them = tables == scan.count(*PROBABILITIES)
    yield Finding(f"Tables II and III, {most} of {scan.count(*PROBABILITIES)} entries", rounding, within == most)
    yield Finding(f"Tables II and III, all {scan.count(*PROBABILITIES)} entries", stated, all_of_them)
    yield Finding(f"Table II, {POLARISED} between polarised states, alone", rounding, scan.one_holds(POLARISED))
    signed = scan.holding("Table IV")
    yield Finding(
        f"Table IV, {signed.max()} of {scan.count('Table IV')} coefficients", rounding, signed == signed.max()
    )
    coefficients = scan.holding("Table IV", stated=True) == scan.count("Table IV")
    yield Finding("Table IV, all coefficients", "half a printed digit and the stated error of Table III", coefficients)
    ratio, both = scan.scales_hold(None), scan.scales_hold(EFFECTIVE_HARTREE)
    yield Finding("Omega / Delta, any material", rounding, ratio)
    yield Finding("Omega and Delta in GaAs", rounding, both)
    together = all_of_them & coefficients
    yield Finding("Tables II, III and IV and Omega / Delta", "as above", together & ratio)
    yield Finding("Tables II, III and IV, Omega and Delta in GaAs", "as above", together & both)


def regions(scan: Scan) -> Table:
    """Return the lengths, cutoffs and numbers of orbitals for which each set of printed numbers holds."""
    rows = []
    for found in findings(scan):
        m, r, x = np.nonzero(found.where)
        cells = (
            (
                _range(scan.lengths[x].tolist(), "{:.2f}"),
                _range(scan.cutoff_ratios[r].tolist(), "{:.0e}"),
                _range([scan.orbitals[k] for k in m.tolist()], "{}"),
            )
            if x.size
            else ("nowhere", "", "")
        )
        rows.append((found.numbers, found.allowed, *cells))
    return Table(
        name="length",
        title="Which length, cutoff and number of orbitals the printed numbers ask for",
        header=("printed numbers", "allowed", "length (a_B*)", "lambda / L", "M"),
        rows=rows,
        remark=(
            f"Lengths from {scan.lengths[0]:g} to {scan.lengths[-1]:g}, lambda / L from {scan.cutoff_ratios[0]:.0e} "
            f"to {scan.cutoff_ratios[-1]:.0e}, M from {scan.orbitals[0]} to {scan.orbitals[-1]}; each column is the "
            "range of one over all values of the other two. A length may be read as length times strength of the "
            "interaction, except for Omega and Delta in meV."
        ),
    )


def comparison(scan: Scan) -> Table:
    """Return what speaks for and against the stated length and the one that the tables ask for."""
    columns = [_at(scan, length) for length in COMPARED]
    rows = [(name, *(column[name] for column in columns)) for name in columns[0]]
    header = ("best over lambda / L and M", *(f"L = {length:g}" for length in COMPARED))
    remark = (
        "Tables II and III, the polarised entry and GaAs speak for the longer box; the last digits of Table IV and the "
        "length in the text speak for the shorter one. The paper does not say how the two came about."
    )
    return Table("length-compared", "Evidence for and against L = 9.5 and L = 10", header, rows, remark)


def _at(scan: Scan, length: float) -> dict[str, str]:
    x = int(np.argmin(np.abs(scan.lengths - length)))
    judged = scan.judged[:, :, x]
    probabilities, coefficients = scan.count(*PROBABILITIES), scan.count("Table IV")
    worst = np.abs(scan.deviations(*PROBABILITIES)[:, :, x]).max(axis=-1)[judged]
    ratio = scan.numbers[:, :, x, -2][judged] / scan.numbers[:, :, x, -1][judged]

    def best(*sources: str, stated: bool = False) -> int:
        return int(scan.holding(*sources, stated=stated)[:, :, x].max())

    return {
        "Tables II and III within half a printed digit": f"{best(*PROBABILITIES)} of {probabilities}",
        "and within the stated error": f"{best(*PROBABILITIES, stated=True)} of {probabilities}",
        "largest deviation of an entry, at its least": f"{worst.min():.4f}",
        "the entry between polarised states": "holds" if scan.one_holds(POLARISED)[:, :, x].any() else "does not hold",
        "Table IV within half a printed digit, with signs": f"{best('Table IV')} of {coefficients}",
        "Omega / Delta, paper 100, over all lambda / L and M": f"{ratio.min():.0f} to {ratio.max():.0f}",
        "Omega and Delta in GaAs": "hold" if scan.scales_hold(EFFECTIVE_HARTREE)[:, :, x].any() else "do not hold",
    }


def _range(values: Sequence[float], form: str) -> str:
    low, high = form.format(min(values)), form.format(max(values))
    return low if low == high else f"{low} to {high}"
