"""The stationary distribution of a rate equation in balls, by elimination without a small pivot.

Elimination leaves a chain that skips the state eliminated, whose rate out is the sum of the rates to those that are
left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)). Nothing is subtracted from a rate, so
that populations keep their relative accuracy, however small, and no system is singular, however cold the leads are.

Rates may be series in a parameter, such as a bias or a counting field: each number then carries its derivatives along.
States that few others are joined with are eliminated first, which makes the fewest new rates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import add
from typing import Any, TypeVar

from flint import arb, arb_series, ctx

from qdverify.reference.enclosure.budget import paced

Rate = TypeVar("Rate", arb, arb_series)
Shares = list[tuple[int, list[tuple[int, Rate]]]]
"""A state, and by what share it is entered from each of the states that are left."""


def stationary_populations(
    rates: Sequence[dict[int, Rate]], last: int = 0, divisor: Callable[[Rate], Rate] = lambda total: total
) -> list[Rate]:
    """Return the stationary distribution of an irreducible chain, at the current precision.

    Parameters
    ----------
    rates
        rates[i][j] is the positive rate from state i to state j; the list is left as it was.
    last
        The state that is eliminated last, from whose population all others are computed.
    divisor
        Function that gives what is divided by, from the sum of the rates out of a state or of all populations.
    """
    shares = eliminate([dict(row) for row in rates], last, lambda leaving, _: divisor(leaving))
    weights: dict[int, Any] = {last: arb(1)}  # a number is a series too
    for k, into in reversed(shares):
        weights[k] = reduce(add, [weights[i] * share for i, share in into])
    total = divisor(reduce(add, weights.values()))
    return [over(weights[state], total) for state in range(len(rates))]


def eliminate(
    work: Sequence[dict[int, Rate]],
    last: int,
    divisor: Callable[[Rate, Rate | None], Rate],
    *,
    returns: bool = False,
) -> Shares[Rate]:
    """Eliminate all states but the last, and return them one after the other with the shares of those left by then.

    Parameters
    ----------
    work
        work[i][j] is the rate from state i to state j, which is changed in place.
    divisor
        Function that gives what rates into a state are divided by, from the sum of its rates to those that are left,
        and its rate to itself if it has one.
    returns
        Whether rates from a state to itself count.
    """
    order = sorted(range(len(work)), key=lambda state: (state == last, len(work[state])))
    shares = []
    for place, k in enumerate(paced(order[:-1], f"eliminating {len(work)} levels")):
        own = work[k].pop(k, None)
        out = divisor(reduce(add, work[k].values()), own)
        into = [(i, over(work[i].pop(k), out)) for i in order[place + 1 :] if k in work[i]]
        for i, share in into:
            row = work[i]
            for j, rate in work[k].items():
                if j != i or returns:
                    row[j] = row[j] + share * rate if j in row else share * rate
        shares.append((k, into))
    return shares


def over(number: Rate, divisor: Rate) -> Any:
    """Return a quotient, of which nothing is known if the divisor is not known to differ from 0.

    That is what balls do of themselves; series of them raise an error. At more bits the divisor may be known.
    """
    try:
        return number / divisor
    except ValueError:
        return arb_series([arb("nan")] * ctx.cap)


def add_to(row: dict[int, Rate], state: int, more: Rate) -> None:
    """Add to the rate to a state, or begin one."""
    row[state] = row[state] + more if state in row else more


@contextmanager
def coefficients(count: int) -> Iterator[None]:
    """Let series of rates have that many coefficients."""
    before, ctx.cap = ctx.cap, count
    try:
        yield
    finally:
        ctx.cap = before
