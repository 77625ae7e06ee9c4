"""The stationary distribution of a rate equation in balls, by elimination without a small pivot.

Elimination leaves a chain that skips the state eliminated, whose rate out is the sum of the rates to those that are
left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)). Nothing is subtracted from a rate, so
that populations keep their relative accuracy, however small, and no system is singular, however cold the leads are.

Rates may be series in a parameter, such as a counting field: each number then carries its derivatives along. A first
derivative alone is carried in balls of its own, as a series of two balls takes several times as long as they do. States
that few others are joined with are eliminated first, which makes the fewest new rates.
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


class StationaryChain:
    """The stationary distribution of an irreducible chain, at the current precision.

    Parameters
    ----------
    rates
        rates[i][j] is the positive rate from state i to state j; the list is left as it was.
    last
        The state that is eliminated last, from whose population all others are computed.

    Attributes
    ----------
    populations
        Of the states; their sum is 1.
    """

    def __init__(self, rates: Sequence[dict[int, arb]], last: int = 0) -> None:
        self._rows, self._last = [dict(row) for row in rates], last  # in the end, of each state to those left by then
        self._shares = eliminate(self._rows, last, lambda leaving, _: leaving)
        self._weights = weights = {last: arb(1)}
        for k, into in reversed(self._shares):
            weights[k] = reduce(add, [weights[i] * share for i, share in into])
        self._total = reduce(add, weights.values())
        self.populations = [weights[state] / self._total for state in range(len(rates))]

    def slopes(self, of_rates: Sequence[dict[int, arb]], *, gross: bool = False) -> list[arb]:
        """Return the derivative of the distribution for those of the rates, at the current precision.

        Parameters
        ----------
        of_rates
            [i][j] as the rates; the list is used up.
        gross
            Whether the magnitudes are wanted that the derivative is the difference of, for those of the rates.
        """
        sign, of_shares = 1 if gross else -1, []
        for k, into in self._shares:
            row, of_row = self._rows[k], of_rates[k]
            out, of_out = reduce(add, row.values()), sign * reduce(add, of_row.values())
            changes = [(of_rates[i].pop(k) + share * of_out) / out for i, share in into]
            for (i, share), change in zip(into, changes, strict=True):
                of_there = of_rates[i]
                for j, rate in row.items():
                    if j != i:
                        more = change * rate + share * of_row[j]
                        of_there[j] = of_there[j] + more if j in of_there else more
            of_shares.append(changes)
        weights, of_weights = self._weights, {self._last: arb(0)}
        for (k, into), changes in zip(reversed(self._shares), reversed(of_shares), strict=True):
            both = zip(into, changes, strict=True)
            of_weights[k] = reduce(add, [of_weights[i] * share + weights[i] * change for (i, share), change in both])
        of_total = sign * reduce(add, of_weights.values())
        return [(of_weights[state] + P * of_total) / self._total for state, P in enumerate(self.populations)]


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


@contextmanager
def coefficients(count: int) -> Iterator[None]:
    """Let series of rates have that many coefficients."""
    before, ctx.cap = ctx.cap, count
    try:
        yield
    finally:
        ctx.cap = before
