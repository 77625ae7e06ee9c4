"""Interaction integrals against mpmath, closed forms and direct quadrature."""

import itertools

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_dots import dots

from numeric import Dot, Integrals, interaction_integrals

DIGITS = 30


def reference_coupling(beta, p, q):
    """J(p, q) in units of s/L: int int cos(p pi x) cos(q pi y) w(x - y), reduced by x - y = v, at 30 digits.

    int_v^1 cos(p pi x) cos(q pi (x - v)) dx is elementary; mpmath integrates it times w over panels in asinh(v/beta).
    """
    with mpmath.workdps(DIGITS):
        b, pi = mpmath.mpf(beta), mpmath.pi
        # what is left of sin((p +- q) pi + phase) - sin((p +- q) pi v + phase)
        even = 1 + (-1) ** (p + q)

        def overlap(v):
            """Both orders x > y and y > x."""
            if p == q == 0:
                return 2 * (1 - v)
            P, Q = mpmath.sin(p * pi * v), mpmath.sin(q * pi * v)
            slow = 2 * (1 - v) * mpmath.cos(p * pi * v) if p == q else even * (Q - P) / ((p - q) * pi)
            return (slow - even * (P + Q) / ((p + q) * pi)) / 2

        pieces = 6 + (p + q) // 6
        edges = [mpmath.asinh(mpmath.mpf(k) / pieces / b) for k in range(pieces + 1)]
        return mpmath.quad(lambda t: overlap(b * mpmath.sinh(t)), edges)


@pytest.mark.parametrize("ratio", [1e-6, 2e-4, pytest.param(1.0, marks=pytest.mark.slow)])
def test_couplings_of_sixty_orbitals_agree_with_thirty_digits(ratio):
    """For M = 60 the couplings are within 1e-13/4 of values at 30 digits, and so the integrals within 1e-13."""
    J = interaction_integrals(Dot(1.0, ratio, 60)).couplings
    for p, q in [(0, 0), (1, 1), (0, 2), (20, 22)]:
        assert abs(J[p, q] - float(reference_coupling(ratio, p, q))) < 2.5e-14


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [1e-6, 2e-4, 1.0])
def test_highest_couplings_agree_with_thirty_digits(ratio):
    """The same for the fastest oscillations of M = 60."""
    J = interaction_integrals(Dot(1.0, ratio, 60)).couplings
    for p, q in [(60, 60), (57, 119), (0, 120), (118, 120), (120, 120)]:
        assert abs(J[p, q] - float(reference_coupling(ratio, p, q))) < 2.5e-14


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [1e-12, 1e-6, 1e-3, 0.3, 3.0, 1e3])
def test_all_couplings_agree_with_thirty_digits(ratio):
    """The same for every coupling of M = 5, those of odd p + q being 0, far beyond the ratios that are promised."""
    J = interaction_integrals(Dot(1.0, ratio, 5)).couplings
    for p, q in itertools.combinations_with_replacement(range(11), 2):
        expected = 0.0 if (p + q) % 2 else float(reference_coupling(ratio, p, q))
        assert abs(J[p, q] - expected) < 2.5e-14


def test_kernel_strength_and_length_scale_as_they_must():
    """(pq|rs) depends on strength linearly and on L as 1/L at fixed lambda/L."""
    unit = interaction_integrals(Dot(1.0, 0.01, 4)).tensor()
    np.testing.assert_allclose(
        interaction_integrals(Dot(7.0, 0.07, 4, strength=-3.0)).tensor(), -3.0 / 7.0 * unit, rtol=1e-13
    )


@given(dot=dots(orbitals=(2, 4)))
def test_tensor_has_the_eight_fold_symmetry_and_vanishes_by_parity(dot):
    """(pq|rs) = (qp|rs) = (rs|pq), and 0 for odd p+q+r+s."""
    g = interaction_integrals(dot).tensor()
    for order in [(1, 0, 2, 3), (0, 1, 3, 2), (2, 3, 0, 1)]:
        np.testing.assert_array_equal(g, g.transpose(order))
    n = np.arange(dot.orbitals)
    odd = (n[:, None, None, None] + n[:, None, None] + n[:, None] + n) % 2 == 1
    assert not g[odd].any()


@given(strength=st.floats(-5.0, 5.0), length=st.floats(0.1, 10.0))
def test_contact_integrals_are_overlaps_of_four_orbitals(strength, length):
    """(pq|rs) = g int phi_p phi_q phi_r phi_s dx, exact by Gauss-Legendre on a trigonometric polynomial."""
    g = interaction_integrals(Dot(length, 0.0, 3, "contact", strength)).tensor()
    x, w = np.polynomial.legendre.leggauss(40)
    phi = np.sqrt(2.0 / length) * np.sin(np.outer(np.arange(1, 4), np.pi * (x + 1.0) / 2.0))
    # p, q, r, s: orbitals; x: position
    expected = strength * np.einsum("px,qx,rx,sx,x->pqrs", phi, phi, phi, phi, w * length / 2.0)
    np.testing.assert_allclose(g, expected, atol=1e-13 * (1.0 + abs(strength) / length))


def test_constant_and_absent_kernels():
    """U delta_pq delta_rs, and 0."""
    delta = np.eye(3)
    constant = interaction_integrals(Dot(4.0, 0.0, 3, "constant", 0.7)).tensor()
    np.testing.assert_array_equal(constant, 0.7 * delta[:, :, None, None] * delta)
    assert not interaction_integrals(Dot(4.0, 0.0, 3, "none", 0.7)).tensor().any()


def test_value_is_the_tensor_in_one_based_orbitals():
    """value(p, q, r, s) broadcasts and equals tensor()[p-1, q-1, r-1, s-1]."""
    integrals = interaction_integrals(Dot(2.0, 0.05, 3))
    n = np.arange(1, 4)
    values = integrals.value(n[:, None, None, None], n[:, None, None], n[:, None], n)
    np.testing.assert_array_equal(values, integrals.tensor())
    assert integrals.value(1, 2, 3, 2) == integrals.tensor()[0, 1, 2, 1]


@pytest.mark.parametrize(("p", "message"), [(0, "1..3"), (4, "1..3"), (1.0, "integers"), (True, "integers")])
def test_orbital_numbers_are_checked(p, message):
    """Orbital numbers outside 1..M, floats and booleans are refused."""
    with pytest.raises(ValueError, match=message):
        interaction_integrals(Dot(2.0, 0.05, 3)).value(p, 1, 1, 1)


@pytest.mark.parametrize(
    "couplings",
    [
        np.ones((3, 3)),
        np.diag([1.0, np.nan, 1.0]),
        np.eye(4),
        np.eye(1),
        np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ],
)
def test_couplings_without_the_form_of_an_interaction_are_refused(couplings):
    """Injected couplings must be finite, symmetric, odd-sized and conserve parity."""
    with pytest.raises(ValueError, match="couplings"):
        Integrals(couplings)


def test_couplings_cannot_be_changed_afterwards():
    """The object owns a read-only copy."""
    source = np.eye(5)
    integrals = Integrals(source)
    source[0, 0] = 7.0
    assert integrals.couplings[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        integrals.couplings[0, 0] = 2.0


def test_a_quadrature_with_too_few_nodes_is_caught(monkeypatch):
    """The comparison above does fail when the panels hold three nodes instead of twenty."""
    monkeypatch.setattr("numeric.integrals.NODES_PER_PANEL", 3)
    J = interaction_integrals(Dot(1.0, 1e-2, 6)).couplings
    assert abs(J[2, 4] - float(reference_coupling(1e-2, 2, 4))) > 1e-10
