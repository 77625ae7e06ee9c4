import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, workdps
from resolved_chain import resolved_current, resolved_hops, resolved_states, symbolic_occupation
from transport_chains import lead_pair, random_chain, single_orbital

from analytic.linear_response import two_level_current
from analytic.matrix_tree import stationary_distribution
from analytic.rates import Chain, aggregated_hops, total_rates
from analytic.transport import (
    barrier_flows,
    chain_populations,
    current_exact,
    differential_conductance_exact,
    fermi_functions,
    grand_canonical,
    linear_conductance_exact,
    transport_exact,
)

seeds = st.integers(0, 10**6)
temperatures = st.sampled_from([7.27e-5, 1e-3, 0.05, 1.0, 10.0])


def close(a, b, digits):
    with workdps(digits + 10):
        return abs(mp.mpf(a) - mp.mpf(b)) <= mp.mpf(10) ** -digits * max(abs(a), abs(b))


@given(seeds)
def test_resolved_rates_aggregate_to_equation_3(seed):
    """Summed over final and averaged over initial S_z the resolved rates are the aggregated ones, symbol by symbol."""
    levels, transitions = random_chain(random.Random(seed), most=5)
    chain = Chain.from_case(levels, transitions, lead_pair(1, Fraction(1, 3)), 1, 0)
    states = resolved_states(chain)
    summed: dict = {}
    for hop in resolved_hops(chain, symbolic_occupation(chain)):
        start, to = states[hop.start][0], states[hop.to][0]
        average = sympy.Rational(1, levels[start]["two_S"] + 1)
        key = to, start, hop.lead
        summed[key] = summed.get(key, 0) + average * hop.rate
    for hop in aggregated_hops(chain, symbolic_occupation(chain)):
        assert sympy.expand(summed[hop.to, hop.start, hop.lead] - hop.rate) == 0


@given(seeds)
def test_equal_populations_of_a_multiplet_solve_the_resolved_equation(seed):
    """P_k/(2S_k+1) in every S_z state is stationary exactly, so the resolved equation has no other solution."""
    levels, transitions = random_chain(random.Random(seed), most=5)
    chain = Chain.from_case(levels, transitions, lead_pair(2, 3), 1, 0)
    drawn = random.Random(seed)
    filling: dict = {}

    def occupation(item, lead):
        f = filling.setdefault((item, lead), Fraction(drawn.randint(1, 99), 100))
        return f, 1 - f

    level_populations = stationary_distribution(len(levels), total_rates(aggregated_hops(chain, occupation)))
    states = resolved_states(chain)
    populations = [level_populations[k] / (levels[k]["two_S"] + 1) for k, _ in states]
    change = [Fraction(0)] * len(states)
    for hop in resolved_hops(chain, occupation):
        change[hop.to] += hop.rate * populations[hop.start]
        change[hop.start] -= hop.rate * populations[hop.start]
    assert set(change) == {0}


@pytest.mark.parametrize(("kT", "bias"), [(0.05, 0.3), (0.01, -0.02), (3.0, 0.5)])
def test_counting_at_either_barrier_of_the_resolved_chain_gives_the_current(kT, bias):
    """The subtraction-free current equals both barrier counts on the S_z-resolved chain to 25 digits."""
    for seed in range(3):
        levels, transitions = random_chain(random.Random(seed), most=6, scale=0.2)
        case = levels, transitions, lead_pair(1.0, 0.3, bias / 2, -bias / 2), kT, 0.1
        current = current_exact(*case, digits=25)
        counted = resolved_current(case, 25)
        assert close(counted["I_L"], current["I_L"], 24)
        assert close(counted["I_R"], current["I_R"], 24)


@pytest.mark.parametrize("bias", ["1e-30", "1e-60"])
def test_a_current_far_below_its_gross_flows_is_counted_with_all_its_digits(bias):
    """If in and out agree to more digits than are asked for, more are carried until the difference has them."""
    levels, transitions = single_orbital()
    case = levels, transitions, lead_pair(1, "0.3", bias, 0), "0.1", "0.05"
    current = current_exact(*case, digits=20)["I_L"]
    counted = resolved_current(case, 20)
    assert close(counted["I_L"], current, 19)
    assert close(counted["I_R"], current, 19)


@given(seeds, temperatures)
def test_both_barriers_carry_one_current(seed, kT):
    """Electrons in minus out at the left barrier equal out minus in at the right, and Eq. (2)."""
    drawn = random.Random(seed)
    levels, transitions = random_chain(drawn)
    leads = lead_pair(1.0, drawn.choice([1e-3, 0.3, 1.0]), drawn.uniform(-1, 1), drawn.uniform(-1, 1))
    chain = Chain.from_case(levels, transitions, leads, kT, 0.25)
    with workdps(60):
        hops = aggregated_hops(chain, fermi_functions(chain))
        flows = barrier_flows(hops, chain_populations(len(chain.levels), hops, digits=60))
        gross = sum(sum(flow) for flow in flows.values())
        current = current_exact(levels, transitions, leads, kT, 0.25)["I_L"]
        assert abs(flows["L"][0] - flows["L"][1] - current) < mp.mpf(10) ** -30 * gross
        assert abs(flows["R"][1] - flows["R"][0] - current) < mp.mpf(10) ** -30 * gross
        found = transport_exact(levels, transitions, leads, kT, 0.25)
        assert all(close(found.gross[name], sum(flow), 29) for name, flow in flows.items())


