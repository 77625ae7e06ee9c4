"""The box as a dot given by its integrals, for programs that take nothing else.

Every integral is enclosed in a ball and rounded to a double; reflection parity becomes irreps, 1 for the orbitals that
are even under x -> L - x and 2 for the odd ones. By Weyl's inequality no level moves by more than the norm of what
rounding changes in H: for N electrons at most u [N eps_M + N(N-1)/2 |v|], where |v| is the root of the sum of all
squared (pq|rs) and u = 2^-52 covers the rounding and the width of the balls.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from flint import arb, ctx

from qdverify.protocol.dots import MOST_TWO_BODY, Quadruple
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import BoxDot, IntegralDot
from qdverify.protocol.values import Real
from qdverify.reference.enclosure.interaction import CosineTable, ExactDot, cosine_table, interaction_integral
from qdverify.reference.enclosure.moments import ball

MOST_BOX_ORBITALS: Final = 62
"""The integrals of more orbitals would be more than a dot may list."""
_BITS: Final = 128
_ROUNDING: Final = 2.0**-52


@dataclass(frozen=True)
class AsIntegrals:
    """A box, or another dot, written as integrals.

    Attributes
    ----------
    dot
        With `irreps` and without `core` and `weights`.
    largest_orbital_energy, interaction_norm
        eps_M, and the root of the sum of all squared (pq|rs).
    """

    dot: IntegralDot
    largest_orbital_energy: float
    interaction_norm: float

    @classmethod
    def of(cls, dot: IntegralDot, largest_orbital_energy: float, values: Mapping[Quadruple, float]) -> AsIntegrals:
        """Return a dot with the norm of its integrals, one of each eight equal ones."""
        return cls(dot, largest_orbital_energy, math.hypot(*(_orders(key) ** 0.5 * v for key, v in values.items())))

    def rounding(self, electrons: int) -> float:
        """Return how far at most a level of N electrons has moved because the integrals were rounded."""
        pairs = electrons * (electrons - 1) / 2
        return _ROUNDING * (electrons * self.largest_orbital_energy + pairs * self.interaction_norm)


def box_as_integrals(dot: BoxDot) -> AsIntegrals:
    """Return a box as a dot given by its integrals, each rounded to a double; the last boxes are remembered.

    Raises
    ------
    InvalidInput
        If the box has more than 62 orbitals.

    Examples
    --------
    >>> from qdverify.protocol.sample_dots import make_dot
    >>> box = make_dot("contact", 2, length=1.0)
    >>> box_as_integrals(box).dot["two_body"][:2], box_as_integrals(box).dot["irreps"]
    ([[1, 1, 1, 1, 1.5], [2, 1, 2, 1, 1.0]], [1, 2])
    """
    if dot["orbitals"] > MOST_BOX_ORBITALS:
        raise InvalidInput(
            f"orbitals={dot['orbitals']} of a box written as integrals must be at most {MOST_BOX_ORBITALS}: "
            f"a dot lists at most {MOST_TWO_BODY} integrals"
        )
    return _converted(dot["length"], dot["cutoff"], dot["orbitals"], dot["kernel"], dot["strength"])


@lru_cache(maxsize=32)
def _converted(length: Real, cutoff: Real, orbitals: int, kernel: str, strength: Real) -> AsIntegrals:
    exact = ExactDot(Fraction(length), Fraction(cutoff), orbitals, kernel, Fraction(strength))
    with ctx.workprec(_BITS):
        square = ball(exact.length**2)
        energies = [_double(arb.pi() ** 2 * n * n / (2 * square)) for n in range(1, orbitals + 1)]
        values = dict(_integrals(cosine_table(exact, bits=_BITS), square, orbitals))
    found: IntegralDot = {
        "kind": "integrals",
        "orbitals": orbitals,
        "one_body": [[energies[p] if p == q else 0.0 for q in range(orbitals)] for p in range(orbitals)],
        "two_body": [[*indices, value] for indices, value in values.items()],
        "irreps": [1 + n % 2 for n in range(orbitals)],
    }
    return AsIntegrals.of(found, energies[-1], values)


def _double(value: arb) -> float:
    return float(value.mid())


def _integrals(table: CosineTable, square: arb, orbitals: int) -> Iterator[tuple[Quadruple, float]]:
    """Yield one (pq|rs) of each eight equal ones that does not vanish."""
    pairs = [(p, q) for p in range(1, orbitals + 1) for q in range(1, p + 1)]
    for place, (p, q) in enumerate(pairs):
        for r, s in pairs[: place + 1]:
            value = 0.0 if (p + q + r + s) % 2 else _double(interaction_integral(table, p, q, r, s) / square)
            if value:
                yield (p, q, r, s), value


def _orders(indices: Quadruple) -> int:
    """Return how many orders of the indices name the same integral."""
    p, q, r, s = indices
    return (1 + (p != q)) * (1 + (r != s)) * (1 + ((p, q) != (r, s)))
