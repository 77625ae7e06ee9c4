"""No number leaves the builtin implementation that it does not vouch for: bounds beside the accuracy that it claims.

`numeric` gives a bound on the error of what it computes, and with it the sum of magnitudes that a number is the signed
sum of: what the protocol compares it with. A bound above the claimed share of that is a number that cannot be computed.
Such a question is declined as not converged (-32001), with the quantity, its value and bound, and the claim.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

import numeric
from qdverify.implementations.builtin_answers import Floats
from qdverify.protocol.accuracy import CLASS_ACCURACY
from qdverify.protocol.answers import NOT_CONVERGED, AnswerError

CLAIMED: Final = CLASS_ACCURACY
"""Relative accuracy claimed for everything on rate equations, at any depth, and for levels."""
UNDERFLOW: Final = sys.float_info.min
"""Below the smallest normal double a number has no relative accuracy."""


def told(quantity: str, found: numeric.Estimate, names: Sequence[str] = ()) -> Floats:
    """Return numbers as floats, if the builtin vouches for all of them.

    Parameters
    ----------
    quantity, names
        What the message calls them; names of the entries of a list, else they are numbered.

    Raises
    ------
    AnswerError
        If a bound is above the claim.
    OverflowError
        If a number is beyond the range of doubles.

    Examples
    --------
    >>> scheme = numeric.LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [numeric.Lead("L", rate=1.0, mu=0.5), numeric.Lead("R", rate=1.0, mu=-0.5)]
    >>> told("current", numeric.lead_flows(scheme, leads, kT=0.01), "LR").round(6)
    array([ 0.333333, -0.333333])
    """
    over = found.error_over_size
    if not over.max(initial=0.0) <= CLAIMED:
        _require_small(quantity, found, over, names)
    return found.value


def told_populations(found: numeric.StationaryState) -> Floats:
    """Return the populations of all states, if the builtin vouches for them; errors as `told`."""
    if found.relative_error > CLAIMED:
        raise _declined(f"populations are known to {found.relative_error:.1g} of themselves")
    return found.populations


def told_levels(found: numeric.Spectrum, levels: int, size: Callable[[Sequence[float]], float]) -> Floats:
    """Return the lowest energies, if the builtin vouches for them; errors as `told`.

    Parameters
    ----------
    size
        Returns what the claim refers to, given the energies: it is asked only if the largest of them is not enough.
    """
    energies = found.energies[:levels]
    if found.error > CLAIMED * float(np.abs(energies).max()):
        unit = size(energies.tolist())
        if found.error / CLAIMED > unit:  # the smallest unit is the error of this solver divided by the claim
            raise _declined(f"energies are known to {found.error:.1g} in units of {unit:.3g}")
    return energies


def _require_small(quantity: str, found: numeric.Estimate, over: Floats, names: Sequence[str]) -> None:
    for place in np.argwhere(~(over <= CLAIMED)).tolist():
        one = found[tuple(place)]
        if not one.error.log10() <= np.log10(UNDERFLOW):  # of NaN nothing is known
            label = f"[{names[place[0]]!r}]" if names else str(place) if over.size > 1 else ""
            raise _declined(f"{quantity}{label}={one!r} is known to {over[tuple(place)]:.1g} of what it is a sum of")


def _declined(known: str) -> AnswerError:
    return AnswerError(NOT_CONVERGED, f"{known}: the accuracy claimed is {CLAIMED:g}")
