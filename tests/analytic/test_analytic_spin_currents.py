"""The S_z-resolved equation in exact form: by spanning trees of states, in closed form, and by conservation."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from mpmath import mp, workdps

from analytic import lead_currents_exact, one_level_spin_currents, spin_currents_exact
from analytic.exact import as_mpf
from analytic.transport import exp_of

LEVELS = [
    {"electrons": 0, "energy": 0, "two_S": 0},
    {"electrons": 1, "energy": "0.1", "two_S": 1},
    {"electrons": 2, "energy": "0.75", "two_S": 0},
    {"electrons": 2, "energy": "0.8", "two_S": 2},
]
TRANSITIONS = [
    {"from": 0, "to": 1, "M": "0.5"},
    {"from": 1, "to": 2, "M": {"a": "0.4", "b": "0.1", "c": "0.2"}},
    {"from": 1, "to": 3, "M": "0.3"},
]
LEADS = [
    {"name": "a", "rate": {"up": 1, "down": "1/4"}, "mu": "0.3"},
    {"name": "b", "rate": "1/2", "mu": "-0.2", "kT": "0.02"},
    {"name": "c", "rate": {"up": 0, "down": "1/8"}, "mu": 0},
]


def fermi(energy, mu, kT):
    """Return f to 40 digits as a number of sympy's own kind of mpmath."""
    return 1 / (1 + exp_of((energy - mu) / kT))


@pytest.mark.parametrize("two_S_i", [0, 1])
def test_the_closed_form_of_a_singlet_and_a_doublet(two_S_i):
    """Populations and currents of random polarised leads in a field agree with the trees to 30 digits."""
    choose = Random(two_S_i)
    b, kT = Fraction(choose.randint(-40, 40), 100), Fraction(1, 8)
    levels = [{"electrons": k, "energy": 0, "two_S": two_S} for k, two_S in enumerate((two_S_i, 1 - two_S_i))]
    leads = [
        {
            "name": name,
            "rate": {"up": Fraction(choose.randint(1, 9), 10), "down": Fraction(choose.randint(0, 9), 10)},
            "mu": Fraction(choose.randint(-50, 50), 100),
        }
        for name in "xyz"
    ]
    found = spin_currents_exact(levels, [{"from": 0, "to": 1, "M": "3/4"}], leads, kT, 0, zeeman=b, digits=35)
    with workdps(45):
        up, down = (
            [(as_mpf(lead["rate"][spin]), fermi(sign * b / 2, lead["mu"], kT)) for lead in leads]
            for spin, sign in (("up", 1), ("down", -1))
        )
        populations, *currents = one_level_spin_currents(as_mpf(Fraction(3, 4)), two_S_i, up, down)
        singlet, first, second = populations
        # the state with spin up added is S_z = 1/2 of one electron, but S_z = -1/2 if the doublet has one less
        doublet = (second, first) if two_S_i == 0 else (first, second)
        expected = [(singlet,), doublet] if two_S_i == 0 else [doublet, (singlet,)]
        for states, wanted in zip(found.populations, expected, strict=True):
            assert all(abs(P - Q) < mp.mpf(10) ** -30 for P, Q in zip(states, wanted, strict=True))
        for flows, wanted in zip((found.up, found.down), currents, strict=True):
            assert all(
                abs(flows[name] - current) < mp.mpf(10) ** -30 for name, current in zip("xyz", wanted, strict=True)
            )


def test_the_closed_form_conserves_either_spin_for_symbols():
    """The currents of a spin add up to 0, and populations to 1, whatever the rates and Fermi functions."""
    t = sympy.symbols("t1:5", positive=True)
    f = sympy.symbols("f1:5", positive=True)
    up, down = list(zip(t[:2], f[:2], strict=True)), list(zip(t[2:], f[2:], strict=True))
    for two_S_i in (0, 1):
        populations, *currents = one_level_spin_currents(sympy.Symbol("M"), two_S_i, up, down)
        assert sympy.simplify(sum(populations)) == 1
        assert all(sympy.simplify(sum(flows)) == 0 for flows in currents)


