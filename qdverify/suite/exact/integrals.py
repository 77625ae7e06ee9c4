"""Interaction integrals of a dot, from the closed forms at 30 digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analytic import Interaction, InteractionIntegrals
from qdverify.protocol.json_types import BoxDot

DIGITS: Final = 30


def exact_integrals(dot: BoxDot, indices: Sequence[Sequence[int]]) -> list[float]:
    """Return (pq|rs) of a DOT at 30 digits, rounded to doubles."""
    interaction = Interaction.of(
        length=dot["length"], cutoff=dot["cutoff"], kernel=dot["kernel"], strength=dot["strength"]
    )
    values = InteractionIntegrals(interaction, digits=DIGITS)
    return [float(values[p, q, r, s]) for p, q, r, s in indices]
