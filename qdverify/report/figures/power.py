"""The power of the suite that made a report: which check catches which deliberately wrong implementation.

The data come with the package, measured by `qdverify.faults.kill_table`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from matplotlib.axes import Axes

from qdverify.report.figures.svg import ACCENT, MUTED, RULE, SECOND, Plot, figure, shares, svg_of
from qdverify.suite.finding import Stage
from qdverify.suite.kill_table import KillEntry, KillTable, shipped

_ROW_INCHES: Final = 0.115
_MOST_ROWS: Final = 30


def kill_table(_: object) -> Plot:
    """Return the plot of the kill table that comes with the package."""
    return kill_plot(shipped())


def kill_plot(table: KillTable) -> Plot:
    """Return the plot of a kill table, as `qdverify.faults.kill_table.document` lays it out."""
    kills, checks = table["kills"], table["checks"]
    caught = sum(bool(kill["checks"]) for kill in kills)
    alt = f"{caught} of {len(kills)} faults caught by {len(checks)} checks"
    panels = []
    for part in shares(kills, _MOST_ROWS):
        with figure(0.7 + _ROW_INCHES * len(part)) as (drawing, axes):
            _draw(axes, part, checks)
            panels.append(svg_of(drawing, f"{part[0]['fault']} kills"))
    caption = (
        f"The suite under test: {caught} of {len(kills)} deliberately wrong implementations are caught at level "
        f"{table['level']}, seed {table['seed']}. Each row is a fault, each column a check, both by stage in the"
        " order in which data flows; a dot is a check that fails under the fault. A check whose prerequisites "
        "failed is blocked and has no dot. Faults in orange slip through."
    )
    rows = [(kill["fault"], kill["stage"], kill["sentence"], ", ".join(kill["checks"]) or "none") for kill in kills]
    header = ("fault", "stage", "what is wrong", "caught by")
    return Plot("kills", "The faults that the suite catches", caption, alt, panels, header, rows)


def _draw(axes: Axes, kills: Sequence[KillEntry], checks: Mapping[str, str]) -> None:
    stages = [str(stage) for stage in Stage]
    columns = sorted(checks, key=lambda name: stages.index(checks[name]))
    place = {name: column for column, name in enumerate(columns)}
    dots = [(place[name], row) for row, kill in enumerate(kills) for name in kill["checks"] if name in place]
    columns_hit, rows_hit = [dot[0] for dot in dots], [dot[1] for dot in dots]
    axes.plot(columns_hit, rows_hit, "o", markersize=2.0, color=ACCENT, markeredgewidth=0)
    for row, kill in enumerate(kills):
        axes.text(
            -1.5, row, kill["fault"], ha="right", va="center", fontsize=6.0, color=MUTED if kill["checks"] else SECOND
        )
    for column in range(1, len(columns)):
        if checks[columns[column]] != checks[columns[column - 1]]:
            axes.axvline(column - 0.5, color=RULE, linewidth=0.8)
    for row in range(1, len(kills)):
        if kills[row]["stage"] != kills[row - 1]["stage"]:
            axes.axhline(row - 0.5, color=RULE, linewidth=0.8)
    for stage in stages:
        found = [column for column, name in enumerate(columns) if checks[name] == stage]
        if found:
            axes.text(found[0], -1.0, stage, rotation=90, ha="left", va="bottom", fontsize=6.5, fontstyle="italic")
    axes.set_xlim(-1, len(columns))
    axes.set_ylim(len(kills) - 0.4, -0.6)
    axes.set_axis_off()
