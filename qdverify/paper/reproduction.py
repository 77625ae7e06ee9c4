"""Everything that the paper shows, recomputed and laid out as files: pictures, numbers, and a page that joins them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
import numpy as np
from matplotlib.figure import Figure

from qdverify.paper import diagrams, figures, level_pictures
from qdverify.paper.drawing import Drawing
from qdverify.paper.recomputed import PaperDot
from qdverify.paper.tables import Table, all_tables
from qdverify.report.document import suite_version
from qdverify.rules import InvalidInput

LEAST_ORBITALS = 6
"""The figures show ten levels of four electrons: fewer orbitals do not hold the multiplets that they need."""


def reproduce(
    out: Path, *, orbitals: int = 13, cutoff_ratio: float = 2e-4, progress: Callable[[str], None] = lambda _: None
) -> Path:
    """Recompute the paper's tables and figures into a folder.

    Parameters
    ----------
    out
        The folder; made where it does not exist, its files of the same names replaced.
    orbitals
        Number M of orbitals; the paper uses 10 to 13.
    cutoff_ratio
        lambda / L, which the paper does not state.
    progress
        Called with what is being done.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    InvalidInput
        For too few orbitals or a cutoff that is not positive; the message names value and rule.
    """
    if orbitals < LEAST_ORBITALS:
        raise InvalidInput(f"orbitals={orbitals} must be at least {LEAST_ORBITALS} to hold the levels of the figures")
    progress("levels and transition probabilities")
    try:
        dot = PaperDot.solve(orbitals, cutoff_ratio)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    progress("tables")
    tables = all_tables(dot)
    for table in tables:
        _write_table(out, table)
    pictures = []
    with Drawing(out) as drawing:
        for name, caption, figure in _figures(dot, out):
            progress(caption)
            drawing.draw(name, figure)
            pictures.append((name, caption))
    return _write_page(out, dot, tables, pictures)


def _figures(dot: PaperDot, out: Path) -> Iterator[tuple[str, str, Figure]]:
    """Yield name, caption and figure; write the data of each beside it."""
    yield "levels", "The lowest multiplets and the transitions between them", level_pictures.level_scheme(dot)
    yield "densities", "Charge densities of the ground states", level_pictures.densities(dot)
    for data in diagrams.maps(dot):
        for colour in (False, True):
            scale = "colour, zero in the middle" if colour else "the paper's grey scale"
            name = f"figure-1-{data.name}-{'colour' if colour else 'grey'}"
            yield name, f"Fig. 1, {data.title}: {scale}", figures.figure_1(dot, data, colour=colour)
        _write_map(out, data)
        if data.N is not None:
            found = list(diagrams.crossings(dot, data))
            title = f"{data.title}: populations on both sides of a line"
            yield f"populations-{data.name}", f"Why is this line white? {title}", figures.populations(found, title)
    peaks = diagrams.peaks(dot)
    _write_peaks(out, peaks)
    yield "figure-2", "Fig. 2: current peaks along the gate", figures.figure_2(peaks, dot)


def _write_table(out: Path, table: Table) -> None:
    with (out / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.header)
        writer.writerows(table.rows)


def _write_map(out: Path, data: diagrams.Map) -> None:
    """Write gate, bias and both conductances, a row a point."""
    gate, bias = np.meshgrid(data.gate, data.bias, indexing="ij")
    columns = np.column_stack([array.ravel() for array in (gate, bias, data.spin_only, data.correlated)])
    header = "gate,bias,dI_dV_spin_only,dI_dV_correlated"
    np.savetxt(out / f"figure-1-{data.name}.csv", columns, fmt="%.9g", delimiter=",", header=header, comments="")


def _write_peaks(out: Path, peaks: diagrams.Peaks) -> None:
    document = {
        "kT": diagrams.PEAK_KT,
        "bias": diagrams.PEAK_BIAS,
        "relative_heights": peaks.heights.tolist(),
        "gate": peaks.gate.tolist(),
        "current": peaks.current.tolist(),
    }
    (out / "figure-2.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _write_page(out: Path, dot: PaperDot, tables: list[Table], pictures: list[tuple[str, str]]) -> Path:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("qdverify.paper"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    page = environment.get_template("reproduction.html.j2").render(
        dot=dot, tables=tables, pictures=pictures, suite_version=suite_version()
    )
    index = out / "index.html"
    index.write_text(page, encoding="utf-8")
    return index
