"""Currents and heat of any number of leads at kT -> 0: the same fractions on both sides, and the limit of real ones."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import exp, mp, workdps

from analytic import lead_currents_exact, zero_temperature_current, zero_temperature_leads
from numeric import Lead, LevelScheme, heat_currents, lead_flows, low_temperature_flows

eighths = st.integers(-16, 16).map(lambda n: n / 8)
FLOWS = (("currents", lead_flows), ("heat", heat_currents))


@st.composite
def points(draw):
    """Draw a chain on a coarse grid between two to four leads, so that levels meet each other and potentials."""
    top = draw(st.integers(1, 3))
    levels = [(0, 0)] + [(N, two_S) for N in range(1, top + 1) for two_S in {N % 2, draw(st.sampled_from([N % 2, N]))}]
    pairs = [
        (i, j)
        for i, (N, two_S) in enumerate(levels)
        for j, (more, final) in enumerate(levels)
        if more == N + 1 and abs(final - two_S) == 1
    ]
    names = "abcd"[: draw(st.integers(2, 4))]
    weight, each = st.sampled_from([1.0, 0.5, 0.375, 0.1]), draw(st.booleans())
    M = [[draw(weight) for _ in names] if each else draw(weight) for _ in pairs]
    leads = [(name, draw(st.sampled_from([1.0, 0.25, 1e-3])), draw(eighths)) for name in names]
    return levels, [draw(eighths) for _ in levels], pairs, M, leads, draw(eighths)


def both(point):
    """Return the numeric question and the exact one."""
    levels, energies, pairs, M, leads, gate = point
    electrons, two_S = zip(*levels, strict=True)
    lower, upper = zip(*pairs, strict=True)
    scheme = LevelScheme(electrons, energies, two_S, lower, upper, M)
    of_lead = [
        {lead[0]: Fraction(m) for lead, m in zip(leads, row, strict=True)} if isinstance(row, list) else Fraction(row)
        for row in M
    ]
    case = {
        "levels": [
            {"electrons": N, "energy": Fraction(E), "two_S": S} for (N, S), E in zip(levels, energies, strict=True)
        ],
        "transitions": [{"from": i, "to": j, "M": m} for (i, j), m in zip(pairs, of_lead, strict=True)],
        "leads": [{"name": name, "rate": Fraction(rate), "mu": Fraction(mu)} for name, rate, mu in leads],
        "gate": Fraction(gate),
    }
    return scheme, [Lead(*lead) for lead in leads], gate, case


ROUND = (
    [(0, 0), (1, 1), (2, 0), (2, 2), (3, 1)],
    [0.0] * 5,
    [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)],
    [*[[1.0, 1.0]] * 4, [1.0, 0.5]],
    [("a", 1.0, 0.0), ("b", 1.0, 0.125)],
    0.0,
)
"""Electrons go round a ring of four levels, of which one transition alone tells the leads apart."""


@settings(max_examples=60)
@example(point=ROUND)
@given(point=points())
def test_the_leading_terms_are_the_same_fractions_on_both_sides(point):
    """Where numeric's terms balance, the exact limit has a larger exponent, or none at all."""
    scheme, leads, gate, case = both(point)
    try:
        found = low_temperature_flows(scheme, leads, gate=gate)
    except ValueError as error:
        assert "closed classes" in str(error)  # noqa: PT017 - a level that no transition reaches
        return
    try:
        exact = zero_temperature_leads(**case)
    except ArithmeticError as error:
        assert "flows balance up to" in str(error)  # noqa: PT017
        assert None in (*found.currents, *found.heat)
        return
    for name, _ in FLOWS:
        for term, limit in zip(getattr(found, name), getattr(exact, name).values(), strict=True):
            if term is not None:
                assert term.prefactor == limit.prefactor
                assert term.prefactor == 0 or term.action == limit.exponent
            else:
                assert limit.prefactor != 0
                assert limit.exponent > 0


@settings(max_examples=25)
@example(point=ROUND)
@given(point=points())
def test_the_limit_is_that_of_the_exact_currents(point):
    """At kT = 1/512, where a step of the grid is exp(-64), only the leading term is left."""
    scheme, leads, gate, case = both(point)
    try:
        limits = zero_temperature_leads(**case)
    except (ValueError, ArithmeticError):
        return
    exact, kT = lead_currents_exact(**case, kT=Fraction(1, 512)), Fraction(1, 512)
    with workdps(30):
        for name, single in FLOWS:
            computed = single(scheme, leads, kT=float(kT), gate=gate)
            for place, (lead, limit) in enumerate(getattr(limits, name).items()):
                size = (
                    mp.mpf(limit.prefactor.numerator) / limit.prefactor.denominator * exp(-mp.mpf(512) * limit.exponent)
                )
                true = getattr(exact, name)[lead]
                assert abs(true - size) <= mp.mpf(10) ** -17 * abs(size)
                bound = mp.mpf(float(computed.error.mantissa[place])) * mp.mpf(2) ** int(computed.error.exponent[place])
                value = mp.mpf(float(computed.scaled.mantissa[place])) * mp.mpf(2) ** int(
                    computed.scaled.exponent[place]
                )
                assert abs(value - size) <= bound + mp.mpf(10) ** -17 * abs(size)


