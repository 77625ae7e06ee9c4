"""The moments' two derivations overlap, and a wrong one is caught."""

from dataclasses import replace
from fractions import Fraction

import pytest
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from qdverify.reference.enclosure import moments as module
from qdverify.reference.enclosure.moments import (
    DerivationsDisagreeError,
    Moments,
    ball,
    common,
    enclosed_moments,
    moments_by_quadrature,
    moments_in_closed_form,
)
from qdverify.reference.oracle import oracle

FIELDS = ("sine", "cosine", "weighted")


def overlap(first: Moments, second: Moments) -> bool:
    """Tell whether every ball of one set meets its partner."""
    return all(
        a.overlaps(b) for field in FIELDS for a, b in zip(getattr(first, field), getattr(second, field), strict=True)
    )


@settings(max_examples=15, deadline=None)
@given(st.fractions(Fraction(1, 10**6), Fraction(9, 10)), st.integers(1, 30))
def test_quadrature_and_closed_form_overlap(beta: Fraction, orders: int) -> None:
    """Two derivations of the same numbers meet within radii far below double precision."""
    quadrature = moments_by_quadrature(beta, orders)
    closed = moments_in_closed_form(beta, orders)
    assert overlap(quadrature, closed)
    for moments in (quadrature, closed):
        for field in FIELDS:
            assert all(float(value.rad()) < 1e-33 for value in getattr(moments, field))


def test_the_overlap_catches_a_wrong_digit() -> None:
    """A moment that is off by 1e-30 meets its partner no longer."""
    beta = Fraction(1, 5000)
    quadrature = moments_by_quadrature(beta, 4)
    with ctx.workprec(128):
        sine = (*quadrature.sine[:-1], quadrature.sine[-1] + arb("1e-30"))
    assert overlap(quadrature, moments_in_closed_form(beta, 4))
    assert not overlap(replace(quadrature, sine=sine), moments_in_closed_form(beta, 4))


@pytest.mark.parametrize("beta", [Fraction(1, 10**40), Fraction(1, 5000), Fraction(1, 2), Fraction(9, 10), Fraction(2)])
def test_what_an_answer_rests_on_lies_in_both_derivations(beta: Fraction) -> None:
    """Every ball is contained in those of both derivations, as far as the closed form goes."""
    found = enclosed_moments(beta, 6, bits=128)
    derivations, rounding = [moments_by_quadrature(beta, 6, bits=128)], arb(2) ** -200
    if beta < 1:
        derivations.append(moments_in_closed_form(beta, 6, bits=128))
    for other in derivations:
        for field in FIELDS:
            pairs = zip(getattr(found, field), getattr(other, field), strict=True)
            assert all(a.overlaps(b) and a.rad() <= b.rad() * (1 + 2**-20) + rounding for a, b in pairs)


@pytest.mark.parametrize("wrong", ["moments_by_quadrature", "moments_in_closed_form"])
@pytest.mark.parametrize("field", FIELDS)
def test_an_answer_notices_that_one_derivation_is_wrong(
    monkeypatch: pytest.MonkeyPatch, wrong: str, field: str
) -> None:
    """One moment of either derivation, off by 1e-25, is an error that names both numbers, and not an answer."""
    right = getattr(module, wrong)

    def spoilt(beta: Fraction, orders: int, *, bits: int) -> Moments:
        found = right(beta, orders, bits=bits)
        values = list(getattr(found, field))
        with ctx.workprec(bits):
            values[2] += arb("1e-25")
        return replace(found, **{field: tuple(values)})

    monkeypatch.setattr(module, wrong, spoilt)
    enclosed_moments.cache_clear()
    dot = {"length": 1, "cutoff": "1/7", "orbitals": 2, "kernel": "soft-coulomb", "strength": 1}
    with pytest.raises(
        DerivationsDisagreeError, match=rf"^{field} moment 2 is .* by quadrature and .* in closed form$"
    ):
        oracle("interaction_integrals", 20, dot=dot, indices=[[1, 1, 1, 1]])
    with pytest.raises(DerivationsDisagreeError):
        oracle("spectrum", dot=dot, electrons=2, levels=1)
    enclosed_moments.cache_clear()


def test_balls_that_touch_have_something_in_common() -> None:
    """The intersection of two balls that overlap is inside both; it is empty for no two that do."""
    one, two = (Moments((arb(0),), (arb(text),), (arb(1),)) for text in ("2 +/- 0.5", "3 +/- 0.5"))
    assert common(one, two, 64).cosine[0].contains(arb("2.5"))
    with pytest.raises(DerivationsDisagreeError, match="cosine moment 0"):
        common(one, replace(two, cosine=(arb("3 +/- 0.49"),)), 64)


@pytest.mark.parametrize("beta", [Fraction(1, 50), Fraction(1), Fraction(7, 2)])
def test_moments_contain_the_integral_in_the_original_variable(beta: Fraction) -> None:
    """The integral over v itself, with no substitution, meets the enclosures, for a cutoff beyond the length too."""
    moments = moments_by_quadrature(beta, 5)
    with ctx.workprec(128):
        square = ball(beta) ** 2

        def weight(v: acb, analytic: bool) -> acb:
            return (v * v + square).rsqrt(analytic=analytic)

        for m in range(6):
            wave = acb.integral(lambda v, a, m=m: (acb(0, 1) * arb.pi() * m * v).exp() * weight(v, a), 0, 1)
            tilted = acb.integral(lambda v, a, m=m: v * (acb(0, 1) * arb.pi() * m * v).exp() * weight(v, a), 0, 1)
            assert wave.real.overlaps(moments.cosine[m])
            assert wave.imag.overlaps(moments.sine[m])
            assert tilted.real.overlaps(moments.weighted[m])


def test_precision_of_flint_is_restored() -> None:
    """The library's global precision is the same after a call as before it."""
    before = ctx.prec
    moments_by_quadrature(Fraction(1, 3), 2, bits=200)
    moments_in_closed_form(Fraction(1, 3), 2, bits=200)
    assert ctx.prec == before


def test_the_paper_s_radius_at_128_bits() -> None:
    """Radii at 128 bits are near 1e-35 for the paper's dot at M = 13."""
    moments = moments_by_quadrature(Fraction(1, 5000), 26)
    assert max(float(value.rad()) for field in FIELDS for value in getattr(moments, field)) < 1e-34


@pytest.mark.parametrize("call", [moments_by_quadrature, moments_in_closed_form])
def test_invalid_inputs_name_value_and_rule(call) -> None:
    """A wrong input is an error that says what is wrong."""
    with pytest.raises(ValueError, match=r"beta=-1\.0 must be positive"):
        call(Fraction(-1), 3)
    with pytest.raises(ValueError, match="orders=-1 must not be negative"):
        call(Fraction(1, 2), -1)
    with pytest.raises(ValueError, match="bits=3 must be at least 32"):
        call(Fraction(1, 2), 1, bits=3)


def test_closed_form_refuses_a_cutoff_beyond_the_length() -> None:
    """If the tail series diverges there is an error, not a number."""
    with pytest.raises(ValueError, match="must be below 1"):
        moments_in_closed_form(Fraction(3, 2), 3)
