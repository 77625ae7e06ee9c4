"""Cumulants of counted leads: floating point within its bounds of the exact series in the counting field."""

from random import Random

import pytest
from mpmath import mp, workdps
from test_lead_response_agreement import case, scheme_of

from analytic import cumulants_exact, lead_cumulants_exact, lead_generating_function_exact, lead_response_exact
from numeric import Lead, cumulants, lead_cumulants, lead_generating_function


def out_of_equilibrium(seed, leads=3):
    """Return a random case between leads of several potentials and temperatures, each with M_ji of its own."""
    question, choose = case(seed, leads=leads, per_lead=seed % 2 == 0), Random(seed)
    for lead in question["leads"]:
        lead |= {"rate": 10 ** choose.uniform(-2, 0), "mu": choose.uniform(-0.5, 0.5), "kT": choose.uniform(0.05, 0.2)}
    return question


def solved(question, counted):
    """Return the cumulants of the numeric side."""
    leads = [Lead(lead["name"], lead["rate"], lead["mu"], lead.get("kT")) for lead in question["leads"]]
    return lead_cumulants(scheme_of(question), leads, counted, kT=question["kT"], gate=question["gate"])


def as_mpf(scaled):
    return mp.mpf(float(scaled.mantissa[0])) * mp.mpf(2) ** int(scaled.exponent[0])


def values_of(found):
    return [as_mpf(part.scaled) for part in (found.current, found.noise, found.third)]


@pytest.mark.parametrize(("seed", "counted"), [(0, ["lead 1"]), (1, ["lead 2", "lead 0"]), (2, ["lead 0"])])
def test_cumulants_of_counted_leads_lie_within_their_bounds(seed, counted):
    """One lead, and two together in any order, between three leads of several temperatures."""
    question = out_of_equilibrium(seed)
    exact, found = lead_cumulants_exact(**question, counted=counted), solved(question, counted)
    with workdps(40):
        for part, value in zip((found.current, found.noise, found.third), exact, strict=True):
            assert abs(as_mpf(part.scaled) - value) <= as_mpf(part.error)
            assert as_mpf(part.error) < abs(exact[1]) * mp.mpf(10) ** -10


@pytest.mark.parametrize("seed", range(3))
def test_what_enters_through_some_leads_leaves_through_the_others(seed):
    """Odd cumulants of the complement have the other sign, and all leads together count nothing."""
    question = out_of_equilibrium(seed)
    names = [lead["name"] for lead in question["leads"]]
    one, others = (lead_cumulants_exact(**question, counted=counted) for counted in (names[:1], names[1:]))
    with workdps(40):
        tiny = abs(one[1]) * mp.mpf(10) ** -25
        for k, (a, b) in enumerate(zip(one, others, strict=True)):
            assert abs(a - (-1) ** (k + 1) * b) < tiny
    for all_counted in (lead_cumulants_exact(**question, counted=names), values_of(solved(question, names))):
        assert [float(value) for value in all_counted] == [0.0, 0.0, 0.0]


def test_at_rest_the_noise_is_twice_the_response():
    """The fluctuation-dissipation theorem of two leads counted together, from two exact derivations and in numbers."""
    question = case(4, leads=3, per_lead=True)
    for lead, rate in zip(question["leads"], (1, "1/2", "1/8"), strict=True):
        lead["rate"] = rate
    counted = ["lead 0", "lead 2"]
    current, noise, third = lead_cumulants_exact(**question, counted=counted)
    L = lead_response_exact(**question).onsager
    with workdps(40):
        expected = 2 * mp.fsum(L[a][b] for a in (0, 2) for b in (0, 2))
        assert abs(noise - expected) < expected * mp.mpf(10) ** -25
        assert max(abs(current), abs(third)) < noise * mp.mpf(10) ** -25
        for lead in question["leads"]:
            lead["rate"] = float(mp.mpf(1)) if lead["rate"] == 1 else {"1/2": 0.5, "1/8": 0.125}[lead["rate"]]
        found = solved(question, counted)
        assert abs(as_mpf(found.noise.scaled) - noise) <= as_mpf(found.noise.error) < noise * mp.mpf(10) ** -10
        assert float(found.current) == float(found.third) == 0.0


def test_the_left_one_of_two_leads_has_the_known_cumulants():
    """Counted into the dot at L they are those from L to R."""
    question = out_of_equilibrium(1, leads=2)
    for lead, name in zip(question["leads"], "LR", strict=True):
        del lead["kT"]
        lead["name"] = name
    exact, known = lead_cumulants_exact(**question, counted=["L"]), cumulants_exact(**question)
    with workdps(40):
        assert all(abs(a - b) < abs(known[1]) * mp.mpf(10) ** -25 for a, b in zip(exact, known, strict=True))
    leads = [Lead(lead["name"], lead["rate"], lead["mu"]) for lead in question["leads"]]
    two = cumulants(scheme_of(question), leads, kT=question["kT"], gate=question["gate"])
    assert [float(v) for v in values_of(solved(question, ["L"]))] == pytest.approx(
        [float(v) for v in values_of(two)], rel=1e-10
    )


