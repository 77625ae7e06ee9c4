"""Linear systems of a rate equation in balls, by elimination without a small pivot.

Elimination leaves a chain that skips the state eliminated, whose rate out is the sum of the rates to those that are
left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)). Nothing is subtracted from a rate, so
that populations keep their relative accuracy, however small, and no system is singular, however cold the leads are.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from qdverify.reference.enclosure.budget import paced

Rates = Sequence[dict[int, arb]]


class Elimination:
    """An irreducible chain, eliminated at the current precision.

    Parameters
    ----------
    rates
        rates[i][j] is the positive rate from state i to state j; the list is left as it was.
    first
        The state that is left at the end.

    Attributes
    ----------
    populations
        The stationary distribution.
    """

    def __init__(self, rates: Rates, first: int = 0) -> None:
        count = len(rates)
        self._order = [first, *(k for k in range(count) if k != first)]
        place = {state: k for k, state in enumerate(self._order)}
        work = [{place[end]: rate for end, rate in rates[state].items()} for state in self._order]
        self._exits: list[arb] = [arb(1)] * count
        self._incoming: list[list[tuple[int, arb]]] = [[] for _ in range(count)]
        self._shares: list[list[tuple[int, arb]]] = [[] for _ in range(count)]
        for k in paced(range(count - 1, 0, -1), f"eliminating {count} levels", lambda k: k * k):
            targets = [(j, rate) for j, rate in work[k].items() if j < k]
            self._exits[k] = sum((rate for _, rate in targets), arb(0))
            self._incoming[k] = [(i, work[i][k]) for i in range(k) if k in work[i]]
            self._shares[k] = [(j, rate / self._exits[k]) for j, rate in targets]
            for i, rate in self._incoming[k]:
                row = work[i]
                for j, share in self._shares[k]:
                    if j != i:
                        row[j] = row.get(j, 0) + rate * share
        weights = self._back([arb(0)] * count, arb(1))
        total = sum(weights, arb(0))
        self.populations = [weight / total for weight in weights]

    def shift(self, gains: Sequence[arb]) -> list[arb]:
        """Return the x of sum 0 whose decay makes up for gains of sum 0: its flows in minus out are -gains.

        Components of rare states keep their digits if the first state is a likely one.
        """
        b = [gains[state] for state in self._order]
        for k in range(len(b) - 1, 0, -1):
            for j, share in self._shares[k]:
                b[j] += share * b[k]
        x = self._back(b, arb(0))
        excess = sum(x, arb(0))
        return [value - excess * population for value, population in zip(x, self.populations, strict=True)]

    def _back(self, b: Sequence[arb], first: arb) -> list[arb]:
        x = [first]
        for k in range(1, len(b)):
            x.append((sum((x[i] * rate for i, rate in self._incoming[k]), arb(0)) + b[k]) / self._exits[k])
        found = dict(zip(self._order, x, strict=True))
        return [found[state] for state in range(len(x))]


def stationary_populations(rates: Rates) -> list[arb]:
    """Return the stationary distribution of an irreducible chain, at the current precision."""
    return Elimination(rates).populations
