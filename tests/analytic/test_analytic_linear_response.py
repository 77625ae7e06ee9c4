import pytest
import sympy
from resolved_chain import derived_two_level_current, symbolic_occupation, two_level_chain
from second_routes import single_level_current, two_level_populations

from analytic.linear_response import ConductancePeak, two_level_current

M, t_l, t_r, kt, V = sympy.symbols("M t_L t_R kT V", positive=True)
f_l, f_r, x = sympy.symbols("f_L f_R x", real=True)
SPINS = [(0, 1), (1, 0), (1, 2), (3, 2)]


def test_trees_and_counting_give_the_two_level_current():
    """Eq. (2) follows from rates, trees and the electrons through the left barrier, for every spin."""
    h = {"h_10_L": 1 - f_l, "h_10_R": 1 - f_r, "f_10_L": f_l, "f_10_R": f_r}
    for two_S_i, two_S_j in SPINS:
        derived = derived_two_level_current(M, two_S_i, two_S_j, t_l, t_r)
        derived = derived.subs({symbol: h[symbol.name] for symbol in derived.free_symbols if symbol.name in h})
        closed = two_level_current(M=M, two_S_i=two_S_i, two_S_j=two_S_j, t_L=t_l, t_R=t_r, f_L=f_l, f_R=f_r)
        assert sympy.simplify(derived - closed) == 0


def test_one_orbital_with_spin():
    """N = 0 <-> 1 has its own closed form; full bias gives 2 t_l t_r / (2 t_l + t_r), and the mirror image of it."""
    closed = single_level_current(t_l, t_r, f_l, f_r)
    general = two_level_current(M=1, two_S_i=0, two_S_j=1, t_L=t_l, t_R=t_r, f_L=f_l, f_R=f_r)
    assert sympy.simplify(closed - general) == 0
    assert sympy.simplify(closed.subs({f_l: 1, f_r: 0}) - 2 * t_l * t_r / (2 * t_l + t_r)) == 0
    assert sympy.simplify(closed.subs({f_l: 0, f_r: 1}) + 2 * t_l * t_r / (2 * t_r + t_l)) == 0


def test_populations_of_two_levels():
    """At f = 1/2 they are the degeneracies, at f_l = f_r = f they are Boltzmann's."""
    half = sympy.Rational(1, 2)
    shared = {"two_S_i": 1, "two_S_j": 2, "t_L": t_l, "t_R": t_r}
    low, high = two_level_populations(**shared, f_L=half, f_R=half)
    assert sympy.simplify(high / low) == sympy.Rational(3, 2)
    f = 1 / (1 + sympy.exp(x))
    low, high = two_level_populations(**shared, f_L=f, f_R=f)
    assert sympy.simplify(high / low - sympy.Rational(3, 2) * sympy.exp(-x)) == 0


def test_the_peak_is_the_slope_of_the_current():
    """G of Eq. (4) is dI/dV of Eq. (2) at V = 0, and equals the form with Fermi functions of physics.md section 5."""
    for two_S_i, two_S_j in SPINS:
        left, right = (1 / (1 + sympy.exp(x - sign * V / (2 * kt))) for sign in (1, -1))
        current = two_level_current(M=M, two_S_i=two_S_i, two_S_j=two_S_j, t_L=t_l, t_R=t_r, f_L=left, f_R=right)
        peak = ConductancePeak(M, two_S_i, two_S_j, t_l, t_r, kt)
        assert sympy.simplify(sympy.diff(current, V).subs(V, 0) - peak.conductance(x)) == 0
        g_i, g_j, f = two_S_i + 1, two_S_j + 1, 1 / (1 + sympy.exp(x))
        printed = t_l * t_r / (t_l + t_r) / kt * 2 * M * g_i * f * (1 - f) / (g_i * (1 - f) + g_j * f)
        assert sympy.simplify(printed - peak.conductance(x)) == 0