@pytest.mark.parametrize("mu", [(0.5, 0.0, -0.25), (0.0, 0.0, 0.0)])
def test_polarised_leads_in_a_field_conserve_electrons(mu):
    """Counted at one of three leads, and at the two others together, biased and at rest."""
    question = case(3, leads=3, per_lead=True)
    rates = ((1.0, 0.25), (0.5, 0.5), (0.125, 1.0))
    leads = [Lead(f"lead {k}", up, mu[k], None, down) for k, (up, down) in enumerate(rates)]
    one, others = (
        lead_cumulants(scheme_of(question), leads, names, kT=0.1, gate=0.5, resolved=True, zeeman=0.2)
        for names in (["lead 1"], ["lead 2", "lead 0"])
    )
    assert float(one.noise) > 1e-3
    for a, b, sign in zip(
        *((found.current, found.noise, found.third) for found in (one, others)), (-1, 1, -1), strict=True
    ):
        with workdps(40):
            room = as_mpf(a.error) + as_mpf(b.error)
            assert abs(as_mpf(a.scaled) - sign * as_mpf(b.scaled)) <= room <= mp.mpf(10) ** -10


@pytest.mark.parametrize("seed", range(3))
def test_a_field_of_each_lead_obeys_the_fluctuation_relation(seed):
    """Lambda(theta) = Lambda(-theta - mu / kT) with M_ji of each lead, exactly and within the bounds of numbers."""
    question, choose = out_of_equilibrium(seed), Random(seed)
    for lead in question["leads"]:
        del lead["kT"]
        lead["mu"] = choose.randint(-8, 8) / 64
    question["kT"] = 0.125
    names, mu = ([lead[key] for lead in question["leads"]] for key in ("name", "mu"))
    theta = [choose.randint(-16, 16) / 8 for _ in names]
    rows = [theta, [-field - potential / 0.125 for field, potential in zip(theta, mu, strict=True)]]
    rows.append([field + 0.5 for field in theta])  # one constant for all leads changes nothing
    exact = lead_generating_function_exact(
        **question, theta=[dict(zip(names, row, strict=True)) for row in rows], digits=25
    )
    leads = [Lead(lead["name"], lead["rate"], lead["mu"]) for lead in question["leads"]]
    found = lead_generating_function(scheme_of(question), leads, rows, kT=0.125, gate=question["gate"])
    with workdps(40):
        assert all(abs(value - exact[0]) < mp.mpf(10) ** -20 for value in exact[1:])
    for value, bound, target in zip(found.value, found.bound, exact, strict=True):
        assert abs(value - float(target)) <= bound + 1e-16 < 1e-9


@pytest.mark.parametrize(
    ("theta", "message"),
    [
        ([0.0, 1.0, 2.0], "rows of 3"),
        ([[0.0, 1.0, float("nan")]], "theta=nan must be finite"),
        ([[0.0, 1.0]], "rows of 3"),
        ([[0.0, 0.0, 301.0]], "differ by at most 300"),
    ],
)
def test_fields_that_leads_do_not_have_are_refused(theta, message):
    """One field for each lead, and not too far apart; by name, only of leads that there are."""
    question = out_of_equilibrium(0)
    leads = [Lead(lead["name"], lead["rate"], lead["mu"]) for lead in question["leads"]]
    with pytest.raises(ValueError, match=message):
        lead_generating_function(scheme_of(question), leads, theta, kT=0.1)
    with pytest.raises(ValueError, match="must be of leads of the case"):
        lead_generating_function_exact(**question, theta=[{"L": 1}])


def test_leads_that_are_not_coupled_count_nothing():
    """Exact zeros."""
    question = out_of_equilibrium(0)
    question["leads"][1]["rate"] = 0.0
    found = solved(question, ["lead 1"])
    assert [float(part) for part in (found.current, found.noise, found.third)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "counted", [[], "lead 0", ["lead 0", "lead 0"], ["lead 7"], [["lead 0"]], [{"lead 0"}], None, 1]
)
def test_what_names_no_leads_is_refused(counted):
    """By both sides."""
    question = out_of_equilibrium(0)
    for solve in (solved, lambda case, names: lead_cumulants_exact(**case, counted=names)):
        with pytest.raises(ValueError, match="must be a list of one or more of the leads"):
            solve(question, counted)
