"""Which level blocks the current if it falls with the bias, and by what weight: negative differential conductance.

Let c_i be the electrons that pass from L to R per time while the dot is in state i, the mean of both barriers:
I = sum P_i c_i. With mu_L = share V and mu_R = (share - 1) V, a larger V lets no state pass fewer electrons, as more
enter and fewer leave through L, and the other way round at R. Between two biases a and b, V growing,

    I(b) - I(a) = sum (P_i(a) + P_i(b))/2 (c_i(b) - c_i(a)) + sum (P_i(b) - P_i(a)) (c_i(a) + c_i(b))/2,

and the first sum is never negative. So a current can fall only because population moves to states that pass less: the
second sum. With c the mean of those that lose population, it is a sum over the states that gain,

    sum over gaining i of (P_i(b) - P_i(a)) [(c_i(a) + c_i(b))/2 - c],

whose most negative term belongs to the state that blocks. The dot leaves that state by its strongest way out, whose
M_ji is then the weight that limits the current.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray, IntArray
from numeric.chain import Chain, Rate
from numeric.current import barrier_flows
from numeric.level_scheme import Lead, LevelScheme
from numeric.network import network_of
from numeric.rates import axis_factor, edge_factor, lead_rates_at
from numeric.scaled import Scaled, multiply
from numeric.stationary import populations_at
from numeric.transport import left_to_right
from numeric.validation import as_axis, as_float


@dataclass(frozen=True)
class Blockade:
    """A range of bias in which the current falls, and the state that holds the dot.

    Parameters
    ----------
    bias
        Where the current begins to fall and where it has stopped, in the order of growing magnitude.
    current
        Current from L to R at both.
    level, two_Sz
        The level that blocks and twice its S_z, which is 0 if levels are not resolved.
    population
        Of that level or state, at both biases.
    share
        Its part of what the shift of population takes from the current; those of all states that gain add up to 1.
    transition
        Levels (lower, upper) of the strongest way out.
    lead
        Name of the lead to or from which the electron of that way passes, "L" or "R".
    M
        Its M_ji, at that lead.
    rate_out
        Total rate at which the dot leaves the state, in the units of the rates t.
    """

    bias: tuple[float, float]
    current: tuple[float, float]
    level: int
    two_Sz: int
    population: tuple[float, float]
    share: float
    transition: tuple[int, int]
    lead: str
    M: float
    rate_out: float


@dataclass(frozen=True)
class _Solved:
    """Everything at all biases: currents with bounds, (points,), populations P and c, (states, points)."""

    chain: Chain
    rates: FloatArray
    current: FloatArray
    bound: FloatArray
    populations: FloatArray
    passed: FloatArray


def blockades(
    scheme: LevelScheme,
    *,
    bias: ArrayLike,
    kT: float,
    gate: float = 0.0,
    rates: Sequence[Rate] = (1.0, 1.0),
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> list[Blockade]:
    """Find the ranges of bias in which the current falls, and name the level that blocks and the M_ji that limits it.

    Parameters
    ----------
    bias
        Axis of biases V, strictly increasing, (b,), fine enough to tell the ranges apart.
    rates
        t_L and t_R; of a polarised lead a pair, those of spin up and down (needs resolved).
    split
        Share of the bias that falls on L, from 0 to 1: mu_L = split V, mu_R = (split - 1) V.
    scheme, kT, gate, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Returns
    -------
    list of Blockade
        In the order of the bias. A current that falls by less than the bounds on its errors does not count.

    Raises
    ------
    ValueError
        If the axis does not increase, the share is outside 0 to 1, or as `numeric.stationary.stationary_state`.

    Examples
    --------
    The second level of one electron couples a hundred times more weakly than the first: where an electron can enter it,
    it stays, and the current falls.

    >>> import numpy as np
    >>> from numeric import LevelScheme, blockades
    >>> scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.005])
    >>> (found,) = blockades(scheme, bias=np.linspace(0.0, 1.0, 41), kT=0.01)
    >>> found.level, found.transition, found.M
    (2, (0, 2), 0.005)
    >>> [round(float(P), 3) for P in found.population]
    [0.0, 0.4]
    """
    V, share = as_axis("bias", bias), as_float("split", split, minimum=0.0)
    if np.any(np.diff(V) <= 0):
        raise ValueError("bias must increase from point to point")
    if share > 1.0:
        raise ValueError(f"split={share!r} must be at most 1")
    leads = _leads(rates)
    solved = _solve(scheme, leads, V, share, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman)
    return [_named(scheme, solved, V, start, end) for start, end in _falling(V, solved.current, solved.bound)]


def _leads(rates: Sequence[Rate]) -> list[Lead]:
    if len(rates) != 2:
        raise ValueError(f"rates={rates!r} must be two: of L and of R")
    pairs = [rate if isinstance(rate, tuple) else (rate, None) for rate in rates]
    return [Lead(name, up, 0.0, None, down) for name, (up, down) in zip("LR", pairs, strict=True)]


def _solve(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    V: FloatArray,
    share: float,
    *,
    kT: float,
    gate: float,
    resolved: bool,
    zeeman: float,
) -> _Solved:
    kT, gate = as_float("kT", kT, positive=True), as_float("gate", gate)
    by_spin = [lead.rate if lead.rate_down is None else (lead.rate, lead.rate_down) for lead in leads]
    network = network_of(scheme, by_spin, resolved=resolved, zeeman=zeeman)
    chain = network.chain
    potential = multiply(axis_factor([gate], kT), axis_factor(np.stack([share * V, (share - 1.0) * V]), kT))
    rates = lead_rates_at(chain, edge_factor(chain, kT), potential, np.zeros(2))
    state = populations_at(network, rates)
    current = left_to_right(barrier_flows(network, rates, state), 1).best
    plain = Scaled(rates.data[0], rates.data[2]).to_float()
    return _Solved(chain, plain, current.value, current.bound, state.scaled.to_float(), _passed(chain, plain))


def _passed(chain: Chain, rates: FloatArray) -> FloatArray:
    """Return how many electrons pass from L to R in each state, the mean of both barriers, (states, points)."""
    found = np.zeros((chain.states, rates.shape[-1]))
    for (into, out), half in zip(rates, (0.5, -0.5), strict=True):
        np.add.at(found, chain.lower, half * into)
        np.add.at(found, chain.upper, -half * out)
    return found


def _falling(V: FloatArray, current: FloatArray, bound: FloatArray) -> Iterator[tuple[int, int]]:
    """Yield the ends of each range in which the current falls with growing magnitude of the bias, that order kept."""
    falls = np.diff(current) < -(bound[1:] + bound[:-1])
    falls &= V[1:] * V[:-1] >= 0.0  # a step over V = 0 lies on neither side
    edges = np.flatnonzero(np.diff(np.concatenate([[False], falls, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        middles = [start, *(k for k in range(start + 1, end) if V[k] == 0.0), end]
        for first, last in pairwise(middles):
            yield (first, last) if V[first] + V[last] >= 0 else (last, first)


def _named(scheme: LevelScheme, solved: _Solved, V: FloatArray, start: int, end: int) -> Blockade:
    """Name the state that blocks between two points."""
    chain, ends = solved.chain, [start, end]
    P, passed = solved.populations[:, ends], solved.passed[:, ends].mean(axis=1)
    gain = P[:, 1] - P[:, 0]
    lost = np.minimum(gain, 0.0)
    # from the side of a negative bias electrons that pass from R to L count
    forwards = 1.0 if V[start] + V[end] >= 0 else -1.0
    baseline = (lost * passed).sum() / lost.sum()
    parts = forwards * np.maximum(gain, 0.0) * (passed - baseline)
    state = int(parts.argmin())
    edge, place, total = _strongest_way_out(chain, solved.rates[..., end], state)
    lower, upper = (int(chain.level[ends_of[edge]]) for ends_of in (chain.lower, chain.upper))
    column = scheme.M[_index(scheme, lower, upper)]
    return Blockade(
        bias=(float(V[start]), float(V[end])),
        current=(float(solved.current[start]), float(solved.current[end])),
        level=int(chain.level[state]),
        two_Sz=int(chain.two_Sz[state]),
        population=(float(P[state, 0]), float(P[state, 1])),
        share=float(parts[state] / parts.sum()),
        transition=(lower, upper),
        lead="LR"[place],
        M=float(column if np.ndim(column) == 0 else column[place]),
        rate_out=total,
    )


def _strongest_way_out(chain: Chain, rates: FloatArray, state: int) -> tuple[int, int, float]:
    """Return edge and place of the lead of the fastest way out of a state, and the rates of all ways out, added up."""
    ways = [
        (float(rate), int(edge), place)
        for place in (0, 1)
        for direction, origin in ((0, chain.lower), (1, chain.upper))
        for edge, rate in zip(*_leaving(origin, state, rates[place, direction]), strict=True)
    ]
    _, edge, place = max(ways)
    return edge, place, sum(way[0] for way in ways)


def _leaving(origin: IntArray, state: int, rates: FloatArray) -> tuple[list[int], list[float]]:
    edges = np.flatnonzero(origin == state)
    return edges.tolist(), rates[edges].tolist()


def _index(scheme: LevelScheme, lower: int, upper: int) -> int:
    return int(np.flatnonzero((scheme.lower == lower) & (scheme.upper == upper))[0])
