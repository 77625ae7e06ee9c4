"""Currents and heat of many leads: pairs of leads against counting fields, the laws, and closed forms."""

from fractions import Fraction
from random import Random

import pytest
from mpmath import mp, workdps
from transport_chains import random_chain, single_orbital

from analytic import Chain, aggregated_hops, fermi_functions, lead_currents_exact, transport_exact
from analytic.counting import cumulants


def random_leads(random, count, *, own=True):
    return [
        {
            "name": f"lead {k}",
            "rate": random.uniform(0.1, 1),
            "mu": random.uniform(-0.5, 0.5),
            **({"kT": random.uniform(0.05, 0.2)} if own and k % 2 else {}),
        }
        for k in range(count)
    ]


@pytest.mark.parametrize("per_lead", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_currents_are_derivatives_by_counting_fields(seed, per_lead):
    """The characteristic polynomial, which knows no populations, gives each current to 25 digits."""
    random = Random(seed)
    levels, transitions = random_chain(random, most=5)
    leads = random_leads(random, 3)
    if per_lead:
        transitions = [{**item, "M": {lead["name"]: random.uniform(0.1, 1) for lead in leads}} for item in transitions]
    found = lead_currents_exact(levels, transitions, leads, 0.1, 0.2, digits=25)
    with workdps(60):
        chain = Chain.from_case(levels, transitions, leads, 0.1, 0.2)
        hops = aggregated_hops(chain, fermi_functions(chain))
        for lead in leads:
            counted = -cumulants(len(levels), hops, lead["name"]).current
            assert mp.almosteq(found.currents[lead["name"]], counted, 1e-25)


@pytest.mark.parametrize("seed", range(4))
def test_energy_is_conserved_and_entropy_grows(seed):
    """sum I = 0, sum (J + mu I) = 0 and -sum J / kT > 0 to 25 digits."""
    random = Random(10 + seed)
    levels, transitions = random_chain(random)
    leads = random_leads(random, 4)
    found = lead_currents_exact(levels, transitions, leads, 0.1, 0.2, digits=25)
    with workdps(40):
        flows, heat = ([numbers[lead["name"]] for lead in leads] for numbers in (found.currents, found.heat))
        gross = mp.fsum(found.gross_heat.values()) + mp.fsum(found.gross.values())
        energy = mp.fsum(J + mp.mpf(lead["mu"]) * I_l for lead, J, I_l in zip(leads, heat, flows, strict=True))
        produced = -mp.fsum(J / mp.mpf(lead.get("kT", 0.1)) for lead, J in zip(leads, heat, strict=True))
        assert abs(mp.fsum(flows)) < gross * mp.mpf(10) ** -24
        assert abs(energy) < gross * mp.mpf(10) ** -24
        assert produced > 0


def test_two_leads_are_those_of_the_two_terminal_current():
    """I of the first lead is the current from L to R, deep in blockade too."""
    levels, transitions = single_orbital()
    leads = [{"name": "L", "rate": 1, "mu": Fraction(1, 8)}, {"name": "R", "rate": Fraction(1, 3), "mu": 0}]
    expected = transport_exact(levels, transitions, leads, Fraction(1, 500), 0)
    found = lead_currents_exact(levels, transitions, leads, Fraction(1, 500), 0)
    assert mp.almosteq(found.currents["L"], expected.current, 1e-29)
    assert mp.almosteq(found.currents["R"], -expected.current, 1e-29)
    assert all(mp.almosteq(found.gross[name], expected.gross[name], 1e-29) for name in "LR")
    # the first electron costs 1/2 - mu, and hardly any other energy takes part
    assert mp.almosteq(found.heat["L"] / expected.current, mp.mpf(3) / 8, 1e-6)


def test_a_tiny_current_keeps_its_digits():
    """A bias of 1e-40 kT: what is left of gross flows of order one has 30 digits still, and turns with the bias."""
    levels, transitions = single_orbital()
    tiny = Fraction(1, 10**40)
    there, back = (
        lead_currents_exact(
            levels,
            transitions,
            [{"name": "a", "rate": 1, "mu": sign * tiny}, {"name": "b", "rate": 1, "mu": 0}],
            Fraction(1, 2),
            Fraction(1, 2),
        ).currents["a"]
        for sign in (1, -1)
    )
    assert 0 < there < 1e-39
    assert mp.almosteq(there, -back, 1e-28)


def test_leads_in_equilibrium_carry_nothing():
    """Exactly zero, with one M_ji and with one for each lead, and for leads that are not coupled at all."""
    levels, transitions = single_orbital()
    leads = [{"name": name, "rate": 1, "mu": "0.1", "kT": "0.2"} for name in "abc"]
    leads.append({"name": "far", "rate": 0, "mu": 5})
    own = [{**item, "M": {"a": 1, "b": "0.5", "c": "0.25", "far": 1}} for item in transitions]
    for given in (transitions, own):
        found = lead_currents_exact(levels, given, leads, 1, 0)
        assert set(found.currents.values()) == set(found.heat.values()) == {mp.zero}
        assert found.gross["a"] > 0 == found.gross["far"]


def test_a_lead_on_a_dead_end_carries_nothing():
    """It alone feeds a level that nothing else feeds: what it gives it takes back, to 50 digits of the gross flow."""
    levels = [{"electrons": N, "energy": 0, "two_S": N % 2} for N in (0, 1, 2)]
    transitions = [
        {"from": 0, "to": 1, "M": {"a": 1, "b": 1, "c": 0}},
        {"from": 1, "to": 2, "M": {"a": 0, "b": 0, "c": 1}},
    ]
    leads = [{"name": name, "rate": 1, "mu": mu} for name, mu in (("a", 1), ("b", 0), ("c", "0.3"))]
    found = lead_currents_exact(levels, transitions, leads, 1, 0)
    assert abs(found.currents["c"]) < found.gross["c"] * mp.mpf(10) ** -50
    assert found.currents["a"] > 0.01


def test_leads_of_their_own_kind_are_refused_by_two_terminal_functions():
    """They would be read with one temperature and one M_ji."""
    levels, transitions = single_orbital()
    leads = [{"name": "L", "rate": 1, "mu": 0, "kT": 1}, {"name": "R", "rate": 1, "mu": 0}]
    with pytest.raises(ValueError, match="lead_currents_exact takes any others"):
        transport_exact(levels, transitions, leads, 1, 0)


@pytest.mark.parametrize(
    ("kT", "M", "message"),
    [(0, 1, "kT of lead L=0 must be positive"), (1, {"L": 1}, "given for lead R too"), (1, {"L": -1, "R": 1}, "M of")],
)
def test_leads_that_break_a_rule_are_refused(kT, M, message):
    """The message names the lead or the transition."""
    levels = single_orbital()[0][:2]
    leads = [{"name": "L", "rate": 1, "mu": 0, "kT": kT}, {"name": "R", "rate": 1, "mu": 0}]
    with pytest.raises(ValueError, match=message):
        lead_currents_exact(levels, [{"from": 0, "to": 1, "M": M}], leads, 1, 0)
