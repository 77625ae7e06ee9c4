"""Levels in ascending order: what the claimed accuracy cannot tell apart may come in any order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def ascending(energies: Sequence[float], allowed: float) -> list[int]:
    """Return the places of the energies in ascending order.

    Empty if they ascend already, or if one lies below an earlier one by more than is allowed: then the list is left as
    it is, so that a comparison with the right one shows which level is wrong.

    Examples
    --------
    >>> ascending([1.0, 2.0000001, 2.0], 1e-6)
    [0, 2, 1]
    >>> ascending([1.0, 3.0, 2.0], 1e-6)
    []
    """
    descent = largest_descent(energies)
    if not 0.0 < descent <= allowed:
        return []
    return sorted(range(len(energies)), key=energies.__getitem__)


def largest_descent(energies: Sequence[float]) -> float:
    """Return by how much an energy lies below an earlier one at most; 0 if they ascend."""
    return max(highest - energy for highest, energy in zip(accumulate(energies, max), energies, strict=True))


def permuted_rows(matrix: Sequence[Sequence[float]], rows: Sequence[int], columns: Sequence[int]) -> list[list[float]]:
    """Return the matrix with rows and columns in the given orders; an empty order changes nothing."""
    chosen = [matrix[j] for j in rows] if rows else matrix
    return [[row[i] for i in columns] if columns else list(row) for row in chosen]
