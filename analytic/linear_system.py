r"""Linear systems with several right sides: the matrix is factorised once, in mpmath numbers.

Gaussian elimination with row interchanges, ``P A = L U``. The pivot of a column is the entry that is largest beside the
sum of magnitudes of its row in A, so that equations of very different size count alike (J. H. Wilkinson, The Algebraic
Eigenvalue Problem, Oxford 1965, chapter 4). Entries that are zero are left out, of which chains of levels have many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpmath import mp, workprec

_GUARD_BITS = 10


class Factors:
    """The factors of a square matrix, at ten bits beyond the working precision of mpmath.

    Parameters
    ----------
    matrix
        Its n rows of n mpmath numbers.

    Raises
    ------
    ValueError
        If the rows are not n numbers each, or the matrix is singular to the working precision.

    Examples
    --------
    >>> from mpmath import mp
    >>> from analytic.linear_system import Factors
    >>> factors = Factors([[mp.mpf(0), mp.mpf(2)], [mp.mpf(4), mp.mpf(1)]])
    >>> [[float(x) for x in factors.solve(source)] for source in ([2, 1], [0, 4])]
    [[0.0, 1.0], [1.0, 0.0]]
    """

    def __init__(self, matrix: Sequence[Sequence[Any]]) -> None:
        size = len(matrix)
        if any(len(row) != size for row in matrix):
            raise ValueError(f"rows of {sorted({len(row) for row in matrix})} numbers must have {size} each")
        self._rows = [list(row) for row in matrix]
        self._order = list(range(size))
        with workprec(mp.prec + _GUARD_BITS):
            sizes = [mp.fsum(row, absolute=True) for row in self._rows]
            for k in range(size):
                self._eliminate(k, sizes)

    def _eliminate(self, k: int, sizes: list[Any]) -> None:
        """Bring the best pivot to row k and subtract that row from those below; factors stand where zeros would."""
        rows, size = self._rows, len(self._rows)
        candidates = [i for i in range(k, size) if rows[i][k]]
        if not candidates:
            raise ValueError(f"matrix of {size} rows must not be singular: column {k} has no pivot")
        best = max(candidates, key=lambda i: abs(rows[i][k]) / sizes[i])
        rows[k], rows[best] = rows[best], rows[k]
        sizes[k], sizes[best] = sizes[best], sizes[k]
        self._order[k], self._order[best] = self._order[best], self._order[k]
        pivot = [(j, rows[k][j]) for j in range(k + 1, size) if rows[k][j]]
        for row in rows[k + 1 :]:
            if row[k]:
                factor = row[k] = row[k] / rows[k][k]
                for j, entry in pivot:
                    row[j] -= factor * entry

    def solve(self, source: Sequence[Any]) -> list[Any]:
        """Return x of A x = source.

        Raises
        ------
        ValueError
            If the source does not have n numbers.
        """
        rows, size = self._rows, len(self._rows)
        if len(source) != size:
            raise ValueError(f"source of {len(source)} numbers must have {size}")
        with workprec(mp.prec + _GUARD_BITS):
            found = [mp.convert(source[place]) for place in self._order]
            for k in range(size):
                for i, row in enumerate(rows[k + 1 :], k + 1):
                    if row[k] and found[k]:
                        found[i] -= row[k] * found[k]
            for k in reversed(range(size)):
                found[k] /= rows[k][k]
                for i, row in enumerate(rows[:k]):
                    if row[k] and found[k]:
                        found[i] -= row[k] * found[k]
        return [+x for x in found]
