"""Order in which a large chain of charge states is eliminated, as dense blocks.

Each electron that tunnels changes the electron number by one, so charges of one parity are coupled only through those
of the other. All states of one parity are eliminated first, charge by charge: none of them is joined to another, and
what they leave behind is a sum of matrix products. The states of the other parity, the *kept* ones, then form one dense
chain. Which parity goes first is decided by the number of products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import IntArray

FEWEST_STATES, FEWEST_EXACT_STATES = 20, 40
"""States from which dense blocks are faster than the sums of `numeric.elimination`, in plain numbers and in numbers
with exponents of their own."""


@dataclass(frozen=True, eq=False)
class ChargeBlock:
    """The states of one charge that are eliminated together, none of them joined to another one.

    Parameters
    ----------
    states
        Their numbers, (K,).
    neighbours
        Slice of the kept states that they are joined to, I of them.
    leaving
        Number of the rate out of each of them to each neighbour, (I, K); `ChargePlan.rates` if there is none.
    entering
        Number of the rate from each neighbour to each of them, (K, I).
    leaving_by_source, entering_by_source
        The same as positions in `ChargePlan.by_source`.
    """

    states: IntArray
    neighbours: slice
    leaving: IntArray
    entering: IntArray
    leaving_by_source: IntArray
    entering_by_source: IntArray


@dataclass(frozen=True, eq=False)
class ChargePlan:
    """The elimination of a chain by dense blocks, see `charge_plan`.

    Parameters
    ----------
    states, rates
        Numbers of states and of directed rates.
    blocks
        What is eliminated first, in any order.
    kept
        Numbers of the states that are left, sorted by charge, (m,).
    by_source
        Numbers of the rates, sorted by the state that they leave, (rates,).
    first_of_source
        Where the rates of each state start in `by_source`, (states,).
    source, target
        States that each rate leaves and reaches, (rates,).
    """

    states: int
    rates: int
    blocks: tuple[ChargeBlock, ...]
    kept: IntArray
    by_source: IntArray
    first_of_source: IntArray
    source: IntArray
    target: IntArray

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """From and to of each rate, as `numeric.elimination` takes them."""
        return tuple(zip(self.source.tolist(), self.target.tolist(), strict=True))

    @property
    def products(self) -> int:
        """Number of products of two rates that the elimination takes, of which it costs a fixed amount each."""
        m = int(self.kept.size)
        return sum(int(block.leaving.shape[0] * block.leaving.size) for block in self.blocks) + (m**3 - m) // 3

    @property
    def numbers(self) -> int:
        """Size of the largest array at one point."""
        return int(max(self.rates, self.kept.size**2, *(block.leaving.size for block in self.blocks)))


def charge_plan(electrons: IntArray, source: IntArray, target: IntArray) -> ChargePlan:
    """Plan the elimination of a connected chain.

    Parameters
    ----------
    electrons
        Electron number of each of at least two states, (states,).
    source, target
        States that each rate leaves and reaches, (rates,); their electron numbers differ by one.
    """
    plans = [_plan(electrons, source, target, parity) for parity in (0, 1)]
    return min(plans, key=lambda plan: plan.products)


def _plan(charge: IntArray, source: IntArray, target: IntArray, parity: int) -> ChargePlan:
    first = charge % 2 == parity
    kept = np.flatnonzero(~first)
    kept = kept[np.argsort(charge[kept], kind="stable")]
    number = np.full((charge.size, charge.size), source.size, dtype=np.int64)  # (to, from)
    number[target, source] = np.arange(source.size)
    by_source = np.argsort(source, kind="stable")
    position = np.append(np.argsort(by_source), source.size)
    blocks = []
    for value in np.unique(charge[first]):
        states = np.flatnonzero(charge == value)
        near = np.flatnonzero(np.abs(charge[kept] - value) == 1)
        neighbours = slice(int(near[0]), int(near[-1]) + 1)
        around = kept[neighbours]
        leaving, entering = number[np.ix_(around, states)], number[np.ix_(states, around)]
        blocks.append(ChargeBlock(states, neighbours, leaving, entering, position[leaving], position[entering]))
    return ChargePlan(
        states=charge.size,
        rates=source.size,
        blocks=tuple(blocks),
        kept=kept,
        by_source=by_source,
        first_of_source=np.searchsorted(source[by_source], np.arange(charge.size)),
        source=source,
        target=target,
    )
