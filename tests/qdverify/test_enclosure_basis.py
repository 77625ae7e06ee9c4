"""The spin- and parity-adapted basis: dimensions, orthogonality, total spin, all in exact integers."""

from math import comb

import numpy as np
import pytest

from qdverify.reference.enclosure.basis import allowed_spins, blocks, spin_functions
from qdverify.reference.enclosure.strings import creation, density_stack, strings


def weyl_dimension(orbitals: int, electrons: int, two_S: int) -> int:
    """Weyl's formula for the number of states of N electrons with total spin S."""
    up, down = (electrons + two_S) // 2, (electrons - two_S) // 2
    return (two_S + 1) * comb(orbitals + 1, down) * comb(orbitals + 1, up + 1) // (orbitals + 1)


@pytest.mark.parametrize(("orbitals", "electrons"), [(1, 0), (1, 2), (3, 3), (4, 5), (5, 4), (6, 3), (13, 4)])
def test_dimensions_follow_weyl_s_formula(orbitals: int, electrons: int) -> None:
    """The two parity blocks of every spin add up to Weyl's dimension, and all spins to the whole space."""
    total = 0
    for two_S in allowed_spins(orbitals, electrons):
        size = sum(block.size for block in blocks(orbitals, electrons, two_S))
        assert size == weyl_dimension(orbitals, electrons, two_S)
        total += (two_S + 1) * size
    assert total == comb(2 * orbitals, electrons)


def test_blocks_of_the_paper_s_dot() -> None:
    """Sizes for N = 4, M = 13 by parity, as certification.md states them."""
    sizes = [{block.size for block in blocks(13, 4, two_S)} for two_S in (0, 2, 4)]
    assert sizes == [{1204, 1162}, {1491, 1512}, {365, 350}]


@pytest.mark.parametrize("singles", range(7))
def test_spin_functions_are_orthogonal_highest_weight_states(singles: int) -> None:
    """Every function is annihilated by S_+, their Gram matrix is diagonal, and their number is f(k, S)."""
    for two_S in range(singles % 2, singles + 1, 2):
        functions = spin_functions(singles, two_S)
        raised = np.zeros_like(functions)
        for state in range(2**singles):
            for spin in range(singles):
                if not state >> spin & 1:
                    raised[state | 1 << spin] += functions[state]
        assert not raised.any()
        gram = functions.T @ functions
        assert np.array_equal(gram, np.diag(np.diag(gram)))
        down = (singles - two_S) // 2
        assert functions.shape[1] == comb(singles, down) - (comb(singles, down - 1) if down else 0)


@pytest.mark.parametrize(("orbitals", "electrons"), [(4, 3), (4, 4), (5, 5), (3, 4)])
def test_basis_functions_have_the_metric_and_the_spin_they_claim(orbitals: int, electrons: int) -> None:
    """W^T W is the integer metric, S_+ annihilates every function, and none is lost between the blocks."""
    for two_S in allowed_spins(orbitals, electrons):
        for block in blocks(orbitals, electrons, two_S):
            gram = (block.functions.T @ block.functions).toarray()
            assert np.array_equal(gram, np.diag(block.metric))
            if block.beta.electrons and block.alpha.electrons < orbitals:
                assert not _raise_spin(block).any()


def _raise_spin(block) -> np.ndarray:
    """S_+ = sum_p c+_p,up c_p,down, from creation operators of one orbital at a time."""
    alpha, beta = block.alpha, block.beta
    up, down = strings(alpha.orbitals, alpha.electrons + 1), strings(beta.orbitals, beta.electrons - 1)
    dense = block.functions.toarray().reshape(alpha.count, beta.count, -1)
    result = np.zeros((up.count, down.count, dense.shape[2]))
    for orbital in range(alpha.orbitals):
        result += np.einsum("ua,db,abk->udk", _ladder(alpha, up, orbital), _ladder(down, beta, orbital).T, dense)
    return result


def _ladder(lower, upper, orbital: int) -> np.ndarray:
    matrix = np.zeros((upper.count, lower.count))
    for column, mask in enumerate(lower.masks):
        if not mask >> orbital & 1:
            row = list(upper.masks).index(mask | 1 << orbital)
            matrix[row, column] = (-1) ** bin(mask & ((1 << orbital) - 1)).count("1")
    return matrix


def test_densities_are_symmetric_and_count_electrons() -> None:
    """Each rho_m is symmetric and rho_0 is the number of electrons."""
    family = strings(5, 2)
    stack = density_stack(family).toarray().reshape(11, family.count, family.count)
    assert np.array_equal(stack, stack.swapaxes(1, 2))
    assert np.array_equal(stack[0], 2 * np.eye(family.count))


def test_summed_creation_operators_anticommute_to_the_number_of_orbitals() -> None:
    """{D, D+} = M for D+ = sum_p c+_p."""
    up, below = creation(6, 3).toarray(), creation(6, 2).toarray()
    assert np.array_equal(up.T @ up + below @ below.T, 6 * np.eye(comb(6, 3)))


@pytest.mark.parametrize(("electrons", "two_S"), [(2, 1), (2, 4), (3, -1), (7, 1)])
def test_impossible_spins_are_refused(electrons: int, two_S: int) -> None:
    """A spin that the electrons cannot have is an error that names it."""
    with pytest.raises(ValueError, match=f"two_S={two_S} is impossible for {electrons} electrons"):
        blocks(3, electrons, two_S)
