"""Tables II and III of the paper: what was measured beside what the paper prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes

from qdverify.protocol.nested import numbers
from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.figures.svg import ACCENT, INK, MUTED, Plot, figure, light_grid, svg_of, verdict_colour
from qdverify.suite.finding import Verdict

_TABLES: Final = {"paper.table-2": "Table II, N = 2 → 3", "paper.table-3": "Table III, N = 3 → 4"}
_CAPTION: Final = (
    "Transition probabilities M_ji of the paper's dot. Above, circles: [J96], dots: measured, in the colour of the "
    "verdict. Below, the difference; bars span the paper's stated error and half a printed digit. An entry i→j leads "
    "from level i of N to level j of N + 1 electrons."
)


def tables_against_paper(document: ReportDocument) -> Plot | None:
    """Return the plot of Tables II and III, or None if no finding holds their entries."""
    entries = {title: _entries(document, name) for name, title in _TABLES.items()}
    entries = {title: found for title, found in entries.items() if found}
    if not entries:
        return None
    alt = "Tables II and III of the paper, measured against printed"
    panels = []
    for title, found in entries.items():
        with figure(3.6, nrows=2, sharex=True) as (drawing, (upper, lower)):
            _draw(upper, lower, found)
            upper.set_title(title, loc="left", color=INK)
            upper.set_ylabel("$M_{ji}$")
            lower.set_ylabel("measured − paper")
            lower.set_xlabel("entry, level of fewer → level of more electrons")
            panels.append(svg_of(drawing, title))
    rows = [
        (title.split(",")[0], entry["case"]["label"], f"{_measured(entry):.4f}", f"{_printed(entry):.2f}",
         f"{_measured(entry) - _printed(entry):+.4f}", entry["verdict"])
        for title, found in entries.items()
        for entry in found
    ]  # fmt: skip
    header = ("table", "entry", "measured", "paper", "difference", "verdict")
    return Plot("paper-tables", "The paper's Tables II and III", _CAPTION, alt, panels, header, rows)


def _entries(document: ReportDocument, name: str) -> list[FindingDocument]:
    return [
        finding
        for finding in document["findings"]
        if finding["id"].partition("@")[0] == name and isinstance(finding.get("measured"), int | float)
    ]


def _measured(entry: FindingDocument) -> float:
    (number,) = numbers(entry["measured"])
    return number


def _printed(entry: FindingDocument) -> float:
    (number,) = numbers(entry["reference"]["value"])
    return number


def _draw(upper: Axes, lower: Axes, entries: Sequence[FindingDocument]) -> None:
    places = range(len(entries))
    printed = [_printed(entry) for entry in entries]
    errors = [entry["tolerance"]["value"] for entry in entries]
    upper.plot(places, printed, "o", markersize=8, markerfacecolor="none", color=ACCENT)
    lower.errorbar(places, [0.0] * len(entries), yerr=errors, fmt="none", color=ACCENT, elinewidth=5, alpha=0.35)
    for place, entry, value in zip(places, entries, printed, strict=True):
        colour = verdict_colour(Verdict(entry["verdict"]))
        upper.scatter(place, _measured(entry), s=12, color=colour, zorder=3)
        lower.scatter(place, _measured(entry) - value, s=16, color=colour, zorder=3)
    lower.axhline(0.0, color=MUTED, linewidth=0.6)
    lower.set_xticks(places, [entry["case"]["label"].replace("->", "→") for entry in entries], rotation=60)
    for axes in (upper, lower):
        axes.tick_params(axis="x", length=0)
        axes.spines["bottom"].set_visible(False)
        light_grid(axes, "y")
