"""The interaction integrals of every kernel, against direct integration in two dimensions and exact sums."""

from fractions import Fraction
from itertools import product

import pytest
from flint import acb, arb, ctx

from qdverify.reference.enclosure.interaction import ExactDot, cosine_table, interaction_floor, interaction_integral
from qdverify.reference.enclosure.moments import ball


def direct(beta: Fraction, p: int, q: int, r: int, s: int) -> arb:
    """Enclose L (pq|rs) of the soft kernel from the density-density overlap at distance v, integrated over v."""
    pi = arb.pi()

    def overlap(v: acb, a: int, b: int) -> acb:
        """int_0^(1-v) cos(a pi (u+v)) cos(b pi u) du + the same with a and b exchanged."""
        total = acb(0)
        for x, y in ((a, b), (b, a)):
            for sign in (1, -1):
                # cos(x(u+v)) cos(y u) = [cos((x+y)u + xv) + cos((x-y)u + xv)]/2
                k = (x + sign * y) * pi
                if x + sign * y:
                    total += ((k * (1 - v) + x * pi * v).sin() - (x * pi * v).sin()) / (2 * k)
                else:
                    total += (1 - v) * (x * pi * v).cos() / 2
        return total

    def integrand(v: acb, analytic: bool) -> acb:
        weight = (v * v + ball(beta) ** 2).rsqrt(analytic=analytic)
        signed = acb(0)
        for a, b in product((abs(p - q), p + q), (abs(r - s), r + s)):
            sign = (-1) ** ((a == p + q) + (b == r + s))
            signed += sign * overlap(v, a, b)
        return weight * signed

    return acb.integral(integrand, 0, 1).real


@pytest.mark.parametrize("beta", [Fraction(1, 5000), Fraction(1, 7), Fraction(3)])
def test_soft_coulomb_integrals_contain_direct_integration(beta: Fraction) -> None:
    """The O(M) moments reproduce the integral over the distance of the two charge densities."""
    length = Fraction(19, 2)
    dot = ExactDot(length, beta * length, 3)
    table = cosine_table(dot)
    with ctx.workprec(128):
        for p, q, r, s in ((1, 1, 1, 1), (1, 3, 2, 2), (2, 3, 1, 2)):
            assert interaction_integral(table, p, q, r, s).overlaps(ball(length) * direct(beta, p, q, r, s))


def test_odd_integrals_vanish_and_symmetries_hold() -> None:
    """(pq|rs) vanishes for odd p+q+r+s and is symmetric in each pair and between the pairs."""
    table = cosine_table(ExactDot.paper(4))
    for p, q, r, s in product(range(1, 5), repeat=4):
        value = interaction_integral(table, p, q, r, s)
        if (p + q + r + s) % 2:
            assert value == 0
        assert value.overlaps(interaction_integral(table, q, p, r, s))
        assert value.overlaps(interaction_integral(table, r, s, p, q))


def test_contact_and_constant_kernels_are_exact_sums() -> None:
    """The contact kernel integrates four sines; the constant kernel is a product of overlaps."""
    length, strength = Fraction(2), Fraction(5)
    contact = cosine_table(ExactDot(length, Fraction(0), 4, "contact", strength))
    constant = cosine_table(ExactDot(length, Fraction(0), 4, "constant", strength))
    nothing = cosine_table(ExactDot(length, Fraction(0), 4, "none", strength))
    with ctx.workprec(128):
        for p, q, r, s in product(range(1, 5), repeat=4):
            # 4 sin sin sin sin averaged over the box: a signed count of vanishing sums of +-p +-q +-r +-s
            count = sum(a * b * c * (p + a * q + b * r + c * s == 0) for a, b, c in product((1, -1), repeat=3))
            expected = length * strength * Fraction(count, 2)
            assert interaction_integral(contact, p, q, r, s).overlaps(ball(expected))
            expected = length**2 * strength * (p == q) * (r == s)
            assert interaction_integral(constant, p, q, r, s).overlaps(ball(expected))
            assert interaction_integral(nothing, p, q, r, s) == 0


def test_interaction_floor_is_the_smallest_value_of_the_kernel() -> None:
    """The floor is the kernel's value at opposite walls where repulsive, at zero distance where attractive."""
    repulsive = interaction_floor(ExactDot(Fraction(3), Fraction(4), 2), 3)
    assert repulsive.overlaps(ball(Fraction(3 * 9, 5)))
    attractive = interaction_floor(ExactDot(Fraction(3), Fraction(4), 2, strength=Fraction(-1)), 3)
    assert attractive.overlaps(ball(Fraction(-3 * 9, 4)))
    assert interaction_floor(ExactDot(Fraction(3), Fraction(0), 2, "contact", Fraction(2)), 3) == 0
    assert interaction_floor(ExactDot(Fraction(3), Fraction(0), 2, "contact", Fraction(-2)), 3) is None
    assert interaction_floor(ExactDot(Fraction(3), Fraction(0), 2, "constant", Fraction(-2)), 3) == -54


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"length": Fraction(0)}, "length=0.0 must be positive"),
        ({"cutoff": Fraction(-1)}, "cutoff=-1.0 must be positive"),
        ({"orbitals": 0}, "orbitals=0 must be at least 1"),
        ({"kernel": "yukawa"}, "kernel='yukawa' must be one of"),
    ],
)
def test_invalid_dots_name_value_and_rule(fields, message) -> None:
    """A wrong dot is an error that says what is wrong."""
    valid = {"length": Fraction(1), "cutoff": Fraction(1), "orbitals": 2}
    with pytest.raises(ValueError, match=message):
        ExactDot(**{**valid, **fields})
