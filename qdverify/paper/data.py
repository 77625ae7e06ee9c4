"""The numbers behind every picture of the reproduction, as CSV files whose headers name quantity and unit.

Currents are particle currents in units of the tunnelling rate t (times e for the electric current).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from qdverify.paper.adiabatic_continuation import AdiabaticContinuation
from qdverify.paper.charge_peaks import PLACES, Onset
from qdverify.paper.crossings import Crossing
from qdverify.paper.diagrams import Map, Peaks
from qdverify.paper.evidence import PROBABILITIES
from qdverify.paper.inference import Scan
from qdverify.paper.level_pictures import Densities
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, PaperDot
from qdverify.paper.tables import Table
from qdverify.protocol.files import written_whole
from qdverify.protocol.spins import spin_text

IV = ("Table IV",)
GATE, BIAS = "gate e phi (E_H*)", "bias V (E_H*/e)"


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table and return its file name."""
    with written_whole(path) as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path.name


def table(out: Path, shown: Table) -> str:
    """Write a table of the paper."""
    return write(out / f"{shown.name}.csv", shown.header, shown.rows)


def levels(out: Path, dot: PaperDot) -> list[str]:
    """Write the lowest multiplets, and M_ji and C_ji between them."""
    listed = [
        (N, level, spin_text(int(dot.spectra[N].two_S[level])), _number(E), _number(E - dot.spectra[N].energies[0]))
        for N in (2, 3, 4)
        for level, E in enumerate(dot.spectra[N].energies[: LOWEST_MULTIPLETS[N]])
    ]
    joined = [
        (N, i, j, _number(dot.M[N][j, i]), str(Fraction(float(dot.C[N][j, i])).limit_denominator(100)))
        for N in (2, 3)
        for i in range(LOWEST_MULTIPLETS[N])
        for j in range(LOWEST_MULTIPLETS[N + 1])
    ]
    header = ("N", "level", "S", "energy (E_H*)", "energy above the ground state (E_H*)")
    return [
        write(out / "levels.csv", header, listed),
        write(out / "levels-transitions.csv", ("N", "level i of N", "level j of N + 1", "M_ji", "C_ji"), joined),
    ]


def densities(out: Path, shown: Densities) -> list[str]:
    """Write the charge densities of the ground states."""
    header = ("x (a_B*)", *(f"charge density of N = {N} (1/a_B*)" for N in shown.density))
    columns = np.column_stack([shown.x, *shown.density.values()])
    return [_columns(out / "densities.csv", header, columns)]


def charge_peaks(out: Path, shown: Sequence[Onset]) -> list[str]:
    """Write every charge density that the search for the peaks computed, a row a place."""
    rows = (
        (onset.electrons, *map(_number, (one.length, one.depth, x * one.length, n / one.length)))
        for onset in shown
        for one in onset.tried
        for x, n in zip(PLACES.tolist(), one.values.tolist(), strict=True)
    )
    header = ("N", "length (a_B*)", "depth of the shallowest dip", "x (a_B*)", "charge density (1/a_B*)")
    return [write(out / "charge-peaks-onset.csv", header, rows)]


