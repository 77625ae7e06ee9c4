r"""What errors of the rates do to cumulants and the generating function, derived case by case.

If every rate is off by a relative a, the eigenvalue Lambda of the weighted rates with left and right vectors l, r moves
by no more than

.. math:: a \sum_{ij} |A_{ij}| l_i r_j / \sum_i l_i r_i \le a\,(|\Lambda| + 2 \max_i s_i),             (1)

with s_i the rate out of level i; a cumulant by ``a sum |d c / d ln W|`` over all rates, by which the exact one is
differentiated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from mpmath import mp, workdps

from analytic import Chain, aggregated_hops, cumulants_of, fermi_functions
from qdverify.protocol.json_types import LeadsQuestion
from qdverify.suite.exact.transport_cases import Case

CUMULANTS: Final = "cumulants"
FUNCTION: Final = "generating_function"
DIGITS: Final = 18
EIGENVALUE: Final = f"largest eigenvalue, {DIGITS} digits"
SERIES: Final = "series in the counting field"


def largest_exit(case: Case | LeadsQuestion) -> float:
    """Return the largest rate out of a level, from memory if it was asked before."""
    return _largest_exit(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=256)
def _largest_exit(document: str) -> float:
    exits: dict[int, float] = {}
    with workdps(DIGITS):
        chain = Chain.from_case(**json.loads(document))
        for hop in aggregated_hops(chain, fermi_functions(chain)):
            exits[hop.start] = exits.get(hop.start, 0.0) + float(hop.rate)
    return max(exits.values())


def function_scale(case: Case | LeadsQuestion, value: float) -> float:
    """Return what relative errors of the rates are multiplied by in Lambda, Eq. (1)."""
    return abs(value) + 2 * largest_exit(case)


def sensitivities(case: Case | LeadsQuestion, counted: Sequence[str] = ()) -> tuple[float, ...]:
    """Return the sum over all rates of abs(d c / d ln W) for each cumulant, from memory if it was asked before.

    Parameters
    ----------
    counted
        Names of the leads at which electrons are counted that enter; electrons that leave through R if it is empty.
    """
    return _sensitivities(json.dumps(case, sort_keys=True), tuple(sorted(counted)))


@lru_cache(maxsize=256)
def _sensitivities(document: str, names: tuple[str, ...]) -> tuple[float, ...]:
    counted = dict.fromkeys(names, 1) or {"R": -1}
    with workdps(_enough_digits(document, counted)):
        chain = Chain.from_case(**json.loads(document))
        hops = aggregated_hops(chain, fermi_functions(chain))
        step = mp.mpf(10) ** -DIGITS
        here = cumulants_of(len(chain.levels), hops, counted)
        totals = [mp.zero] * 3
        for place, hop in enumerate(hops):
            changed = [*hops[:place], replace(hop, rate=hop.rate * (1 + step)), *hops[place + 1 :]]
            there = cumulants_of(len(chain.levels), changed, counted)
            totals = [total + abs(a - b) / step for total, a, b in zip(totals, there, here, strict=True)]
        return tuple(float(total) for total in totals)


def _enough_digits(document: str, counted: Mapping[str, int]) -> int:
    """Return 3 DIGITS or, if more cancel as rates differ by so many decades, twice as many, and so on.

    They are enough if twice as many give the same noise, which is 0 only if nothing flows, but for the last third.
    """
    digits, found = 3 * DIGITS, _noise(document, counted, 3 * DIGITS)
    while True:
        more = _noise(document, counted, 2 * digits)
        if abs(found - more) <= abs(more) * mp.mpf(10) ** (-2 * DIGITS):
            return digits
        digits, found = 2 * digits, more


def _noise(document: str, counted: Mapping[str, int], digits: int) -> Any:
    with workdps(digits):
        chain = Chain.from_case(**json.loads(document))
        return cumulants_of(len(chain.levels), aggregated_hops(chain, fermi_functions(chain)), counted)[1]