@given(seeds, temperatures)
def test_equal_chemical_potentials_give_the_grand_canonical_distribution(seed, kT):
    """At mu_L = mu_R the trees reproduce Boltzmann's factors with 2S+1 to 30 digits; the current is 0 exactly."""
    levels, transitions = random_chain(random.Random(seed))
    case = levels, transitions, lead_pair(0.2, 0.9, 0.3, 0.3), kT, -0.1
    with workdps(50):
        expected = grand_canonical(Chain.from_case(*case), Fraction(0.3))
    assert all(close(a, b, 30) for a, b in zip(transport_exact(*case).populations, expected, strict=True))
    assert current_exact(*case) == {"I_L": 0, "I_R": 0}


def test_every_digit_asked_for_is_there():
    """30 digits agree with 80, for populations from 1 down to below 1e-20000 and for their current."""
    spins = [(0, 0), (1, 1), (2, 0), (2, 2), (3, 1), (3, 1), (3, 3), (4, 0), (4, 2), (4, 2), (4, 0), (4, 2), (4, 4)]
    energies = [0, 0.05, 0.45, 0.46, 1.69, 1.6929, 1.6943, 3.8467, 3.853, 3.857, 3.86, 3.864, 3.87]
    levels = [{"electrons": N, "energy": E, "two_S": s} for (N, s), E in zip(spins, energies, strict=True)]
    transitions = [
        {"from": i, "to": j, "M": 0.1 + 0.01 * (i + j)}
        for i, (N_i, s_i) in enumerate(spins)
        for j, (N_j, s_j) in enumerate(spins)
        if N_j == N_i + 1 and abs(s_j - s_i) == 1
    ]
    case = levels, transitions, lead_pair(1.0, 0.5, 5e-6, -5e-6), 7.27e-5, 1.7
    rough, fine = transport_exact(*case).populations, transport_exact(*case, digits=80).populations
    assert min(fine) < mp.mpf(10) ** -20000
    assert all(close(a, b, 30) for a, b in zip(rough, fine, strict=True))
    assert close(current_exact(*case)["I_R"], current_exact(*case, digits=80)["I_R"], 30)


def test_wide_chains_take_the_other_route_and_agree():
    """Five levels that couple to six (too wide for the transfer method) solve the stationary equation to 30 digits."""
    levels = [{"electrons": 1, "energy": 0.01 * k, "two_S": 1} for k in range(5)]
    levels += [{"electrons": 2, "energy": 0.5 + 0.013 * k, "two_S": 2 * (k % 2)} for k in range(6)]
    transitions = [{"from": i, "to": j, "M": 0.2 + 0.01 * i * j} for i in range(5) for j in range(5, 11)]
    chain = Chain.from_case(levels, transitions, lead_pair(1.0, 0.4, 0.02, -0.02), 1e-3, 0.48)
    with workdps(60):
        hops = aggregated_hops(chain, fermi_functions(chain))
        populations = chain_populations(len(chain.levels), hops, digits=45)
        for k in range(11):
            gain = mp.fsum(hop.rate * populations[hop.start] for hop in hops if hop.to == k)
            loss = mp.fsum(hop.rate * populations[k] for hop in hops if hop.start == k)
            assert abs(gain - loss) < mp.mpf(10) ** -40 * gain


def test_the_derived_current_of_two_levels_is_the_closed_form():
    """Rates, trees and counting give Eq. (2) of `analytic.linear_response` at any Fermi functions."""
    levels, transitions = single_orbital()
    case = (
        levels[:2],
        transitions[:1],
        lead_pair(1, 2, Fraction(1, 5), Fraction(-1, 5)),
        Fraction(1, 10),
        Fraction(1, 3),
    )
    chain = Chain.from_case(*case)
    with workdps(40):
        f_L, f_R = (fermi_functions(chain)(chain.transitions[0], lead)[0] for lead in chain.leads)
        closed = two_level_current(M=1, two_S_i=0, two_S_j=1, t_L=1, t_R=2, f_L=f_L, f_R=f_R)
        assert close(current_exact(*case)["I_L"], closed, 28)


@given(seeds)
def test_conductance_at_zero_bias_is_linear_response(seed):
    """The central difference at V = 0 equals Beenakker's sum over transitions to 20 digits."""
    levels, transitions = random_chain(random.Random(seed), most=5, scale=0.1)
    case = levels, transitions, lead_pair(1.0, 0.7), 0.02, 0.03
    assert close(differential_conductance_exact(*case, digits=21), linear_conductance_exact(*case), 20)


