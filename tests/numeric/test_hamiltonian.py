"""The Hamiltonian in its sectors: as an operator, by columns, and against second quantisation spelled out."""

import numpy as np
import pytest
from fock import dense_hamiltonian
from hypothesis import given
from hypothesis import strategies as st
from random_dots import dots, filled_dots

from numeric import Dot, Integrals, interaction_integrals
from numeric.hamiltonian import DIRECT_ORBITALS, sector_hamiltonians
from numeric.species import DENSE_BLOCK


def sector_matrices(dot, electrons, two_Sz, *, exchange):
    """All sectors of one S_z."""
    return sector_hamiltonians(dot, electrons, two_Sz, interaction_integrals(dot), exchange=exchange)


def rounding(matrix):
    """What a few hundred roundings can do to an element."""
    return 1e-13 * np.max(np.abs(matrix), initial=1e-300)


@pytest.mark.parametrize("direct", [0, DIRECT_ORBITALS])
@pytest.mark.parametrize("largest", [0, DENSE_BLOCK])
@given(case=filled_dots(electrons=(1, 5)), exchange=st.booleans())
def test_operator_and_columns_are_one_symmetric_matrix(direct, largest, case, exchange):
    """H applied, on the lattice or not, equals H element by element, and is symmetric, however its parts are held."""
    dot, N = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.hamiltonian.DIRECT_ORBITALS", direct)
        for name in ("species.DENSE_BLOCK", "species.DENSE_FAMILY", "hamiltonian.DENSE_FAMILY"):
            patch.setattr(f"numeric.{name}", largest)
        for hamiltonian in sector_matrices(dot, N, N % 2, exchange=exchange):
            matrix, unit = hamiltonian.matrix(), np.eye(hamiltonian.size)
            np.testing.assert_allclose(matrix, matrix.T, atol=rounding(matrix), rtol=0)
            np.testing.assert_allclose(hamiltonian.apply(unit), matrix, atol=rounding(matrix), rtol=0)


def test_small_operators_of_one_spin_serve_the_next_number_of_electrons(monkeypatch):
    """Two up electrons of three are the two of four; other integrals, and large operators, have their own."""
    dot, other = Dot.paper(9), Dot(9.0, 1.9e-3, 9)
    three, four, elsewhere = (
        sector_matrices(*case, exchange=True)[0] for case in ((dot, 3, 1), (dot, 4, 0), (other, 4, 0))
    )
    assert three.up is four.up
    assert four.up is not elsewhere.up
    monkeypatch.setattr("numeric.hamiltonian.DENSE_FAMILY", 35)
    three, four = (sector_matrices(dot, N, N % 2, exchange=True)[0] for N in (3, 4))
    assert three.up is not four.up


@pytest.mark.parametrize("share", [0.0, np.inf])
@given(case=filled_dots(electrons=(1, 4)), data=st.data())
def test_the_first_columns_are_those_of_the_matrix_mostly_zero_or_not(share, case, data):
    """Columns of the first basis states, held sparse or dense, are those that H applied to these states gives."""
    dot, N = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.hamiltonian.SPARSE", share)
        for hamiltonian in sector_matrices(dot, N, N % 2, exchange=data.draw(st.booleans())):
            count = data.draw(st.integers(1, hamiltonian.size))
            columns = hamiltonian.columns(count)
            assert isinstance(columns, np.ndarray) == (share == 0.0)
            found = columns if share == 0.0 else columns.toarray()
            applied = hamiltonian.apply(np.eye(hamiltonian.size)[:count]).T
            np.testing.assert_allclose(found, applied, atol=rounding(applied), rtol=0)


@given(dot=dots(orbitals=(2, 4)), data=st.data())
def test_all_sectors_together_have_the_spectrum_of_the_whole_fock_space(dot, data):
    """Eigenvalues over all S_z, parities and exchange symmetries equal those of spelled-out second quantisation."""
    N = data.draw(st.integers(0, min(4, 2 * dot.orbitals)))
    whole = np.linalg.eigvalsh(dense_hamiltonian(dot, N, interaction_integrals(dot).tensor()))
    values = [
        np.linalg.eigvalsh(hamiltonian.matrix())
        for two_Sz in range(-N, N + 1, 2)
        if (N + abs(two_Sz)) // 2 <= dot.orbitals
        for hamiltonian in sector_matrices(dot, N, two_Sz, exchange=True)
    ]
    scale = max(1.0, np.max(np.abs(whole)))
    np.testing.assert_allclose(np.sort(np.concatenate(values)), whole, atol=1e-12 * scale, rtol=0)


@given(dot=dots(orbitals=(2, 4)), seed=st.integers(0, 1000))
def test_any_couplings_whatever_go_through_the_same_pipeline(dot, seed):
    """Injected couplings, right or wrong, act as themselves: here random ones."""
    rng = np.random.default_rng(seed)
    size = 2 * dot.orbitals + 1
    m = np.arange(size)
    J = rng.normal(size=(size, size)) * ((m[:, None] + m) % 2 == 0)
    integrals = Integrals(J + J.T)
    whole = np.linalg.eigvalsh(dense_hamiltonian(dot, 2, integrals.tensor()))
    values = [
        np.linalg.eigvalsh(hamiltonian.apply(np.eye(hamiltonian.size)))
        for two_Sz in (-2, 0, 2)
        for hamiltonian in sector_hamiltonians(dot, 2, two_Sz, integrals)
    ]
    scale = max(1.0, np.max(np.abs(whole)))
    np.testing.assert_allclose(np.sort(np.concatenate(values)), whole, atol=1e-12 * scale, rtol=0)


@given(case=filled_dots())
def test_diagonal_and_kinetic_energy(case):
    """The diagonal between determinants is that of the matrix, and the kinetic part ascends."""
    dot, N = case
    for hamiltonian in sector_matrices(dot, N, N % 2, exchange=False):
        matrix = hamiltonian.matrix()
        np.testing.assert_allclose(hamiltonian.diagonal, np.diag(matrix), atol=rounding(matrix), rtol=0)
        assert np.all(np.diff(hamiltonian.kinetic) >= -1e-12 * hamiltonian.kinetic[-1])
