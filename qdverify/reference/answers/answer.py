"""An answer of the oracle: values as balls with their grade and method, and a refusal where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb

from qdverify.protocol.grade import Grade


class Refusal(ValueError):
    """The oracle cannot give a reference to the digits asked for; the message says why."""


@dataclass(frozen=True)
class Answer:
    """The values of one case.

    Attributes
    ----------
    values
        Named as in the protocol's result: balls, integers, or nested lists of them.
    method
        One sentence on how they were obtained.
    """

    grade: Grade
    values: Mapping[str, Any]
    method: str


def working_bits(digits: int) -> int:
    """Return a precision that leaves 19 guard digits beyond those asked for."""
    return 64 + int(3.33 * digits)


def accurate(value: arb, digits: int, scale: arb | float = 0.0) -> bool:
    """Tell whether a ball holds `digits` decimal digits, relative to itself or to `scale` where that is larger."""
    size = max(abs(value).lower(), arb(scale).upper())
    return bool(value.rad() <= size * arb(10) ** -digits)
