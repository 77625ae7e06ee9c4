"""The lattice form of the interaction."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from random_dots import dots

from numeric import Dot, interaction_integrals
from numeric.lattice import LatticeInteraction, lattice_potentials
from numeric.spectators import TAUS, pair_orbitals


@given(dot=dots(orbitals=(1, 7)))
def test_lattice_sum_reproduces_every_integral(dot):
    """(pq|rs) = sum_j phi_p phi_q (j) V_j(r, s) with 2M-1 points is exact."""
    integrals = interaction_integrals(dot)
    M = dot.orbitals
    j, n = np.arange(1, 2 * M), np.arange(1, M + 1)
    phi = np.sqrt(2.0) * np.sin(np.pi * np.outer(n, j) / (2 * M))
    # j: lattice point; p, q, r, s: orbitals
    values = np.einsum("pj,qj,jrs->pqrs", phi, phi, lattice_potentials(integrals))
    expected = integrals.tensor()
    np.testing.assert_allclose(values, expected, atol=1e-13 * np.max(np.abs(expected), initial=1e-300), rtol=0)


@given(dot=dots(orbitals=(1, 7)), tau=st.sampled_from(TAUS))
def test_lattice_and_matrix_act_alike(dot, tau):
    """On amplitudes without missing orbitals the interaction is the same on the lattice and integral by integral."""
    M = dot.orbitals
    interaction = LatticeInteraction(interaction_integrals(dot), tau)
    q, r = np.broadcast_arrays(*pair_orbitals(M, tau))
    there = np.flatnonzero((q < M) & (r < M))
    amplitudes = np.zeros((q.size, 3))
    amplitudes[there] = np.random.default_rng(M).normal(size=(there.size, 3))
    expected = (interaction.matrix @ amplitudes)[there]
    tolerance = 1e-13 * max(1.0, np.max(np.abs(interaction.matrix)))
    interaction.apply(amplitudes)
    np.testing.assert_allclose(amplitudes[there], expected, atol=tolerance, rtol=0)


def test_result_does_not_depend_on_the_size_of_the_chunks(monkeypatch):
    """One spectator at a time gives what all at once give."""
    interaction = LatticeInteraction(interaction_integrals(Dot(2.0, 0.01, 5)), -1)
    whole = np.random.default_rng(1).normal(size=(len(interaction.matrix), 7))
    one_by_one = whole.copy()
    interaction.apply(whole)
    monkeypatch.setattr("numeric.lattice.CHUNK", 1)
    interaction.apply(one_by_one)
    np.testing.assert_allclose(one_by_one, whole, atol=1e-13)


def test_products_of_orbitals_need_all_the_points():
    """The products phi_p phi_q span 2M-1 dimensions, so no smaller lattice could tell them apart."""
    M = 5
    x = np.linspace(0.0, np.pi, 200)
    phi = np.sin(np.outer(np.arange(1, M + 1), x))
    assert np.linalg.matrix_rank((phi[:, None] * phi).reshape(M * M, -1)) == 2 * M - 1
