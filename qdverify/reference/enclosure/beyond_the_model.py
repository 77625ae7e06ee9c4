"""What the interaction makes of four electrons in the lowest orbitals outside of these: a bound, up to infinity.

Let f be states of four electrons in the A lowest orbitals (`four_electrons`), R all determinants with another orbital,
and D = T + v0 - sigma > 0 on R. This module bounds the matrix of <f, V R D^(-1) R V f'> from above.

V moves two electrons, so that R V f has one or two orbitals beyond A; call the highest of them m.

1.  One orbital beyond A, m <= B. The determinant p, m up and r, s down is reached in two ways, by the pair of spin up
    and by an electron of each spin, whose sum is taken as it is. Those with m down are their mirror images.
2.  Two orbitals beyond A, m <= C. Only the pair that is in them now was moved, and each determinant is reached from
    one pair of orbitals of the others, the spectators k, l: the sum over all determinants is the sum over spectators of
    <f_kl, w F_kl w f_kl>, where w acts on the two electrons, f_kl is what is left of f without the spectators, and
    F_kl is diagonal in the pairs of orbitals.
3.  One orbital beyond A, B < m <= C. The determinant is reached in three ways, by moving the electron in m together
    with one of the three others; |a + b + c|^2 <= 3 (|a|^2 + |b|^2 + |c|^2). This is the sum of 2. with a factor of 3.
4.  m > C. It is reached in at most three ways, and 1/D <= theta. Hence the sum is at most 3 theta times the sum over
    spectators of <f_kl, (w^2 - E E^T) f_kl>, where E are the elements of w to all pairs of orbitals up to C, and w^2 is
    a table of one-dimensional integrals of 1/(v^2 + beta^2): this is where the infinitely many states enter.

In 2. and 3. 1/D depends on k^2 + l^2; spectators are grouped, and the least k^2 + l^2 of each group is used for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nextafter
from typing import Final

import numpy as np
from flint import arb

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.eigenvalues import UNIT, frobenius, gamma
from qdverify.reference.enclosure.float_tables import Floats, FloatTable, Integers
from qdverify.reference.enclosure.four_electrons import FourElectrons, orbital_pairs, pair_elements
from qdverify.reference.enclosure.level_counts import inverse_gaps, weighted_square

WAYS: Final = 3  # in which a determinant with an orbital beyond A is reached at most
COLUMNS: Final = 8000  # pairs of orbitals whose elements are in memory at a time
GROUPS: Final = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)  # of the largest k^2 + l^2, where groups of spectators begin


@dataclass(frozen=True)
class Beyond:
    """How the states outside the model are summed.

    Attributes
    ----------
    table, squared
        The integrals J(m, n) of w, up to the sum of both numbers of orbitals, and of w^2, up to twice the model's.
    explicit, listed
        B and C.
    floor, sigma
        v0, and an energy that no level sought lies above.
    theta
        At least 1/D where an orbital is beyond C.
    """

    table: FloatTable
    squared: FloatTable
    explicit: int
    listed: int
    floor: float
    sigma: float
    theta: float


class Sum:
    """A sum of matrices with a bound of its error in norm, additions included."""

    def __init__(self, size: int) -> None:
        self.matrix, self.error = np.zeros((size, size)), arb(0)

    def add(self, matrix: Floats, error: arb) -> None:
        """Add a matrix that is off by at most `error`."""
        self.matrix = self.matrix + matrix
        self.error += error + arb(UNIT) * frobenius(self.matrix)


def coupling_beyond(model: FourElectrons, beyond: Beyond, trial: Floats) -> tuple[Floats, arb]:
    """Bound the matrix of V R D^(-1) R V in trial states from above.

    Parameters
    ----------
    model
        The states of four electrons that the trial states are made of.
    beyond
        Tables, and how far they reach.
    trial
        The matrices X of the trial states, (number of states, pairs, pairs).

    Returns
    -------
    A matrix, and a bound for the norm of what it may lack.
    """
    total = Sum(len(trial))
    # index legend: f trial state, p, q orbitals of spin up, r, s of spin down; f (p r) (q s)
    shape = (len(trial), model.orbitals**2, model.orbitals**2)
    opposite = np.stack([model.continued(X).transpose(0, 2, 1, 3) for X in trial]).reshape(shape)
    for orbital in range(model.orbitals + 1, beyond.explicit + 1):
        check_time("summing the states with one orbital beyond the model")
        matrix, error = _one_beyond(model, beyond, trial, opposite, orbital)
        total.add(2 * matrix, 2 * error)  # the mirror images too
    for equal, parts, times in ((True, trial, 2), (False, opposite, 1)):
        left = (model.first, model.second) if equal else (model.up, model.down)
        for odd in (False, True):  # the parity of a pair, which w conserves; that of the spectators follows
            pairs = np.flatnonzero((left[0] + left[1]) % 2 == odd)
            others = np.flatnonzero((left[0] + left[1]) % 2 == (odd == (model.parity == 1)))
            chosen, spectators = (left[0][pairs], left[1][pairs]), left[0][others] ** 2 + left[1][others] ** 2
            left_over = parts[:, pairs[:, None], others]
            for matrix, error in _pair_sums(model, beyond, chosen, spectators, left_over, equal=equal):
                total.add(times * matrix, times * error)
    return total.matrix, total.error


def _one_beyond(
    model: FourElectrons, beyond: Beyond, trial: Floats, opposite: Floats, orbital: int
) -> tuple[Floats, arb]:
    """Return the sum over all determinants with one given orbital beyond the model, of spin up."""
    found, error = _amplitudes(model, beyond.table, trial, opposite, orbital)
    kept = np.arange(1, model.orbitals + 1)
    squares = (kept**2)[:, None] + (model.first**2 + model.second**2)[None, :] + orbital**2
    weights = inverse_gaps(squares.ravel(), beyond.floor, beyond.sigma, 0.0)
    each = nextafter(float((error / arb(found.size).sqrt()).upper()), inf)
    return weighted_square(found.reshape(len(trial), -1), weights, each)


def _amplitudes(
    model: FourElectrons, table: FloatTable, trial: Floats, opposite: Floats, orbital: int
) -> tuple[Floats, arb]:
    """Return V f in all determinants with one given orbital beyond the model, of spin up, and a bound of its error.

    The electron in this orbital comes from the pair of spin up, or together with one of spin down. With U and w known
    up to an error e an element, both parts are off by at most (e sqrt(size) + gamma_n ||U||) ||X||, the second, a
    difference of two, twice, and X continued has twice the norm.
    """
    p, q, n = model.first - 1, model.second - 1, model.orbitals
    kept, fixed = np.arange(1, n + 1), np.full(n, orbital)
    from_equal = pair_elements(table, (kept, fixed), (model.first, model.second), equal=True)
    from_opposite = pair_elements(table, (fixed, kept), (model.up, model.down), equal=False)
    # index legend: f trial state, k orbital that is kept, r, s orbitals of spin down, j pair of them
    moved = from_equal @ trial  # f k j
    turned = (from_opposite @ opposite).reshape(-1, n, n, n)  # f r k s: r was moved, k and s were not
    other = turned[:, q, :, p] - turned[:, p, :, q]  # j f k; the orbital stands second in its pair
    element = arb(table.element_error)
    off = element * arb(from_equal.size).sqrt() + (gamma(len(p)) + 3 * arb(UNIT)) * frobenius(from_equal)
    off += 4 * (element * arb(from_opposite.size).sqrt() + (gamma(n * n) + 3 * arb(UNIT)) * frobenius(from_opposite))
    return moved + other.transpose(1, 2, 0), off * frobenius(trial)


def _pair_sums(
    model: FourElectrons,
    beyond: Beyond,
    left: tuple[Integers, Integers],
    spectators: Integers,
    parts: Floats,
    *,
    equal: bool,
) -> Iterator[tuple[Floats, arb]]:
    """Yield the sum over each group of spectators of <f_kl, (w F w + 3 theta (w^2 - E E^T)) f_kl>.

    `parts` are the f_kl, (trial states, pairs, spectators); `spectators` are their k^2 + l^2.
    """
    edges = np.searchsorted(np.array(GROUPS) * spectators.max(), spectators, side="right")
    groups = [np.flatnonzero(edges == edge) for edge in np.unique(edges)]
    least = [int(spectators[group].min()) for group in groups]
    grams, rest = _pair_matrices(model, beyond, left, least, equal=equal)
    factor = nextafter(WAYS * beyond.theta, inf)
    for group, gram in zip(groups, grams, strict=True):
        matrix = gram.matrix + factor * rest.matrix
        error = gram.error + arb(factor) * rest.error
        error += arb(UNIT) * (2 * arb(factor) * frobenius(rest.matrix) + frobenius(matrix))
        yield _form(matrix, error, parts[:, :, group])


def _pair_matrices(
    model: FourElectrons, beyond: Beyond, left: tuple[Integers, Integers], least: list[int], *, equal: bool
) -> tuple[list[Sum], Sum]:
    """Return w F w for each least k^2 + l^2, with the factor of 3 where it is due, and w^2 - E E^T."""
    size = len(left[0])
    grams, rest = [Sum(size) for _ in least], Sum(size)
    rest.add(pair_elements(beyond.squared, left, left, equal=equal), size * arb(beyond.squared.element_error))
    numbers = np.arange(1, beyond.listed + 1, dtype=np.int64)
    r, s = orbital_pairs(numbers, numbers, ordered=equal)
    same = (r + s) % 2 == (int(left[0][0] + left[1][0]) % 2 if size else 0)
    r, s = r[same], s[same]
    for start in range(0, len(r), COLUMNS):
        check_time("summing the pairs that the interaction leads to")
        columns = r[start : start + COLUMNS], s[start : start + COLUMNS]
        elements = pair_elements(beyond.table, left, columns, equal=equal)
        product, error = weighted_square(elements, np.ones(elements.shape[1]), beyond.table.element_error)
        rest.add(-product, error)
        ways = _ways(model, beyond, *columns)
        used = ways > 0
        for gram, spectator in zip(grams, least, strict=True):
            squares = columns[0][used] ** 2 + columns[1][used] ** 2 + spectator
            inverse = inverse_gaps(squares, beyond.floor, beyond.sigma, 0.0)
            weights = np.nextafter(ways[used] * inverse, inf)
            gram.add(*weighted_square(elements[:, used], weights, beyond.table.element_error))
    return grams, rest


def _ways(model: FourElectrons, beyond: Beyond, r: Integers, s: Integers) -> Floats:
    """Return 1 if both orbitals are beyond the model, 3 if one of them is beyond B, 0 if all is counted elsewhere."""
    both = np.minimum(r, s) > model.orbitals
    return np.where(both, 1.0, np.where(np.maximum(r, s) > beyond.explicit, float(WAYS), 0.0))


def _form(matrix: Floats, error: arb, parts: Floats) -> tuple[Floats, arb]:
    """Return the sum over spectators of f^T (matrix) f', with a bound of its error.

    A product of n terms a row and one of n c terms, both of at most ||matrix|| ||f||^2 in the Frobenius norm.
    """
    flat = parts.reshape(len(parts), -1)
    product = (matrix @ parts).reshape(len(parts), -1)
    rounding = gamma(len(matrix)) + 2 * gamma(flat.shape[1])
    return flat @ product.T, (error + rounding * frobenius(matrix)) * frobenius(parts) ** 2
