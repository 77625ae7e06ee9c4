"""Spin- and parity-adapted basis of N electrons: integer combinations of determinants with an exact integer metric.

A configuration fills orbitals doubly or singly. Its spin functions couple the k singly occupied orbitals to the
state of total spin S with S_z = S. They are built genealogically, one orbital at a time, and left unnormalised so
that every coefficient is an integer: from a function v of k-1 spins with S_z = S',

    S = S' + 1/2:  v (up),          S = S' - 1/2:  2S' v (down) - (S_- v) (up).

Both are annihilated by S_+ (because S_+ S_- v = 2S' v), and functions with different genealogies are orthogonal,
since at some step they belong to different total spins. Their squared norms are the integer diagonal metric D.

A determinant is (alpha string, beta string): all spin-up creators in ascending order, then all spin-down ones. A
product of creators in ascending orbital order equals it up to the sign (-1)^(number of pairs: up electron in a higher
orbital than a down electron). Under x -> L-x orbital n has parity (-1)^(n+1) [physics.md section 2].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from qdverify.reference.enclosure.strings import Integers, Strings, strings


@dataclass(frozen=True, eq=False)
class Block:
    """One symmetry block of the N-electron space: total spin S, reflection parity, S_z = S.

    Attributes
    ----------
    alpha, beta
        Strings of the spin-up and spin-down electrons.
    functions
        (determinants, size) sparse, float64 with integer values: the basis functions in determinants, determinant (a,
        b) in row a * beta.count + b. Columns ascend in kinetic energy.
    metric
        (size,) int64: squared norms of the columns, which are orthogonal.
    parity
        Of a dot given by integrals: the label 1..8 of the irrep; of a harmonic dot: the angular momentum L.
    kinetic
        (size,) int64: sum of n^2 over the electrons, the kinetic energy in units of pi^2/2 (and 1/L^2); zero for
        any dot but a box.
    """

    electrons: int
    two_S: int
    parity: int
    alpha: Strings
    beta: Strings
    functions: csc_array
    metric: Integers
    kinetic: Integers

    @property
    def size(self) -> int:
        """Dimension of the block."""
        return len(self.metric)


def spin_functions(singles: int, two_S: int) -> Integers:
    """Return the spin functions of `singles` spins 1/2 with total spin S and S_z = S.

    Returns
    -------
    array
        (2^singles, f) int64, pairwise orthogonal columns; bit j of the row number is set if spin j points up.
    """
    functions = [np.array(column, dtype=np.int64) for column in _genealogy(singles, two_S)]
    return np.array(functions, dtype=np.int64).reshape(len(functions), 2**singles).T


def blocks(orbitals: int, electrons: int, two_S: int) -> tuple[Block, Block]:
    """Return the blocks of parity +1 and -1 of N electrons with total spin S.

    Raises
    ------
    ValueError
        If no such spin exists.
    """
    alpha, beta = _strings_of(orbitals, electrons, two_S)
    functions, metric, singles, doubles = spin_adapted(alpha, beta, two_S)
    numbers = np.arange(1, orbitals + 1)
    kinetic = _bits(singles, orbitals) @ numbers**2 + 2 * (_bits(doubles, orbitals) @ numbers**2)
    parity = 1 - 2 * ((_bits(singles, orbitals) @ (numbers + 1)) % 2)
    order = np.argsort(kinetic, kind="stable")

    def block(sign: int) -> Block:
        chosen = order[parity[order] == sign]
        return Block(electrons, two_S, sign, alpha, beta, functions[:, chosen], metric[chosen], kinetic[chosen])

    return block(1), block(-1)


def irrep_blocks(irreps: Sequence[int], electrons: int, two_S: int) -> list[Block]:
    """Return the blocks of N electrons with total spin S that hold any function, by label of the irrep.

    Parameters
    ----------
    irreps
        The label 1..8 of each orbital; labels multiply by XOR of (label - 1).

    Raises
    ------
    ValueError
        If no such spin exists.
    """
    labels = np.array(irreps, dtype=np.int64) - 1

    def product(singles: Integers, _: Integers) -> Integers:
        combined: Integers = np.bitwise_xor.reduce(_bits(singles, len(labels)) * labels, axis=1) + 1
        return combined

    return _labelled_blocks(len(labels), electrons, two_S, product)


def momentum_blocks(momenta: Sequence[int], electrons: int, two_S: int) -> list[Block]:
    """Return the blocks of N electrons with total spin S that hold any function, by angular momentum L.

    Parameters
    ----------
    momenta
        The angular momentum m of each orbital; L is the sum over the electrons.

    Raises
    ------
    ValueError
        If no such spin exists.
    """
    m = np.array(momenta, dtype=np.int64)

    def total(singles: Integers, doubles: Integers) -> Integers:
        combined: Integers = _bits(singles, len(m)) @ m + 2 * (_bits(doubles, len(m)) @ m)
        return combined

    return _labelled_blocks(len(m), electrons, two_S, total)


def _labelled_blocks(
    orbitals: int, electrons: int, two_S: int, label_of: Callable[[Integers, Integers], Integers]
) -> list[Block]:
    """Return one block for each label of functions, which follows from singly and doubly occupied orbitals."""
    alpha, beta = _strings_of(orbitals, electrons, two_S)
    functions, metric, singles, doubles = spin_adapted(alpha, beta, two_S)
    labels = label_of(singles, doubles)
    found = []
    for label in np.unique(labels):
        chosen = np.flatnonzero(labels == label)
        kinetic = np.zeros(len(chosen), dtype=np.int64)
        found.append(Block(electrons, two_S, int(label), alpha, beta, functions[:, chosen], metric[chosen], kinetic))
    return found


def _strings_of(orbitals: int, electrons: int, two_S: int) -> tuple[Strings, Strings]:
    up, odd = divmod(electrons + two_S, 2)
    down = electrons - up
    if odd or not 0 <= down <= up <= orbitals:
        raise ValueError(f"two_S={two_S} is impossible for {electrons} electrons in {orbitals} orbitals")
    return strings(orbitals, up), strings(orbitals, down)


def allowed_spins(orbitals: int, electrons: int) -> list[int]:
    """Return every 2S that N electrons in M orbitals can have, ascending."""
    most = min(electrons, 2 * orbitals - electrons)
    return list(range(electrons % 2, most + 1, 2))


def _genealogy(singles: int, two_S: int) -> list[Integers]:
    if two_S < 0 or two_S > singles or (singles - two_S) % 2:
        return []
    if singles == 0:
        return [np.ones(1, dtype=np.int64)]
    raised = [np.concatenate([np.zeros_like(v), v]) for v in _genealogy(singles - 1, two_S - 1)]
    lowered = [np.concatenate([(two_S + 1) * v, -_lower(v, singles - 1)]) for v in _genealogy(singles - 1, two_S + 1)]
    return raised + [v // reduce(gcd, (abs(int(c)) for c in v)) for v in lowered]


def _lower(function: Integers, spins: int) -> Integers:
    """Apply S_- = sum of single-spin lowering operators."""
    result = np.zeros_like(function)
    states = np.arange(len(function))
    for spin in range(spins):
        up = states[(states >> spin) & 1 == 1]
        result[up ^ (1 << spin)] += function[up]
    return result


def spin_adapted(alpha: Strings, beta: Strings, two_S: int) -> tuple[csc_array, Integers, Integers, Integers]:
    """Return every function of spin S, its metric, and the masks of its singly and of its doubly occupied orbitals."""
    up = np.repeat(alpha.masks, beta.count)
    down = np.tile(beta.masks, alpha.count)
    configuration, singles, doubles = _configurations(up, down)
    patterns, signs = _patterns(up, down, alpha.orbitals)
    tables = {k: spin_functions(int(k), two_S) for k in np.unique(np.bitwise_count(singles))}
    open_shells = np.bitwise_count(singles)
    sizes = np.array([tables[k].shape[1] for k in open_shells], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)])

    rows, columns, values = [], [], []
    for k, table in tables.items():
        members = np.flatnonzero(open_shells[configuration] == k)
        for f in range(table.shape[1]):
            rows.append(members)
            columns.append(first[configuration[members]] + f)
            values.append(signs[members] * table[patterns[members], f])
    shape = (len(up), int(first[-1]))
    functions = csr_array(
        (np.concatenate(values).astype(np.float64), (np.concatenate(rows), np.concatenate(columns))), shape=shape
    ).tocsc()
    functions.eliminate_zeros()
    metric = [np.sum(tables[k] ** 2, axis=0) for k in open_shells]
    return functions, np.concatenate(metric), np.repeat(singles, sizes), np.repeat(doubles, sizes)


def _configurations(up: Integers, down: Integers) -> tuple[Integers, Integers, Integers]:
    """Return each determinant's configuration number, and the configurations' singly and doubly occupied masks."""
    single_masks, single = np.unique(up ^ down, return_inverse=True)
    double_masks, double = np.unique(up & down, return_inverse=True)
    keys, configuration = np.unique(double * len(single_masks) + single, return_inverse=True)
    return configuration, single_masks[keys % len(single_masks)], double_masks[keys // len(single_masks)]


def _patterns(up: Integers, down: Integers, orbitals: int) -> tuple[Integers, Integers]:
    """Return the spin pattern of each determinant's singly occupied orbitals, and its sign against orbital order."""
    pattern, position, inversions = (np.zeros_like(up) for _ in range(3))
    for orbital in range(orbitals):
        is_up, is_down = (up >> orbital) & 1, (down >> orbital) & 1
        single = is_up ^ is_down
        pattern |= (is_up & single) << position
        position += single
        inversions += is_down * np.bitwise_count(up >> (orbital + 1))
    return pattern, 1 - 2 * (inversions & 1)


def _bits(masks: Integers, orbitals: int) -> NDArray[np.int64]:
    return (masks[:, None] >> np.arange(orbitals)) & 1
