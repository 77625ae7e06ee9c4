"""The route of [J96] to the levels, with the accident that it warns of: a projection onto S_z that vanishes.

Lanczos from one vector in the full Slater basis gives one vector of each level, a mixture over S_z; the states of the
level are its projections. The table shows three runs: from a random vector, and from vectors without weight in one S_z,
which no later vector of the run has either. The lost state is noticed by its weight and supplied by S+ and S-.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numeric
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, PaperDot, spin_label
from qdverify.paper.tables import Table

ELECTRONS: Final = 3
MOST_ORBITALS: Final = 13
"""The full Slater basis grows like M^3, and a larger one shows nothing new."""
STARTS: Final = (None, 1, 3)
"""Twice the S_z in which the start vector has no weight."""


def table(dot: PaperDot) -> Table:
    """Return what projected Lanczos finds of the lowest levels of three electrons, start vector by start vector."""
    model = dot.spectra[ELECTRONS].box
    model = replace(model, orbitals=min(model.orbitals, MOST_ORBITALS))
    rows = [row for blind_to in STARTS for row in _rows(model, blind_to)]
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
        rows=rows,
        remark=(
            f"M = {model.orbitals}. A start vector without weight in an S_z leaves none in the Lanczos vectors: the "
            "projection fails, and to normalise it would divide by zero or by rounding errors. S+ and S- applied to "
            "the other projections supply the lost state."
        ),
    )


def _rows(model: numeric.Dot, blind_to: int | None) -> Iterator[tuple[str, ...]]:
    levels = LOWEST_MULTIPLETS[ELECTRONS]
    integrals = numeric.interaction_integrals(model)
    start = None if blind_to is None else numeric.start_vector_blind_to(model, ELECTRONS, blind_to)
    found = numeric.slater_lanczos(model, ELECTRONS, levels, start=start, integrals=integrals).levels
    expected = numeric.solve(model, ELECTRONS, levels, integrals=integrals).energies
    label = "random" if blind_to is None else f"random, without S_z = {spin_label(blind_to)}"
    for index, level in enumerate(found):
        smallest = min(level.weights[two_Sz] for two_Sz in level.components)
        yield (
            label,
            str(index),
            spin_label(level.two_S),
            f"{smallest:.2g}",
            f"{len(level.components) - len(level.recovered)} of {level.two_S + 1}",
            ", ".join(map(spin_label, level.recovered)) or "none",
            f"{level.energy - expected[index]:+.0e}",
        )
