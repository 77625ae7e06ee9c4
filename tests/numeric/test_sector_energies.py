"""One S_z sector on its own."""

import numpy as np
import pytest
from fock import dense_hamiltonian, determinants
from hypothesis import given
from hypothesis import strategies as st
from random_dots import dots

from numeric import Dot, hamiltonian_matrix, interaction_integrals, sector_energies


@given(dot=dots(orbitals=(2, 4)), data=st.data())
def test_matrix_is_that_of_second_quantisation_in_its_own_determinants(dot, data):
    """Element by element, with the ordering convention of the determinant list."""
    N = data.draw(st.integers(0, min(4, 2 * dot.orbitals)))
    M = dot.orbitals
    two_Sz = data.draw(st.sampled_from([m for m in range(-N, N + 1, 2) if (N + abs(m)) // 2 <= M]))
    assert_second_quantisation(dot, N, two_Sz)


@pytest.mark.parametrize("N", [2, 4])
def test_matrix_keeps_exchanged_spins_apart_at_equal_numbers(N):
    """At S_z = 0 determinants that differ by the exchange of all spins are listed and filled both."""
    assert_second_quantisation(Dot(1.0, 0.1, 3), N, 0)


def assert_second_quantisation(dot, N, two_Sz):
    """Compare element by element."""
    M = dot.orbitals
    matrix, listed = hamiltonian_matrix(dot, N, two_Sz)
    number = {occupied: place for place, occupied in enumerate(determinants(M, N))}
    place = [number[tuple(n - 1 for n in up) + tuple(M + n - 1 for n in down)] for up, down in listed]
    expected = dense_hamiltonian(dot, N, interaction_integrals(dot).tensor())[np.ix_(place, place)]
    np.testing.assert_allclose(matrix, expected, atol=1e-13 * max(1.0, np.max(np.abs(expected))), rtol=0)


@given(dot=dots(), data=st.data())
def test_opposite_spins_have_the_same_energies(dot, data):
    """S_z and -S_z are solved separately and agree."""
    N = data.draw(st.integers(1, min(3, dot.orbitals)))
    two_Sz = data.draw(st.sampled_from(range(N, 0, -2)))
    up, down = (sector_energies(dot, N, sign * two_Sz, 1) for sign in (1, -1))
    np.testing.assert_allclose(up, down, atol=1e-12 * max(1.0, np.max(np.abs(up))), rtol=0)


def test_iterative_sector_of_unequal_spins_agrees_with_dense():
    """Three up and one down electron of the paper's dot, and four up ones, which have no cross interaction."""
    for two_Sz in (2, 4):
        dense, iterative = (
            sector_energies(Dot.paper(9), 4, two_Sz, 4, method=method) for method in ("dense", "iterative")
        )
        np.testing.assert_allclose(iterative, dense, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2, 1, 1), "two_Sz=1 must be one of -2, 0, 2$"),
        ((2, 4, 1), "two_Sz=4 must be one of"),
        ((2, -4, 1), "two_Sz=-4 must be one of -2, 0, 2$"),
        ((4, 4, 1), "two_Sz=4 puts 4 electrons of one spin into 3 orbitals"),
        ((2, 0, 10), "levels=10 must be at most 9"),
        ((2, 0, 0), "levels=0 must be at least 1"),
    ],
)
def test_impossible_sectors_are_refused(arguments, message):
    """S_z must fit the electrons, the electrons the orbitals, and the levels the dimension."""
    with pytest.raises(ValueError, match=message):
        sector_energies(Dot(9.5, 1.9e-3, 3), *arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "foo"}, "method='foo' must be one of auto, dense, iterative"),
        ({"integrals": interaction_integrals(Dot(9.5, 1.9e-3, 4))}, "integrals of 4 orbitals must be of the dot's 3"),
    ],
)
def test_options_are_checked_as_in_solve(options, message):
    """An unknown method or an interaction between other orbitals is refused."""
    with pytest.raises(ValueError, match=message):
        sector_energies(Dot(9.5, 1.9e-3, 3), 2, 0, 1, **options)


def test_a_matrix_is_not_made_with_integrals_of_other_orbitals():
    """The sizes are named instead of arrays that do not fit."""
    with pytest.raises(ValueError, match="integrals of 4 orbitals must be of the dot's 3"):
        hamiltonian_matrix(Dot(9.5, 1.9e-3, 3), 2, 0, integrals=interaction_integrals(Dot(9.5, 1.9e-3, 4)))
