r"""What a source of probability adds to the stationary state of a Markov chain, without a small pivot.

First-order perturbation theory of ``W P = 0`` and the orders of full counting statistics ask for the solution of

.. math:: W x = b, \qquad \sum_k x_k = 0,                                                                  (1)

with ``sum b = 0``. Elimination leaves a chain that skips the state eliminated, whose exit rate is the sum of the rates
to the states that are left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)). No pivot is a
difference, so that none is lost where rates differ by any number of decades; only b has either sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mpmath import mp

from analytic.cramer import require_irreducible
from analytic.matrix_tree import Edge


class PerturbedChain:
    """An irreducible chain, eliminated once at the working precision of mpmath.

    Parameters
    ----------
    states
        Number of states n.
    rates
        Positive mpmath numbers ``rates[to, from]``.

    Attributes
    ----------
    populations
        The stationary P_k.

    Raises
    ------
    ValueError
        If the chain is not irreducible.

    Examples
    --------
    >>> from mpmath import mp
    >>> from analytic.perturbed_chain import PerturbedChain
    >>> chain = PerturbedChain(2, {(0, 1): mp.mpf(1), (1, 0): mp.mpf(3)})
    >>> [float(P) for P in chain.populations], [float(x) for x in chain.shift([1, -1])]
    ([0.25, 0.75], [-0.25, 0.25])
    """

    def __init__(self, states: int, rates: Mapping[Edge, Any]) -> None:
        require_irreducible(states, rates)
        self._order = list(range(states))
        self.populations = self._eliminate(rates)
        # the most likely state comes last: x is found from there, and a rare state would be lost beside its x
        self._order.sort(key=lambda k: self.populations[k])
        self.populations = self._eliminate(rates)

    def shift(self, source: Sequence[Any]) -> tuple[Any, ...]:
        """Return x of Eq. (1) for b, whose sum is 0."""
        b = [source[k] for k in self._order]
        for k, shares in enumerate(self._shares):
            for i, share in shares:
                b[i] += share * b[k]
        x = self._back(b[:-1], mp.zero)
        excess = mp.fsum(x)
        return tuple(value - excess * P for value, P in zip(x, self.populations, strict=True))

    def _eliminate(self, rates: Mapping[Edge, Any]) -> tuple[Any, ...]:
        """Keep rates, exits and their shares of the chains that elimination leaves, and return the populations."""
        states, place = len(self._order), {state: k for k, state in enumerate(self._order)}
        self._into: list[dict[int, Any]] = [{} for _ in range(states)]
        for (to, start), rate in rates.items():
            self._into[place[to]][place[start]] = rate
        self._exits: list[Any] = []
        self._shares: list[list[tuple[int, Any]]] = []
        for k in range(states - 1):
            leaving = [(i, self._into[i][k]) for i in range(k + 1, states) if k in self._into[i]]
            exit_rate = mp.fsum(rate for _, rate in leaving)
            entering = [(j, rate) for j, rate in self._into[k].items() if j > k]
            shares = [(i, rate / exit_rate) for i, rate in leaving]
            for i, share in shares:
                for j, other in entering:
                    if i != j:
                        self._into[i][j] = self._into[i].get(j, mp.zero) + share * other
            self._exits.append(exit_rate)
            self._shares.append(shares)
        weights = self._back([mp.zero] * (states - 1), mp.one)
        total = mp.fsum(weights)
        return tuple(weight / total for weight in weights)

    def _back(self, b: Sequence[Any], last: Any) -> list[Any]:
        """Return the solution whose last component in the order of elimination is given, in the order of the states."""
        x = [*b, last]
        for k in reversed(range(len(b))):
            flows = [rate * x[j] for j, rate in self._into[k].items() if j > k]
            x[k] = (mp.fsum(flows) - b[k]) / self._exits[k]
        of_states = dict(zip(self._order, x, strict=True))
        return [of_states[state] for state in range(len(x))]
