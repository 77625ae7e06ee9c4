"""Start vectors, estimates and directions from the basis states of lowest kinetic energy."""

import numpy as np

from numeric import Dot, interaction_integrals
from numeric.hamiltonian import sector_hamiltonians
from numeric.reference_space import ReferenceSpace


def test_estimates_are_right_to_second_order():
    """Half the strength leaves an eighth of the error where Q is reached by the interaction alone."""
    errors = []
    for strength in (0.02, 0.01):
        dot = Dot(1.0, 0.1, 6, strength=strength)
        hamiltonian = sector_hamiltonians(dot, 2, 0, interaction_integrals(dot))[0]
        exact = np.linalg.eigvalsh(hamiltonian.matrix())[0]
        space = ReferenceSpace(hamiltonian, 3)
        errors.append(abs(space.estimates(1)[0] - exact))
        assert errors[-1] < 0.1 * (space.eigenpairs[0][0] - exact)
    assert 6.0 < errors[0] / errors[1] < 10.0


def test_preconditioner_inverts_h_inside_the_reference_space():
    """With P the whole sector it is the inverse of H - E, below all levels and between two of them."""
    dot = Dot(9.5, 1.9e-3, 5)
    hamiltonian = sector_hamiltonians(dot, 2, 0, interaction_integrals(dot))[0]
    space = ReferenceSpace(hamiltonian, hamiltonian.size)
    values = np.array([-3.0, space.eigenpairs[0][2:4].mean()])
    vectors = np.random.default_rng(0).normal(size=(2, hamiltonian.size))
    shifted = vectors @ hamiltonian.matrix() - values[:, None] * vectors
    np.testing.assert_allclose(space.precondition(shifted, values), vectors, atol=1e-11)


def test_preconditioner_inverts_the_diagonal_outside_the_reference_space():
    """Without interaction H is diagonal, and H - E is inverted however small P is, at any E below it."""
    dot = Dot(9.0, 0.125, 5, "none")
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    values = np.array([-3.0, -0.5])
    vectors = np.random.default_rng(0).normal(size=(2, hamiltonian.size))
    shifted = vectors * (hamiltonian.kinetic - values[:, None])
    np.testing.assert_allclose(ReferenceSpace(hamiltonian, 4).precondition(shifted, values), vectors, rtol=1e-12)


def test_what_a_search_starts_from_does_not_depend_on_the_unit_of_energy():
    """Twice the length, at half the strength, quarters H: start vectors stay, estimates and directions scale."""
    short, long = (
        ReferenceSpace(sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0], 5)
        for dot in (Dot(9.0, 0.125, 6), Dot(18.0, 0.25, 6, strength=0.5))
    )
    count = short.size
    np.testing.assert_allclose(long.estimates(count), short.estimates(count) / 4.0, rtol=1e-12)
    np.testing.assert_allclose(np.abs(long.start(count)), np.abs(short.start(count)), atol=1e-12)
    residuals = np.random.default_rng(4).normal(size=(count, short.hamiltonian.size))
    # Ritz values at and above all of P come too close to a level in P and in Q
    values = np.linspace(short.eigenpairs[0][0], 2.0 * short.eigenpairs[0][-1], count)
    directions = short.precondition(residuals, values)
    np.testing.assert_allclose(long.precondition(residuals, values / 4.0), 4.0 * directions, rtol=1e-9)


def test_a_smaller_reference_space_shares_the_columns_of_the_larger():
    """What a search has computed for its start serves the count."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    large = ReferenceSpace(hamiltonian, 60)
    shared, own = large.resized(30), ReferenceSpace(hamiltonian, 30)
    assert shared.size == own.size < large.size
    assert np.shares_memory(shared.columns, large.columns)
    np.testing.assert_array_equal(shared.columns, own.columns)
