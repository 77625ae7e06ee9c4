"""Exact Coulomb integrals between Fock-Darwin orbitals, and the exact dot made of them."""

from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy

from analytic import harmonic_dot, harmonic_integral, integral_blocks, integral_levels, to_digits
from analytic.harmonic_integrals import shell_orbitals

LOWEST = (0, 0)


def radial(orbital, x):
    """R(x)/sqrt(2 pi) at Omega = 1, positive near x = 0."""
    n, m = orbital[0], abs(orbital[1])
    norm = mpmath.sqrt(mpmath.factorial(n) / mpmath.factorial(n + m) / mpmath.pi)
    return norm * x**m * mpmath.exp(-x * x / 2) * mpmath.laguerre(n, m, x * x)


@pytest.mark.parametrize(
    "orbitals", [((0, 0), (0, 0)), ((0, 1), (0, 1)), ((1, 0), (0, 0)), ((1, -1), (0, -1)), ((1, 2), (1, 2))]
)
def test_integrals_with_the_lowest_orbital_are_those_of_the_potential_of_a_gaussian(orbitals):
    """(00|qs) by quadrature with the potential sqrt(pi) exp(-x^2/2) I_0(x^2/2) of the density exp(-x^2)/pi."""
    q, s = orbitals

    def integrand(x):
        return 2 * mpmath.pi * x * radial(q, x) * radial(s, x) * mpmath.exp(-x * x / 2) * mpmath.besseli(0, x * x / 2)

    with mpmath.workdps(25):
        expected = mpmath.sqrt(mpmath.pi) * mpmath.quad(integrand, [0, 1, 2, 4, 8, 16])
        assert abs(to_digits(harmonic_integral(LOWEST, LOWEST, q, s), digits=25) - expected) < 1e-20


def test_the_exchange_integral_of_the_second_shell_agrees_with_quadrature_in_position_space():
    """(00 01|01 00) through the multipole 1 of 1/|r1 - r2|, by quadrature over the ratio t = 1 - u of both radii.

    Both densities are x exp(-x^2)/pi; the integral over the larger radius is that of x^4 exp(-(1 + t^2) x^2).
    """

    def integrand(u):
        t = 1 - u
        k = 4 * t / (1 + t) ** 2
        multipole = 2 * ((2 - k) * mpmath.ellipk(k) - 2 * mpmath.ellipe(k)) / (mpmath.pi * (1 + t) * k)
        return 8 * t**2 * multipole * 3 * mpmath.sqrt(mpmath.pi) / 8 / (1 + t * t) ** mpmath.mpf("2.5")

    with mpmath.workdps(50):
        found = mpmath.quad(integrand, [mpmath.mpf(10) ** -24, 0.5, 1 - mpmath.mpf(10) ** -24])
        assert abs(found - to_digits(harmonic_integral(LOWEST, (0, 1), (0, 1), LOWEST), digits=20)) < 1e-15


def test_integrals_conserve_angular_momentum_and_are_symmetric():
    """0 unless m_p + m_r = m_q + m_s, else (pq|rs) = (qp|sr) = (rs|pq), and of one sign for mirrored orbitals."""
    orbitals = shell_orbitals(3)
    for p, q, r, s in product(orbitals, repeat=4):
        value = harmonic_integral(p, q, r, s)
        if p[1] + r[1] != q[1] + s[1]:
            assert value == 0
        else:
            assert value == harmonic_integral(q, p, s, r) == harmonic_integral(r, s, p, q)
            assert value == harmonic_integral(*((n, -m) for n, m in (p, q, r, s)))


def test_each_integral_is_a_root_of_a_rational_times_pi():
    """Its square over pi is rational."""
    for key in [((0, 2), (1, 0), (1, 1), (0, 3)), ((2, 0), (1, 0), (0, 0), (1, 0)), ((1, 3), (1, 3), (2, -1), (2, -1))]:
        square = sympy.simplify(harmonic_integral(*key) ** 2 / sympy.pi)
        assert square.is_Rational
        assert square > 0


def test_two_electrons_in_two_shells_are_solved_in_closed_form():
    """The triplets with L = +-1 have E = 3 Omega + (00|11) - (01|10) by hand, to 25 digits."""
    found = integral_levels(harmonic_dot(1, 2, strength=Fraction(1, 3)), 2, digits=25)
    direct, exchange = (
        harmonic_integral(LOWEST, LOWEST, (0, 1), (0, 1)),
        harmonic_integral(LOWEST, (0, 1), (0, 1), LOWEST),
    )
    expected = 3 + to_digits(direct - exchange, digits=30) / 3
    assert sum(abs(level.energy - expected) < 1e-15 for level in found if level.two_S == 2) == 2


def test_real_orbitals_have_two_reflections_as_irreps_and_degenerate_pairs():
    """Levels with L_z = +-m occur in pairs, for odd m one in irrep 2 and one in irrep 4."""
    dot = harmonic_dot("0.7", 3)
    assert dot.irreps == (1, 4, 2, 3, 1, 1)
    assert sum(len(block.basis) for block in integral_blocks(dot, 2)) == 36
    by_irrep = {irrep: [] for irrep in (1, 2, 3, 4)}
    for block in integral_blocks(dot, 2):
        by_irrep[block.irrep] += list(block.eigensystem(20)[0])
    assert sorted(by_irrep[2]) == pytest.approx(sorted(by_irrep[4]), abs=1e-14)
    assert len(by_irrep[2]) > 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: harmonic_dot(0, 2), "omega=0 must be positive"),
        (lambda: harmonic_dot(1, 0), "shells=0 must be at least 1"),
        (lambda: harmonic_integral((-1, 0), LOWEST, LOWEST, LOWEST), "n_r=-1 must be at least 0"),
        (lambda: harmonic_integral((0, 0.5), LOWEST, LOWEST, LOWEST), "must be an integer"),
    ],
)
def test_wrong_numbers_are_refused(call, message):
    """Each refusal names value and rule."""
    with pytest.raises(ValueError, match=message):
        call()