def test_the_maximum_lies_half_a_log_of_degeneracies_below_the_resonance():
    """The slope vanishes at x = ln(g_j/g_i)/2 and nowhere else: a gate kt ln(g_j/g_i)/2 below the bare resonance.

    x = (E_j - E_i - gate - mu)/kt, so a positive x of the maximum is a lower gate. Height and half width follow.
    """
    for two_S_i, two_S_j in SPINS:
        peak = ConductancePeak(M, two_S_i, two_S_j, t_l, t_r, kt)
        g_i, g_j = sympy.Integer(two_S_i + 1), sympy.Integer(two_S_j + 1)
        y = sympy.Symbol("y", positive=True)
        weight = (1 / peak.conductance(x)).subs(x, sympy.log(y))
        stationary = sympy.solveset(sympy.diff(weight, y), y, sympy.Interval.open(0, sympy.oo))
        assert stationary == sympy.FiniteSet(sympy.sqrt(g_j / g_i))
        assert sympy.simplify(peak.shift + kt * sympy.log(g_j / g_i) / 2) == 0
        maximum = -peak.shift / kt
        assert sympy.simplify(peak.conductance(maximum) - peak.height) == 0
        for side in (-1, 1):
            half = peak.conductance(maximum + side * peak.half_width / kt) / peak.height
            assert sympy.N(half - sympy.Rational(1, 2), 30, chop=True) == 0


def test_the_opposite_sign_of_the_shift_is_not_a_maximum():
    """At the mirrored position the conductance is lower: the sign is not a convention."""
    for two_S_i, two_S_j in SPINS:
        peak = ConductancePeak(M, two_S_i, two_S_j, t_l, t_r, kt)
        ratio = sympy.simplify(peak.conductance(peak.shift / kt) / peak.height)
        assert ratio < 1


TWO_LEVELS = {"M": 1, "two_S_i": 0, "two_S_j": 1, "t_L": 1, "t_R": 1, "f_L": 1, "f_R": 0}
PEAK = {"M": 1, "two_S_i": 0, "two_S_j": 1, "t_L": 1, "t_R": 1, "kT": 1}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"two_S_i": -1}, "two_S_i=-1 must be at least 0"),
        ({"two_S_j": 0.5}, "two_S_j=0.5 must be an integer"),
        ({"M": -1}, "M=-1 must be finite and at least 0"),
        ({"t_L": float("inf")}, "t_L=inf must be finite"),
        ({"t_R": -1}, "t_R=-1 must be finite and at least 0"),
        ({"t_L": 0, "t_R": 0}, r"t_L \+ t_R=0 must be finite and above 0"),
        ({"t_L": sympy.nan}, "t_L=nan must be finite"),
    ],
)
def test_numbers_that_no_dot_has_are_refused(wrong, message):
    """By the closed form and by the peak alike; symbols pass."""
    with pytest.raises(ValueError, match=message):
        two_level_current(**{**TWO_LEVELS, **wrong})
    with pytest.raises(ValueError, match=message):
        ConductancePeak(**{**PEAK, **wrong})


def test_occupations_and_temperatures_are_bounded():
    """f lies between 0 and 1 at both leads, and kT is positive."""
    for f in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match=r"f_L=.* must be finite and between 0 and 1"):
            two_level_current(**{**TWO_LEVELS, "f_L": f})
        with pytest.raises(ValueError, match=r"f_R=.* must be finite and between 0 and 1"):
            two_level_current(**{**TWO_LEVELS, "f_R": f})
    with pytest.raises(ValueError, match="kT=0 must be finite and above 0"):
        ConductancePeak(**{**PEAK, "kT": 0})


def test_the_symbolic_chain_is_in_resonance_at_its_level():
    """No gate is hidden in it: with mu = E the electron costs nothing, and its factors f and 1 - f are positive."""
    chain = two_level_chain(M, 0, 1, t_l, t_r)
    (item,) = chain.transitions
    assert chain.addition_energy(item) == chain.levels[1].energy
    assert all(factor.is_positive for lead in chain.leads for factor in symbolic_occupation(chain)(item, lead))
