"""The kinds of dots that can be solved."""

from typing import TypeAlias

from numeric.dot import Dot
from numeric.harmonic_dot import HarmonicDot
from numeric.integral_dot import IntegralDot
from numeric.validation import shown

OrbitalDot: TypeAlias = IntegralDot | HarmonicDot
"""A dot that is solved through all its integrals, orbital by orbital."""
AnyDot: TypeAlias = Dot | IntegralDot | HarmonicDot


def require_dot(dot: object) -> None:
    """Refuse what is none of these dots."""
    if not isinstance(dot, AnyDot):
        raise ValueError(f"dot={shown(dot)} must be a Dot, an IntegralDot or a HarmonicDot")  # noqa: TRY004 - see validation
