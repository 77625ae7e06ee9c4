"""Strings, their ladder, and the sectors."""

from itertools import combinations

import numpy as np
import pytest

from numeric.basis import Sector, Strings, sectors


@pytest.mark.parametrize(("M", "n"), [(1, 0), (1, 1), (4, 0), (5, 2), (6, 3), (4, 4), (3, 4)])
def test_strings_are_all_combinations_in_colexical_order(M, n):
    """Every set of n orbitals occurs once, ordered by its highest, then next highest, ... orbital."""
    listed = [tuple(row) for row in Strings(M, n).occupations.tolist()] if n <= M else []
    assert listed == sorted(combinations(range(M), n), key=lambda orbitals: orbitals[::-1])
    assert Strings(M, n).size == len(listed)


@pytest.mark.parametrize(("M", "n"), [(4, 1), (5, 2), (6, 3), (4, 4)])
def test_ladder_creates_and_annihilates_with_the_sign_of_reordering(M, n):
    """c+_p |c> = (-1)^(electrons below p) |c + p>, and the removal table is its transpose."""
    strings = Strings(M, n)
    table, fewer = strings.ladder, strings.fewer.occupations.tolist()
    elements = set()
    for c, row in enumerate(fewer):
        assert sorted(row + table.free[c].tolist()) == list(range(M))
        for p, target, sign in zip(table.free[c], table.target[c], table.added_sign[c], strict=True):
            assert sorted([*row, p]) == strings.occupations[target].tolist()
            assert sign == (-1) ** sum(occupied < p for occupied in row)
            elements.add((int(target), int(p), c, float(sign)))
    removals = zip(table.rest, table.orbital, table.removed_sign, strict=True)
    assert elements == {
        (a, p, c, s) for a, row in enumerate(removals) for c, p, s in zip(*(part.tolist() for part in row), strict=True)
    }


def test_additions_mark_blocked_orbitals_by_sign_zero():
    """The full table of c+_p has sign 0 exactly if p is occupied."""
    strings = Strings(5, 3)
    _, sign = strings.ladder.additions(5)
    np.testing.assert_array_equal(sign == 0.0, strings.fewer.occupied)


@pytest.mark.parametrize(("n_up", "n_down", "exchange"), [(2, 2, True), (2, 2, False), (2, 1, False), (0, 0, True)])
def test_sectors_partition_the_determinants(n_up, n_down, exchange):
    """Dimensions of all sectors add up, and their vectors span orthogonal spaces of the right symmetry."""
    up, down = Strings(4, n_up), Strings(4, n_down)
    found = sectors(up, down, exchange=exchange)
    matrices = [sector.matrix(unit) for sector in found for unit in np.eye(sector.size)]
    rows = np.stack(matrices).reshape(len(matrices), -1)
    np.testing.assert_allclose(rows @ rows.T, np.eye(up.size * down.size), atol=1e-15)
    for sector in found:
        C = sector.matrix(np.arange(1.0, sector.size + 1.0))
        parity = np.multiply.outer(up.parities, down.parities)
        assert not C[parity != sector.parity].any()
        if exchange:
            np.testing.assert_array_equal(C.T, sector.exchange * C)


def test_basis_states_ascend_in_kinetic_energy():
    """The reference space may take the first states of a sector."""
    sector = Sector(Strings(6, 2), Strings(6, 2), -1, 1)
    assert np.all(np.diff(sector.squares) >= 0)
    n = np.arange(1, 7)
    energies = (n**2 * Strings(6, 2).occupied).sum(axis=1)
    np.testing.assert_array_equal(sector.squares, energies[sector.alpha] + energies[sector.beta])


def test_every_determinant_of_a_sector_is_addressed_with_its_factor():
    """C[a, b] is the factor times the coefficient of the state that holds |a, b>; outside the sector there is none."""
    for sector in sectors(Strings(4, 2), Strings(4, 2), exchange=True):
        vector = np.linspace(1.0, 2.0, sector.size)
        C, inside = sector.matrix(vector), sector.states < sector.size
        np.testing.assert_array_equal(C[inside], (sector.factors * vector[sector.states % sector.size])[inside])
        assert np.all(C[inside] != 0.0)
        assert not C[~inside].any()
        np.testing.assert_array_equal(sector.states[sector.alpha, sector.beta], np.arange(sector.size))
