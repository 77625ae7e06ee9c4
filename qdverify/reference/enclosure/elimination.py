"""The stationary distribution of a rate equation in balls, by elimination without a small pivot.

Elimination leaves a chain that skips the state eliminated, whose rate out is the sum of the rates to those that are
left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)). Nothing is subtracted from a rate, so
that populations keep their relative accuracy, however small, and no system is singular, however cold the leads are.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from qdverify.reference.enclosure.budget import paced

Rates = Sequence[dict[int, arb]]


def stationary_populations(rates: Rates) -> list[arb]:
    """Return the stationary distribution of an irreducible chain, at the current precision.

    Parameters
    ----------
    rates
        rates[i][j] is the positive rate from state i to state j; the list is left as it was.
    """
    count, work = len(rates), [dict(row) for row in rates]
    shares: list[list[tuple[int, arb]]] = [[] for _ in range(count)]
    for k in paced(range(count - 1, 0, -1), f"eliminating {count} levels", lambda k: k * k):
        targets = [(j, rate) for j, rate in work[k].items() if j < k]
        leaving = sum((rate for _, rate in targets), arb(0))
        shares[k] = [(i, work[i][k] / leaving) for i in range(k) if k in work[i]]
        for i, share in shares[k]:
            row = work[i]
            for j, rate in targets:
                if j != i:
                    row[j] = row.get(j, 0) + share * rate
    weights = [arb(1)]
    for k in range(1, count):
        weights.append(sum((weights[i] * share for i, share in shares[k]), arb(0)))
    total = sum(weights, arb(0))
    return [weight / total for weight in weights]
