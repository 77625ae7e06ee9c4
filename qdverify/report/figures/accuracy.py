"""Error against reference, both logarithmic, a point a value: what kind of inaccuracy a code has, at a glance.

A constant that was added is a horizontal line, cancellation a floor that rises with the gross flow, a wrong factor a
parallel to the diagonal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from qdverify.protocol.accuracy import claimed_accuracy
from qdverify.protocol.inputs import TASKS
from qdverify.report.accuracy import points_of, task_of
from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.figures.svg import ACCENT, INK, MUTED, SECOND, Plot, figure, light_grid, svg_of, verdict_colour
from qdverify.suite.finding import Verdict

SMALLEST: Final = 1e-24
LARGEST: Final = 1e3
_PER_DECADE: Final = 6
_COLOURS: Final = (ACCENT, SECOND, INK, MUTED)
_MARKERS: Final = ("o", "x", "^", "s", "+")
_SHAPES: Final = ("dots", "crosses", "triangles", "squares", "plus signs")
_CAPTION: Final = (
    "Each dot is a value (values within a sixth of a decade share a dot): its error over its reference, both in "
    "units of the natural size of the quantity: 1 for weights, probabilities and populations, the largest rate "
    "times the largest M_ji for a current, the largest of the case for energies and integrals. Crosses belong to "
    "findings that failed. The line is what was claimed, without the conditioning of single cases. Values and "
    "errors below 1e-24, zeros among them, stand at the edge. A constant that was added shows as a horizontal "
    "line, a wrong factor as a parallel to the diagonal."
)


def error_against_reference(document: ReportDocument) -> Plot | None:
    """Return the picture of errors, a panel a task; None if no value has a claimed accuracy."""
    panels, rows = [], []
    for task in TASKS:
        dots = _dots([finding for finding in document["findings"] if task_of(finding) == task])
        if not dots:
            continue
        with figure(2.5) as (drawing, axes):
            _draw(axes, dots, document["implementation"]["accuracy"].get(task))
            axes.set_title(task, loc="left", color=INK)
            panels.append(svg_of(drawing, f"errors of {task}"))
        rows.append((task, str(len(dots)), f"{max(error for _, error, _ in dots):.1e}"))
    if not panels:
        return None
    header = ("task", "dots", "largest error")
    alt = "Errors over references of every task, both logarithmic"
    return Plot("accuracy", "Errors over references", _CAPTION, alt, panels, header, rows, across=3)


def _dots(findings: Sequence[FindingDocument]) -> list[tuple[float, float, bool]]:
    """Return distinct dots: reference, error and whether the finding failed."""
    dots: dict[tuple[int, int, bool], None] = {}
    for finding in findings:
        natural = finding["tolerance"]["natural"]
        failed = finding["verdict"] == Verdict.FAIL
        for point in points_of(finding):
            place = [
                round(_PER_DECADE * np.log10(_clipped(value / natural))) for value in (point.reference, point.error)
            ]
            dots[place[0], place[1], failed] = None
    return [(10 ** (x / _PER_DECADE), 10 ** (y / _PER_DECADE), failed) for x, y, failed in dots]


def _clipped(value: float) -> float:
    return min(max(value, SMALLEST), LARGEST)


def _draw(axes: Axes, dots: Sequence[tuple[float, float, bool]], claim: object) -> None:
    for wrong, colour in ((False, ACCENT), (True, verdict_colour(Verdict.FAIL))):
        chosen = [(x, y) for x, y, failed in dots if failed is wrong]
        if chosen:
            references, errors = zip(*chosen, strict=True)
            marker = "x" if wrong else "o"
            axes.scatter(references, errors, s=14 if wrong else 7, color=colour, marker=marker, linewidths=0.9 * wrong)
    if claim is not None:
        sizes = np.logspace(np.log10(SMALLEST), 0.5, 200)
        accuracy = claimed_accuracy(claim)
        allowed = [max(accuracy.allowed(size, 1.0), SMALLEST) for size in sizes]
        axes.plot(sizes, allowed, color=MUTED, linewidth=1.0)
    _frame(axes, dots)


def _frame(axes: Axes, dots: Sequence[tuple[float, float, bool]]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(SMALLEST / 3, 30.0)
    axes.set_ylim(SMALLEST / 3, max(30.0, 3 * max(error for _, error, _ in dots)))
    ticks = [1e-24, 1e-18, 1e-12, 1e-6, 1.0]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.minorticks_off()
    axes.set_xlabel("|reference|")
    axes.set_ylabel("|error|")
    light_grid(axes, "both")


def errors_side_by_side(documents: Sequence[ReportDocument], names: Sequence[str]) -> Plot | None:
    """Return the picture of errors of several codes in one frame, a panel a task; None if there are no values."""
    panels = []
    for task in TASKS:
        found = [_dots([item for item in document["findings"] if task_of(item) == task]) for document in documents]
        if not any(found):
            continue
        with figure(2.8) as (drawing, axes):
            for place, dots in enumerate(found):
                if dots:
                    references, errors, _ = zip(*dots, strict=True)
                    colour, marker = _COLOURS[place % len(_COLOURS)], _MARKERS[place % len(_MARKERS)]
                    axes.scatter(references, errors, s=9, color=colour, marker=marker, linewidths=0.7)
            _frame(axes, [dot for dots in found for dot in dots])
            axes.set_title(task, loc="left", color=INK)
            panels.append(svg_of(drawing, f"errors side by side of {task}"))
    if not panels:
        return None
    marked = "; ".join(f"{name}: {_SHAPES[place % len(_SHAPES)]}" for place, name in enumerate(names))
    alt = "Errors over references of several codes, a panel a task"
    caption = f"{marked}. Errors and references are in units of the natural size of the quantity."
    return Plot("accuracy", "Errors over references", caption, alt, panels, across=3)
