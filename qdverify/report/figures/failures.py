"""A picture beside a failure: the levels of its worst case by spin, or its values over what they should be.

Each picture shows the deviation. Levels that are visibly off stand beside the reference's; values that are off by a few
per cent or more are drawn over their references; smaller deviations are drawn by themselves, on logarithmic axes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from qdverify.protocol.nested import is_number, matching_numbers
from qdverify.protocol.spins import spin_text
from qdverify.report.document_types import FindingDocument
from qdverify.report.figures.svg import ACCENT, INK, MUTED, figure, light_grid, svg_of, verdict_colour
from qdverify.suite.finding import Kind, Verdict

SEEN: Final = 0.02
"""The share of a picture's span from which on a deviation is seen in it."""
_MOST_LEVELS: Final = 40
_MOST_PLACES: Final = 60
_MOST_VALUES: Final = 400
_SPREAD: Final = 1e3
"""Ratio of the largest number to the smallest from which on an axis is logarithmic."""
_HEIGHT: Final = 2.3
_FAIL: Final = verdict_colour(Verdict.FAIL)
_TICKS: Final = 3
"""Most labels of a logarithmic axis on either side of zero."""
_SMALLEST: Final = 1e-300
_LARGEST: Final = 1e100

Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Picture:
    """An SVG element with what it shows."""

    svg: str
    caption: str


