from fractions import Fraction

import pytest
import sympy
from mpmath import mp, workdps
from resolved_chain import resolved_hops
from transport_chains import lead_pair, single_orbital

from analytic.counting import Cumulants, cumulants, degenerate_fano, noise_exact, set_fano
from analytic.rates import Chain, Hop, aggregated_hops
from analytic.transport import current_exact, fermi_functions, linear_conductance_exact

t_l, t_r, M = sympy.symbols("t_L t_R M", positive=True)
FULL_BIAS = {"L": (1, 0), "R": (0, 1)}


def full_bias_hops(levels, transitions, expand=aggregated_hops):
    chain = Chain.from_case(levels, transitions, lead_pair(t_l, t_r), 1, 0)
    return [hop for hop in expand(chain, lambda _, lead: FULL_BIAS[lead.name]) if hop.rate != 0]


def test_one_spinless_level():
    """The Fano factor at full bias is (t_L^2 + t_R^2)/(t_L + t_R)^2; either barrier may be counted."""
    hops = [Hop(1, 0, "L", +1, t_l), Hop(0, 1, "R", -1, t_r)]
    right, left = cumulants(2, hops, "R"), cumulants(2, hops, "L")
    assert sympy.simplify(right.current - t_l * t_r / (t_l + t_r)) == 0
    assert sympy.simplify(right.fano - set_fano(t_l, t_r)) == 0
    assert sympy.simplify(left.current + right.current) == sympy.simplify(left.noise - right.noise) == 0


@pytest.mark.parametrize(("two_S_i", "two_S_j"), [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3)])
def test_two_degenerate_levels(two_S_i, two_S_j):
    """Degeneracies enter as effective rates g_j t_L and g_i t_R, for every M."""
    levels = [{"electrons": 0, "energy": 0, "two_S": two_S_i}, {"electrons": 1, "energy": 0, "two_S": two_S_j}]
    found = cumulants(2, full_bias_hops(levels, [{"from": 0, "to": 1, "M": M}]), "R")
    assert sympy.simplify(found.fano - degenerate_fano(t_l, t_r, two_S_i + 1, two_S_j + 1)) == 0


def test_one_orbital_without_interaction_is_two_spinless_ones():
    """At U = 0 both spins fluctuate independently: I doubles and the Fano factor is the spinless one."""
    levels, transitions = single_orbital(repulsion=0)
    found = cumulants(3, full_bias_hops(levels, transitions), "R")
    assert sympy.simplify(found.current - 2 * t_l * t_r / (t_l + t_r)) == 0
    assert sympy.simplify(found.fano - set_fano(t_l, t_r)) == 0


def test_spin_resolved_and_aggregated_chains_fluctuate_alike():
    """The S_z-resolved chain of one orbital (4 states) has the cumulants of the aggregated one (3 levels)."""
    levels, transitions = single_orbital(M_21=M)
    aggregated = cumulants(3, full_bias_hops(levels, transitions), "R")
    resolved = cumulants(4, full_bias_hops(levels, transitions, resolved_hops), "R")
    assert sympy.simplify(aggregated.current - resolved.current) == 0
    assert sympy.simplify(aggregated.noise - resolved.noise) == 0


def test_the_noise_at_zero_bias_is_johnson_nyquist():
    """At V = 0, S = 2 kT G, with G from linear response: fluctuation and dissipation agree to 25 digits."""
    levels, transitions = single_orbital()
    case = levels, transitions, lead_pair(1, Fraction(1, 3)), Fraction(1, 20), Fraction(3, 5)
    with workdps(40):
        expected = 2 * linear_conductance_exact(*case, digits=30) / 20
        assert abs(noise_exact(*case, digits=25).noise / expected - 1) < mp.mpf(10) ** -25


