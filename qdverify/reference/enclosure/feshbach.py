"""How many levels of a block lie below a given energy, proven from a small part of the block.

Theorem (certification.md item 4). Let the interaction be at least v0 and let P and Q split the configurations, so
that Q H Q >= T_Q + v0 with the diagonal kinetic energy T_Q. If G = T_Q + v0 - sigma > 0, the number of eigenvalues
of H below sigma is at most the number of negative eigenvalues of

    S = H_PP - sigma - H_PQ G^(-1) H_QP.

Proof. H - sigma >= K = [[H_PP - sigma, H_PQ], [H_QP, G]], so H - sigma has at most as many negative eigenvalues as K
(Weyl). K is congruent to diag(S, G) (Haynsworth), and G has none.

All of it is done in float64 with a bound for every rounding. With C = H_PQ G^(-1/2) and a column block H_PQ known up
to a norm delta,

    ||S - S_float|| <= delta + 2 delta ||C|| / sqrt(min G) + delta^2 / min G      (H_PP, H_PQ)
                     + [gamma_m + 7 u] ||C||_F^2                                  (forming C and C C^T, m terms a sum)
                     + 2 u (||H_PP||_F + ||C C^T||_F + |sigma| sqrt(p))           (the two subtractions)

and the eigenvalues of S_float are enclosed by `eigenvalues`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nextafter, pi

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.sparse import hstack

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.eigenvalues import UNIT, enclose_eigenvalues, frobenius, gamma
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian, FloatMatrix

Floats = NDArray[np.float64]
FIRST_STATES = 120
MOST_STATES = 2400


def count_below(hamiltonian: BlockHamiltonian, sigma: float, floor: arb | None, expected: int) -> int:
    """Return a proven upper bound of the number of levels of the block below sigma.

    The model space P grows until the bound is `expected` or P has its largest size.

    Parameters
    ----------
    sigma
        Energy in units of 1/L^2.
    floor
        v0, a lower bound of the interaction in units of 1/L^2 (`interaction_floor`); None makes P the whole block.
    expected
        The number of levels that are known to lie below sigma.
    """
    size = hamiltonian.block.size
    states = max(FIRST_STATES, 2 * expected) if floor is not None else size
    floor = arb(0) if floor is None else floor
    best, columns = size, None
    while True:
        states = min(states, size)
        check_time(f"counting levels with {states} states")
        if states == size or _gap(hamiltonian, states, sigma, floor) > 0:
            columns = first_columns(hamiltonian, states, columns)
            best = min(best, _count(hamiltonian, states, sigma, floor, expected, columns=columns))
        if best <= expected or states >= min(size, MOST_STATES):
            return best
        states = int(1.6 * states)


def kinetic_limit(parts: Sequence[tuple[BlockHamiltonian, int]], sigma: float, floor: arb | None) -> int:
    """Return a small limit of sum n^2 whose model spaces prove the counts of all blocks.

    Parameters
    ----------
    parts
        Blocks with the number of levels that each is known to have below sigma.

    Raises
    ------
    ArithmeticError
        If no model space of at most MOST_STATES states does.
    """
    energies = np.unique(np.concatenate([hamiltonian.block.kinetic for hamiltonian, _ in parts]))
    position = 0
    while True:
        check_time("choosing the model space of the checker")
        limit = int(energies[min(position, len(energies) - 1)])
        if all(_closes(hamiltonian, expected, limit, sigma, floor) for hamiltonian, expected in parts):
            return limit
        if position >= len(energies):
            raise ArithmeticError(f"no model space of at most {MOST_STATES} states proves the levels below {sigma}")
        position += 1 + position // 10


def _closes(hamiltonian: BlockHamiltonian, expected: int, limit: int, sigma: float, floor: arb | None) -> bool:
    block = hamiltonian.block
    states = int(np.count_nonzero(block.kinetic <= limit))
    if expected == block.size:
        return True
    if states < block.size and (floor is None or not _gap(hamiltonian, states, sigma, floor) > 0):
        return False
    if states == 0:
        return expected == 0
    return (
        expected <= states <= MOST_STATES and _count(hamiltonian, states, sigma, floor or arb(0), expected) <= expected
    )


def _gap(hamiltonian: BlockHamiltonian, states: int, sigma: float, floor: arb) -> float:
    """Return a lower bound of G on Q; the block's functions ascend in kinetic energy."""
    kinetic = int(hamiltonian.block.kinetic[states])
    return float((arb.pi() ** 2 * kinetic / 2 + floor - arb(sigma)).lower())


def first_columns(hamiltonian: BlockHamiltonian, states: int, known: FloatMatrix | None = None) -> FloatMatrix:
    """Return the first columns of A; those that are known already are not formed again.

    With errors e and e' of two sets of columns, that of both is at most sqrt(e^2 + e'^2).
    """
    if known is None or states == hamiltonian.block.size:
        return hamiltonian.columns(slice(0, states))
    more = hamiltonian.columns(slice(known.values.shape[1], states))
    error = (known.error * known.error + more.error * more.error).sqrt()
    return FloatMatrix(hstack([known.values, more.values], format="csc"), error)


def _count(
    hamiltonian: BlockHamiltonian,
    states: int,
    sigma: float,
    floor: arb,
    expected: int | None = None,
    *,
    columns: FloatMatrix | None = None,
) -> int:
    if columns is None:
        columns = first_columns(hamiltonian, states)
    delta = columns.error
    inner = columns.values[:states].toarray()
    identity = np.eye(states)
    if states == hamiltonian.block.size:
        effective = inner - sigma * identity
        error = delta + 2 * arb(UNIT) * (frobenius(inner) + abs(arb(sigma)) * arb(states).sqrt())
    else:
        # each G rounded down: at most 7 roundings, each relative to a term or a partial sum
        kinetic = hamiltonian.block.kinetic[states:].astype(np.float64) * (pi**2 / 2)
        lowest = float(floor.lower()) - sigma
        energies = (kinetic + lowest) - 8 * UNIT * (kinetic + abs(lowest) + abs(sigma))
        if not energies.min() > 0:
            return hamiltonian.block.size
        coupling = (columns.values[states:].T * (1 / np.sqrt(energies))).tocsr()
        square = (coupling @ coupling.T).toarray()
        norm, least = frobenius(coupling.data), arb(nextafter(float(energies.min()), 0.0))
        effective = inner - square
        error = delta + 2 * delta * norm / least.sqrt() + delta**2 / least
        error += (gamma(int(np.diff(coupling.indptr).max())) + 7 * arb(UNIT)) * norm**2
        error += 2 * arb(UNIT) * (frobenius(inner) + frobenius(square) + abs(arb(sigma)) * arb(states).sqrt())
        effective = effective - sigma * identity
    symmetric = np.triu(effective) + np.triu(effective, 1).T
    return _not_positive(symmetric, error, expected)


def _not_positive(matrix: Floats, error: arb, expected: int | None) -> int:
    """Bound the number of eigenvalues that are not proven positive.

    Parameters
    ----------
    expected
        A sharp enclosure is formed only if a plain one leaves open whether there are more; None: always.
    """
    if expected is not None:
        plain = enclose_eigenvalues(matrix, error, sharp=False)
        radius = float(plain.radius.upper())
        count = int(np.count_nonzero(plain.values <= radius))
        if count <= expected or np.count_nonzero(plain.values < -radius) > expected:
            return count
    enclosed = enclose_eigenvalues(matrix, error)
    return int(np.count_nonzero(enclosed.values <= float(enclosed.radius.upper())))
