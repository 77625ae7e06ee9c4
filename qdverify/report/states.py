"""The paper's dot in the terminal: its levels as the implementation has them, and how one more electron enters.

From the ground state of N - 1 electrons into each level of N: the exact spin weight C_ji of [J96] Eq. (5) beside the
implementation's M_ji of Eq. (4).
"""

from __future__ import annotations

from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from qdverify.protocol.case import Case
from qdverify.protocol.json_types import LevelScheme
from qdverify.protocol.spins import spin_text
from qdverify.reference.oracle import oracle
from qdverify.report.figures.answer_types import Illustrations
from qdverify.report.figures.questions import ORBITALS


def print_states(illustrations: Illustrations, console: Console) -> None:
    """Print the levels and weights that a report's figures were drawn from; nothing if they are missing."""
    level_scheme = illustrations.get("data", {}).get("level_scheme")
    if level_scheme is not None:
        console.print(_table(level_scheme), highlight=False)


def _table(level_scheme: LevelScheme) -> Table:
    levels = level_scheme["levels"]
    ground: dict[int, int] = {}
    for index, level in enumerate(levels):
        ground.setdefault(level["electrons"], index)
    M = {(edge["from"], edge["to"]): edge["M"] for edge in level_scheme["transitions"]}
    title = f"The paper's dot, {ORBITALS} orbitals"
    caption = "C_ji, M_ji: from the ground state with one electron less"
    table = Table(title=title, caption=caption, box=SIMPLE_HEAD, title_justify="left", caption_justify="left")
    for heading in ("N", "S", "E / E_H*", "C_ji (exact)", "M_ji"):
        table.add_column(heading, justify="right")
    for index, level in enumerate(levels):
        electrons, two_S = level["electrons"], level["two_S"]
        if electrons:
            start = ground[electrons - 1]
            weights = [_exact_weight(levels[start]["two_S"], two_S), f"{M[start, index]:.4f}"]
            first = index == ground[electrons]
            table.add_row(str(electrons) if first else "", spin_text(two_S), f"{level['energy']:.6f}", *weights)
    return table


def _exact_weight(two_S_i: int, two_S_j: int) -> str:
    reference = oracle(Case("clebsch_gordan_weight", {"two_S_i": two_S_i, "two_S_j": two_S_j}))
    # the denominator of C_ji is 2(2S_i+1) at most
    return str(Fraction(reference.values["C"].mid).limit_denominator(2 * (two_S_i + 1)))
