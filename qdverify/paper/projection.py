"""The route of [J96] to the levels, with the accident that it warns of: a projection onto S_z that vanishes.

Lanczos from one vector in the full Slater basis gives one vector of each level, a mixture over S_z; the states of the
level are its projections. The table shows three runs: from a random vector, and from vectors without weight in one S_z,
which no later vector of the run has either. The lost state is noticed by its weight and supplied by S+ and S-.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numeric
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, PaperDot
from qdverify.paper.tables import Table
from qdverify.protocol.spins import spin_text

ELECTRONS: Final = 3
MOST_ORBITALS: Final = 13
"""The full Slater basis grows like M^3, and a larger one shows nothing new."""
STARTS: Final = (None, 1, 3)
"""Twice the S_z in which the start vector has no weight."""


@dataclass(frozen=True)
class Projected:
    """One level that projected Lanczos found.

    Attributes
    ----------
    blind_to
        Twice the S_z in which the start vector has no weight; None for a random vector.
    index
        Its place among the levels of the run.
    two_S
        Twice its total spin.
    smallest
        Smallest weight of an S_z in the Lanczos vector.
    states
        How many of its 2S+1 states the projection gave.
    recovered
        Twice the S_z of those that S+ or S- supplied.
    error
        Its energy minus that of the (S, parity) blocks, in E_H*.
    """

    blind_to: int | None
    index: int
    two_S: int
    smallest: float
    states: int
    recovered: tuple[int, ...]
    error: float


@dataclass(frozen=True)
class Runs:
    """The levels of all runs, and the number of orbitals."""

    orbitals: int
    levels: Sequence[Projected]


def run(dot: PaperDot) -> Runs:
    """Find the lowest levels of three electrons by projected Lanczos, start vector by start vector."""
    model = dot.spectra[ELECTRONS].box
    model = replace(model, orbitals=min(model.orbitals, MOST_ORBITALS))
    return Runs(model.orbitals, [level for blind_to in STARTS for level in _levels(model, blind_to)])


def table(runs: Runs) -> Table:
    """Return the runs as a table, one level in each row."""
    return Table(
        name="projection",
        title="Lanczos with projection: three electrons, from one vector in the full Slater basis",
        header=(
            "start vector",
            "level",
            "S",
            "smallest weight of an S_z",
            "states by projection",
            "recovered S_z",
            "energy minus that of the (S, parity) blocks (E_H*)",
        ),
        rows=[_row(found) for found in runs.levels],
        remark=(
            f"M = {runs.orbitals}. A start vector without weight in an S_z leaves none in the Lanczos vectors: the "
            "projection fails, and to normalise it would divide by zero or by rounding errors. S+ and S- applied to "
            "the other projections supply the lost state."
        ),
    )


def _levels(model: numeric.Dot, blind_to: int | None) -> list[Projected]:
    levels = LOWEST_MULTIPLETS[ELECTRONS]
    integrals = numeric.interaction_integrals(model)
    start = None if blind_to is None else numeric.start_vector_blind_to(model, ELECTRONS, blind_to)
    found = numeric.slater_lanczos(model, ELECTRONS, levels, start=start, integrals=integrals).levels
    expected = numeric.solve(model, ELECTRONS, levels, integrals=integrals).energies
    return [
        Projected(
            blind_to,
            index,
            level.two_S,
            smallest=min(level.weights[two_Sz] for two_Sz in level.components),
            states=len(level.components) - len(level.recovered),
            recovered=level.recovered,
            error=float(level.energy - energy),
        )
        for index, (level, energy) in enumerate(zip(found, expected, strict=True))
    ]


def _row(found: Projected) -> tuple[str, ...]:
    return (
        "random" if found.blind_to is None else f"random, without S_z = {spin_text(found.blind_to)}",
        str(found.index),
        spin_text(found.two_S),
        f"{found.smallest:.2g}",
        f"{found.states} of {found.two_S + 1}",
        ", ".join(map(spin_text, found.recovered)) or "none",
        f"{found.error:+.0e}",
    )