def picture_of(name: str, worst: FindingDocument, findings: Sequence[FindingDocument]) -> Picture | None:
    """Return the picture of a failed check, or None if its worst case compares no numbers.

    Parameters
    ----------
    name
        The id of the check, which the identifiers inside the SVG begin with.
    worst
        The finding that deviates most.
    findings
        All findings of the check.
    """
    pairs, kind = _pairs(worst), worst.get("kind")
    if not pairs or (kind == Kind.EQUAL and len(pairs) > _MOST_PLACES):
        return None
    if kind == Kind.EQUAL:
        return _places(name, pairs)
    if _are_levels(worst, pairs):
        return _levels(name, pairs, _spins(worst, findings))
    alike = [finding for finding in findings if finding.get("kind") == kind]
    right, wrong = ([pair for finding in alike for pair in _told(finding, off=off)] for off in (False, True))
    # the worst case is drawn whatever is left out
    wrong = list(dict.fromkeys([*_told(worst, off=True), *wrong[:: 1 + len(wrong) // _MOST_VALUES]]))
    few = right[:: 1 + len(right) // _MOST_VALUES], wrong
    off = max(abs(measured - reference) for measured, reference in pairs)
    size = max(max(abs(measured), abs(reference)) for measured, reference in pairs)
    if kind == Kind.AT_MOST or off > SEEN * size:
        return _values(name, *few, bound=kind == Kind.AT_MOST)
    return _errors(name, *few)


def _pairs(finding: FindingDocument) -> Pairs:
    """Return the numbers of a finding with their references, the largest cut to what can be drawn."""
    if "reference" not in finding:
        return []
    pairs = matching_numbers(finding["measured"], finding["reference"]["value"])
    return [(_cut(measured), _cut(reference)) for measured, reference in pairs]


def _told(finding: FindingDocument, *, off: bool) -> Pairs:
    """Return the numbers of a finding that are off by more than is allowed, or the others."""
    most = finding["tolerance"]["value"] + finding["reference"]["bound"] if "reference" in finding else 0.0
    size = abs if finding.get("kind") == Kind.CLOSE else float
    return [
        (measured, reference) for measured, reference in _pairs(finding) if (size(measured - reference) > most) is off
    ]


def _cut(value: float) -> float:
    return min(max(value, -_LARGEST), _LARGEST)


def _are_levels(finding: FindingDocument, pairs: Pairs) -> bool:
    """Return whether a finding lists energies of which one is visibly off."""
    flat = isinstance(finding["measured"], list) and all(is_number(value) for value in finding["measured"])
    if finding["tolerance"].get("task") != "spectrum" or not flat or not 2 <= len(pairs) <= _MOST_LEVELS:
        return False
    both = [energy for pair in pairs for energy in pair]
    return max(abs(measured - reference) for measured, reference in pairs) > SEEN * (max(both) - min(both))


def _spins(worst: FindingDocument, findings: Sequence[FindingDocument]) -> Sequence[tuple[int, int]]:
    """Return the doubled spins of measured and reference levels; an empty list if no finding of the case lists them."""
    count, electrons = len(_pairs(worst)), worst["case"].get("electrons")
    for finding in findings:
        pairs = _pairs(finding) if finding["case"] == worst["case"] and finding.get("kind") == Kind.EQUAL else []
        spins = [(int(ours), int(theirs)) for ours, theirs in pairs]
        if len(spins) == count and is_number(electrons) and all((two_S - electrons) % 2 == 0 for _, two_S in spins):
            return spins
    return []


def _levels(name: str, pairs: Pairs, spins: Sequence[tuple[int, int]]) -> Picture:
    """Draw measured levels beside those of the reference, a column for each spin if spins are known."""
    columns = sorted({two_S for pair in spins for two_S in pair}) or [0]
    places = [(columns.index(ours), columns.index(theirs)) for ours, theirs in spins] or [(0, 0)] * len(pairs)
    span = max(max(pair) for pair in pairs) - min(min(pair) for pair in pairs)
    with figure(_HEIGHT) as (drawing, axes):
        for (measured, reference), (ours, theirs) in zip(pairs, places, strict=True):
            off = abs(measured - reference) > SEEN * span or ours != theirs
            axes.hlines(measured, ours - 0.4, ours - 0.03, color=_FAIL if off else ACCENT, linewidth=1.6)
            axes.hlines(reference, theirs + 0.03, theirs + 0.4, color=INK, linewidth=1.6)
        axes.set_xlim(-0.6, len(columns) - 0.4)
        axes.set_xticks(range(len(columns)), [f"S = {spin_text(two_S)}" for two_S in columns] if spins else [""])
        axes.set_ylabel("energy")
        light_grid(axes, "y")
        svg = svg_of(drawing, f"failure {name}")
    return Picture(
        svg, "Worst case: in each column the measured levels on the left, those of the reference on the right."
    )


def _places(name: str, pairs: Pairs) -> Picture:
    """Draw counts or quantum numbers in the order in which they are listed."""
    with figure(_HEIGHT) as (drawing, axes):
        for place, (measured, reference) in enumerate(pairs, 1):
            axes.hlines(reference, place - 0.35, place + 0.35, color=INK, linewidth=1.6)
            axes.plot(place, measured, "o" if measured == reference else "x", markersize=5,
                      color=ACCENT if measured == reference else _FAIL)  # fmt: skip
        axes.set_xlabel("place in the list")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(6, integer=True))
        light_grid(axes, "y")
        svg = svg_of(drawing, f"failure {name}")
    return Picture(svg, "Worst case: strokes are what is right, crosses what was answered in place of it, dots agree.")


def _values(name: str, right: Pairs, wrong: Pairs, *, bound: bool) -> Picture:
    """Draw measured values over their references, or over their bounds; those on the diagonal agree."""
    everything = [value for pair in (*right, *wrong) for value in pair]
    with figure(_HEIGHT) as (drawing, axes):
        _scales(axes, everything)
        _scatter(axes, [(reference, measured) for measured, reference in right], failed=False)
        _scatter(axes, [(reference, measured) for measured, reference in wrong], failed=True)
        ends = [min(everything), max(everything)]
        axes.plot(ends, ends, color=MUTED, linewidth=0.8)
        axes.set_xlabel("bound" if bound else "reference")
        axes.set_ylabel("measured")
        light_grid(axes, "both")
        svg = svg_of(drawing, f"failure {name}")
    line = "below the line the inequality holds" if bound else "values on the line agree"
    return Picture(svg, f"All values of the check: crosses are off by more than is allowed, {line}.")


def _errors(name: str, right: Pairs, wrong: Pairs) -> Picture:
    """Draw errors over references, both logarithmic; exact agreement and zeros have no place there."""
    with figure(_HEIGHT) as (drawing, axes):
        axes.set_xscale("log")
        axes.set_yscale("log")
        for pairs, failed in ((right, False), (wrong, True)):
            dots = [(abs(reference), abs(measured - reference)) for measured, reference in pairs]
            _scatter(axes, [dot for dot in dots if min(dot) > _SMALLEST], failed=failed)
        axes.minorticks_off()
        axes.set_xlabel("|reference|")
        axes.set_ylabel("|error|")
        light_grid(axes, "both")
        svg = svg_of(drawing, f"failure {name}")
    return Picture(svg, "All values of the check that are not exact: crosses are off by more than is allowed.")


def _scatter(axes: Axes, dots: Sequence[tuple[float, float]], *, failed: bool) -> None:
    if dots:
        colour, marker = (_FAIL, "x") if failed else (ACCENT, "o")
        across, up = zip(*dots, strict=True)
        axes.scatter(across, up, s=16 if failed else 7, color=colour, marker=marker, linewidths=0.9 * failed)


def _scales(axes: Axes, values: Sequence[float]) -> None:
    """Make both axes logarithmic on either side of zero if the values span many orders of magnitude."""
    sizes = sorted(abs(value) for value in values if abs(value) > _SMALLEST)
    if sizes and sizes[-1] > _SPREAD * sizes[0]:
        threshold = max(sizes[0], sizes[-1] * 1e-12)
        axes.set_xscale("symlog", linthresh=threshold)
        axes.set_yscale("symlog", linthresh=threshold)
        axes.minorticks_off()
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(FixedLocator(_ticks(threshold, sizes[-1])))


def _ticks(threshold: float, largest: float) -> list[float]:
    """Return zero and a few powers of ten on either side of it, none so close to it that their labels overlap."""
    first, last = math.ceil(math.log10(threshold)), math.floor(math.log10(largest))
    step = max(1, -(-(last - first) // _TICKS))
    powers = [10.0**power for power in range(last, first, -step)][:_TICKS] or [10.0**last]
    return sorted([0.0, *powers, *(-power for power in powers)])
