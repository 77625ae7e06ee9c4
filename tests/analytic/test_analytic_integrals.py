from fractions import Fraction

import double_quadrature
import mpmath
import pytest
import sympy
from double_quadrature import gauss_legendre, interaction_integral_by_quadrature
from hypothesis import given, settings
from hypothesis import strategies as st
from second_routes import density_overlap

from analytic.integrals import (
    Interaction,
    InteractionIntegrals,
    contact_integral,
    interaction_integral,
    rational_integral,
)
from analytic.moments import (
    KernelMoments,
    _exponential_integrals,
    _half_line,
    _power_moments,
    moments_about_middle,
    moments_about_zero,
)

indices = st.tuples(*[st.integers(1, 9)] * 4)


def largest_difference(first, second):
    with mpmath.workdps(60):
        return max(abs(x - y) for x, y in zip(first, second, strict=True))


@pytest.mark.parametrize("beta", [Fraction(3, 10), Fraction(1, 2), Fraction(4, 5)])
@pytest.mark.parametrize("m", [0, 1, 2, 13, 120])
def test_the_two_closed_forms_of_the_moments_agree(beta, m):
    """Half line minus tail (Bessel, Struve, E_n) equals the Legendre expansion to 40 digits where both converge."""
    first, second = (route(beta, m, digits=40) for route in (moments_about_zero, moments_about_middle))
    assert largest_difference(first, second) < mpmath.mpf(10) ** -40


@pytest.mark.parametrize("beta", ["1/1000000", "1/5000", "1/3", "1"])
@pytest.mark.parametrize("m", [1, 6])
def test_moments_equal_their_defining_integrals(beta, m):
    """S_m, C_m, D_m agree with adaptive quadrature of sin, cos and v cos against w to 25 digits."""
    moments = KernelMoments(Fraction(beta), 30)(m)
    with mpmath.workdps(32):
        b = mpmath.mpf(Fraction(beta).numerator) / Fraction(beta).denominator
        grid = mpmath.linspace(0, mpmath.asinh(1 / b), 9)
        integrals = [
            mpmath.quad(lambda t, f=f: f(b * mpmath.sinh(t)), grid)
            for f in (
                lambda v: mpmath.sinpi(m * v),
                lambda v: mpmath.cospi(m * v),
                lambda v: v * mpmath.cospi(m * v),
            )
        ]
    assert largest_difference(moments, integrals) < mpmath.mpf(10) ** -25


def test_half_line_integrals_are_bessel_and_struve_functions():
    """The power series of route 1 are K_0 and (pi/2)(I_0 - L_0), by mpmath's own functions."""
    for beta, m in ((Fraction(1, 100), 3), (Fraction(2, 5), 20)):
        K_0, line, slope = _half_line(beta, m, 40)
        with mpmath.workdps(90):
            x = m * mpmath.pi * beta.numerator / beta.denominator
            struve = mpmath.pi / 2 * (mpmath.besseli(0, x) - mpmath.struvel(0, x))
            derivative = mpmath.pi / 2 * x * (mpmath.besseli(1, x) - mpmath.struvel(1, x) - 2 / mpmath.pi)
            expected = mpmath.besselk(0, x), struve, derivative
        assert largest_difference((K_0, line, slope), expected) < mpmath.mpf(10) ** -38


@pytest.mark.parametrize(("m", "highest"), [(1, 9), (20, 100), (120, 300)])
def test_recurrences_carry_the_digits_that_they_lose(m, highest):
    """E_n(-i m pi) and 2^k u_k of 30 digits agree to 30 with those of 60, however much an error grows on the way."""
    coarse, fine = (_exponential_integrals(m, highest, digits) for digits in (30, 60))
    assert largest_difference(coarse, fine) < mpmath.mpf(10) ** -30
    coarse, fine = ([2**k * u for k, u in enumerate(_power_moments(m, highest, digits))] for digits in (30, 60))
    assert largest_difference(coarse, fine) < mpmath.mpf(10) ** -30


@pytest.mark.parametrize(("beta", "digits"), [("1e-6", 30), ("1e-3", 30), ("0.4", 30), ("1", 30), ("1000", 120)])
def test_high_moments_do_not_depend_on_the_precision_asked_for(beta, digits):
    """For m = 120 (2M of the largest basis) 20 digits more change none of those asked for."""
    coarse, fine = (KernelMoments(Fraction(beta), wanted)(120) for wanted in (digits, digits + 20))
    with mpmath.workdps(200):
        assert max(abs(x - y) for x, y in zip(coarse, fine, strict=True)) < mpmath.mpf(10) ** -digits


