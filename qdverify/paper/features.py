"""Where a cut through Fig. 1 has its lines.

A line is an extremum of dI/dV along the bias at a fixed gate, and reaches to where |dI/dV| has fallen to `FOOT` of the
extremum, or rises again on the way. If |dI/dV| does not fall below `SHOULDER` on both sides, the extremum is the
shoulder of another line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from qdverify.paper.recomputed import Matrix

FOOT: Final = 0.01
SHOULDER: Final = 0.1


@dataclass(frozen=True)
class Feature:
    """Where a line begins, has its extremum, and ends: indices along the bias."""

    before: int
    at: int
    after: int


def features(conductance: Matrix) -> Iterator[Feature]:
    """Yield the lines of a cut along the bias, in order: extrema of dI/dV that stand out on both sides."""
    size = np.abs(conductance)
    inner = (size[1:-1] >= size[:-2]) & (size[1:-1] > size[2:])
    for at in (np.flatnonzero(inner) + 1).tolist():
        before, after = _side(conductance, at, -1), _side(conductance, at, 1)
        if max(size[before], size[after]) <= SHOULDER * size[at]:
            yield Feature(before, at, after)


def _side(conductance: Matrix, at: int, direction: int) -> int:
    """Walk from an extremum to its foot: down to `FOOT`, a change of sign, or a rise."""
    sign = np.sign(conductance[at])
    here = at
    while 0 <= here + direction < conductance.size:
        value, onward = sign * conductance[here], sign * conductance[here + direction]
        if onward <= 0 or onward >= value or value <= FOOT * sign * conductance[at]:
            break
        here += direction
    return here
