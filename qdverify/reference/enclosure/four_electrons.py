"""Four electrons of S_z = 0 in a number of orbitals: how the interaction and the total spin act on coefficients.

A vector is a matrix X: X[i, j] belongs to the determinant |pq; rs> whose electrons of spin up are in the i-th pair of
orbitals p < q, and those of spin down in the j-th pair r < s. T is diagonal, (pi^2/2)(p^2 + q^2 + r^2 + s^2).
Exchanging the spins transposes X; X^T = X if the total spin S is even, and X^T = -X if it is odd.

V is the sum of the interactions of two electrons. The pair of spin up turns into another one by a matrix of pairs, as
does that of spin down. One electron of each spin, in p and r, turn into p' and r' by (p'p|r'r), if X is continued to
all p, q, r, s as an antisymmetric function of p, q and of r, s; then the four choices of the two electrons are
exchanges of p, q and of r, s.

J^2 is the sum over pairs of electrons of the operator that exchanges their spins (J^2 = N(4 - N)/4 + this sum, and
N = 4). It is 1 for both pairs of equal spins. For an electron of each spin it is -1 times the exchange of their
orbitals, as the state is antisymmetric.

Rounding. For a matrix U off by at most e an element, ||U X - float|| <= (e sqrt(size of U) + gamma_n ||U||) ||X|| in
the Frobenius norm. X continued to all p, q, r, s has twice the norm of X, the sum of four of its disjoint parts at
most twice their common norm, and a sum of six parts is rounded by at most 6 u times the sum of their norms.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from flint import arb
from numpy.typing import NDArray

from qdverify.reference.enclosure.eigenvalues import UNIT, frobenius, gamma
from qdverify.reference.enclosure.float_tables import Floats, FloatTable, Integers, integral


class FourElectrons:
    """The determinants of four electrons in the lowest orbitals, of one parity and one symmetry of the spins.

    Parameters
    ----------
    table
        The integrals J(m, n) up to twice the number of orbitals.
    orbitals
        How many.
    parity
        1 or -1.
    exchange
        1 if the total spin is even, -1 if it is odd.
    """

    def __init__(self, table: FloatTable, orbitals: int, parity: int, exchange: int) -> None:
        self.table, self.orbitals, self.parity, self.exchange = table, orbitals, parity, exchange
        numbers = np.arange(1, orbitals + 1, dtype=np.int64)
        self.first, self.second = orbital_pairs(numbers, numbers, ordered=True)  # of a pair of equal spins
        self.up, self.down = orbital_pairs(numbers, numbers, ordered=False)  # of a pair of opposite spins

    @cached_property
    def squares(self) -> Integers:
        """The sum of the squares of all four orbital numbers, one row for each pair of spin up."""
        pair = self.first**2 + self.second**2
        result: Integers = pair[:, None] + pair[None, :]
        return result

    @cached_property
    def belongs(self) -> NDArray[np.bool_]:
        """Whether a determinant has the parity."""
        sign = (-1) ** (self.first + self.second)
        result: NDArray[np.bool_] = sign[:, None] * sign[None, :] == self.parity
        return result

    @cached_property
    def states(self) -> tuple[Integers, Integers]:
        """Row and column of the elements that tell the others: i <= j, or i < j if the total spin is odd."""
        rows, columns = np.nonzero(np.triu(self.belongs, 0 if self.exchange == 1 else 1))
        return rows, columns

    def matrix(self, vector: Floats) -> Floats:
        """Return X of coefficients in normalised states of the right symmetry, exactly symmetric or antisymmetric."""
        rows, columns = self.states
        result = np.zeros(self.squares.shape)
        result[columns, rows] = self.exchange * (vector * self._weights)
        result[rows, columns] = vector * self._weights
        return result

    def vector(self, matrix: Floats) -> Floats:
        """Return the coefficients in normalised states."""
        result: Floats = matrix[self.states] / self._weights
        return result

    @cached_property
    def _weights(self) -> Floats:
        rows, columns = self.states
        return np.where(rows == columns, 1.0, np.sqrt(0.5))

    @cached_property
    def _equal(self) -> Floats:
        """The interaction between pairs of equal spins."""
        return pair_elements(self.table, (self.first, self.second), (self.first, self.second), equal=True)

    @cached_property
    def _opposite(self) -> Floats:
        """The interaction between pairs of opposite spins."""
        return pair_elements(self.table, (self.up, self.down), (self.up, self.down), equal=False)

    @cached_property
    def _places(self) -> tuple[Integers, Floats]:
        """Number of each pair p, q of all orbitals among those with p < q, and 1, -1 or, for p = q, 0."""
        n = self.orbitals
        number, sign = np.zeros((n, n), dtype=np.int64), np.zeros((n, n))
        number[self.first - 1, self.second - 1] = number[self.second - 1, self.first - 1] = np.arange(len(self.first))
        sign[self.first - 1, self.second - 1], sign[self.second - 1, self.first - 1] = 1.0, -1.0
        return number.ravel(), sign.ravel()

    def continued(self, matrix: Floats) -> Floats:
        """Return X for all p, q, r, s, antisymmetric in p, q and in r, s."""
        number, sign = self._places
        shape = (self.orbitals,) * 4
        return (matrix[np.ix_(number, number)] * sign[:, None] * sign[None, :]).reshape(shape)

    def interact(self, matrix: Floats) -> Floats:
        """Return V X."""
        equal = self._equal @ matrix
        # index legend: p, q orbitals of spin up, r, s of spin down
        spread = self.continued(matrix).transpose(0, 2, 1, 3).reshape((self.orbitals**2,) * 2)
        opposite = np.empty_like(spread)
        even = (self.up + self.down) % 2 == 0
        for chosen in (even, ~even):  # the parity of two electrons is conserved
            opposite[chosen] = self._opposite[np.ix_(chosen, chosen)] @ spread[chosen]
        turned = opposite.reshape((self.orbitals,) * 4).transpose(0, 2, 1, 3)
        return equal + self.exchange * equal.T + self._antisymmetric(turned)

    def _antisymmetric(self, tensor: Floats) -> Floats:
        """Return a function of p, q, r, s less its exchanges of p, q and of r, s, for p < q and r < s."""
        p, q = self.first - 1, self.second - 1
        difference = tensor[p, q] - tensor[q, p]
        result: Floats = difference[:, p, q] - difference[:, q, p]
        return result

    def spin_square(self, matrix: Floats) -> Floats:
        """Return J^2 X, rounded by at most 30 u ||X||."""
        tensor = self.continued(matrix)
        swapped = [tensor.transpose(axes) for axes in ((2, 1, 0, 3), (3, 1, 2, 0), (0, 2, 1, 3), (0, 3, 2, 1))]
        p, q = self.first[:, None] - 1, self.second[:, None] - 1
        parts = [part[p, q, p.T, q.T] for part in swapped]
        result: Floats = 2 * matrix - ((parts[0] + parts[1]) + (parts[2] + parts[3]))
        return result

    @cached_property
    def interaction_bound(self) -> arb:
        """A number that the norm of V in these states does not exceed."""
        return 2 * frobenius(self._equal) + 4 * frobenius(self._opposite)

    @cached_property
    def interaction_error(self) -> arb:
        """Bound of ||V X - float|| for ||X|| = 1, in the Frobenius norm."""
        pairs, n = len(self.first), self.orbitals**2
        element = arb(self.table.element_error)
        equal = element * pairs + (gamma(pairs) + 6 * arb(UNIT)) * frobenius(self._equal)
        opposite = element * n + (gamma(n) + 6 * arb(UNIT)) * frobenius(self._opposite)
        return 2 * equal + 4 * opposite


def pair_elements(
    table: FloatTable, left: tuple[Integers, Integers], right: tuple[Integers, Integers], *, equal: bool
) -> Floats:
    """Return the elements of the interaction between pairs: (pr|qs), less (ps|qr) if the spins are equal.

    Each is off by at most `table.element_error`.
    """
    (p, q), (r, s) = (part[:, None] for part in left), (part[None, :] for part in right)
    direct = integral(table.values, p, r, q, s)
    return direct - integral(table.values, p, s, q, r) if equal else direct


def orbital_pairs(one: Integers, other: Integers, *, ordered: bool) -> tuple[Integers, Integers]:
    """Return all pairs of orbitals p, q, or only those with p < q."""
    p, q = (axis.ravel() for axis in np.meshgrid(one, other, indexing="ij"))
    wanted = p < q if ordered else np.full(p.shape, True)
    return p[wanted], q[wanted]