def test_a_moment_whose_precisions_disagree_is_an_error(monkeypatch):
    """The accuracy claim is enforced: a route that loses its guard digits raises instead of answering."""
    from analytic import moments  # noqa: PLC0415 - the module itself is what is tampered with

    lossy = lambda beta, m, digits: moments.Moments(*[mpmath.mpf(10) ** -(digits // 2)] * 3)  # noqa: E731
    monkeypatch.setattr(moments, "moments_about_zero", lossy)
    moments._agreed.cache_clear()
    with pytest.raises(ArithmeticError, match="moments of m=1"):
        KernelMoments(Fraction(1, 10), 30)(1)


def test_dots_of_one_kernel_share_its_moments(monkeypatch):
    """Dots of one cutoff/length ask for a moment at two precisions once; another number of digits is computed anew."""
    from analytic import moments  # noqa: PLC0415 - as above

    real, asked = moments.moments_about_zero, []
    monkeypatch.setattr(moments, "moments_about_zero", lambda *a, **k: asked.append(k["digits"]) or real(*a, **k))
    moments._agreed.cache_clear()
    first = KernelMoments(Fraction(1, 10), 20)(1)
    assert KernelMoments(Fraction(2, 20), 20)(1) == first
    assert len(asked) == 2
    assert KernelMoments(Fraction(1, 10), 30)(1) != first
    assert len(set(asked)) == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: KernelMoments(Fraction(0)), "beta=0 must be positive"),
        (lambda: KernelMoments(Fraction(1), 0), "digits=0 must be at least 1"),
        (lambda: KernelMoments(Fraction(1))(-1), "m=-1 must be at least 0"),
        (lambda: moments_about_zero(Fraction(0), 0, digits=9), "beta=0 must lie between 0 and 1"),
        (lambda: moments_about_zero(Fraction(1), 0, digits=9), "beta=1 must lie between 0 and 1"),
        (lambda: moments_about_middle(Fraction(0), 0, digits=9), "beta=0 must be positive"),
        (
            lambda: rational_integral(Interaction.of(length=1, cutoff=1, kernel="soft-coulomb"), 1, 1, 1, 1),
            "no rational",
        ),
    ],
)
def test_moments_that_do_not_exist_are_refused(call, message):
    """No cutoff, no digits, a negative frequency, or a series where it diverges: the error names value and rule."""
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("a", "b"),
    [(0, 0), pytest.param(0, 2, marks=pytest.mark.slow), pytest.param(1, 3, marks=pytest.mark.slow), (2, 2), (1, 2)],
)
def test_density_overlap_is_the_strip_integral(a, b):
    """F_ab(v) equals its defining integral over the strip |t-t'| = v, symbolically."""
    t, v = sympy.symbols("t v", positive=True)
    pi = sympy.pi
    integrand = sympy.cos(a * pi * (t + v)) * sympy.cos(b * pi * t) + sympy.cos(a * pi * t) * sympy.cos(
        b * pi * (t + v)
    )
    strip = sympy.integrate(integrand.rewrite(sympy.exp).expand(), (t, 0, 1 - v))
    assert sympy.simplify((strip - density_overlap(a, b, v)).rewrite(sympy.exp)) == 0


@pytest.mark.parametrize(
    ("cutoff", "orbitals"),
    [
        ("0.0019", (1, 2, 2, 3)),
        pytest.param("0.000001", (1, 1, 2, 2), marks=pytest.mark.slow),
        pytest.param("0.3", (4, 2, 3, 5), marks=pytest.mark.slow),
        ("9.5", (1, 1, 1, 1)),
    ],
)
def test_closed_form_equals_two_dimensional_quadrature(cutoff, orbitals):
    """(pq|rs) agrees with direct quadrature of the four sines to the 12 digits that the latter guarantees."""
    dot = {"length": 9.5, "cutoff": cutoff, "strength": 2}
    closed = interaction_integral(*orbitals, kernel="soft-coulomb", **dot)
    direct = interaction_integral_by_quadrature(*orbitals, **dot, digits=12)
    assert abs(closed - direct) < 1e-12


