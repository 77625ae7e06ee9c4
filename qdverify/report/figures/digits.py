"""Digits of agreement, check by check: what a report is about, at a glance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes

from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.figures.svg import INK, RULE, SECOND, Plot, figure, light_grid, shares, svg_of, verdict_colour
from qdverify.report.shown import has_digits, scale_of
from qdverify.suite.comparators import MOST_DIGITS
from qdverify.suite.finding import Stage, Verdict

_ROW_INCHES: Final = 0.225
_MOST_ROWS: Final = 20
_BELOW_NAME: Final = 0.2
_INSIDE: Final[Any] = {"in_layout": False}
"""Of texts that stand within the axes: to measure hundreds of them would take longer than to draw them."""
_CAPTION: Final = (
    "Each dot is a finding (findings of a check that agree within 0.1 digits share a dot), each row a check with its "
    "name above; the vertical stroke marks the digits that the strictest tolerance of the check asks for. Counts, "
    "quantum numbers and other discrete values are left out, and so are numbers that vanish within the tolerance."
)


@dataclass(frozen=True)
class _Row:
    name: str
    stage: str
    dots: Mapping[tuple[float, Verdict], int]
    required: float


def digits_per_check(document: ReportDocument) -> Plot | None:
    """Return the plot of digits over checks, or None if no finding compares real numbers."""
    rows = list(_rows(document["findings"]))
    if not rows:
        return None
    alt = f"Digits of agreement of {len(rows)} checks"
    panels = []
    for part in shares(rows, _MOST_ROWS):
        with figure(0.55 + _ROW_INCHES * len(part)) as (drawing, axes):
            _draw(axes, part)
            panels.append(svg_of(drawing, f"{part[0].name} digits"))
    table = [
        (row.name, row.stage, f"{min(d for d, _ in row.dots):.1f}", f"{row.required:.1f}", str(sum(row.dots.values())))
        for row in rows
    ]
    header = ("check", "stage", "least digits", "asked for", "findings")
    return Plot("digits", "Digits of agreement", _CAPTION, alt, panels, header, table)


def _rows(findings: Sequence[FindingDocument]) -> Iterator[_Row]:
    by_check: dict[tuple[int, str], list[FindingDocument]] = defaultdict(list)
    stages = [str(stage) for stage in Stage]
    for finding in findings:
        if has_digits(finding) and finding["tolerance"]["value"] > 0:
            by_check[stages.index(finding["stage"]), finding["id"]].append(finding)
    for (_, name), group in sorted(by_check.items(), key=lambda item: item[0][0]):
        dots: dict[tuple[float, Verdict], int] = defaultdict(int)
        for finding in group:
            dots[round(finding["digits"][0], 1), Verdict(finding["verdict"])] += 1
        yield _Row(name.partition("@")[0], group[0]["stage"], dots, max(_required(finding) for finding in group))


def _required(finding: FindingDocument) -> float:
    """Return how many digits the tolerance asks for, relative to the largest number compared."""
    allowed = finding["tolerance"]["value"] + finding["reference"]["bound"]
    return min(MOST_DIGITS, math.log10(scale_of(finding) / allowed))


def _draw(axes: Axes, rows: Sequence[_Row]) -> None:
    places = np.arange(len(rows)) + _BELOW_NAME
    axes.vlines([row.required for row in rows], places - 0.22, places + 0.22, color=SECOND, linewidth=1.2)
    for verdict in Verdict:
        # dots of one size are one outline in the drawing, those of many sizes an outline each
        by_size: dict[float, list[tuple[float, float]]] = defaultdict(list)
        for height, row in zip(places, rows, strict=True):
            for (digits, found), count in row.dots.items():
                if found is verdict:
                    by_size[round(10 + 6 * math.log10(count))].append((digits, float(height)))
        for size, dots in by_size.items():
            columns, heights = zip(*dots, strict=True)
            axes.scatter(columns, heights, s=size, color=verdict_colour(verdict), alpha=0.75, linewidths=0)
    boundaries = [height for height in range(1, len(rows)) if rows[height].stage != rows[height - 1].stage]
    for height in boundaries:
        axes.axhline(height - 0.5, color=RULE, linewidth=0.8)
    for height in (0, *boundaries):
        axes.text(
            MOST_DIGITS + 0.4, height - 0.2, rows[height].stage, ha="right", va="center", fontstyle="italic", **_INSIDE
        )
    for height, row in enumerate(rows):
        axes.text(-0.2, height - 0.2, row.name, va="center", color=INK, fontsize=7.0, **_INSIDE)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-0.3, MOST_DIGITS + 0.4)
    axes.set_xticks(range(0, int(MOST_DIGITS) + 1, 2))
    axes.set_xlabel("digits in which measured value and reference agree")
    light_grid(axes, "x")
