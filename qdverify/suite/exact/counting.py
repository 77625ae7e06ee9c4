r"""What errors of the rates do to cumulants and the generating function, derived case by case.

If every rate is off by a relative a, the eigenvalue Lambda of the weighted rates with left and right vectors l, r moves
by no more than

.. math:: a \sum_{ij} |A_{ij}| l_i r_j / \sum_i l_i r_i \le a\,(|\Lambda| + 2 \max_i s_i),             (1)

with s_i the rate out of level i; a cumulant by ``a sum |d c / d ln W|`` over all rates, by which the exact one is
differentiated (`analytic.cumulant_sensitivities`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mpmath import workdps, workprec

from analytic import Chain, aggregated_hops, cumulant_sensitivities, fermi_functions
from analytic.transport import spread_bits
from qdverify.protocol.json_types import LeadsQuestion
from qdverify.suite.exact.transport_cases import Case

CUMULANTS: Final = "cumulants"
FUNCTION: Final = "generating_function"
DIGITS: Final = 18
EIGENVALUE: Final = f"largest eigenvalue, {DIGITS} digits"
SERIES: Final = "series in the counting field"
_BITS: Final = 180
"""Of the vectors that a cumulant is differentiated with, as far as the rates of a case are alike."""


def largest_exit(case: Case | LeadsQuestion) -> float:
    """Return the largest rate out of a level, from memory if it was asked before."""
    return _largest_exit(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
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


@lru_cache(maxsize=1024)
def _sensitivities(document: str, names: tuple[str, ...]) -> tuple[float, ...]:
    counted = dict.fromkeys(names, 1) or {"R": -1}
    chain = Chain.from_case(**json.loads(document))
    # as many digits again as rates that are far apart may cost, in each of two vectors
    with workprec(_BITS + 2 * spread_bits(chain)):
        hops = aggregated_hops(chain, fermi_functions(chain))
        return tuple(float(total) for total in cumulant_sensitivities(len(chain.levels), hops, counted))