def test_either_spin_is_conserved_between_many_levels():
    """Three leads, two of them polarised, in a field: to 30 digits of the gross flow."""
    found = spin_currents_exact(LEVELS, TRANSITIONS, LEADS, "0.05", "0.2", zeeman="0.125")
    with workdps(40):
        for flows, gross in ((found.up, found.gross_up), (found.down, found.gross_down)):
            assert abs(mp.fsum(flows.values())) < mp.mpf(10) ** -28 * mp.fsum(gross.values())
        assert abs(mp.fsum(P for level in found.populations for P in level) - 1) < mp.mpf(10) ** -28
    assert found.up["c"] == 0


def test_without_a_field_unpolarised_leads_make_no_difference_between_spins():
    """Half of every current is of either spin, and the states of a level are equally populated."""
    leads = [{**lead, "rate": "1/3"} for lead in LEADS]
    found = spin_currents_exact(LEVELS, TRANSITIONS, leads, "0.05", "0.2", zeeman=0)
    whole = lead_currents_exact(LEVELS, TRANSITIONS, leads, "0.05", "0.2")
    with workdps(40):
        tiny = mp.mpf(10) ** -28
        for name, current in whole.currents.items():
            assert abs(2 * found.up[name] - current) < tiny
            assert abs(2 * found.down[name] - current) < tiny
        for states, population in zip(found.populations, whole.populations, strict=True):
            assert all(abs(len(states) * P - population) < tiny for P in states)


def test_an_M_between_spins_that_do_not_differ_by_a_half_is_refused():
    """One electron cannot join a singlet to a quartet."""
    levels = [LEVELS[0], {"electrons": 1, "energy": 0, "two_S": 3}]
    with pytest.raises(ValueError, match="M of 0 -> 1 must be 0 from two_S=0 to two_S=3"):
        spin_currents_exact(levels, TRANSITIONS[:1], LEADS, 1, 0, zeeman=0)


def test_heat_in_a_field_obeys_the_first_and_the_second_law():
    """Heat and work of all leads add up to 0, and entropy grows, between polarised leads of two temperatures."""
    leads = [{**LEADS[0], "kT": "0.1"}, *LEADS[1:]]
    found = spin_currents_exact(LEVELS, TRANSITIONS, leads, "0.05", "0.2", zeeman="0.125")
    with workdps(40):
        work = mp.fsum(
            as_mpf(Fraction(lead["mu"])) * (found.up[lead["name"]] + found.down[lead["name"]]) for lead in leads
        )
        assert abs(mp.fsum(found.heat.values()) + work) < mp.mpf(10) ** -28 * mp.fsum(found.gross_heat.values())
        produced = -mp.fsum(found.heat[lead["name"]] / mp.mpf(lead.get("kT", "0.05")) for lead in leads)
        assert produced > mp.mpf(10) ** -6


@pytest.mark.parametrize("zeeman", ["1/8", "-1/4"])
def test_heat_in_a_field_is_that_of_each_electron_of_either_spin(zeeman):
    """Through one doublet an electron carries E_j - E_i + b sigma/2 - gate - mu."""
    found = spin_currents_exact(LEVELS[:2], TRANSITIONS[:1], LEADS, "0.05", "0.2", zeeman=zeeman)
    with workdps(40):
        for lead in LEADS:
            step = Fraction("0.1") - Fraction("0.2") - Fraction(lead["mu"])
            up, down = (as_mpf(step + sign * Fraction(zeeman) / 2) for sign in (1, -1))
            expected = up * found.up[lead["name"]] + down * found.down[lead["name"]]
            assert abs(found.heat[lead["name"]] - expected) < mp.mpf(10) ** -28


def test_heat_in_a_field_without_field_is_that_between_levels():
    """Unpolarised leads of two temperatures."""
    leads = [{**lead, "rate": "1/3", "kT": kT} for lead, kT in zip(LEADS, ("0.05", "0.1", "0.07"), strict=True)]
    found = spin_currents_exact(LEVELS, TRANSITIONS, leads, "0.05", "0.2", zeeman=0)
    whole = lead_currents_exact(LEVELS, TRANSITIONS, leads, "0.05", "0.2")
    with workdps(40):
        assert all(abs(found.heat[name] - heat) < mp.mpf(10) ** -28 for name, heat in whole.heat.items())