def window(out: Path, data: Map) -> list[str]:
    """Write currents and conductances of a window, a row a point of V >= 0.

    With equal barriers I(-V) = -I(V), so that dI/dV is even: the other half says nothing new.
    """
    half = slice(data.bias.size // 2, None)
    gate, bias = np.meshgrid(data.gate, data.bias[half], indexing="ij")
    fields = (data.spin_only_current, data.correlated_current, data.spin_only, data.correlated)
    columns = np.column_stack([array.ravel() for array in (gate, bias, *(field[:, half] for field in fields))])
    header = (GATE, BIAS, "I from C_ji (t)", "I from M_ji (t)", "dI/dV from C_ji (t/E_H*)", "dI/dV from M_ji (t/E_H*)")
    return [_columns(out / f"figure-1-{data.name}.csv", header, columns)]


def crossings(out: Path, name: str, found: Sequence[Crossing]) -> list[str]:
    """Write the populations on both sides of each line, a row a level."""
    rows = []
    for crossing in found:
        first = {N: int(np.flatnonzero(crossing.electrons == N)[0]) for N in set(crossing.electrons.tolist())}
        for k, (N, two_S) in enumerate(zip(crossing.electrons.tolist(), crossing.two_S.tolist(), strict=True)):
            for side, when in enumerate(("before", "after")):
                V, current = crossing.bias[2 * side], crossing.current[side]
                point = (crossing.kind, when, _number(crossing.gate), _number(V), _number(current))
                level = (N, k - first[N], spin_text(two_S), _number(crossing.populations[k, side]))
                rows.append((*point, *level))
    header = ("line", "side", GATE, BIAS, "I from M_ji (t)", "N", "level", "S", "population")
    return [write(out / f"populations-{name}.csv", header, rows)]


def peaks(out: Path, shown: Peaks) -> list[str]:
    """Write the current around each resonance, and its largest value over that of the first, with M_ji and C_ji."""
    rows = [
        (N, N + 1, _number(gate), _number(current), _number(current / shown.current[0].max()), _number(spin_only))
        for N in range(len(shown.gate))
        for gate, current, spin_only in zip(shown.gate[N], shown.current[N], shown.spin_only_current[N], strict=True)
    ]
    heights = [
        (N, N + 1, _number(height), _number(alone))
        for N, (height, alone) in enumerate(zip(shown.heights, shown.spin_only_heights, strict=True))
    ]
    curve = ("from N", "to N", GATE, "I from M_ji (t)", "I / first peak", "I from C_ji (t)")
    return [
        write(out / "figure-2.csv", curve, rows),
        write(out / "figure-2-heights.csv", ("from N", "to N", "height / first peak", "the same from C_ji"), heights),
    ]


def adiabatic_continuation(out: Path, shown: AdiabaticContinuation, electrons: int) -> list[str]:
    """Write energies of N + 1 electrons and M_ji against the strength of the interaction."""
    upper = shown.levels[electrons + 1]
    _, to, start = shown.M[electrons].shape
    pairs = [(i, j) for i in range(start) for j in range(to)]
    header = (
        "strength / full strength",
        *(f"energy of N = {electrons + 1} level {level.index} (E_H*)" for level in upper),
        *(f"M_ji of N = {electrons} level {i} -> N = {electrons + 1} level {j}" for i, j in pairs),
    )
    values = [shown.strengths, *(level.energies for level in upper), *(shown.M[electrons][:, j, i] for i, j in pairs)]
    return [_columns(out / "follow.csv", header, np.column_stack(values))]


def _columns(path: Path, header: Sequence[str], columns: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> str:
    np.savetxt(path, columns, fmt="%.9g", delimiter=",", header=",".join(header), comments="", encoding="utf-8")
    return path.name


def _number(value: float) -> str:
    return f"{value:.9g}"


def scan(out: Path, found: Scan) -> list[str]:
    """Write how many of the printed numbers hold at every length, cutoff and number of orbitals that is judged."""
    tables = {source: (found.holding(*source), found.holding(*source, stated=True)) for source in (PROBABILITIES, IV)}
    rows = (
        (
            found.orbitals[m],
            found.cutoff_ratios[r],
            round(float(found.lengths[x]), 6),
            *counts,
            *_scales(found, m, r, x),
        )
        for m, r, x in zip(*np.nonzero(found.judged), strict=True)
        for counts in [[int(count[m, r, x]) for both in tables.values() for count in both]]
    )
    header = (
        "M",
        "lambda / L",
        "length (a_B*)",
        "Tables II and III within half a digit",
        "Tables II and III within half a digit and the stated error",
        "Table IV within half a digit",
        "Table IV within half a digit and the stated error",
        "Omega (E_H*)",
        "Delta (E_H*)",
    )
    return [write(out / "length-map.csv", header, rows)]


def _scales(found: Scan, m: int, r: int, x: int) -> list[str]:
    return [f"{energy:.6f}" for energy in found.numbers[m, r, x, -2:].tolist()]
