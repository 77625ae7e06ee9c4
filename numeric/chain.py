"""The Markov chain behind the rate equation: its states, its edges and the tunnelling weight of each lead on each edge.

Two chains give the same current. Aggregated, a state is a level and, N_j = N_i + 1,

    W_{j<-i} = 2 t M_ji f,    W_{i<-j} = 2 t M_ji (2S_i + 1)/(2S_j + 1) (1 - f).

S_z-resolved, a state is one |level, S_z> and both directions carry t |A_ji|^2 ([J96] Eq. (3)) with, by Wigner-Eckart,

    |A_ji|^2 = 2 (2S_i + 1)/(2S_j + 1) M_ji <S_i S_zi, 1/2 sigma | S_j S_zj>^2.

Only the resolved chain knows a Zeeman field, which adds zeeman * S_z to every state and so splits each level, and leads
whose rates differ between the spins: an edge takes the rate of the spin sigma that it adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.feasible import TooLargeError
from numeric.level_scheme import LevelScheme
from numeric.scaled import Scaled, exact_sum, from_float, multiply
from numeric.spin import clebsch_gordan_squared
from numeric.validation import as_flag, as_float

Rate: TypeAlias = float | tuple[float, float]
"""Tunnelling rate of a lead: of either spin, or of spin up and of spin down."""
MOST_STATES = 10_000
"""Largest S_z-resolved chain; its elimination takes minutes."""


@dataclass(frozen=True, eq=False)
class Chain:
    """States joined by edges, each the tunnelling of one electron in (lower -> upper) or out.

    Parameters
    ----------
    level, two_Sz
        Level of each state and twice its S_z, (states,); aggregated states have two_Sz = 0.
    lower, upper
        States that each edge joins, (edges,).
    energy_hi, energy_lo
        Energy that the entering electron brings, E_j - E_i without gate, (edges,), as an exact sum.
    up, down
        Rates at f = 1 (into the dot) and at f = 0 (out of it), (leads, edges).
    """

    level: IntArray
    two_Sz: IntArray
    lower: IntArray
    upper: IntArray
    energy_hi: FloatArray
    energy_lo: FloatArray
    up: Scaled
    down: Scaled

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.level.size)

    @property
    def leads(self) -> int:
        """Number of leads."""
        return int(self.up.mantissa.shape[0])


def chain_of(scheme: LevelScheme, rates: Sequence[Rate], *, resolved: bool, zeeman: float) -> Chain:
    """Build the aggregated or the S_z-resolved chain; edges that no lead feeds are left out.

    Raises
    ------
    ValueError
        If M has one column a lead but another number of leads is given, if a Zeeman field or a polarised lead meets the
        aggregated chain, or if the resolved chain meets a nonzero M_ji between spins that do not differ by 1/2.
    """
    if scheme.M.ndim == 2 and scheme.M.shape[1] != len(rates):
        raise ValueError(f"M has {scheme.M.shape[1]} columns: {len(rates)} leads need as many")
    field = as_float("zeeman", zeeman)
    resolved = as_flag("resolved", resolved)
    if field != 0 and not resolved:
        raise ValueError(f"zeeman={field} splits levels: it needs resolved=True")
    by_spin = np.array([rate if isinstance(rate, tuple) else (rate, rate) for rate in rates], dtype=np.float64)
    if not resolved:
        for up, down in by_spin[by_spin[:, 0] != by_spin[:, 1]]:
            raise ValueError(f"rate={up:g} and rate_down={down:g} of a lead differ: they need resolved=True")
        return _aggregated_chain(scheme, by_spin[:, 0])
    states = int(np.sum(scheme.two_S + 1.0))
    if states > MOST_STATES:
        raise TooLargeError(f"resolved=True must have at most {MOST_STATES} states |level, S_z>, not {states}")
    return _resolved_chain(scheme, by_spin, field)


def _aggregated_chain(scheme: LevelScheme, rates: FloatArray) -> Chain:
    i, j = scheme.lower, scheme.upper
    back = (scheme.two_S[i] + 1) / (scheme.two_S[j] + 1)
    energy = exact_sum(scheme.energies[j], -scheme.energies[i])
    n = scheme.energies.size
    return _assemble(
        level=np.arange(n),
        two_Sz=np.zeros(n, np.int64),
        lower=i,
        upper=j,
        energy=energy,
        base=_weights(scheme.M, rates[:, None]),
        up=np.ones_like(back),
        down=back,
    )


def _resolved_chain(scheme: LevelScheme, by_spin: FloatArray, zeeman: float) -> Chain:
    level = np.repeat(np.arange(scheme.energies.size), scheme.two_S + 1)
    first = np.cumsum(scheme.two_S + 1) - (scheme.two_S + 1)
    two_Sz = 2 * (np.arange(level.size) - first[level]) - scheme.two_S[level]
    transition, lower, upper, squared = [], [], [], []
    for index, (i, j) in enumerate(zip(scheme.lower.tolist(), scheme.upper.tolist(), strict=True)):
        two_S_i, two_S_j = int(scheme.two_S[i]), int(scheme.two_S[j])
        if abs(two_S_j - two_S_i) != 1:
            if np.any(scheme.M[index] > 0):
                raise ValueError(f"M={scheme.M[index]!r} of {i}->{j} joins two_S={two_S_i} to {two_S_j}: must be 0")
            continue
        for m in range(two_S_i + 1):
            for sigma in (-1, 1):
                target = (2 * m - two_S_i + sigma + two_S_j) // 2
                if 0 <= target <= two_S_j:
                    transition.append(index)
                    lower.append(first[i] + m)
                    upper.append(first[j] + target)
                    squared.append(clebsch_gordan_squared(two_S_i, 2 * m - two_S_i, sigma, two_S_j))
    edge = np.array(transition, dtype=np.int64)
    low, high = np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)
    i, j = scheme.lower[edge], scheme.upper[edge]
    added = two_Sz[high] - two_Sz[low]
    field = 0.5 * zeeman * added
    with np.errstate(over="ignore", invalid="ignore"):
        energy = exact_sum(scheme.energies[j], -scheme.energies[i], field)
    if not np.isfinite(energy).all():
        raise ValueError(f"zeeman={zeeman!r} must leave differences of energies that a double can hold")
    factor = (scheme.two_S[i] + 1) / (scheme.two_S[j] + 1) * np.array(squared, dtype=np.float64)
    return _assemble(
        level=level,
        two_Sz=two_Sz,
        lower=low,
        upper=high,
        energy=energy,
        base=_weights(scheme.M[edge], np.where(added > 0, by_spin[:, :1], by_spin[:, 1:])),
        up=factor,
        down=factor,
    )


def _weights(M: FloatArray, rates: FloatArray) -> Scaled:
    """Return 2 t M of each lead and edge, (leads, e), without underflow, for M of shape (e,) or (e, leads)."""
    columns = M if M.ndim == 2 else M[:, None]
    t = from_float(rates)
    return multiply(Scaled(2.0 * t.mantissa, t.exponent), from_float(np.broadcast_to(columns.T, (len(rates), len(M)))))


def _assemble(
    *,
    level: IntArray,
    two_Sz: IntArray,
    lower: IntArray,
    upper: IntArray,
    energy: tuple[FloatArray, FloatArray],
    base: Scaled,
    up: FloatArray,
    down: FloatArray,
) -> Chain:
    kept = np.any(base.mantissa * up != 0, axis=0)
    return Chain(
        level=level,
        two_Sz=two_Sz,
        lower=lower[kept],
        upper=upper[kept],
        energy_hi=energy[0][kept],
        energy_lo=energy[1][kept],
        up=multiply(base, from_float(up))[:, kept],
        down=multiply(base, from_float(down))[:, kept],
    )


def coupled_leads(chain: Chain) -> NDArray[np.bool_]:
    """Return for each lead whether it couples to any edge, (leads,)."""
    coupled: NDArray[np.bool_] = np.any(chain.up.mantissa != 0, axis=1)
    return coupled


def exchange_electrons(chain: Chain, leads: int = 1) -> bool:
    """Return whether a current can flow between the first leads and all others through a connected chain.

    It can unless each state tells how many electrons have come from the first leads: along every edge that these join
    the number rises by 1, along every edge that others join it stays, and each closed walk adds up to 0. So it is if
    only the first are coupled, or only the others.
    """
    joined = chain.up.mantissa != 0
    first, second = joined[:leads].any(axis=0), joined[leads:].any(axis=0)
    if (first & second).any():
        return True
    count, step = np.zeros(chain.states, np.int64), first.astype(np.int64)
    for state, to, edge, sign in walk(chain, range(chain.lower.size)):
        count[to] = count[state] + sign * step[edge]
    return bool((count[chain.upper] - count[chain.lower] != step).any())


class Parts:
    """Parts of a graph that grow together."""

    def __init__(self, states: int) -> None:
        self._above = list(range(states))

    def _top(self, state: int) -> int:
        while self._above[state] != state:
            self._above[state] = state = self._above[self._above[state]]
        return state

    def same(self, i: int, j: int) -> bool:
        """Tell whether two states are in one part."""
        return self._top(i) == self._top(j)

    def join(self, i: int, j: int) -> bool:
        """Join the parts of two states, and tell whether they were two."""
        top, other = self._top(i), self._top(j)
        self._above[top] = other
        return top != other


def walk(chain: Chain, edges: Iterable[int]) -> Iterator[tuple[int, int, int, int]]:
    """Yield how each state is first reached from state 0: the state before, it, the edge, and 1 up or -1 down it."""
    low, high = chain.lower.tolist(), chain.upper.tolist()
    ends: list[list[tuple[int, int, int]]] = [[] for _ in range(chain.states)]
    for edge in edges:
        ends[low[edge]].append((high[edge], edge, 1))
        ends[high[edge]].append((low[edge], edge, -1))
    pending, seen = [0], {0}
    for state in pending:  # grows as states are found
        for to, edge, sign in ends[state]:
            if to not in seen:
                seen.add(to)
                pending.append(to)
                yield state, to, edge, sign