@settings(max_examples=25)
@given(point=points())
def test_two_leads_have_the_current_of_two_leads(point):
    """That of L is the current from L to R; that of R is its negative; heat is the power of the bias."""
    levels, energies, pairs, M, leads, gate = point
    alike = [row[0] if isinstance(row, list) else row for row in M]
    _, _, _, case = both((levels, energies, pairs, alike, [("LR"[k], *leads[k][1:]) for k in (0, 1)], gate))
    try:
        current, both_leads = zero_temperature_current(**case), zero_temperature_leads(**case).currents
    except (ValueError, ArithmeticError) as error:
        assert "closed classes" in str(error) or "heat of lead" in str(error)  # noqa: PT017
        return
    assert both_leads["L"].prefactor == current.prefactor == -both_leads["R"].prefactor
    assert current.prefactor == 0 or both_leads["L"].exponent == both_leads["R"].exponent == current.exponent


def level(*leads, two_S=0):
    """Return one level at 0 between leads (name, rate, mu), for both sides."""
    case = {
        "levels": [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": two_S}],
        "transitions": [{"from": 0, "to": 1, "M": Fraction(1, 2)}],
        "leads": [{"name": name, "rate": rate, "mu": Fraction(mu)} for name, rate, mu in leads],
    }
    return case, (LevelScheme([0, 1], [0.0, 0.0], [0, two_S], [0], [1], [0.5]), [Lead(*lead) for lead in leads])


def test_a_chemical_potential_exactly_at_the_level_is_half_filled():
    """Rates up 2 + 1/2 and down (1 + 1/2) / 2: the probe takes electrons, but none of them carries heat there."""
    case, question = level(("source", 2.0, 1.0), ("drain", 1.0, -1.0), ("probe", 1.0, 0.0), two_S=1)
    exact, found = zero_temperature_leads(**case), low_temperature_flows(*question)
    assert [current.limit for current in exact.currents.values()] == [Fraction(n, 13) for n in (6, -5, -1)]
    assert [heat.limit for heat in exact.heat.values()] == [Fraction(n, 13) for n in (-6, -5, 0)]
    assert [current.prefactor for current in found.currents] == [Fraction(n, 13) for n in (6, -5, -1)]
    assert [heat.prefactor for heat in found.heat] == [Fraction(n, 13) for n in (-6, -5, 0)]


def test_flows_that_balance_to_leading_order_have_a_smaller_limit():
    """A spinless level halfway: P = (f_s + f_d + f_p) / 3, so that the probe takes exp(-1/kT) / 3 to leading order."""
    case, question = level(("source", 1.0, 1.0), ("drain", 1.0, -2.0), ("probe", 1.0, 0.0))
    probe = zero_temperature_leads(**case).currents["probe"]
    assert (probe.prefactor, probe.exponent) == (Fraction(1, 3), 1)
    assert low_temperature_flows(*question).currents[2] is None


def test_flows_that_balance_at_all_temperatures_have_no_limit():
    """Source and drain as far above as below: the probe takes nothing at any temperature, and the error says so."""
    case, question = level(("source", 1.0, 1.0), ("drain", 1.0, -1.0), ("probe", 1.0, 0.0))
    with pytest.raises(ArithmeticError, match=r"current of lead 'probe': flows balance up to exp\(-\d+ / kT\)"):
        zero_temperature_leads(**case)
    found = low_temperature_flows(*question)
    assert found.currents[2] is None
    assert [current.prefactor for current in found.currents[:2]] == [Fraction(1, 2), Fraction(-1, 2)]


def test_equilibrium_and_closed_leads_take_nothing():
    """Exact zeros: one potential, or one lead that is coupled."""
    for leads in ((("a", 1.0, 0.5), ("b", 0.1, 0.5)), (("a", 1.0, 0.5), ("b", 0.0, -0.5))):
        case, question = level(*leads)
        exact, found = zero_temperature_leads(**case), low_temperature_flows(*question)
        assert not any(term.prefactor for term in (*exact.currents.values(), *exact.heat.values()))
        assert not any(term.prefactor for term in (*found.currents, *found.heat))


def test_temperatures_of_their_own_are_refused():
    case, (scheme, leads) = level(("a", 1.0, 0.5), ("b", 1.0, -0.5))
    case["leads"][0]["kT"] = Fraction(1, 2)
    with pytest.raises(ValueError, match=r"leads \['a'\] must have no temperature of their own"):
        zero_temperature_leads(**case)
    with pytest.raises(ValueError, match="lead 'a': kT must be None"):
        low_temperature_flows(scheme, [Lead("a", 1.0, 0.5, kT=0.5), leads[1]])
