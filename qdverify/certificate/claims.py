"""Comparing what is stated with what is proven, as exact rational numbers: neither is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from qdverify.certificate.grammar import Ball, ball, require

SMALLEST = 200_000  # binary exponent: far below the resolution of a stated number, whose text is bounded
LARGEST = 200_000


def contains(claim: Ball, proven: arb | Fraction) -> bool:
    """Tell whether every number of the proven ball lies in the stated one."""
    if isinstance(proven, Fraction):
        low = high = proven
    else:
        if not proven.is_finite():
            return False
        lower, upper = _exact(proven.lower(), up=False), _exact(proven.upper(), up=True)
        if lower is None or upper is None:
            return False
        low, high = lower, upper
    return claim.mid - claim.rad <= low and high <= claim.mid + claim.rad


def _exact(end: arb, *, up: bool) -> Fraction | None:
    """Return the end of a ball as a rational number; None if no stated number is as large.

    A number below 2^-200000 is replaced by 0 or by that, whichever lies further outside.
    """
    mantissa, exponent = (int(part) for part in end.man_exp())
    magnitude = exponent + mantissa.bit_length()
    if mantissa and magnitude > LARGEST:
        return None
    if mantissa and magnitude < -SMALLEST:
        outside = (mantissa > 0) == up
        return Fraction(1 if mantissa > 0 else -1, 2**SMALLEST) if outside else Fraction(0)
    return Fraction(mantissa) * Fraction(2) ** exponent


def check_ball(stated: object, proven: arb | Fraction, name: str) -> None:
    """Verify that a stated ball contains what was proven."""
    claim = ball(stated, name)
    require(contains(claim, proven), f"{name}: {claim.text} is not proven; {_shown(proven)} is")


def check_balls(stated: Sequence[object], proven: Sequence[arb | Fraction], name: str) -> None:
    """Verify that each stated ball contains what was proven."""
    require(len(stated) == len(proven), f"{name}: {len(proven)} numbers are proven, {len(stated)} stated")
    for one, value in zip(stated, proven, strict=True):
        check_ball(one, value, name)


def _shown(proven: arb | Fraction) -> str:
    return str(proven) if isinstance(proven, Fraction) else proven.str(20)
