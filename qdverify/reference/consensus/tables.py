"""The paper's tables at M = infinity, beside what it prints and what M = 13 gives, as Markdown.

`python -m qdverify.reference.consensus.tables` writes the tables of docs/continuum.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from numeric import Dot, solve, transition_probabilities
from qdverify.protocol.spins import spin_text
from qdverify.reference.consensus.extrapolation import Extrapolation
from qdverify.reference.consensus.limit import PAPER_LEVELS, ContinuumLimit, paper_limit
from qdverify.reference.printed import reported

__all__ = ["markdown_tables"]

PAPER_M = max(reported.basis_sizes())


def markdown_tables(limit: ContinuumLimit) -> str:
    """Return the levels, splittings, Table II and Table III of the paper's dot in the continuum limit."""
    dot = Dot.paper(orbitals=PAPER_M)
    spectra = {N: solve(dot, N, count) for N, count in PAPER_LEVELS.items()}
    levels = [
        (
            str(N),
            str(place),
            spin_text(level.two_S),
            f"{level.parity:+d}",
            with_uncertainty(level.energy),
            f"{spectra[N].energies[place]:.8f}",
            with_uncertainty(level.splitting) if place else "",
            f"{spectra[N].energies[place] - spectra[N].energies[0]:.8f}" if place else "",
        )
        for N, found in limit.levels.items()
        for place, level in enumerate(found)
    ]
    head = ("N", "level", "S", "parity", "E (M = ∞)", "E (M = 13)", "splitting (M = ∞)", "splitting (M = 13)")
    parts = [_table("Levels", head, levels)]
    for title, table in (("Table II, N = 2 → 3", "table_II"), ("Table III, N = 3 → 4", "table_III")):
        rows = []
        for entry in reported.entries(table):
            M = transition_probabilities(spectra[entry.electrons], spectra[entry.electrons + 1])
            value = limit.transitions[entry.electrons, entry.i, entry.j]
            printed = f"{entry.M:.2f}"
            rows.append(
                (
                    f"{entry.i} → {entry.j}",
                    str(entry.C),
                    printed,
                    f"{M[entry.j, entry.i]:.6f}",
                    with_uncertainty(value),
                    f"{value.value - entry.M:+.3f}",
                )
            )
        parts.append(_table(title, ("i → j", "C", "[J96]", "M = 13", "M = ∞", "M = ∞ less [J96]"), rows))
    return "\n".join(parts)


def with_uncertainty(result: Extrapolation) -> str:
    """Return a value with its uncertainty in brackets, in units of the last digit: 0.869583(58)."""
    if result.uncertainty == 0.0:
        return f"{result.value:.12f}"
    digits = 1
    while digits < 15 and result.uncertainty * 10**digits < 10:
        digits += 1
    # Rounded up: a shortened uncertainty would claim more than was stated.
    last = int(result.uncertainty * 10**digits) + 1
    return f"{result.value:.{digits}f}({last})"


def _table(title: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = tuple(head)
    lines = [f"### {title}", "", _line(titles), _line("---" for _ in titles), *(_line(row) for row in rows), ""]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown_tables(paper_limit()))
