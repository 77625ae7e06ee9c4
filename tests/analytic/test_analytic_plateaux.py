import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, workdps
from transport_chains import lead_pair, random_chain, single_orbital

from analytic.exact import as_mpf
from analytic.plateaux import Asymptotic, step, zero_temperature_current, zero_temperature_populations
from analytic.transport import current_exact, transport_exact

t_l, t_r, M_10, M_21 = sympy.symbols("t_L t_R M_10 M_21", positive=True)
quarter = Fraction(1, 4)


def plateau(gate, mu_L=quarter, mu_R=-quarter, **chain):
    levels, transitions = single_orbital(M_10=M_10, M_21=M_21, **chain)
    return sympy.factor(zero_temperature_current(levels, transitions, lead_pair(t_l, t_r, mu_L, mu_R), gate).limit)


def test_plateaux_of_one_orbital_are_rational():
    """N = 0 <-> 1 alone, 1 <-> 2 alone, and both at once, from right to left, have their textbook values."""
    assert sympy.simplify(plateau(Fraction(1, 2)) - 2 * M_10 * t_l * t_r / (2 * t_l + t_r)) == 0
    assert sympy.simplify(plateau(1) - 4 * M_21 * t_l * t_r / (t_l + 2 * t_r)) == 0
    both = 2 * t_l * t_r * (M_10 * t_r + 2 * M_21 * t_l) / (t_l + t_r) ** 2
    assert sympy.simplify(plateau(Fraction(1, 2), repulsion=0) - both) == 0
    assert sympy.simplify(plateau(Fraction(1, 2), -quarter, quarter) + 2 * M_10 * t_l * t_r / (2 * t_r + t_l)) == 0
    assert plateau(Fraction(-1)) == plateau(Fraction(3, 4), Fraction(1, 8), Fraction(1, 8)) == 0


def test_at_a_threshold_the_fermi_function_is_one_half():
    """With the left chemical potential on the resonance filling from there is halved, with the right one emptying."""
    assert step(Fraction(0)) == Asymptotic(Fraction(0), Fraction(1, 2))
    halved = M_10 * t_l * t_r / (t_l + t_l / 2 + t_r)
    assert sympy.simplify(plateau(quarter) - halved) == 0
    both_ways = M_10 * t_l * t_r / (2 * t_l + t_r + t_r / 2)
    assert sympy.simplify(plateau(Fraction(3, 4), repulsion=9) - both_ways) == 0


def test_blockade_keeps_its_exponent_and_prefactor():
    """In the N = 0 valley: I = 2 M t_L t_R/(t_L+t_R) e^(-1/4/kT), by activation of the first transition."""
    levels, transitions = single_orbital(M_10=M_10, M_21=M_21)
    current = zero_temperature_current(levels, transitions, lead_pair(t_l, t_r, quarter, -quarter), 0)
    assert current.exponent == quarter
    assert sympy.simplify(current.prefactor - 2 * M_10 * t_l * t_r / (t_l + t_r)) == 0


@given(st.integers(0, 10**6))
def test_cold_chains_approach_the_asymptotics(seed):
    """At kT = 1e-7 every population and the current agree with their leading behaviour to e^(-gap/kT), here 1e-12.

    Energies are multiples of 2^-10, so that exponents differ by 1e-4 at least where they differ at all.
    """
    drawn = random.Random(seed)
    levels, transitions = random_chain(drawn)
    levels = [level | {"energy": round(1024 * level["energy"]) / 1024} for level in levels]
    leads = lead_pair(1.0, 0.5, drawn.choice([0.25, 0.5]), drawn.choice([-0.25, 0.25]))
    case = levels, transitions, leads
    kT = Fraction(1, 10**7)
    with workdps(30):
        leading = [*zero_temperature_populations(*case, 0.125), zero_temperature_current(*case, 0.125)]
        found = [*transport_exact(*case, kT, 0.125).populations, current_exact(*case, kT, 0.125)["I_L"]]
        for asymptotic, value in zip(leading, found, strict=True):
            expected = as_mpf(asymptotic.prefactor) * mp.exp(-as_mpf(asymptotic.exponent / kT))
            assert abs(value - expected) <= 1e-12 * abs(expected)


@pytest.mark.parametrize("leads", [lead_pair(1, 0.3, 0.2, -0.1), lead_pair(1, 0.3, -0.1, 0.2)])
def test_no_bias_over_temperature_is_too_large(leads):
    """At a bias of 3e39 kT, in either direction, the current is that of the plateau to 30 digits."""
    case = *single_orbital(), leads
    with workdps(40):
        plateau = as_mpf(zero_temperature_current(*case, 0.5).limit)
        assert abs(current_exact(*case, "1e-40", 0.5)["I_L"] / plateau - 1) < mp.mpf(10) ** -30


def test_zero_is_zero_and_errors_are_named():
    """Equal chemical potentials or an uncoupled lead carry nothing; a diverging limit and missing leads are refused."""
    levels, transitions = single_orbital()
    assert zero_temperature_current(levels, transitions, lead_pair(1, 1, 1, 1)).limit == 0
    assert zero_temperature_current(levels, transitions, lead_pair(1, 0, 1, 0)).limit == 0
    with pytest.raises(ValueError, match="exponent=-1 must not be negative"):
        _ = Asymptotic(Fraction(-1), 1).limit
    with pytest.raises(ValueError, match="must be named 'L' and 'R'"):
        zero_temperature_current(levels, transitions, lead_pair()[:1])
