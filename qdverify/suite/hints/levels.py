"""Levels that are lost or listed again: the right energies, but out of step with the right list."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from qdverify.suite.hints.observed import Observed

FEWEST: Final = 3
FEWEST_FOUND: Final = 2


def missing_levels(item: Observed) -> tuple[int, ...]:
    """Return which expected levels the measured list leaves out; nothing if it holds other energies as well.

    Above the last expected level measured ones may be anything: they have moved down from where nobody looked.
    """
    if not _is_list_of_levels(item):
        return ()
    expected, slack = item.expected, item.slack
    left_out: list[int] = []
    at = found = 0
    for energy in item.measured:
        if energy > expected[-1] + slack:
            break
        while at < len(expected) and energy > expected[at] + slack:
            left_out.append(at)
            at += 1
        if at == len(expected) or energy < expected[at] - slack:
            return ()
        at, found = at + 1, found + 1
    return tuple(left_out) if found >= min(FEWEST_FOUND, len(expected) - len(left_out)) else ()


def repeated_levels(item: Observed) -> tuple[int, ...]:
    """Return which expected levels the measured list holds more than once; nothing if it holds other energies."""
    if not _is_list_of_levels(item):
        return ()
    expected, slack = item.expected, item.slack
    again: list[int] = []
    at = -1
    for energy in item.measured:
        if at + 1 < len(expected) and abs(energy - expected[at + 1]) <= slack:
            at += 1
        elif at >= 0 and abs(energy - expected[at]) <= slack:
            again.append(at)
        else:
            return ()
    return tuple(dict.fromkeys(again))


def _is_list_of_levels(item: Observed) -> bool:
    rising = all(a <= b for values in (item.measured, item.expected) for a, b in pairwise(values))
    return rising and not item.discrete and not item.columns and len(item.expected) >= FEWEST