def test_differential_conductance_on_a_plateau_keeps_its_digits():
    """If dI/dV is e^-150 of the current over kT it still agrees with the derivative of the closed form."""
    levels, transitions = single_orbital()
    bias, kT = 0.3, Fraction(1, 1000)
    case = levels[:2], transitions[:1], lead_pair(1, 1, bias / 2, -bias / 2), kT, Fraction(1, 2)
    x = sympy.Symbol("V")
    f_L, f_R = (1 / (1 + sympy.exp(sign * x / (2 * kT))) for sign in (-1, 1))
    closed = two_level_current(M=1, two_S_i=0, two_S_j=1, t_L=1, t_R=1, f_L=f_L, f_R=f_R)
    expected = sympy.diff(closed, x).evalf(40, subs={x: sympy.Rational(bias)}, maxn=2000)
    with workdps(30):
        assert abs(differential_conductance_exact(*case, digits=25) / mp.mpf(str(expected)) - 1) < mp.mpf(10) ** -20


def test_uncoupled_leads_and_disconnected_levels_have_defined_answers():
    """t_R = 0 carries no current and leaves equilibrium with the left lead; a level that nothing reaches is named."""
    levels, transitions = single_orbital()
    case = levels, transitions, lead_pair(1, 0, Fraction(1, 4), Fraction(-1, 4)), Fraction(1, 50), Fraction(1, 3)
    with workdps(50):
        expected = grand_canonical(Chain.from_case(*case), Fraction(1, 4))
    assert all(close(a, b, 30) for a, b in zip(transport_exact(*case).populations, expected, strict=True))
    assert current_exact(*case)["I_R"] == differential_conductance_exact(*case) == 0
    unbiased = *case[:2], lead_pair(1, 0), *case[3:]
    assert linear_conductance_exact(*unbiased) == 0
    for uncoupled in (case, unbiased, (*case[:2], lead_pair(1, 1), *case[3:])):
        assert resolved_current(uncoupled, 20) == {"I_L": 0, "I_R": 0}
    with pytest.raises(ValueError, match=r"closed classes \(0, 1\), \(2,\)"):
        transport_exact(levels, transitions[:1], *case[2:])


@pytest.mark.parametrize("expand", [aggregated_hops, resolved_hops])
def test_an_uncoupled_lead_hides_no_other(expand):
    """With t_L = 0 every process through R is still there, and none through L."""
    levels, transitions = single_orbital()
    both, alone = (
        Chain.from_case(levels, transitions, leads, 1, 0) for leads in (lead_pair(0, 2), lead_pair(0, 2)[1:])
    )
    assert expand(both, symbolic_occupation(both)) == expand(alone, symbolic_occupation(alone)) != ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kT": -1.0}, "kT=-1 must be positive"),
        ({"kT": 0}, "kT=0 must be positive"),
        ({"kT": float("nan")}, "kT=nan must be a finite number"),
        ({"levels": []}, "at least one level"),
        ({"levels": [{"electrons": -1, "energy": 0, "two_S": 0}]}, "electrons=-1 must be non-negative"),
        ({"levels": [{"electrons": 0, "energy": 0, "two_S": -1}]}, "two_S=-1 must be non-negative"),
        ({"leads": []}, "at least one lead"),
        ({"transitions": [{"from": 0, "to": 2, "M": 1}]}, "transition 0 -> 2 must be by one electron, not 2"),
        ({"transitions": [{"from": 0, "to": 7, "M": 1}]}, "transition 0 -> 7 must be between two of the 3 levels"),
        ({"transitions": [{"from": 0, "to": 1, "M": -1}]}, "M of transition 0 -> 1=-1 must be non-negative"),
        ({"leads": lead_pair(-1)}, "rate of lead L=-1 must be non-negative"),
    ],
)
def test_wrong_inputs_are_refused(change, message):
    """Errors name value and rule."""
    levels, transitions = single_orbital()
    case = {"levels": levels, "transitions": transitions, "leads": lead_pair(), "kT": 1, "gate": 0} | change
    with pytest.raises(ValueError, match=message):
        transport_exact(**case)


def test_forbidden_spins_and_odd_leads_are_refused():
    """The resolved chain refuses M > 0 if S changes by more than 1/2; a current needs leads L and R."""
    levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": 3}]
    case = levels, [{"from": 0, "to": 1, "M": 1}], lead_pair(1, 1, 1, 0), 1, 0
    with pytest.raises(ValueError, match="one electron changes S by 1/2"):
        resolved_current(case, 20)
    with pytest.raises(ValueError, match="must be named 'L' and 'R'"):
        current_exact(*case[:2], lead_pair()[:1], 1, 0)
    with pytest.raises(ValueError, match="in linear response"):
        linear_conductance_exact(*case)
    with pytest.raises(ValueError, match="digits=0"):
        current_exact(*case, digits=0)