def test_rules_that_disagree_are_an_error(monkeypatch):
    """Too few nodes for the digits asked for show as a difference between the two rules."""
    monkeypatch.setattr(double_quadrature, "gauss_legendre", lambda nodes: gauss_legendre(nodes // 8))
    with pytest.raises(ArithmeticError, match="nodes differ by"):
        interaction_integral_by_quadrature(1, 1, 1, 1, length=1, cutoff="0.1")


def test_direct_quadrature_takes_as_many_nodes_as_the_digits_need():
    """Its two rules agree to more digits too if more are asked for, at the cutoff of the paper."""
    dot = {"length": 1, "cutoff": "0.0002"}
    direct = interaction_integral_by_quadrature(1, 1, 2, 2, **dot, digits=13)
    assert abs(interaction_integral(1, 1, 2, 2, kernel="soft-coulomb", **dot) - direct) < 1e-13


def test_gauss_rules_are_exact_for_polynomials():
    """The rule of n nodes integrates x^k over [0, 1] to 1/(k + 1) for every k < 2n, and no rule is without nodes."""
    with mpmath.workdps(30):
        for n in (1, 2, 5):
            for k in range(2 * n):
                total = mpmath.fsum(weight * node**k for node, weight in gauss_legendre(n))
                assert abs((k + 1) * total - 1) < mpmath.mpf(10) ** -29
    with pytest.raises(ValueError, match="nodes=0 must be at least 1"):
        gauss_legendre(0)


@given(indices)
def test_contact_integral_is_the_integral_of_four_orbitals(orbitals):
    """contact: L int phi_p phi_q phi_r phi_s dx by the product rule, against sympy's trigonometric integral."""
    p, q, r, s = orbitals
    total = sum(
        sign
        for sign, frequency in (
            (sp * sr, sp_sum)
            for sp, d1 in ((1, p - q), (-1, p + q))
            for sr, d2 in ((1, r - s), (-1, r + s))
            for sp_sum in (d1 + d2, d1 - d2)
        )
        if frequency == 0
    )
    assert contact_integral(p, q, r, s) == Fraction(total, 2)


@settings(max_examples=10)
@given(indices)
def test_permutational_symmetry_and_parity(orbitals):
    """(pq|rs) = (qp|rs) = (rs|pq) exactly, and odd p+q+r+s vanishes exactly."""
    p, q, r, s = orbitals
    values = InteractionIntegrals(Interaction.of(length=1, cutoff="0.01", kernel="soft-coulomb"), digits=20)
    assert values[p, q, r, s] == values[q, p, r, s]
    assert abs(values[p, q, r, s] - values[r, s, p, q]) < mpmath.mpf(10) ** -20
    assert (values[p, q, r, s] == 0) or (p + q + r + s) % 2 == 0


def test_chemists_and_physicists_notation_differ():
    """(11|22) is the direct integral, (12|12) the exchange: a wrong index order cannot hide."""
    values = InteractionIntegrals(Interaction.of(length=1, cutoff="0.01", kernel="soft-coulomb"))
    assert values[1, 1, 2, 2] > 1.5 * values[1, 2, 1, 2] > 0


def test_kernels_scale_and_reduce_as_they_must():
    """Strength is linear, s/L sets the scale at fixed cutoff/L, constant is diagonal, none is zero."""
    unit = interaction_integral(1, 2, 2, 3, length=1, cutoff="0.01", kernel="soft-coulomb")
    scaled = interaction_integral(1, 2, 2, 3, length=4, cutoff="0.04", kernel="soft-coulomb", strength=3)
    assert largest_difference([4 * scaled], [3 * unit]) < mpmath.mpf(10) ** -29
    constant = Interaction.of(length=2, cutoff=0, kernel="constant", strength="7/3")
    assert rational_integral(constant, 1, 1, 5, 5) == Fraction(7, 3)
    assert rational_integral(constant, 1, 2, 1, 2) == 0
    assert interaction_integral(1, 1, 1, 1, length=2, cutoff=0, kernel="none") == 0
    assert interaction_integral(1, 1, 1, 1, length=2, cutoff=0, kernel="contact", strength=4) == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"length": 0}, "length=0 must be positive"),
        ({"cutoff": -0.1}, r"cutoff=-0\.1 must be positive"),
        ({"kernel": "yukawa"}, "kernel='yukawa' must be one of"),
        ({"strength": float("nan")}, "strength=nan"),
    ],
)
def test_wrong_parameters_are_refused(wrong, message):
    """Each error names value and rule."""
    arguments = {"length": 1, "cutoff": 0.1, "kernel": "soft-coulomb", "strength": 1, **wrong}
    with pytest.raises(ValueError, match=message):
        interaction_integral(1, 1, 1, 1, **arguments)


def test_orbitals_start_at_one():
    """Orbital 0 does not exist."""
    with pytest.raises(ValueError, match="q=0 must be at least 1"):
        interaction_integral(1, 0, 1, 1, length=1, cutoff=1, kernel="soft-coulomb")
