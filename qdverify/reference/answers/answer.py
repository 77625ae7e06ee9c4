"""An answer of the oracle: values as balls with their grade and method, and the refusal if there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb

from qdverify.protocol.grade import Grade


class Refusal(ValueError):
    """The oracle cannot give a reference to the digits asked for; the message says why."""


class CutCluster(Refusal):
    """The last level asked for lies inside a cluster.

    Attributes
    ----------
    name
        The input that asks for too few or too many levels.
    counts
        The next larger number of levels that cuts no cluster, and the next smaller one if there is any.
    """

    def __init__(self, message: str, name: str, counts: tuple[int, ...]) -> None:
        super().__init__(message)
        self.name, self.counts = name, counts


@dataclass(frozen=True)
class Cluster:
    """Levels without a proven order.

    Attributes
    ----------
    positions
        Where they stand in the list of levels, from 0.
    members
        (two_S, parity, count) of its levels, sorted.
    """

    electrons: int
    positions: range
    members: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Group:
    """Levels of one spin and parity in one cluster, or a single level."""

    positions: range
    two_S: int
    parity: int
    count: int


@dataclass(frozen=True)
class SummedM:
    """M_ji summed over the levels j of one group and i of another."""

    initial: Group
    final: Group
    value: arb


@dataclass(frozen=True)
class Answer:
    """The values of one case.

    Attributes
    ----------
    values
        Named as in the protocol's result: balls, integers, or nested lists of them.
    method
        One sentence on how they were obtained.
    clusters, sums
        Sets of levels without an order, and M_ji summed over them; see `clusters`.
    caveat
        What the values do not say; empty if there is nothing to add.
    """

    grade: Grade
    values: Mapping[str, Any]
    method: str
    clusters: tuple[Cluster, ...] = ()
    sums: tuple[SummedM, ...] = ()
    caveat: str = ""


def working_bits(digits: int) -> int:
    """Return a precision that leaves 19 guard digits beyond those asked for."""
    return 64 + int(3.33 * digits)


def accurate(value: arb, digits: int, scale: arb | float = 0.0) -> bool:
    """Tell whether a ball holds `digits` decimal digits, relative to itself or to `scale` if that is larger."""
    size = max(abs(value).lower(), arb(scale).upper())
    return bool(value.rad() <= size * arb(10) ** -digits)