def test_noise_at_finite_temperature_of_two_levels():
    """For two levels S follows from the quadratic characteristic polynomial by hand, at any temperature and bias."""
    levels, transitions = single_orbital()
    case = levels[:2], transitions[:1], lead_pair(1.0, 0.5, 0.1, -0.1), 0.05, 0.45
    current = current_exact(*case)["I_L"]
    with workdps(40):
        x_L, x_R = (mp.mpf(0.5 - Fraction(0.45) - mu) / mp.mpf(0.05) for mu in (Fraction(0.1), Fraction(-0.1)))
        f_L, f_R = 1 / (1 + mp.exp(x_L)), 1 / (1 + mp.exp(x_R))
        up, down = 2 * (f_L + f_R / 2), (1 - f_L) + (1 - f_R) / 2
        both_ways = 2 * f_L * (1 - f_R) / 2 + 2 * f_R / 2 * (1 - f_L)
        expected = (both_ways - 2 * current**2) / (up + down)
        assert abs(noise_exact(*case).noise / expected - 1) < mp.mpf(10) ** -28


def test_blockade_noise_is_poissonian():
    """Far in the N = 0 valley electrons pass one by one: F = 1 up to e^(-E/kT), with 1e-40 currents."""
    levels, transitions = single_orbital()
    found = noise_exact(levels, transitions, lead_pair(1, 1, Fraction(1, 10), Fraction(-1, 10)), Fraction(1, 250), 0)
    assert found.current < mp.mpf(10) ** -40
    assert abs(found.fano - 1) < 1e-20


@pytest.mark.parametrize("bias", [0, 1])
@pytest.mark.parametrize("decades", [60, 100])
def test_a_state_that_is_hardly_ever_entered_costs_no_digits(decades, bias):
    """Telegraph noise of a second level that couples 1e-60 or 1e-100 as strongly: 20 digits hold against 400 digits."""
    levels, transitions = single_orbital()
    transitions = [transitions[0], {"from": 0, "to": 2, "M": Fraction(1, 10**decades)}]
    case = [*levels[:2], levels[1]], transitions, lead_pair(1, 1, bias, -bias), Fraction(1, 50), 0
    found, chain = noise_exact(*case, digits=20), Chain.from_case(*case)
    with workdps(400):
        direct = cumulants(3, aggregated_hops(chain, fermi_functions(chain)), "R")
        assert abs(found.noise / direct.noise - 1) < mp.mpf(10) ** -20
        assert (found.noise > mp.mpf(10) ** (decades - 10)) == (bias > 0)


@pytest.mark.parametrize("bias", [0, Fraction(1, 10)])
@pytest.mark.parametrize("rate", ["1e-30", "1e-100"])
def test_electrons_that_go_to_and_fro_cost_no_digits(rate, bias):
    """If the counted lead couples 1e30 or 1e100 times as strongly, 20 digits hold against 400 digits."""
    case = *single_orbital(), lead_pair(rate, 1, bias, 0), Fraction(1, 20), Fraction(9, 20)
    found, chain = noise_exact(*case, digits=20), Chain.from_case(*case)
    with workdps(400):
        direct = cumulants(3, aggregated_hops(chain, fermi_functions(chain)), "R")
        assert abs(found.noise / direct.noise - 1) < mp.mpf(10) ** -20


@pytest.mark.parametrize("rates", [(0, 1), (1, 0)])
def test_no_charge_passes_a_single_lead_in_the_long_run(rates):
    """With the other lead uncoupled neither a current nor its noise at zero frequency is left, nor with one level."""
    levels, transitions = single_orbital()
    one_lead = noise_exact(levels, transitions, lead_pair(*rates, 1, -1), Fraction(1, 50), 0)
    one_level = noise_exact(levels[:1], [], lead_pair(1, 1, 1, -1), Fraction(1, 50), 0)
    assert one_lead == one_level == Cumulants(0, 0)


def test_wrong_questions_are_refused():
    """An unknown lead has no count, and no current has no Fano factor."""
    with pytest.raises(ValueError, match="lead='X' must be one of"):
        cumulants(2, [Hop(1, 0, "L", +1, 1), Hop(0, 1, "R", -1, 1)], "X")
    with pytest.raises(ValueError, match="current=0 must not vanish"):
        _ = Cumulants(0, 1).fano
