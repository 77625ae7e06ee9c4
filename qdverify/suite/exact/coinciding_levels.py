"""Levels that coincide: how the suite compares spins and transition probabilities there (protocol.md, task 3).

Inside a cluster, levels closer in energy than an implementation resolves, the order of the levels is free, and levels
of one spin may be mixed by any rotation. What is left is the number of levels of each spin, and the sum of M_ji over
levels of one spin: it is a trace over both multiplets' spaces, so rotations leave it alone. Outside clusters every sum
has one term.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

Label: TypeAlias = tuple[int, int]
"""A cluster's number and twice a spin."""

CLAIMED_GAP: Final = 1e-3
"""Distance to the next level of the same spin, over the energy, at which accuracies of M_ji are taken to be claimed.

It is that of the paper's dot, 0.0029/1.81 for N = 3 (physics.md section 7). An eigenvector's error is the residual over
the gap, so closer levels get that much more.
"""


def cluster_numbers(energies: Sequence[float], width: float) -> list[int]:
    """Return the number of each level's cluster; a new one begins if the step upwards exceeds `width`.

    Parameters
    ----------
    energies
        Rising.
    width
        Largest step inside a cluster, in the energies' unit.
    """
    numbers = [0] * len(energies)
    for index in range(1, len(energies)):
        numbers[index] = numbers[index - 1] + (energies[index] - energies[index - 1] > width)
    return numbers


def cluster_spins(numbers: Sequence[int], spins: Sequence[int]) -> list[list[int]]:
    """Return the doubled spins of each cluster, sorted: what the free order inside a cluster cannot change."""
    return [sorted(s for n, s in zip(numbers, spins, strict=True) if n == number) for number in sorted(set(numbers))]


def labels(numbers: Sequence[int], spins: Sequence[int]) -> list[Label]:
    """Return the label of each level."""
    return list(zip(numbers, spins, strict=True))


def cluster_sums(
    M: Sequence[Sequence[float]],
    final: Sequence[Label],
    initial: Sequence[Label],
    *,
    rows: Sequence[Label],
    columns: Sequence[Label],
) -> list[list[float]]:
    """Return M_ji summed over the levels of each label.

    Parameters
    ----------
    M
        M[j][i] of Eq. (4).
    final, initial
        The label of each row and of each column of M.
    rows, columns
        The different labels wanted, in order; a label that no level bears gives 0.
    """
    return [
        [
            sum(
                M[j][i] for j, row in enumerate(final) if row == wanted for i, col in enumerate(initial) if col == label
            )
            for label in columns
        ]
        for wanted in rows
    ]


def distinct(found: Sequence[Label]) -> list[Label]:
    """Return the different labels in the order of their first level."""
    return list(dict.fromkeys(found))


def gap_condition(energies: Sequence[float], spins: Sequence[int], width: float, scale: float | None = None) -> float:
    """Return by how much close levels of one spin amplify the error of M_ji: 1 if the paper's dot is no better.

    The ratio of `CLAIMED_GAP` to the smallest distance between levels of one spin in different clusters, over the
    scale of the energies, the largest of them unless another is given.
    """
    numbers = cluster_numbers(energies, width)
    gaps = [
        high - low
        for low, n, two_S in zip(energies, numbers, spins, strict=True)
        for high, k, other in zip(energies, numbers, spins, strict=True)
        if k > n and other == two_S
    ]
    scale = max(map(abs, energies)) if scale is None else scale
    return max(1.0, CLAIMED_GAP * scale / min(gaps)) if gaps else 1.0
